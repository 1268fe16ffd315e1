/*
 * memory-cgroups ROOT FROM COUNT WORKLOAD KMEM [OTHER]: makes COUNT cgroups, ROOT/lab-FROM and on, runs one process in each, and removes them. OTHER is the root of
 * another hierarchy of v1, in which each process has a cgroup, too.
 *
 * The process runs a WORKLOAD: `kmem` writes 4 KiB into a pipe that a process outside holds (kernel memory that was charged to the cgroup); `page-cache` leaves a
 * file of 4 KiB on a tmpfs; `file-cache` reads a page of a file on a disk, a page of its own for each cgroup;
 * `file-written` and `loop-written` write a file of their own on a disk, wait until it is written, and drop it from the cache; `files-kept` leaves many empty ones; `objects-freed` uses many objects of the kernel, and all are freed when it ends; `shell` runs
 * a shell that cleans up after itself; `nothing` does nothing. KMEM `on` sets a limit of kernel memory, which switches its accounting on before 4.5;
 * `off` sets none. The program prints the number of cgroups and the pid of the holder. Its exit code is 3, with the reason, when the kernel refuses a cgroup.
 *
 * It is C because a shell's mkdir and rmdir take 15 ms each on an emulated CPU. It needs no library, so every kernel runs it.
 */
#include "../machines/agent/guest/linux.h"

enum { most_held = 65536, page = 4096, random_access = 1, not_needed = 4, unix_family = 1, stream = 1 };

/*
 * 3.10 copies a slab cache for a cgroup some time after its first use there. So the first files wait for the copies, the others are in them, and the cgroup
 * goes when no copy is being made any more: 73 KB and one id for each cgroup on 3.10.0-514, every time. That was measured with 20 ms and one guest alone;
 * guests side by side share the CPUs, and more time only makes it surer.
 */
enum { first_files = 6, kept_files = 60, copying_milliseconds = 50, settling_milliseconds = 100 };

/* What `objects-freed` has at a time, and frees: 80.8 KB for each cgroup on 3.10.0-514 were measured with these. */
enum { used_pipes = 40, used_sockets = 20, used_files = 60 };

static char filling[page];
static int held[most_held];

/* Writes a file whole; whether that succeeded. */
static int put(const char *path, const char *bytes, u64 count) {
    long file = system_call(sys_open, path, write_only | create | truncate | close_on_exec, 0666);
    if (file < 0) return 0;
    long written = count ? system_call(sys_write, file, bytes, count) : 0;
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

static void name_cgroup(struct text *path, const char *root, u64 number) {
    add(path, root);
    add(path, "/lab-");
    add_number(path, number);
}

static void give_up(const char *doing, const char *what, long result) {
    complain(doing, what, result);
    end_program(1);
}

/* BEGINNING NUMBER - PART. */
static void name_file(struct text *path, const char *beginning, u64 number, u64 part) {
    add(path, beginning);
    add_number(path, number);
    add(path, "-");
    add_number(path, part);
}

static int keep_files(u64 number) {
    for (int file = 0; file < kept_files; file++) {
        SHORT_TEXT(kept);
        name_file(&kept, "/tmp/lab-kept-", number, file);
        if (!put(kept.bytes, "", 0)) return 0;
        if (file + 1 == first_files) sleep_milliseconds(copying_milliseconds);
    }
    return 1;
}

/* Pipes and sockets are freed by the end of the process, files at once. */
static int use_objects(u64 number) {
    int pair[2], status;
    char unused[256];
    for (int at = 0; at < used_pipes; at++)
        if (system_call(sys_pipe2, pair, 0) < 0 || system_call(sys_write, pair[1], filling, page) != page) return 0;
    for (int at = 0; at < used_sockets; at++)
        if (system_call(sys_socketpair, unix_family, stream, 0, pair) < 0 || system_call(sys_write, pair[0], filling, page / 2) < 0) return 0;
    for (int at = 0; at < used_files; at++) {
        SHORT_TEXT(file);
        name_file(&file, "/tmp/lab-used-", number, at);
        if (!put(file.bytes, "", 0) || system_call(sys_unlink, file.bytes) < 0) return 0;
        // A name that is looked for and not there is an object, too.
        system_call(sys_stat, file.bytes, unused);
    }
    long pid = system_call(sys_fork);
    if (pid == 0) end_program(0);
    return pid > 0 && system_call(sys_wait4, pid, &status, 0, 0) == pid;
}

/* Without random access the kernel reads pages ahead, which other cgroups are to be charged for. */
static int read_page(u64 number) {
    long file = system_call(sys_open, "/run/lab-disk/file", read_only | close_on_exec, 0);
    if (file < 0) return complain("opening ", "/run/lab-disk/file", file), 0;
    if (system_call(sys_fadvise64, file, 0, 0, random_access) < 0) return 0;
    return system_call(sys_pread64, file, filling, page, number * page) == page;
}

/* The file is there, and its inode in the cache with no owner: a new one would also read blocks of the disk, which the cgroup would be charged for. */
static int write_file(u64 number) {
    SHORT_TEXT(path);
    add(&path, "/run/lab-disk/");
    add_number(&path, number);
    long file = system_call(sys_open, path.bytes, write_only | close_on_exec, 0);
    if (file < 0) return complain("opening ", path.bytes, file), 0;
    if (system_call(sys_write, file, filling, page) != page || system_call(sys_fsync, file) < 0) return 0;
    return system_call(sys_fadvise64, file, 0, 0, not_needed) >= 0;
}

static int run_shell(void) {
    char *words[] = {"sh", "-c",
                     "mkdir /tmp/lab-shell && cd /tmp/lab-shell && for i in 1 2 3; do echo $i >x$i; cat x$i | cat >/dev/null; done; cd /; rm -r /tmp/lab-shell", 0};
    char *environment[] = {"PATH=/usr/sbin:/usr/bin:/sbin:/bin", 0};
    system_call(sys_execve, "/bin/sh", words, environment);
    return 0;
}

static int work(const char *workload, u64 number, int pipe) {
    if (same(workload, "kmem")) return system_call(sys_write, pipe, filling, page) == page;
    if (same(workload, "files-kept")) return keep_files(number);
    if (same(workload, "objects-freed")) return use_objects(number);
    if (same(workload, "shell")) return run_shell();
    if (same(workload, "file-cache")) return read_page(number);
    if (same(workload, "file-written") || same(workload, "loop-written")) return write_file(number);
    if (!same(workload, "page-cache")) return same(workload, "nothing");
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

static void come_and_go(const char *cgroup, const char *other, u64 number, const char *workload, int kmem, int *reader) {
    int pipe[2] = {-1, -1}, status = 0;
    // As runc does, and before any process is in it: later the kernel refuses. cgroup v2 has no such file.
    if (kmem) put_number_in(cgroup, "/memory.kmem.limit_in_bytes", 1 << 30);
    long result = same(workload, "kmem") ? system_call(sys_pipe2, pipe, close_on_exec) : 0;
    if (result < 0) give_up("a pipe", "", result);
    long pid = system_call(sys_fork);
    if (pid < 0) give_up("fork", "", pid);
    if (pid == 0) {
        int joined = put_number_in(cgroup, "/cgroup.procs", system_call(sys_getpid));
        if (other) joined = joined && put_number_in(other, "/cgroup.procs", system_call(sys_getpid));
        end_program(joined && work(workload, number, pipe[1]) ? 0 : 1);
    }
    if (pipe[1] >= 0) system_call(sys_close, pipe[1]);
    system_call(sys_wait4, pid, &status, 0, 0);
    if (status) say("the process of a cgroup ended with the status ", status), give_up(cgroup, "", -io_error);
    if (same(workload, "files-kept")) sleep_milliseconds(settling_milliseconds);
    result = remove_cgroup(cgroup);
    if (result < 0) give_up("rmdir ", cgroup, result);
    if (other && (result = remove_cgroup(other)) < 0) give_up("rmdir ", other, result);
    *reader = pipe[0];
}

void begin(long *stack) {
    char **words = (char **)(stack + 1);
    if (stack[0] != 6 && stack[0] != 7) give_up("memory-cgroups ROOT FROM COUNT WORKLOAD KMEM [OTHER]", "", -22);
    u64 from = number_in(words[2]), count = number_in(words[3]), made = 0, holding = 0;
    u64 open_files[2] = {1 << 17, 1 << 17};
    system_call(sys_prlimit64, 0, 7, open_files, 0);
    for (; made < count; made++) {
        SHORT_TEXT(cgroup);
        name_cgroup(&cgroup, words[1], from + made);
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
        SHORT_TEXT(other);
        if (stack[0] == 7) {
            name_cgroup(&other, words[6], from + made);
            result = system_call(sys_mkdir, other.bytes, 0777);
            if (result < 0) give_up("mkdir ", other.bytes, result);
        }
        int reader = -1;
        come_and_go(cgroup.bytes, stack[0] == 7 ? other.bytes : 0, from + made, words[4], same(words[5], "on"), &reader);
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
