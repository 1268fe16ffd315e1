#!/usr/bin/perl -I/lab
# init.pl: the first program of a micro VM. Mounts what every guest has, loads the modules that the host has put there,
# and becomes the agent. In Perl and not a shell script, as each program that a shell starts costs the emulated CPU 15 ms.
use strict;

my ($sys_mount, $sys_insert_module) = (165, 313);
my %settings = map { /^(\w+)=(.*)$/ } lines('/lab/settings');

# What is here must not stop the guest: the host sees in the agent's greeting what is missing, and here why.
sub warn_host { print STDERR "init: $_[0]: $!\n" }

sub lines {
    open(my $file, '<', $_[0]) or return ();
    chomp(my @lines = <$file>);
    return @lines;
}

sub mount {
    # Variables all, as syscall may write to what it is given.
    my ($type, $place, $data) = @_;
    mkdir $place;
    my $source = $type;
    return syscall($sys_mount, $source, $place, $type, 0, $data // 0) == 0 || warn_host("mounting $type on $place");
}

mount('proc', '/proc');
mount('sysfs', '/sys');
mount('devtmpfs', '/dev');
mount('devpts', '/dev/pts', 'ptmxmode=0666,mode=0620');
mount('tmpfs', $_, 'mode=1777') for '/dev/shm', '/tmp';
mount('tmpfs', '/run', 'mode=755');
symlink '/proc/self/fd', '/dev/fd';

for my $module (lines('/lab/modules')) {
    my $parameters = '';
    open(my $file, '<', "/lab/$module") or warn_host("module $module"), next;
    syscall($sys_insert_module, fileno $file, $parameters, 0) == 0 or warn_host("module $module");
}

# The controllers that this kernel has and its parameters leave on.
my @controllers = map { /^(\w+)\s+\d+\s+\d+\s+1$/ } lines('/proc/cgroups');
if ($settings{cgroups} == 2) {
    mount('cgroup2', '/sys/fs/cgroup');
}
else {
    mount('tmpfs', '/sys/fs/cgroup', 'mode=755');
    mount('cgroup', "/sys/fs/cgroup/$_", $_) for @controllers;
    mount('cgroup', '/sys/fs/cgroup/systemd', 'none,name=systemd');
}

# SIOCSIFFLAGS: IFF_UP | IFF_RUNNING on the loopback interface, 2 and 2: an IPv4 socket for datagrams.
my $request = pack 'a16 S x22', 'lo', 0x41;
socket(my $socket, 2, 2, 0) or warn_host('a socket');
ioctl($socket, 0x8914, $request) or warn_host('bringing up lo');

sub names {
    opendir(my $directory, $_[0]) or return ();
    return grep { !/^\./ } readdir $directory;
}

# The port by the name that the host gave it. A driver that was just loaded hears of it a moment later.
sub find_port {
    for my $tries (1 .. 100) {
        for my $port (names('/sys/class/virtio-ports')) {
            return "/dev/$port" if (lines("/sys/class/virtio-ports/$port/name"))[0] eq 'lab';
        }
        return unless grep { /^virtio/ } names('/sys/bus/virtio/drivers/virtio_console');
        select undef, undef, undef, 0.01;
    }
    return;
}

my $port = find_port();
@ARGV = $port ? ($port, @settings{ 'port_frame', 'port_window' }) : ('/dev/ttyS1', @settings{ 'line_frame', 'line_window' });
do '/lab/agent.pl';
die "init: the agent: $@ $!\n";
