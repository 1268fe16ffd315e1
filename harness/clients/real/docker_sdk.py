"""The docker SDK for Python as a program that speaks the engine's protocol: docker_sdk.py SOCKET.

Each call waits in a thread of its own, as the SDK blocks. Its time-out is the SDK's own, 60 s (docker.constants), so
within a cell it never gives up.
"""

import json
import os
import resource
import sys
import threading
import time

import docker

threading.stack_size(256 * 1024)
client = docker.APIClient(base_url="unix://" + sys.argv[1], version="auto")
lock = threading.Lock()
counts = {"sent": 0, "open": 0, "answered": 0, "givenUp": 0, "ended": 0, "bytes": 0}
failures = {}


def ask(container):
    try:
        answer = client.stats(container, stream=False)
        with lock:
            counts["answered"] += 1
            counts["bytes"] += len(json.dumps(answer))
    except Exception as error:  # its class is the finding, whichever it is
        with lock:
            name = type(error).__name__
            failures[name] = failures.get(name, 0) + 1


def open_sockets():
    """Connections that the SDK holds: the calls that wait, and those that its pool keeps for a next one."""
    found = 0
    for fd in os.listdir("/proc/self/fd"):
        try:
            found += os.readlink("/proc/self/fd/" + fd).startswith("socket:")
        except FileNotFoundError:
            continue  # it was closed between the two looks
    return found


def send(calls, containers):
    for number in range(calls):
        with lock:
            counts["sent"] += 1
        threading.Thread(target=ask, args=(containers[number % len(containers)],), daemon=True).start()


for line in sys.stdin:
    order = json.loads(line)
    begin = time.monotonic()
    if order["do"] == "send":
        send(order["calls"], order["containers"])
    with lock:
        report = dict(counts, failures=dict(failures), seconds=time.monotonic() - begin)
    report["open"] = open_sockets()
    report["rss"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    print(json.dumps(report), flush=True)
