import { createConnection } from 'node:net';

/** `node enter.ts SOCKET`: this terminal becomes one of the shell behind the socket, until that ends. */
const socket = createConnection(process.argv[2] ?? '');
const { stdin, stdout, stderr } = process;
const raw = (on: boolean) => {
  if (stdin.isTTY) stdin.setRawMode(on);
};

socket.on('connect', () => raw(true));
socket.on('error', (error) => {
  stderr.write(`${error.message}: the machine is there only for as long as the lab's run is\n`);
  process.exitCode = 1;
});
socket.on('close', () => {
  raw(false);
  stdin.destroy();
});
stdin.pipe(socket);
socket.pipe(stdout);
