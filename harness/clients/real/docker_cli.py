"""Docker's own CLI, stopped while it waits, as a program that speaks the engine's protocol: docker_cli.py SOCKET.

`docker stats --no-stream` gives up by itself after two seconds (stats_helpers.go of docker/cli); one that is stopped,
by a terminal or a debugger, does not, and keeps its connection. A call counts as sent when the process has a socket and
has written nothing more for a while: its request is out, and it waits.
"""

import json
import os
import resource
import signal
import subprocess
import sys
import time

SOCKET = sys.argv[1]
LOOK = 0.05
QUIET_LOOKS = 6
LIMIT = 30

children = []
counts = {"sent": 0, "open": 0, "answered": 0, "givenUp": 0, "ended": 0, "bytes": 0}
failures = {}


def written(pid):
    with open(f"/proc/{pid}/io") as lines:
        return next(int(line.split()[1]) for line in lines if line.startswith("wchar:"))


def has_socket(pid):
    for fd in os.listdir(f"/proc/{pid}/fd"):
        try:
            if os.readlink(f"/proc/{pid}/fd/{fd}").startswith("socket:"):
                return True
        except FileNotFoundError:
            continue  # it was closed between the two looks
    return False


class Call:
    """A process that is watched until it waits."""

    def __init__(self, container):
        command = ["docker", "-H", "unix://" + SOCKET, "stats", "--no-stream", container]
        quiet = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        self.process = subprocess.Popen(command, env={"PATH": "/usr/bin:/bin", "HOME": "/tmp"}, **quiet)
        self.written, self.quiet = -1, 0

    def look(self):
        """None while it has not come to its wait, else how that ended: an empty string when it was stopped."""
        if self.process.poll() is not None:
            return "ended before it could be stopped"
        now = written(self.process.pid) if has_socket(self.process.pid) else -1
        self.quiet = self.quiet + 1 if now == self.written and now > 0 else 0
        self.written = now
        if self.quiet < QUIET_LOOKS:
            return None
        self.process.send_signal(signal.SIGSTOP)
        return ""


def send(calls, containers):
    waiting = [Call(containers[number % len(containers)]) for number in range(calls)]
    children.extend(call.process for call in waiting)
    deadline = time.monotonic() + LIMIT
    while waiting:
        late = time.monotonic() > deadline
        left = []
        for call in waiting:
            ending = call.look()
            if ending is None and late:
                ending = "never waited"
            if ending is None:
                left.append(call)
            elif ending == "":
                counts["sent"] += 1
                counts["open"] += 1
            else:
                failures[ending] = failures.get(ending, 0) + 1
        waiting = left
        time.sleep(LOOK)


def close():
    for child in children:
        child.kill()
        child.wait()
    children.clear()
    counts["open"] = 0


try:
    for line in sys.stdin:
        order = json.loads(line)
        begin = time.monotonic()
        if order["do"] == "send":
            send(order["calls"], order["containers"])
        if order["do"] == "close":
            close()
        report = dict(counts, failures=failures, seconds=time.monotonic() - begin)
        report["rss"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
        print(json.dumps(report), flush=True)
finally:
    close()
