import { Duplex, PassThrough } from 'node:stream';
import { Channel } from '../agent/channel.ts';
import { portLimits } from '../agent/limits.ts';
import { talkToProgram } from '../agent/talking.ts';
import { labDirectory } from './lab-files.ts';

/**
 * A channel to a second agent, which is in a network namespace of its own and makes the harness's connections: the kernel lists a
 * unix connection in the network namespace of the process that connected, and probes that count the clients' look into the cell's.
 *
 * @param explain as of the channel that it goes through
 */
export async function openVisitor(channel: Channel, explain: (happened: string) => Error): Promise<Channel> {
  const limits = [portLimits.frame, portLimits.window].map(String);
  const agent = [`${labDirectory}/line`, `${labDirectory}/init`, '3', ...limits];
  const { stdin, stdout, stderr, exited } = await talkToProgram(channel, [
    `${labDirectory}/busybox`,
    'unshare',
    '-n',
    ...agent,
  ]);
  let said = '';
  stderr.on('data', (bytes: Buffer) => (said = (said + bytes.toString()).slice(-1000)));
  const port = Duplex.from({ writable: stdin, readable: stdout });
  const visitor = new Channel({ lines: { serial: new PassThrough(), port }, explain });
  void exited.then(() => visitor.fail(`its second agent has ended ${said}`.trim()));
  await visitor.greeting;
  return visitor;
}
