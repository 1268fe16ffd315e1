/*
 * linux.h: the system calls of Linux on x86-64 that the guest's programs use, without a C library. A program has some kilobytes, and every kernel
 * since 3.10 runs it. The numbers are those of the kernel's headers (unistd_64.h, asm-generic). As in the kernel, a call returns its result, or its
 * error as a negative number.
 */
typedef unsigned char u8;
typedef unsigned int u32;
typedef unsigned long u64;

long system_call(long number, ...);
/* Five arguments at most: the kernel wants the fourth in r10, and a C function gets no more than six in registers. */
__asm__(
    ".globl system_call\n"
    "system_call:\n"
    "mov %rdi, %rax\n"
    "mov %rsi, %rdi\n"
    "mov %rdx, %rsi\n"
    "mov %rcx, %rdx\n"
    "mov %r8, %r10\n"
    "mov %r9, %r8\n"
    "syscall\n"
    "ret\n"
    ".globl _start\n"
    "_start:\n"
    "mov %rsp, %rdi\n"
    "and $-16, %rsp\n"
    "call begin\n");

enum {
    sys_read = 0, sys_write = 1, sys_open = 2, sys_close = 3, sys_stat = 4, sys_poll = 7, sys_brk = 12, sys_sigprocmask = 14, sys_ioctl = 16,
    sys_pread64 = 17, sys_dup2 = 33, sys_nanosleep = 35, sys_getpid = 39, sys_socket = 41, sys_connect = 42, sys_accept = 43, sys_shutdown = 48, sys_bind = 49, sys_listen = 50, sys_socketpair = 53, sys_fork = 57, sys_execve = 59,
    sys_wait4 = 61, sys_kill = 62, sys_fcntl = 72, sys_fsync = 74, sys_chdir = 80, sys_mkdir = 83, sys_rmdir = 84, sys_unlink = 87, sys_symlink = 88, sys_setsid = 112,
    sys_chroot = 161, sys_sync = 162, sys_settimeofday = 164, sys_mount = 165, sys_reboot = 169, sys_getdents64 = 217, sys_fadvise64 = 221, sys_exit_group = 231,
    sys_unshare = 272, sys_signalfd4 = 289, sys_pipe2 = 293, sys_prlimit64 = 302, sys_setns = 308, sys_finit_module = 313,
};

enum {
    read_only = 0, write_only = 1, read_write = 2, create = 0100, no_terminal = 0400, truncate = 01000, nonblocking = 04000,
    close_on_exec = 02000000,
};

enum {
    not_permitted = 1, no_entry = 2, interrupted = 4, io_error = 5, argument_list_too_long = 7, exec_format = 8, again = 11, out_of_memory = 12,
    not_allowed = 13, too_many_files = 24, no_space = 28, message_too_long = 90,
};

/* The compiler asks for some of these by itself. */
void *memcpy(void *to, const void *from, u64 bytes) {
    for (u64 at = 0; at < bytes; at++) ((u8 *)to)[at] = ((const u8 *)from)[at];
    return to;
}

/* Of what lies apart, or is moved down: nothing here is moved up. */
void *memmove(void *to, const void *from, u64 bytes) {
    return memcpy(to, from, bytes);
}

void *memset(void *at, int value, u64 bytes) {
    for (u64 byte = 0; byte < bytes; byte++) ((u8 *)at)[byte] = value;
    return at;
}

static u64 length_of(const char *text) {
    u64 length = 0;
    while (text[length]) length++;
    return length;
}

static int same(const char *one, const char *other) {
    while (*one && *one == *other) one++, other++;
    return *one == *other;
}

static int begins_with(const char *text, const char *beginning) {
    while (*beginning)
        if (*text++ != *beginning++) return 0;
    return 1;
}

/* A text that grows, and is cut off where it is full. */
struct text {
    char *bytes;
    u64 length, most;
};

static void add_bytes(struct text *text, const char *bytes, u64 count) {
    for (u64 at = 0; at < count && text->length < text->most; at++) text->bytes[text->length++] = bytes[at];
}

static void add(struct text *text, const char *more) {
    add_bytes(text, more, length_of(more));
}

static void add_number(struct text *text, u64 number) {
    char digits[20];
    int at = 20;
    do digits[--at] = '0' + number % 10;
    while (number /= 10);
    add_bytes(text, digits + at, 20 - at);
}

/* A text for a few words, which is a C string as well. */
#define SHORT_TEXT(name) \
    char name##_bytes[512]; \
    memset(name##_bytes, 0, sizeof name##_bytes); \
    struct text name = {name##_bytes, 0, sizeof name##_bytes - 1}

static u64 number_in(const char *text) {
    u64 number = 0;
    while (*text >= '0' && *text <= '9') number = number * 10 + (*text++ - '0');
    return number;
}

/* What a C library would call the error, where it is one that a reader of a log meets. */
static const char *name_of_error(int error) {
    switch (error) {
    case not_permitted: return "Operation not permitted";
    case no_entry: return "No such file or directory";
    case io_error: return "Input/output error";
    case argument_list_too_long: return "Argument list too long";
    case exec_format: return "Exec format error";
    case again: return "Resource temporarily unavailable";
    case out_of_memory: return "Cannot allocate memory";
    case not_allowed: return "Permission denied";
    case 16: return "Device or resource busy";
    case 17: return "File exists";
    case 19: return "No such device";
    case 20: return "Not a directory";
    case 22: return "Invalid argument";
    case too_many_files: return "Too many open files";
    case no_space: return "No space left on device";
    case 30: return "Read-only file system";
    case 40: return "Too many levels of symbolic links";
    case 80: return "Accessing a corrupted shared library";
    }
    return 0;
}

static void add_error(struct text *text, long result) {
    const char *name = name_of_error(-result);
    add(text, ": ");
    if (name) add(text, name);
    else add(text, "error "), add_number(text, -result);
    add(text, "\n");
}

/* Says `what: what the error is called`, and goes on. */
static void complain(const char *who, const char *what, long result) {
    SHORT_TEXT(line);
    add(&line, who);
    add(&line, what);
    add_error(&line, result);
    system_call(sys_write, 2, line.bytes, line.length);
}

static void end_program(int code) {
    for (;;) system_call(sys_exit_group, code);
}

/* A whole file as a C string; what does not fit is left out. Returns its length, or a negative error. */
static long read_text(const char *path, char *bytes, u64 most) {
    long file = system_call(sys_open, path, read_only | close_on_exec, 0), length = 0, read = 0;
    if (file < 0) return file;
    while (length < most - 1 && (read = system_call(sys_read, file, bytes + length, most - 1 - length)) > 0) length += read;
    system_call(sys_close, file);
    bytes[length] = 0;
    return read < 0 ? read : length;
}

/* Ends the line that `*at` points to and moves it to the next one. Returns the line, or nothing when all were taken. */
static char *next_line(char **at) {
    char *line = *at;
    if (!*line) return 0;
    while (**at && **at != '\n') (*at)++;
    if (**at) *(*at)++ = 0;
    return line;
}

static void sleep_milliseconds(u64 milliseconds) {
    u64 time[2] = {milliseconds / 1000, milliseconds % 1000 * 1000000};
    system_call(sys_nanosleep, time, 0);
}
