#!/usr/bin/perl
# memory-cgroups.pl ROOT FROM COUNT WORKLOAD: cgroups ROOT/lab-FROM and so on come, have one process each, and go.
# What the process leaves behind: `kmem` a pipe with 4 KiB in it, held by a process outside (kernel memory that was
# charged to the cgroup); `page-cache` a file of 4 KiB on a tmpfs; `nothing` nothing. Says how many were made, and the pid
# of the holder. It ends with 3 when the kernel makes no more cgroups, and says why.
# Perl, as it is in every guest of the lab, and a shell's mkdir and rmdir alone cost 15 ms each on an emulated CPU.
use strict;

my ($set_sid, $exit_group) = (112, 231);
my ($root, $from, $count, $workload) = @ARGV;
my (@held, $made);

sub put {
    my ($file, $text) = @_;
    open(my $handle, '>', $file) or return;
    return defined syswrite $handle, $text;
}

sub leave {
    my ($number, $pipe) = @_;
    return defined syswrite($pipe, 'z' x 4096) if $workload eq 'kmem';
    return put("/tmp/lab-kept-$number", 'z' x 4096) if $workload eq 'page-cache';
    return 1;
}

sub remove {
    my ($cgroup) = @_;
    # A process that was waited for may take a moment to leave its cgroup.
    for (1 .. 400) { return 1 if rmdir $cgroup; select undef, undef, undef, 0.005 }
    return;
}

for my $number ($from .. $from + $count - 1) {
    my $cgroup = "$root/lab-$number";
    unless (mkdir $cgroup) { print "made ", $made // 0, "\nmkdir $cgroup: $!\n"; exit 3 }
    # As the runc of docker 1.13 does: before 4.5 this is what switches the accounting of kernel memory on.
    put("$cgroup/memory.kmem.limit_in_bytes", 1 << 30);
    my ($read, $write);
    pipe $read, $write or die "a pipe: $!\n" if $workload eq 'kmem';
    my $pid = fork() // die "fork: $!\n";
    unless ($pid) {
        my $left = put("$cgroup/cgroup.procs", $$) && leave($number, $write);
        # Without Perl's own end, which would be charged as well.
        syscall $exit_group, $left ? 0 : 1;
    }
    close $write if $write;
    waitpid $pid, 0;
    die "the process of $cgroup ended with $?\n" if $?;
    push @held, $read if $read;
    remove($cgroup) or die "rmdir $cgroup: $!\n";
    $made++;
}

print "made $made\n";
exit unless @held;
$| = 1;
my $holder = fork() // die "fork: $!\n";
if ($holder) { print "holder $holder\n"; syscall $exit_group, 0 }
syscall $set_sid;
close $_ for *STDIN, *STDOUT, *STDERR;
sleep 3600 while 1;
