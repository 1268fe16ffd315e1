/*
 * orders.h: the orders of the host. The letters are those of channel/call.ts and channel/channel.ts.
 */

/* A path as the kernel wants it. */
static const char *path_of(const u8 *payload, u32 bytes) {
    static char path[longest_payload + 1];
    memcpy(path, payload, bytes);
    path[bytes] = 0;
    return path;
}

/* A terminal of its own: our end of it, and the path of the program's. */
static long open_terminal(struct text *path) {
    int number = 0, locked = 0;
    long terminal = system_call(sys_open, "/dev/ptmx", read_write | no_terminal | close_on_exec, 0);
    if (terminal < 0) return terminal;
    // TIOCSPTLCK, TIOCGPTN
    long result = system_call(sys_ioctl, terminal, 0x40045431, &locked);
    if (result >= 0) result = system_call(sys_ioctl, terminal, 0x80045430, &number);
    if (result < 0) return close_file(terminal), result;
    add(path, "/dev/pts/");
    add_number(path, number);
    return terminal;
}

/* The variables and words of a program, each ended by a zero, and where they begin. */
static struct {
    char bytes[2 * longest_payload];
    char *variables[4096], *words[16384];
} program;

/* How many variables, then these and the words, each with its length: see channel/program.ts. */
static int unpack_program(const u8 *payload, u32 bytes) {
    if (bytes < 2) return 0;
    u32 variables = payload[0] << 8 | payload[1], count = 0, at = 2;
    char *to = program.bytes;
    if (variables >= 4096) return 0;
    for (; at + 4 <= bytes; count++) {
        u32 length = number_at(payload + at);
        at += 4;
        if (length > bytes - at || count - variables >= 16383 && count >= variables) return 0;
        if (count < variables) program.variables[count] = to;
        else program.words[count - variables] = to;
        memcpy(to, payload + at, length);
        to += length;
        *to++ = 0;
        at += length;
    }
    if (count <= variables) return 0;
    program.variables[variables] = program.words[count - variables] = 0;
    return 1;
}

/* Starts what was unpacked, from where its PATH leads. Returns only the error of the last that was tried, if no other is worse. */
static long execute(void) {
    char *name = program.words[0], *search = "/usr/bin:/bin";
    long worst = -no_entry;
    for (char *at = name; *at; at++)
        if (*at == '/') return system_call(sys_execve, name, program.words, program.variables);
    for (char **variable = program.variables; *variable; variable++)
        if (begins_with(*variable, "PATH=")) search = *variable + 5;
    while (*search) {
        SHORT_TEXT(path);
        while (*search && *search != ':') add_bytes(&path, search++, 1);
        if (*search) search++;
        add(&path, "/");
        add(&path, name);
        long result = system_call(sys_execve, path.bytes, program.words, program.variables);
        if (result != -no_entry) worst = result;
    }
    return worst;
}

/* Of the signals of a process: all of them, or those that the agent has no use for as signals, SIGPIPE and SIGCHLD. */
enum { no_signals = 0, our_signals = 1 << 13 - 1 | 1 << 17 - 1 };

static void block_signals(u64 set) {
    system_call(sys_sigprocmask, 2, &set, 0, sizeof set);
}

static void become_program(const int *files, const char *terminal) {
    int in = files[0], out = files[1], error = files[2];
    block_signals(no_signals);
    system_call(sys_setsid);
    // The first terminal that the leader of a session opens is the session's.
    if (*terminal) in = out = error = system_call(sys_open, terminal, read_write, 0);
    // First away from where the others are to be.
    for (int *file = (int[]){in, out, error, -1}, at = 0; at < 3; at++)
        if (system_call(sys_dup2, file[at], 40 + at) < 0) end_program(126);
    for (int at = 0; at < 3; at++) {
        system_call(sys_dup2, 40 + at, at);
        system_call(sys_close, 40 + at);
    }
    long result = execute();
    complain("", program.words[0], result);
    end_program(127);
}

/* Flags: 1 no input, 2 one output for both, 4 a terminal for all three. */
static void run_program(u32 id, u8 flags, const u8 *payload, u32 bytes) {
    // Our ends and the program's; the second of an input is ours, and the first of an output.
    int input[2] = {-1, -1}, output[2] = {-1, -1}, errors[2] = {-1, -1};
    long result = unpack_program(payload, bytes) ? 0 : -argument_list_too_long;
    SHORT_TEXT(terminal);
    if (result == 0 && flags & 4) {
        result = open_terminal(&terminal);
        if (result >= 0) input[1] = output[0] = result;
    }
    else if (result == 0) {
        result = flags & 1 ? system_call(sys_open, "/dev/null", read_only | close_on_exec, 0) : system_call(sys_pipe2, input, close_on_exec);
        if (result >= 0 && flags & 1) input[0] = result;
        if (result >= 0) result = system_call(sys_pipe2, output, close_on_exec);
        if (result >= 0 && !(flags & 2)) result = system_call(sys_pipe2, errors, close_on_exec);
    }
    struct call *call = 0;
    if (result < 0) fail(id, result);
    else if ((call = add_call(id))) {
        call->pid = result = system_call(sys_fork);
        if (result == 0) become_program((int[]){input[0], output[1], errors[1] < 0 ? output[1] : errors[1]}, terminal.bytes);
        if (result < 0) call->pid = 0, fail_call(call, result), call = 0;
    }
    close_file(input[0]);
    close_file(output[1]);
    close_file(errors[1]);
    if (!call) {
        close_file(input[1]);
        if (output[0] != input[1]) close_file(output[0]);
        return close_file(errors[0]);
    }
    call->program = 1;
    call->in = input[1];
    call->out[1] = output[0];
    call->out[2] = errors[0];
    for (int at = 0; at < 3; at++) {
        int file = at ? call->out[at] : call->in;
        if (file >= 0) do_not_block(file);
    }
    tell_number(id, 'S', 0, call->pid);
}

/*
 * A socket of a network namespace of its own: an accepted connection belongs to the namespace of who has connected (af_unix.c), so whoever
 * counts a daemon's connections in the guest finds those of its clients, and not those of the host. A kernel without namespaces has one for all.
 */
static long socket_apart(void) {
    static long here = -1, apart = -1;
    const long network = 0x40000000;
    if (here < 0) {
        here = system_call(sys_open, "/proc/self/ns/net", read_only | close_on_exec, 0);
        if (here >= 0 && system_call(sys_unshare, network) >= 0)
            apart = system_call(sys_open, "/proc/self/ns/net", read_only | close_on_exec, 0);
    }
    if (apart >= 0) system_call(sys_setns, apart, network);
    long file = system_call(sys_socket, 1, 1 | nonblocking | close_on_exec, 0);
    if (here >= 0) system_call(sys_setns, here, network);
    return file;
}

static void connect_to(u32 id, const char *path) {
    struct { unsigned short family; char path[108]; } address;
    memset(&address, 0, sizeof address);
    address.family = 1;
    u64 length = length_of(path);
    if (length >= sizeof address.path) return fail(id, -36);
    memcpy(address.path, path, length);
    long file = socket_apart();
    if (file < 0) return fail(id, file);
    long result = system_call(sys_connect, file, &address, sizeof address);
    if (result < 0) return close_file(file), fail(id, result);
    struct call *call = add_call(id);
    if (!call) return close_file(file);
    call->socket = 1;
    call->in = call->out[1] = file;
    tell_number(id, 'S', 0, 0);
}

/*
 * From now on all programs, files and sockets are those below this directory, which has to be a mount. It is moved over the old root: who
 * enters a mount namespace (setns) finds its uppermost root, not what others have as theirs.
 */
static void enter_root(u32 id, const char *path) {
    // Another machine's root is not ours to move.
    long result = system_call(sys_getpid) == 1 ? system_call(sys_chdir, path) : -not_permitted;
    if (result >= 0) result = system_call(sys_mount, ".", "/", 0, 8192, 0);
    if (result >= 0) result = system_call(sys_chroot, ".");
    if (result < 0) fail(id, result);
    else tell_number(id, 'Q', 0, 0);
}

static void open_file(u32 id, const char *path, int is_written) {
    int flags = is_written ? write_only | create | truncate : read_only;
    long file = system_call(sys_open, path, flags | nonblocking | close_on_exec, 0666);
    if (file < 0) return fail(id, file);
    struct call *call = add_call(id);
    if (!call) return close_file(file);
    if (is_written) call->in = file, call->file = 1;
    else call->out[1] = file;
}

static void take_input(u32 id, const u8 *payload, u32 bytes) {
    struct call *call = find_call(id);
    if (!call) return;
    if (call->in < 0) return tell_number(id, 'G', 0, bytes);
    // The host does not send more than the window before it is told that some was used.
    if (bytes > line.window - call->filled) return fail_call(call, -message_too_long);
    if (!call->buffer && !(call->buffer = take_buffer())) return fail_call(call, -out_of_memory);
    memcpy(call->buffer + call->filled, payload, bytes);
    call->filled += bytes;
}

static void end_input(u32 id) {
    struct call *call = find_call(id);
    if (!call) return;
    call->ended = 1;
    if (call->in >= 0 && call->filled == 0) finish_input(call);
}

static void send_signal(u32 id, int to_session, int signal) {
    struct call *call = find_call(id);
    if (!call || !call->pid) return;
    if (to_session) system_call(sys_kill, -call->pid, signal);
    system_call(sys_kill, call->pid, signal);
}

/*
 * A guest that was saved and goes on elsewhere: another time, and random numbers that are not those of its twins. RNDADDENTROPY and
 * RNDRESEEDCRNG of linux/random.h; old kernels lack the second, and need it not.
 */
static void go_on(const u8 *payload, u32 bytes) {
    if (system_call(sys_getpid) != 1 || bytes < 4) return;
    u64 time[2] = {number_at(payload), 0};
    system_call(sys_settimeofday, time, 0);
    struct { int bits, bytes; u8 entropy[256]; } pool;
    pool.bytes = bytes - 4 < sizeof pool.entropy ? bytes - 4 : sizeof pool.entropy;
    pool.bits = 8 * pool.bytes;
    memcpy(pool.entropy, payload + 4, pool.bytes);
    long random = system_call(sys_open, "/dev/urandom", write_only | close_on_exec, 0);
    if (random < 0) return;
    system_call(sys_ioctl, random, 0x40085203, &pool);
    system_call(sys_ioctl, random, 0x5207, 0);
    close_file(random);
}

static void end_machine(u32 command) {
    if (system_call(sys_getpid) != 1) return;
    system_call(sys_sync);
    system_call(sys_reboot, 0xfee1dead, 672274793, command, 0);
}

static void obey(u32 id, char type, u8 part, const u8 *payload, u32 bytes) {
    struct call *call;
    u32 number = bytes >= 4 ? number_at(payload) : 0;
    switch (type) {
    case 'R': return run_program(id, part, payload, bytes);
    case 'C': return connect_to(id, path_of(payload, bytes));
    case 'J': return enter_root(id, path_of(payload, bytes));
    case 'r': return open_file(id, path_of(payload, bytes), 0);
    case 'w': return open_file(id, path_of(payload, bytes), 1);
    case 'D': return take_input(id, payload, bytes);
    case 'E': return end_input(id);
    case 'G':
        if (part < outputs && (call = find_call(id))) call->credit[part] += number;
        return;
    case 'K': return send_signal(id, part, number);
    case 'X':
        if ((call = find_call(id))) forget(call);
        return;
    case 'T': return go_on(payload, bytes);
    case 'B': return end_machine(number);
    }
}
