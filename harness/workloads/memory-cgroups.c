/*
 * memory-cgroups ROOT FROM COUNT WORKLOAD: cgroups ROOT/lab-FROM and so on come, have one process each, and go.
 *
 * What the process leaves behind: `kmem` a pipe with 4 KiB in it, held by a process outside (kernel memory that was charged to the cgroup);
 * `page-cache` a file of 4 KiB on a tmpfs; `nothing` nothing. Says how many were made, and the pid of the holder. It ends with 3 when the
 * kernel makes no more cgroups, and says why.
 *
 * A shell's mkdir and rmdir alone cost 15 ms each on an emulated CPU. Any kernel runs it, as it needs nothing but that.
 */
#include "../machines/microvm/guest/linux.h"

enum { most_held = 65536, page = 4096 };

static char filling[page];
static int held[most_held];

/* Writes a file whole; whether that succeeded. */
static int put(const char *path, const char *bytes, u64 count) {
    long file = system_call(sys_open, path, write_only | create | truncate | close_on_exec, 0666);
    if (file < 0) return 0;
    long written = system_call(sys_write, file, bytes, count);
    system_call(sys_close, file);
    return written >= 0;
}

/* Puts a number into a file of a cgroup. */
static int put_number_in(const char *cgroup, const char *name, u64 number) {
    SHORT_TEXT(path);
    SHORT_TEXT(value);
    add(&path, cgroup);
    add(&path, name);
    add_number(&value, number);
    return put(path.bytes, value.bytes, value.length);
}

static void say(const char *what, u64 number) {
    SHORT_TEXT(said);
    add(&said, what);
    add_number(&said, number);
    add(&said, "\n");
    system_call(sys_write, 1, said.bytes, said.length);
}

static void give_up(const char *doing, const char *what, long result) {
    complain(doing, what, result);
    end_program(1);
}

static int leave(const char *workload, u64 number, int pipe) {
    if (same(workload, "kmem")) return system_call(sys_write, pipe, filling, page) == page;
    if (!same(workload, "page-cache")) return 1;
    SHORT_TEXT(kept);
    add(&kept, "/tmp/lab-kept-");
    add_number(&kept, number);
    return put(kept.bytes, filling, page);
}

/* A process that was waited for may take a moment to leave its cgroup. */
static long remove_cgroup(const char *cgroup) {
    long result = 0;
    for (int tries = 0; tries < 400 && (result = system_call(sys_rmdir, cgroup)) < 0; tries++) sleep_milliseconds(5);
    return result;
}

static void come_and_go(const char *cgroup, u64 number, const char *workload, int *reader) {
    int pipe[2] = {-1, -1}, status = 0;
    // As the runc of docker 1.13 does: before 4.5 this is what switches the accounting of kernel memory on.
    put_number_in(cgroup, "/memory.kmem.limit_in_bytes", 1 << 30);
    long result = same(workload, "kmem") ? system_call(sys_pipe2, pipe, close_on_exec) : 0;
    if (result < 0) give_up("a pipe", "", result);
    long pid = system_call(sys_fork);
    if (pid < 0) give_up("fork", "", pid);
    if (pid == 0) {
        int joined = put_number_in(cgroup, "/cgroup.procs", system_call(sys_getpid));
        end_program(joined && leave(workload, number, pipe[1]) ? 0 : 1);
    }
    if (pipe[1] >= 0) system_call(sys_close, pipe[1]);
    system_call(sys_wait4, pid, &status, 0, 0);
    if (status) say("the process of a cgroup ended with the status ", status), give_up(cgroup, "", -io_error);
    result = remove_cgroup(cgroup);
    if (result < 0) give_up("rmdir ", cgroup, result);
    *reader = pipe[0];
}

void begin(long *stack) {
    char **words = (char **)(stack + 1);
    if (stack[0] != 5) give_up("memory-cgroups ROOT FROM COUNT WORKLOAD", "", -22);
    u64 from = number_in(words[2]), count = number_in(words[3]), made = 0, holding = 0;
    u64 open_files[2] = {1 << 17, 1 << 17};
    system_call(sys_prlimit64, 0, 7, open_files, 0);
    for (; made < count; made++) {
        SHORT_TEXT(cgroup);
        add(&cgroup, words[1]);
        add(&cgroup, "/lab-");
        add_number(&cgroup, from + made);
        long result = system_call(sys_mkdir, cgroup.bytes, 0777);
        if (result < 0) {
            say("made ", made);
            SHORT_TEXT(refusal);
            add(&refusal, "mkdir ");
            add(&refusal, cgroup.bytes);
            add_error(&refusal, result);
            system_call(sys_write, 1, refusal.bytes, refusal.length);
            end_program(3);
        }
        int reader = -1;
        come_and_go(cgroup.bytes, from + made, words[4], &reader);
        if (reader >= 0 && holding < most_held) held[holding++] = reader;
    }
    say("made ", made);
    if (!holding) end_program(0);
    long holder = system_call(sys_fork);
    if (holder < 0) give_up("fork", "", holder);
    if (holder > 0) say("holder ", holder), end_program(0);
    system_call(sys_setsid);
    for (int file = 0; file < 3; file++) system_call(sys_close, file);
    for (;;) sleep_milliseconds(3600000);
}
