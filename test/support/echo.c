/*
 * echo PATH: listens on a unix socket, says "up", and answers each connection with what it got, once the other side has ended.
 */
#include "../../harness/machines/agent/guest/linux.h"

static char got[1 << 20];

void begin(long *stack) {
    char **words = (char **)(stack + 1);
    struct { unsigned short family; char path[108]; } address;
    memset(&address, 0, sizeof address);
    address.family = 1;
    memcpy(address.path, words[1], length_of(words[1]));
    long server = system_call(sys_socket, 1, 1, 0);
    system_call(sys_bind, server, &address, sizeof address);
    if (system_call(sys_listen, server, 9) < 0) end_program(1);
    system_call(sys_write, 1, "up\n", 3);
    for (;;) {
        long peer = system_call(sys_accept, server, 0, 0), count = 0, read;
        while ((read = system_call(sys_read, peer, got + count, sizeof got - count)) > 0) count += read;
        SHORT_TEXT(answer);
        add(&answer, "got ");
        add_number(&answer, count);
        add(&answer, ":");
        system_call(sys_write, peer, answer.bytes, answer.length);
        for (long sent = 0; sent < count;) sent += system_call(sys_write, peer, got + sent, count - sent);
        system_call(sys_close, peer);
    }
}
