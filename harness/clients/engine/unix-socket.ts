import { constants } from 'node:os';
import koffi from 'koffi';

/**
 * Unix sockets as the kernel has them. A `net.Socket` a call costs 4.4 KiB and 60 to 90 µs, measured; a descriptor
 * costs neither, and what a faulty client does (never reads, half-closes, forgets) is one call of the system each.
 */
const libc = koffi.load('libc.so.6');
const socket = libc.func('int socket(int domain, int type, int protocol)');
const connect = libc.func('int connect(int fd, const uint8_t *address, uint32_t length)');
const write = libc.func('intptr_t write(int fd, const uint8_t *data, size_t length)');
const read = libc.func('intptr_t read(int fd, _Out_ uint8_t *data, size_t length)');
const shutdown = libc.func('int shutdown(int fd, int how)');
const close = libc.func('int close(int fd)');
const ioctl = libc.func('int ioctl(int fd, unsigned long request, _Out_ int *value)');
const poll = libc.func('int poll(_Inout_ uint8_t *fds, unsigned long count, int timeout)');

/** Values of x86-64 and arm64 Linux (sys/socket.h, fcntl.h, poll.h, asm-generic/ioctls.h). */
const AF_UNIX = 1;
const SOCK_STREAM_NONBLOCK_CLOEXEC = 1 | 0o4000 | 0o2000000;
const SHUT_WR = 1;
const POLLIN = 1;
const FIONREAD = 0x541b;
/** Bytes of a `struct pollfd`: fd, events, revents. */
const pollSize = 8;
/** Bytes of a path in `struct sockaddr_un`, its end included. */
const longestPath = 108;

/** The address of a socket's path, for {@link openSocket}. */
export function socketAddress(path: string): Uint8Array {
  const bytes = Buffer.from(path);
  if (bytes.length >= longestPath)
    throw new RangeError(`a path of ${bytes.length} bytes does not fit into sockaddr_un: ${path}`);
  const address = Buffer.alloc(2 + bytes.length + 1);
  address.writeUInt16LE(AF_UNIX, 0);
  bytes.copy(address, 2);
  return address;
}

/** A connected descriptor, or the name of the error: `EAGAIN` when the listener's queue is full (unix(7)). */
export function openSocket(address: Uint8Array): number | string {
  const fd: number = socket(AF_UNIX, SOCK_STREAM_NONBLOCK_CLOEXEC, 0);
  if (fd < 0) return errorName();
  if (connect(fd, address, address.length) === 0) return fd;
  const error = errorName();
  close(fd);
  return error;
}

/** Undefined, or the name of the error. A request of a few hundred bytes is written whole or not at all. */
export function writeSocket(fd: number, data: Uint8Array): string | undefined {
  return write(fd, data, data.length) === data.length ? undefined : errorName();
}

/** Bytes read; 0 at the end of the stream or when it broke. */
export function readSocket(fd: number, buffer: Uint8Array): number {
  return Math.max(0, Number(read(fd, buffer, buffer.length)));
}

/** Bytes that have come and were not read (unix(7), SIOCINQ). */
export function unreadBytes(fd: number): number {
  const value = [0];
  return ioctl(fd, FIONREAD, value) === 0 ? (value[0] ?? 0) : 0;
}

/** Signals the other side that nothing more will be sent. */
export function halfCloseSocket(fd: number): void {
  shutdown(fd, SHUT_WR);
}

/** Gives the descriptor back. */
export function closeSocket(fd: number): void {
  close(fd);
}

/** Those descriptors from which something can be read, their end included. Does not wait. */
export function readableSockets(fds: readonly number[]): number[] {
  const table = Buffer.alloc(fds.length * pollSize);
  fds.forEach((fd, index) => {
    table.writeInt32LE(fd, index * pollSize);
    table.writeInt16LE(POLLIN, index * pollSize + 4);
  });
  if (poll(table, fds.length, 0) <= 0) return [];
  return fds.filter((_, index) => table.readInt16LE(index * pollSize + 6) !== 0);
}

function errorName(): string {
  const number = koffi.errno();
  return Object.entries(constants.errno).find(([, value]) => value === number)?.[0] ?? `errno ${number}`;
}
