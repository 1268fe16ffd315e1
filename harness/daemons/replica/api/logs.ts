import { readFile } from 'node:fs/promises';
import type { Call } from '../http/router.ts';
import { outputsOf } from '../launch.ts';
import type { Log } from '../log.ts';
import type { ContainerRecord } from '../record.ts';

/** The output of a container until now, each stream as one frame, without timestamps and without following. */
export async function streamLogs(record: ContainerRecord, { query, response }: Call, log: Log): Promise<void> {
  const { stdout, stderr } = outputsOf(record);
  const sources = [
    { wanted: query.get('stdout'), file: stdout, number: 1 },
    { wanted: query.get('stderr'), file: stderr, number: 2 },
  ];
  const wanted = sources.filter((one) => ['1', 'true'].includes(one.wanted ?? ''));
  if (wanted.length === 0) throw new Error('Bad parameters: you must choose at least one stream');
  log.debug('logs: begin stream');
  await response.flush();
  for (const { file, number } of wanted) {
    const text = await readFile(file).catch(() => Buffer.alloc(0));
    if (text.length > 0) await response.write(multiplexed(number, text));
  }
  log.debug('logs: end stream');
  await response.end();
}

/** A frame of docker's multiplexed stream: the stream's number, three zeros, the length, the bytes. */
function multiplexed(number: number, bytes: Buffer): Buffer {
  const header = Buffer.alloc(8);
  header.writeUInt8(number, 0);
  header.writeUInt32BE(bytes.length, 4);
  return Buffer.concat([header, bytes]);
}
