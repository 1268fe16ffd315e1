/*
 * line.c: PID 1 of a container that is a cell, after init.sh. `line AGENT WORD...` starts the agent with descriptor 3 as its line, and copies
 * between that and the container's standard input and output. Each direction has a process of its own, so that neither waits for the other.
 * PID 1 reaps orphans. It ends, and the container with it, when the agent or the container's standard input ends.
 */
#include "../../agent/guest/linux.h"

enum { socketpair_number = 53, line_file = 3, chunk_bytes = 1 << 16 };

static u8 chunk[chunk_bytes];

static void give_up(const char *doing, long result) {
    complain("line: ", doing, result);
    end_program(1);
}

/* Hands on what comes, until one end is closed. */
static void pass(int from, int to) {
    long read;
    while ((read = system_call(sys_read, from, chunk, chunk_bytes)) > 0 || read == -interrupted) {
        for (long at = 0, written; at < read; at += written) {
            written = system_call(sys_write, to, chunk + at, read - at);
            if (written == -interrupted) written = 0;
            else if (written < 0) end_program(0);
        }
    }
    end_program(0);
}

/* Returns the process, and 0 in it. */
static long start(const char *what) {
    long pid = system_call(sys_fork);
    if (pid < 0) give_up(what, pid);
    return pid;
}

void begin(long *stack) {
    long count = stack[0], pid;
    char **words = (char **)(stack + 1), **environment = words + count + 1;
    int files[2];
    if (count < 2) give_up("line AGENT WORD...", -22);
    long result = system_call(socketpair_number, 1, 1, 0, files);
    if (result < 0) give_up("making a pair of sockets", result);
    int outside = files[1];
    // The lowest that were free are 3 and 4.
    if (files[0] != line_file) give_up("making the agent's descriptor", -9);
    long agent = start("starting the agent");
    if (agent == 0) {
        system_call(sys_close, outside);
        int nothing = system_call(sys_open, "/dev/null", read_only, 0);
        system_call(sys_dup2, nothing, 0);
        if (nothing > 2 && nothing != line_file) system_call(sys_close, nothing);
        give_up(words[1], system_call(sys_execve, words[1], words + 1, environment));
    }
    system_call(sys_close, line_file);
    long in = start("reading from the host");
    if (in == 0) pass(0, outside);
    long out = start("writing to the host");
    if (out == 0) pass(outside, 1);
    system_call(sys_close, outside);
    do pid = system_call(sys_wait4, -1, 0, 0, 0);
    while (pid != agent && pid != in && pid != out);
    end_program(0);
}
