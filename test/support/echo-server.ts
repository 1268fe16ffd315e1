import { createServer } from 'node:net';
import { text } from 'node:stream/consumers';

/** Answers each connection to the unix socket that is its argument with all that it was sent, once that has ended. */
createServer({ allowHalfOpen: true }, (socket) => {
  void text(socket).then((said) => socket.end(`got ${said}`));
}).listen(process.argv[2], () => process.stdout.write('listens\n'));
