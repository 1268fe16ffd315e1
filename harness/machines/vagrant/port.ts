import { Duplex, PassThrough } from 'node:stream';
import { LabError, lastLines } from '../../core/errors.ts';
import { killGroup } from '../../fetch/programs/program.ts';
import { startSsh, type Door } from './connection.ts';

/** A stream to a TCP port of a box's loopback, by a ssh of its own. */
export function connectPort(door: Door, port: number): Duplex {
  const target = `127.0.0.1:${port}`;
  // In front of vagrant's own LogLevel, which would have ssh keep the reason to itself: the first one counts.
  const options = ['-o', 'LogLevel=INFO', '-W', target];
  const words = door.words.toSpliced(door.words.lastIndexOf('ssh') + 1, 0, ...options);
  const child = startSsh({ ...door, words });
  let said = '';
  child.stderr.on('data', (bytes: Buffer) => (said += bytes.toString()));
  // Its end is an end when ssh has said that all went well.
  const heard = child.stdout.pipe(new PassThrough(), { end: false });
  const stream = Duplex.from({ writable: child.stdin, readable: heard });
  stream.once('close', () => killGroup(child.pid));
  child.once('close', (code) => {
    if (code === 0) heard.end();
    else if (!stream.destroyed) {
      stream.destroy(
        new LabError({
          doing: `connecting to ${target} in the box ${door.box}`,
          expected: 'somebody listens there',
          happened: /open failed: (.+)/.exec(said)?.[1]?.trim() ?? `ssh has ended with ${code}`,
          evidence: lastLines(said, 5),
          hint: `see who does: vagrant ssh ${door.box} -c 'ss -ltn'`,
        }),
      );
    }
  });
  return stream;
}
