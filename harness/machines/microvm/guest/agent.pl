# agent.pl DEVICE FRAME WINDOW: PID 1 of a micro VM, once init.pl is done. Runs programs, carries files and sockets,
# and speaks the frames of channel/frame.ts on a serial line or a virtio port (DEVICE, or the number of an open file),
# FRAME bytes at most in each, WINDOW bytes under way at most. Plain Perl without a module but strict, so that an
# interpreter and its C library are all that a guest needs; x86-64 Linux alone, as what only modules have names for is
# called by number.
use strict;

my ($device, $frame_limit, $window) = @ARGV;
my $chunk = $frame_limit - 24;
my ($nonblock, $no_terminal, $setfl) = (2048, 256, 4);
my ($sys_setsid, $sys_exit, $sys_reboot, $sys_sync, $sys_set_time, $sys_mount) = (112, 231, 169, 162, 164, 165);
my ($eintr, $eio, $eagain) = (4, 5, 11);

# CRC-32 as in zlib. A byte at a time costs the emulated CPU 300 KiB/s, so long texts are first divided by powers of
# the polynomial: P(x) to the 2^k-th is P(x^(2^k)), which has 15 terms however large k is, all at whole bytes when
# k is 3 or more. A division is then 14 xors of long strings, which Perl does in C: 2.8 MiB/s.
my @table = map { my $c = $_; $c = $c & 1 ? 0xEDB88320 ^ $c >> 1 : $c >> 1 for 1 .. 8; $c } 0 .. 255;
my @terms = (6, 9, 10, 16, 20, 21, 22, 24, 25, 27, 28, 30, 31, 32);

sub crc {
    my $rest = "$_[0]\0\0\0\0";
    substr($rest, 0, 4) ^= "\xff\xff\xff\xff";
    for my $block (256, 128, 64, 32, 16, 8, 4, 2, 1) {
        my ($at, $excess) = (0, length($rest) - 32 * $block);
        while ($excess > $at) {
            my $width = $excess - $at < 6 * $block ? $excess - $at : 6 * $block;
            my $quotient = substr $rest, $at, $width;
            substr($rest, $at + $_ * $block, $width) ^= $quotient for @terms;
            $at += $width;
        }
        $rest = substr $rest, $at if $at;
    }
    my $crc = 0;
    $crc = $crc >> 8 ^ $_ << 24 ^ $table[$crc & 255] for unpack 'C*', $rest;
    return $crc ^ 0xFFFFFFFF;
}

my $line;
($device =~ /^\d+$/ ? open($line, '+<&=', $device) : sysopen $line, $device, 2 | $no_terminal)
  or die "agent: $device: $!\n";
# A terminal that passes every byte as it is: 115200 baud, 8 bits, nothing else; at least one byte a read (termbits.h).
ioctl($line, 0x5402, pack 'L4 x C19', 0, 0, 0x18B2, 0, (0) x 6, 1, (0) x 12) or die "agent: $device: $!\n"
  if $device =~ /ttyS/;
$SIG{PIPE} = 'IGNORE';
pipe(my $woken, my $waker) or die "agent: pipe: $!\n";
fcntl($_, $setfl, $nonblock) for $woken, $waker;
$SIG{CHLD} = sub { syswrite $waker, '.' };

# Everything that is going on, by the number that the host gave it.
my %calls;
my %call_of_pid;
my ($received, $sent, $expected, $consumed, $acknowledged) = ('', 0, 0, 0, 0);

sub write_all {
    my $text = shift;
    while (length $text) {
        my $written = syswrite $line, $text;
        if (defined $written) { substr($text, 0, $written) = '' }
        elsif ($! != $eintr && $! != $eagain) { die "agent: writing to $device: $!\n" }
    }
}

sub tell_host {
    my ($id, $type, $part, $payload) = @_;
    my $header = pack 'NNNaCn', 0x4C414221, $sent++, $id, $type, $part, length $payload;
    # In one write: the kernel does not mix it with what others write to the line.
    write_all($header . pack('N', crc($header)) . $payload . pack 'N', crc($payload));
}

sub fail { tell_host($_[0], 'F', 0, pack 'Na*', $! + 0, "$!"); forget($_[0]) }

sub forget {
    my $call = delete $calls{ $_[0] } or return;
    delete $call_of_pid{ $call->{pid} } if $call->{pid};
}

# A call is over for the agent when nothing of it is left that could still tell the host something.
sub forget_if_over {
    my $call = $calls{ $_[0] } or return;
    forget($_[0]) unless $call->{pid} || %{ $call->{out} } || $call->{in} && !$call->{program};
}

sub add {
    my ($id, %call) = @_;
    fcntl($_, $setfl, $nonblock) for grep { defined } $call{in}, values %{ $call{out} };
    $calls{$id} = { buffer => '', out => {}, due => {}, credit => { 1 => $window, 2 => $window }, %call };
}

# A terminal of its own: the end that we keep, and the path of the program's.
sub open_terminal {
    my ($number, $locked) = (pack('i', 0), pack('i', 0));
    sysopen(my $terminal, '/dev/ptmx', 2 | $no_terminal) or return;
    ioctl($terminal, 0x40045431, $locked) && ioctl($terminal, 0x80045430, $number) or return;    # TIOCSPTLCK, TIOCGPTN
    return ($terminal, '/dev/pts/' . unpack 'i', $number);
}

# Flags: 1 no input, 2 one output for both, 4 a terminal for all three.
sub run {
    my ($id, $flags, $payload) = @_;
    my ($variables, @words) = unpack 'n(N/a*)*', $payload;
    my %environment = map { split /=/, $_, 2 } splice @words, 0, $variables;
    my ($in, $out, $err, $stdin, $stdout, $stderr, $terminal);
    if ($flags & 4) { ($out, $terminal) = open_terminal() or return fail($id); $in = $out }
    else {
        if ($flags & 1) { open($stdin, '<', '/dev/null') or return fail($id) }
        else { pipe($stdin, $in) or return fail($id) }
        pipe($out, $stdout) or return fail($id);
        $flags & 2 or pipe($err, $stderr) or return fail($id);
    }
    my $pid = fork;
    return fail($id) unless defined $pid;
    if ($pid == 0) {
        $SIG{$_} = 'DEFAULT' for 'PIPE', 'CHLD';
        syscall $sys_setsid;
        if ($terminal) { sysopen($stdin, $terminal, 2); $stdout = $stdin }
        open(STDIN, '<&', $stdin) && open(STDOUT, '>&', $stdout) && open(STDERR, '>&', $stderr || $stdout)
          or syscall $sys_exit, 126;
        %ENV = %environment;
        exec { $words[0] } @words;
        syswrite STDERR, "$words[0]: $!\n";
        syscall $sys_exit, 127;
    }
    add($id, program => 1, pid => $pid, ($in ? (in => $in) : ()), out => { 1 => $out, ($err ? (2 => $err) : ()) });
    $call_of_pid{$pid} = $id;
    tell_host($id, 'S', 0, pack 'N', $pid);
}

sub connect_to {
    my ($id, $path) = @_;
    socket(my $socket, 1, 1, 0) or return fail($id);
    fcntl($socket, $setfl, $nonblock);
    connect($socket, pack 'Sa108', 1, $path) or return fail($id);
    add($id, in => $socket, out => { 1 => $socket }, socket => 1);
    tell_host($id, 'S', 0, pack 'N', 0);
}

# From now on all programs, files and sockets are those below this directory, which has to be a mount. It is moved over the old
# root: who enters a mount namespace (setns) finds its uppermost root, not what others have as theirs.
sub enter_root {
    my ($id, $path) = @_;
    if ($$ != 1) { $! = 1; return fail($id) }    # EPERM: another machine's root is not ours to move.
    my ($here, $root, $move) = ('.', '/', 8192);
    chdir $path and syscall($sys_mount, $here, $root, 0, $move, 0) == 0 and chroot $here or return fail($id);
    tell_host($id, 'Q', 0, pack 'N', 0);
}

# 0: read only; 577: write only, create, truncate.
sub open_file {
    my ($id, $path, $flags) = @_;
    sysopen(my $file, $path, $flags | $nonblock, 0666) or return fail($id);
    add($id, $flags ? (in => $file, file => 1) : (out => { 1 => $file }));
}

sub finish_input {
    my ($id, $call) = @_;
    my $in = delete $call->{in};
    if ($call->{socket}) { shutdown $in, 1 }
    else { close $in or return fail($id) }
    tell_host($id, 'Q', 0, pack 'N', 0) if $call->{file};
    forget_if_over($id);
}

# The program reads no more. That is its right: what the host still sends is taken and dropped.
sub drop_input {
    my ($id, $call) = @_;
    delete $call->{in};
    tell_host($id, 'G', 0, pack 'N', length $call->{buffer});
    $call->{buffer} = '';
}

sub feed {
    my ($id) = @_;
    my $call = $calls{$id};
    my $written = syswrite $call->{in}, $call->{buffer};
    if (defined $written) {
        substr($call->{buffer}, 0, $written) = '';
        tell_host($id, 'G', 0, pack 'N', $written);
    }
    elsif ($! == $eintr || $! == $eagain) { return }
    elsif (!$call->{program}) { return fail($id) }
    else { return drop_input($id, $call) }
    finish_input($id, $call) if $call->{ended} && $call->{buffer} eq '';
}

sub forward {
    my ($id, $part) = @_;
    my $call = $calls{$id};
    my $wanted = $call->{credit}{$part} < $chunk ? $call->{credit}{$part} : $chunk;
    my $read = sysread $call->{out}{$part}, my $text, $wanted;
    if ($read) {
        $call->{credit}{$part} -= $read;
        $call->{due}{$part} -= $read if $call->{due}{$part};
        tell_host($id, 'D', $part, $text);
    }
    # A terminal that no program has open any more gives an error instead of an end.
    elsif (defined $read || $! == $eio && $call->{program}) {
        delete $call->{out}{$part};
        delete $call->{due}{$part};
        tell_host($id, 'E', $part, '');
        forget_if_over($id);
    }
    elsif ($! != $eintr && $! != $eagain) { return fail($id) }
    tell_end($id) if defined $call->{status};
}

sub reap {
    1 while sysread $woken, my $dots, 512;
    while ((my $pid = waitpid -1, 1) > 0) {
        my $status = $?;
        my $id = $call_of_pid{$pid} or next;
        my $call = $calls{$id};
        $call->{status} = $status;
        # FIONREAD: what it has written and nobody has read yet comes before the news of its end.
        for my $part (keys %{ $call->{out} }) {
            my $due = pack 'L', 0;
            $call->{due}{$part} = unpack 'L', $due if ioctl $call->{out}{$part}, 0x541B, $due;
        }
        tell_end($id);
    }
}

sub tell_end {
    my ($id) = @_;
    my $call = $calls{$id};
    return if grep { $_ > 0 } values %{ $call->{due} };
    tell_host($id, 'Q', 0, pack 'N', delete $call->{status});
    delete $call_of_pid{ delete $call->{pid} };
    forget_if_over($id);
}

# A guest that was saved and goes on elsewhere: another time, and random numbers that are not those of its twins.
# RNDADDENTROPY and RNDRESEEDCRNG of linux/random.h; old kernels lack the second, and need it not.
sub go_on {
    return if $$ != 1;
    my ($seconds, $entropy) = unpack 'Na*', $_[0];
    my $time = pack 'qq', $seconds, 0;
    syscall $sys_set_time, $time, 0;
    open(my $random, '>', '/dev/urandom') or return;
    my $pool = pack 'll/a*', 8 * length $entropy, $entropy;
    ioctl $random, 0x40085203, $pool;
    ioctl $random, 0x5207, 0;
}

sub end_machine {
    return if $$ != 1;
    my ($command) = @_;
    syscall $sys_sync;
    syscall $sys_reboot, 0xfee1dead, 672274793, $command;
}

my %orders = (
    R => \&run, J => sub { enter_root($_[0], $_[2]) }, C => sub { connect_to($_[0], $_[2]) },
    r => sub { open_file($_[0], $_[2], 0) }, w => sub { open_file($_[0], $_[2], 577) },
    G => sub { $calls{ $_[0] }{credit}{ $_[1] } += unpack 'N', $_[2] if $calls{ $_[0] } },
    D => sub {
        my $call = $calls{ $_[0] } or return;
        if ($call->{in}) { $call->{buffer} .= $_[2] }
        else { tell_host($_[0], 'G', 0, pack 'N', length $_[2]) }
    },
    E => sub {
        my $call = $calls{ $_[0] } or return;
        $call->{ended} = 1;
        finish_input($_[0], $call) if $call->{in} && $call->{buffer} eq '';
    },
    K => sub {
        my $pid = ($calls{ $_[0] } or return)->{pid} or return;
        kill unpack('N', $_[2]), $_[1] ? (-$pid, $pid) : $pid;
    },
    X => sub { forget($_[0]) },
    T => sub { go_on($_[2]) },
    B => sub { end_machine(unpack 'N', $_[2]) },
);

# Takes whole frames from what was received, and passes over what is none.
sub take_frames {
    while (length $received >= 20) {
        my ($magic, $number, $id, $type, $part, $length, $sum) = unpack 'NNNaCnN', $received;
        if ($magic != 0x4C414221 || crc(substr $received, 0, 16) != $sum) {
            my $next = index $received, 'LAB!', 1;
            $received = $next < 0 ? substr $received, -3 : substr $received, $next;
            next;
        }
        my $size = 24 + $length;
        return if length $received < $size;
        my $payload = substr $received, 20, $length;
        my $intact = crc($payload) == unpack 'N', substr $received, 20 + $length, 4;
        substr($received, 0, $intact ? $size : 4) = '';
        next unless $intact;
        # Nothing is sent twice, so whatever was lost is lost: the host has to know.
        die "agent: frame $expected was lost, frame $number came\n" if $number != $expected;
        $expected++;
        $consumed += $size;
        $orders{$type}->($id, $part, $payload) if $orders{$type};
    }
    return if $consumed == $acknowledged;
    tell_host(0, 'A', 0, pack 'N', $consumed & 0xFFFFFFFF);
    $acknowledged = $consumed;
}

sub first_line { open(my $file, '<', $_[0]) or return ''; my $text = <$file>; chomp $text; return $text }

sub greet {
    my ($memory) = first_line('/proc/meminfo') =~ /(\d+)/;
    my $cpus = () = do { open(my $file, '<', '/proc/cpuinfo'); local $/; <$file> } =~ /^processor/mg;
    open(my $mounts, '<', '/proc/mounts');
    my @cgroups = map { (split)[2] eq 'cgroup2' ? 'v2' : (split)[1] =~ m{([^/]+)$} } grep { /^\S+ \S+ cgroup2? / } <$mounts>;
    my %facts = (
        release => first_line('/proc/sys/kernel/osrelease'), commandline => first_line('/proc/cmdline'),
        memory => $memory * 1024, cpus => $cpus, cgroups => join(',', @cgroups), device => $device,
    );
    tell_host(0, 'H', 1, join '', map { "$_=$facts{$_}\n" } sort keys %facts);
}

greet();
while (1) {
    my ($readable, $writable) = ('', '');
    vec($readable, fileno $_, 1) = 1 for $line, $woken;
    while (my ($id, $call) = each %calls) {
        vec($writable, fileno $call->{in}, 1) = 1 if $call->{in} && $call->{buffer} ne '';
        for my $part (keys %{ $call->{out} }) {
            vec($readable, fileno $call->{out}{$part}, 1) = 1 if $call->{credit}{$part} > 0;
        }
    }
    next if select($readable, $writable, undef, undef) < 0;
    if (vec $readable, fileno $line, 1) {
        my $read = sysread $line, $received, 65536, length $received;
        die "agent: reading from $device: $!\n" unless $read || $! == $eintr;
        take_frames();
    }
    # A chunk for each, in turn: none waits for another's bulk.
    for my $id (keys %calls) {
        my $call = $calls{$id} or next;
        feed($id) if $call->{in} && $call->{buffer} ne '' && vec $writable, fileno $call->{in}, 1;
        for my $part (1, 2) {
            my $out = ($calls{$id} or last)->{out}{$part} or next;
            forward($id, $part) if $call->{credit}{$part} > 0 && vec $readable, fileno $out, 1;
        }
    }
    reap() if vec $readable, fileno $woken, 1;
}
