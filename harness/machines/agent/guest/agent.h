/*
 * agent.h: the agent. It describes the guest to the host, then executes the host's orders until the guest ends.
 */
static char large_file[1 << 20];

/* The first line of a file as `name=line`. */
static void add_first_line(struct text *facts, const char *name, const char *path) {
    char *at = large_file;
    large_file[0] = 0;
    read_text(path, large_file, sizeof large_file);
    char *first = next_line(&at);
    add(facts, name);
    add(facts, "=");
    add(facts, first ? first : "");
    add(facts, "\n");
}

/* The mounted cgroup hierarchies by the last part of their paths; the unified one is `v2`. */
static void add_cgroups(struct text *facts) {
    char *at = large_file;
    int count = 0;
    large_file[0] = 0;
    read_text("/proc/mounts", large_file, sizeof large_file);
    add(facts, "cgroups=");
    for (char *mount; (mount = next_line(&at));) {
        // Source, place, type, options.
        char *words[3], *word = mount;
        for (int number = 0; number < 3; number++) {
            words[number] = word;
            while (*word && *word != ' ') word++;
            if (*word) *word++ = 0;
        }
        int is_unified = same(words[2], "cgroup2");
        if (!is_unified && !same(words[2], "cgroup")) continue;
        char *name = words[1];
        for (char *letter = name; *letter; letter++)
            if (*letter == '/') name = letter + 1;
        if (count++) add(facts, ",");
        add(facts, is_unified ? "v2" : name);
    }
    add(facts, "\n");
}

static void greet(const char *device) {
    static char bytes[8192];
    struct text facts = {bytes, 0, line.frame - frame_overhead < sizeof bytes ? line.frame - frame_overhead : sizeof bytes};
    add_cgroups(&facts);
    add_first_line(&facts, "commandline", "/proc/cmdline");
    u64 cpus = 0;
    char *at = large_file;
    read_text("/proc/cpuinfo", large_file, sizeof large_file);
    for (char *fact; (fact = next_line(&at));) cpus += begins_with(fact, "processor");
    add(&facts, "cpus=");
    add_number(&facts, cpus);
    add(&facts, "\ndevice=");
    add(&facts, device);
    add(&facts, "\nmemory=");
    at = large_file;
    read_text("/proc/meminfo", large_file, sizeof large_file);
    while (*at && (*at < '0' || *at > '9')) at++;
    add_number(&facts, number_in(at) * 1024);
    add(&facts, "\n");
    add_first_line(&facts, "release", "/proc/sys/kernel/osrelease");
    tell_host(0, 'H', 1, facts.bytes, facts.length);
}

struct polled {
    int file;
    short wanted, seen;
};

static struct polled polled[2 + outputs * most_calls];

enum { readable = 1, writable = 4 };

static int want(int *count, int file, short wanted) {
    polled[*count] = (struct polled){file, wanted, 0};
    return (*count)++;
}

/* Waits for something to do, and does a chunk of each call in turn: none waits for another's bulk. */
static void serve_once(int signals) {
    int count = 0;
    want(&count, line.file, readable);
    want(&count, signals, readable);
    for (u32 at = 0; at < call_count; at++) {
        struct call *call = calls + at;
        call->polled_in = call->in >= 0 && call->filled > 0 ? want(&count, call->in, writable) : -1;
        for (int part = 1; part < outputs; part++)
            call->polled_out[part] = call->out[part] >= 0 && call->credit[part] > 0 ? want(&count, call->out[part], readable) : -1;
    }
    if (system_call(sys_poll, polled, count, -1) < 0) return;
    for (u32 at = call_count; at-- > 0;) {
        // What ends here leaves its place to one that was served already.
        u32 id = calls[at].id;
        if (calls[at].polled_in >= 0 && polled[calls[at].polled_in].seen) feed(calls + at);
        for (int part = 1; part < outputs; part++) {
            struct call *call = calls + at;
            if (at >= call_count || call->id != id) break;
            if (call->polled_out[part] >= 0 && call->out[part] >= 0 && polled[call->polled_out[part]].seen && !forward(call, part)) break;
        }
    }
    if (polled[1].seen) {
        static char told[4096];
        while (system_call(sys_read, signals, told, sizeof told) > 0) {}
        reap();
    }
    if (polled[0].seen) receive();
}

/* DEVICE is the path of a line, or the number of an open file; FRAME bytes at most in each frame, WINDOW bytes under way at most. */
static void serve(const char *device, u32 frame, u32 window) {
    line.frame = frame;
    line.window = window;
    make_crc_table();
    open_line(device);
    block_signals(our_signals);
    u64 children = 1 << 17 - 1;
    long signals = system_call(sys_signalfd4, -1, &children, sizeof children, nonblocking | close_on_exec);
    if (signals < 0) complain("agent: signalfd", "", signals), end_program(1);
    greet(device);
    for (;;) serve_once(signals);
}
