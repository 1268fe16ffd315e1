import { constants } from 'node:os';
import { PassThrough, Writable } from 'node:stream';
import type { Beside } from '../../machine/beside.ts';
import type { Ending } from '../../machine/contract.ts';
import type { Channel } from './channel.ts';
import { endingOf, orderToRun } from './program.ts';

/** Starts a program in the guest that is talked to. When the guest goes, it counts as killed. */
export function talkToProgram(channel: Pick<Channel, 'open'>, command: readonly string[]): Promise<Beside> {
  return new Promise((resolve, reject) => {
    const outputs = [new PassThrough(), new PassThrough()] as const;
    const { promise: exited, resolve: exit } = Promise.withResolvers<Ending>();
    let open = outputs.length;
    let ending: Ending | undefined;
    const finish = () => {
      if (!ending || open > 0) return;
      call.close();
      exit(ending);
    };
    const call = channel.open('R', 0, orderToRun(command), {
      started(pid) {
        const stdin = new Writable({
          write: (bytes: Buffer, _encoding, taken) => call.write(bytes, taken),
          final(done) {
            call.end();
            done();
          },
        });
        const [stdout, stderr] = outputs;
        const kill = () => {
          if (!ending) call.kill(constants.signals.SIGKILL, true);
        };
        resolve({ pid, stdin, stdout, stderr, exited, kill });
      },
      data(part, chunk) {
        // The guest sends no more than was read: what a reader leaves stays where it is.
        outputs[part - 1]?.write(chunk, () => call.grant(part, chunk.length));
      },
      end(part) {
        outputs[part - 1]?.end();
        open -= 1;
        finish();
      },
      quit(status) {
        ending = endingOf(status);
        finish();
      },
      failed(error) {
        for (const output of outputs) output.end();
        ending ??= { signal: 'SIGKILL' };
        exit(ending);
        reject(error);
      },
    });
  });
}
