/*
 * frames.h: reads and writes the frames of channel/frame.ts. The line is a terminal, a virtio port or a socket.
 */

/* Sums are CRC-32 as zlib has it. */
static u32 crc_table[256];

static void make_crc_table(void) {
    for (u32 byte = 0; byte < 256; byte++) {
        u32 sum = byte;
        for (int bit = 0; bit < 8; bit++) sum = sum & 1 ? 0xEDB88320 ^ sum >> 1 : sum >> 1;
        crc_table[byte] = sum;
    }
}

static u32 crc(const u8 *bytes, u64 count) {
    u32 sum = 0xFFFFFFFF;
    while (count--) sum = sum >> 8 ^ crc_table[(sum ^ *bytes++) & 255];
    return ~sum;
}

static u32 number_at(const u8 *bytes) {
    return (u32)bytes[0] << 24 | bytes[1] << 16 | bytes[2] << 8 | bytes[3];
}

static void put_number(u8 *bytes, u32 number) {
    for (int at = 0; at < 4; at++) bytes[at] = number >> 24 - 8 * at;
}

enum { header_bytes = 20, frame_overhead = 24, longest_payload = 0xffff };

/* The line to the host, and how much may be in one frame, and under way, on it. */
static struct {
    long file;
    u32 frame, window;
    u32 sent, expected, consumed, acknowledged;
    u64 length;
    u8 received[4 * (longest_payload + frame_overhead)];
    u8 sending[longest_payload + frame_overhead];
} line;

static void write_to_host(const u8 *bytes, u64 count) {
    while (count > 0) {
        long written = system_call(sys_write, line.file, bytes, count);
        if (written > 0) bytes += written, count -= written;
        else if (written == -again) {
            struct { int file; short wanted, seen; } writable = {line.file, 4, 0};
            system_call(sys_poll, &writable, 1, -1);
        }
        else if (written != -interrupted) complain("agent: writing to the host", "", written), end_program(1);
    }
}

/* Payloads are never larger than the line's frame, as all of them are chunks of that size or a few words. */
static void tell_host(u32 id, char type, u8 part, const void *payload, u32 bytes) {
    u8 *frame = line.sending;
    memcpy(frame, "LAB!", 4);
    put_number(frame + 4, line.sent++);
    put_number(frame + 8, id);
    frame[12] = type;
    frame[13] = part;
    frame[14] = bytes >> 8;
    frame[15] = bytes;
    put_number(frame + 16, crc(frame, 16));
    memcpy(frame + header_bytes, payload, bytes);
    put_number(frame + header_bytes + bytes, crc(payload, bytes));
    // In one write: the kernel does not mix it with what others write to the line.
    write_to_host(frame, frame_overhead + bytes);
}

static void tell_number(u32 id, char type, u8 part, u32 number) {
    u8 payload[4];
    put_number(payload, number);
    tell_host(id, type, part, payload, 4);
}

static void obey(u32 id, char type, u8 part, const u8 *payload, u32 bytes);

/* How many bytes to pass over until the next that could begin a frame. */
static u64 to_next_magic(const u8 *bytes, u64 count) {
    u64 at = 1;
    for (; at < count; at++) {
        u64 rest = count - at;
        if (bytes[at] == 'L' && (rest < 2 || bytes[at + 1] == 'A') && (rest < 3 || bytes[at + 2] == 'B') && (rest < 4 || bytes[at + 3] == '!')) break;
    }
    return at;
}

/* Obeys the whole frames that were received, and passes over what is none. */
static void take_frames(void) {
    u64 at = 0;
    while (line.length - at >= header_bytes) {
        const u8 *frame = line.received + at;
        u64 left = line.length - at;
        u32 bytes = frame[14] << 8 | frame[15];
        if (number_at(frame) != 0x4C414221 || crc(frame, 16) != number_at(frame + 16)) {
            at += to_next_magic(frame, left);
            continue;
        }
        if (left < frame_overhead + bytes) break;
        const u8 *payload = frame + header_bytes;
        if (crc(payload, bytes) != number_at(payload + bytes)) {
            at += 4;
            continue;
        }
        u32 number = number_at(frame + 4);
        // Nothing is sent twice, so lost data stays lost: the host has to know.
        if (number != line.expected) {
            SHORT_TEXT(words);
            add(&words, "agent: frame ");
            add_number(&words, line.expected);
            add(&words, " was lost, frame ");
            add_number(&words, number);
            add(&words, " came\n");
            system_call(sys_write, 2, words.bytes, words.length);
            end_program(1);
        }
        line.expected++;
        line.consumed += frame_overhead + bytes;
        at += frame_overhead + bytes;
        obey(number_at(frame + 8), frame[12], frame[13], payload, bytes);
    }
    memmove(line.received, line.received + at, line.length - at);
    line.length -= at;
    if (line.consumed == line.acknowledged) return;
    tell_number(0, 'A', 0, line.consumed);
    line.acknowledged = line.consumed;
}

static void receive(void) {
    long read = system_call(sys_read, line.file, line.received + line.length, sizeof line.received - line.length);
    if (read > 0) {
        line.length += read;
        take_frames();
    }
    else if (read != -interrupted && read != -again) complain("agent: reading from the host", "", read), end_program(1);
}

/* A terminal that passes every byte as it is: 115200 baud, 8 bits, nothing else; at least one byte a read (termbits.h). */
static void open_line(const char *device) {
    if (*device >= '0' && *device <= '9') {
        line.file = number_in(device);
        // Not for the programs that are started (F_SETFD, FD_CLOEXEC).
        system_call(sys_fcntl, line.file, 2, 1);
    }
    else line.file = system_call(sys_open, device, read_write | no_terminal | close_on_exec, 0);
    if (line.file < 0) complain("agent: ", device, line.file), end_program(1);
    if (!begins_with(device, "/dev/ttyS")) return;
    struct { u32 input, output, control, local; u8 discipline, characters[19]; } raw;
    memset(&raw, 0, sizeof raw);
    raw.control = 0x18B2;
    raw.characters[6] = 1;
    long set = system_call(sys_ioctl, line.file, 0x5402, &raw);
    if (set < 0) complain("agent: ", device, set), end_program(1);
}
