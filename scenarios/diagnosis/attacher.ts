import { once } from 'node:events';
import { connect } from 'node:net';

// Beside a daemon: attaches to the container so many times, and closes each connection as soon as dockerd has answered.
const [socketPath = '', container = '', count = '0'] = process.argv.slice(2);

// Not before the lab has seen it run: it may be done sooner than that.
process.stdin.resume();
await once(process.stdin, 'end');

for (let number = 0; number < Number(count); number++) {
  const socket = connect(socketPath);
  socket.write(
    `POST /containers/${container}/attach?stream=1&stdout=1&stderr=1 HTTP/1.1\r\nHost: docker\r\n` +
      'Connection: Upgrade\r\nUpgrade: tcp\r\nContent-Length: 0\r\n\r\n',
  );
  const [head]: unknown[] = await once(socket, 'data');
  const status = /^HTTP\/1\.1 (\d+)/.exec(String(head))?.[1];
  if (status !== '101' && status !== '200') {
    process.stderr.write(`${String(head).slice(0, 300)}\n`);
    process.exitCode = 1;
    break;
  }
  socket.destroy();
  await once(socket, 'close');
}
