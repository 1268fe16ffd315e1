/*
 * calls.h: the table of open calls (programs, sockets, files), by the number that the host gave each.
 */
enum { most_calls = 16384, outputs = 3 };

struct call {
    u32 id;
    /* Whether it is a program, a socket, or a file that is written. */
    u8 program, socket, file;
    /* Whether the host has sent all of the input. */
    u8 ended;
    /* Of a program that has ended: its status, which is told when its output was. */
    u8 has_status;
    int status;
    /* 0 when it is none, or gone. */
    int pid;
    /* -1 where there is none. Outputs are 1 and 2, and so are their places. A socket and a terminal are input and output in one. */
    int in, out[outputs];
    /* Bytes of an output that the host still wants; bytes that were in the pipe when the program ended and come before its status. */
    long credit[outputs], due[outputs];
    /* What the host has sent and nobody has taken yet: as much as the line's window. */
    u8 *buffer;
    u32 filled;
    /* Where the last poll has put its files; -1: nowhere. */
    int polled_in, polled_out[outputs];
};

static struct call calls[most_calls];
static u32 call_count;

/* Buffers of the line's window, all of one size, and used again. */
static u8 *free_buffers, *heap_end;

static u8 *take_buffer(void) {
    u8 *buffer = free_buffers;
    if (buffer) {
        memcpy(&free_buffers, buffer, sizeof buffer);
        return buffer;
    }
    if (!heap_end) heap_end = (u8 *)system_call(sys_brk, 0);
    buffer = heap_end;
    u8 *end = (u8 *)system_call(sys_brk, buffer + line.window);
    if (end < buffer + line.window) return 0;
    heap_end = end;
    return buffer;
}

static void give_buffer_back(struct call *call) {
    if (!call->buffer) return;
    memcpy(call->buffer, &free_buffers, sizeof free_buffers);
    free_buffers = call->buffer;
    call->buffer = 0;
}

static struct call *find_call(u32 id) {
    for (u32 at = 0; at < call_count; at++)
        if (calls[at].id == id) return calls + at;
    return 0;
}

static void close_file(int file) {
    if (file >= 0) system_call(sys_close, file);
}

/* Closes an output, unless it is the input as well. */
static void close_output(struct call *call, int part) {
    if (call->out[part] != call->in) close_file(call->out[part]);
    call->out[part] = -1;
    call->due[part] = 0;
}

/* The last call takes its place: whoever goes through all of them goes from the last to the first. */
static void forget(struct call *call) {
    for (int part = 1; part < outputs; part++) close_output(call, part);
    close_file(call->in);
    give_buffer_back(call);
    *call = calls[--call_count];
}

static void fail(u32 id, long result) {
    tell_number(id, 'F', 0, -result);
}

static void fail_call(struct call *call, long result) {
    fail(call->id, result);
    forget(call);
}

static void do_not_block(int file) {
    system_call(sys_fcntl, file, 4, nonblocking);
}

/* Nothing when there are too many, which the host is told. */
static struct call *add_call(u32 id) {
    if (call_count == most_calls) return fail(id, -too_many_files), (struct call *)0;
    struct call *call = calls + call_count++;
    memset(call, 0, sizeof *call);
    call->id = id;
    call->in = call->polled_in = -1;
    for (int part = 0; part < outputs; part++) {
        call->out[part] = call->polled_out[part] = -1;
        call->credit[part] = line.window;
    }
    return call;
}

/* A call is over for the agent when nothing of it is left that could still tell the host something. */
static void forget_if_over(struct call *call) {
    if (!call->pid && call->out[1] < 0 && call->out[2] < 0 && (call->in < 0 || call->program)) forget(call);
}

static void tell_end(struct call *call) {
    if (call->due[1] > 0 || call->due[2] > 0) return;
    tell_number(call->id, 'Q', 0, call->status);
    call->has_status = 0;
    call->pid = 0;
    forget_if_over(call);
}

static void finish_input(struct call *call) {
    int in = call->in;
    call->in = -1;
    give_buffer_back(call);
    if (call->socket) system_call(sys_shutdown, in, 1);
    // What is an output as well stays open for that.
    else if (in != call->out[1]) close_file(in);
    if (call->socket && call->out[1] < 0) close_file(in);
    if (call->file) tell_number(call->id, 'Q', 0, 0);
    forget_if_over(call);
}

/* Writes what it can of the input. */
static void feed(struct call *call) {
    long written = system_call(sys_write, call->in, call->buffer, call->filled);
    if (written == -interrupted || written == -again) return;
    if (written < 0 && !call->program) return fail_call(call, written);
    if (written < 0) {
        // The program reads no more. That is its right: what the host still sends is taken and dropped.
        tell_number(call->id, 'G', 0, call->filled);
        if (call->in != call->out[1]) close_file(call->in);
        call->in = -1;
        call->filled = 0;
        return give_buffer_back(call);
    }
    memmove(call->buffer, call->buffer + written, call->filled - written);
    call->filled -= written;
    tell_number(call->id, 'G', 0, written);
    if (call->filled == 0) give_buffer_back(call);
    if (call->filled == 0 && call->ended) finish_input(call);
}

static u8 chunk[longest_payload];

/* Hands a chunk of an output on to the host. Returns whether the call is still there. */
static int forward(struct call *call, int part) {
    u32 most = line.frame - frame_overhead, id = call->id;
    if (call->credit[part] < most) most = call->credit[part];
    long read = system_call(sys_read, call->out[part], chunk, most);
    if (read > 0) {
        call->credit[part] -= read;
        call->due[part] -= read;
        tell_host(id, 'D', part, chunk, read);
    }
    // A terminal that no program has open any more gives an error instead of an end.
    else if (read == 0 || read == -io_error && call->program) {
        close_output(call, part);
        tell_host(id, 'E', part, "", 0);
        if (!call->has_status) forget_if_over(call);
    }
    else if (read != -interrupted && read != -again) fail_call(call, read);
    call = find_call(id);
    if (call && call->has_status) tell_end(call);
    return find_call(id) != 0;
}

/* Learns of programs that have ended; of others' orphans, too, where the agent is the first process. */
static void reap(void) {
    int status;
    long pid;
    while ((pid = system_call(sys_wait4, -1, &status, 1, 0)) > 0) {
        for (u32 at = 0; at < call_count; at++) {
            struct call *call = calls + at;
            if (call->pid != pid) continue;
            call->status = status;
            call->has_status = 1;
            // FIONREAD: unread output of it is sent before the report of its end.
            for (int part = 1; part < outputs; part++) {
                int due = 0;
                if (call->out[part] >= 0 && system_call(sys_ioctl, call->out[part], 0x541B, &due) == 0) call->due[part] = due;
            }
            tell_end(call);
            break;
        }
    }
}
