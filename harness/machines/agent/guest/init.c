/*
 * init.c: PID 1 of a micro VM. It mounts the file systems of a guest, loads the modules that the host has listed, and becomes the agent.
 * `init DEVICE FRAME WINDOW`, as any other PID, is the agent alone; tests use that.
 *
 * It is C without a library, compiled by tcc (harness/fetch/static-program.ts). An interpreter took 0.3 s of a boot of 2 s on an emulated CPU.
 */
#include "linux.h"
#include "frames.h"
#include "calls.h"
#include "orders.h"
#include "agent.h"

/* What is missing must not stop the guest: the host sees in the agent's greeting what, and here why. */
static void warn(const char *doing, const char *what, long result) {
    SHORT_TEXT(who);
    add(&who, "init: ");
    add(&who, doing);
    if (result < 0) complain(who.bytes, what, result);
}

static void mount(const char *type, const char *place, const char *options) {
    system_call(sys_mkdir, place, 0777);
    warn("mounting ", place, system_call(sys_mount, type, place, type, 0, options));
}

/* In the order in which the host has listed them. */
static void load_modules(void) {
    static char names[1 << 16];
    char *at = names;
    if (read_text("/lab/modules", names, sizeof names) < 0) return;
    for (char *name; (name = next_line(&at));) {
        SHORT_TEXT(path);
        add(&path, "/lab/");
        add(&path, name);
        long file = system_call(sys_open, path.bytes, read_only | close_on_exec, 0);
        warn("module ", name, file < 0 ? file : system_call(sys_finit_module, file, "", 0));
        close_file(file);
    }
}

/* A setting of the host, a line `name=value`. */
static const char *setting(const char *name) {
    static char settings[4096];
    if (!settings[0]) {
        read_text("/lab/settings", settings, sizeof settings);
        for (char *letter = settings; *letter; letter++)
            if (*letter == '\n') *letter = 0;
    }
    for (char *at = settings; *at; at += length_of(at) + 1)
        if (begins_with(at, name) && at[length_of(name)] == '=') return at + length_of(name) + 1;
    return "";
}

/* The controllers that this kernel has and its parameters leave on, each as a hierarchy of its own; or the unified one. */
static void mount_cgroups(void) {
    if (setting("cgroups")[0] == '2') return mount("cgroup2", "/sys/fs/cgroup", 0);
    char *at = large_file;
    large_file[0] = 0;
    mount("tmpfs", "/sys/fs/cgroup", "mode=755");
    read_text("/proc/cgroups", large_file, sizeof large_file);
    for (char *controller; (controller = next_line(&at));) {
        // Name, hierarchy, number of cgroups, enabled.
        u64 length = length_of(controller);
        if (*controller == '#' || length == 0 || controller[length - 1] != '1') continue;
        SHORT_TEXT(name);
        SHORT_TEXT(place);
        for (char *letter = controller; *letter != '\t' && *letter; letter++) add_bytes(&name, letter, 1);
        add(&place, "/sys/fs/cgroup/");
        add(&place, name.bytes);
        mount("cgroup", place.bytes, name.bytes);
    }
    mount("cgroup", "/sys/fs/cgroup/systemd", "none,name=systemd");
}

/* SIOCSIFFLAGS: IFF_UP | IFF_RUNNING on the loopback interface; an IPv4 socket for datagrams. */
static void bring_up_loopback(void) {
    struct { char name[16]; short flags; char rest[22]; } request;
    memset(&request, 0, sizeof request);
    memcpy(request.name, "lo", 2);
    request.flags = 0x41;
    long file = system_call(sys_socket, 2, 2 | close_on_exec, 0);
    warn("bringing up ", "lo", file < 0 ? file : system_call(sys_ioctl, file, 0x8914, &request));
    close_file(file);
}

/* Whether a directory has a name that begins so, which then is in `name`. */
static int has_name(const char *directory, const char *beginning, struct text *name) {
    u8 entries[4096];
    long length = 0, file = system_call(sys_open, directory, read_only | close_on_exec, 0);
    while (file >= 0 && !name->length && (length = system_call(sys_getdents64, file, entries, sizeof entries)) > 0) {
        // Of linux_dirent64: the length of an entry at 16, its name at 19.
        for (long at = 0; at < length && !name->length; at += entries[at + 16] | entries[at + 17] << 8) {
            const char *entry = (const char *)entries + at + 19;
            if (*entry != '.' && begins_with(entry, beginning)) add(name, entry);
        }
    }
    close_file(file);
    return name->length > 0;
}

/* The host has plugged in one port. A driver that was just loaded hears of it a moment later. */
static int find_port(struct text *device) {
    for (int tries = 0; tries < 100; tries++) {
        SHORT_TEXT(port);
        SHORT_TEXT(driven);
        if (has_name("/sys/class/virtio-ports", "", &port)) {
            add(device, "/dev/");
            add(device, port.bytes);
            return 1;
        }
        if (!has_name("/sys/bus/virtio/drivers/virtio_console", "virtio", &driven)) return 0;
        sleep_milliseconds(10);
    }
    return 0;
}

static void initialise(void) {
    mount("proc", "/proc", 0);
    mount("sysfs", "/sys", 0);
    mount("devtmpfs", "/dev", 0);
    mount("devpts", "/dev/pts", "ptmxmode=0666,mode=0620");
    mount("tmpfs", "/dev/shm", "mode=1777");
    mount("tmpfs", "/tmp", "mode=1777");
    mount("tmpfs", "/run", "mode=755");
    system_call(sys_symlink, "/proc/self/fd", "/dev/fd");
    load_modules();
    mount_cgroups();
    bring_up_loopback();
    // As the units of dockers have it (LimitNOFILE), and everything here is a child of this process.
    u64 open_files[2] = {1 << 20, 1 << 20};
    warn("raising the number of open files", "", system_call(sys_prlimit64, 0, 7, open_files, 0));
}

void begin(long *stack) {
    long count = stack[0];
    char **words = (char **)(stack + 1);
    if (system_call(sys_getpid) != 1) {
        if (count == 4) serve(words[1], number_in(words[2]), number_in(words[3]));
        complain("", "init DEVICE FRAME WINDOW", -22);
        end_program(64);
    }
    initialise();
    SHORT_TEXT(port);
    if (find_port(&port)) serve(port.bytes, number_in(setting("port_frame")), number_in(setting("port_window")));
    else serve("/dev/ttyS1", number_in(setting("line_frame")), number_in(setting("line_window")));
}
