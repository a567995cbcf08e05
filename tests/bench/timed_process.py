"""Runs a command and says what it cost: CPU, peak memory, time."""

import collections
import ctypes
import os
import pathlib
import subprocess
import time

Cost = collections.namedtuple("Cost", "cpu memory wall")  # seconds, bytes, seconds

PR_SET_CHILD_SUBREAPER = 36

# Linux counts the memory of the process it was forked from into a process' own peak, and Python is larger than what is
# measured here. So a small shell forks it, and ends: the process becomes our child, for us to start and to wait for.
LAUNCH = 'in=$1 out=$2; shift 2; exec 3<&0; { read go <&3; exec "$@" <"$in" >"$out" 2>"$out.err" 3<&-; } & echo $!'


class Failed(Exception):
    pass


def adopt_orphans():
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def run(command, folder, stdin="/dev/null", environment=None):
    """The Cost of a command that must succeed; its output goes to a file of `folder`."""
    out = pathlib.Path(folder) / (pathlib.Path(command[0]).name + ".out")
    with subprocess.Popen(["/bin/sh", "-c", LAUNCH, "sh", stdin, out, *command], stdin=subprocess.PIPE,
                          stdout=subprocess.PIPE, text=True, env={**os.environ, **(environment or {})}) as shell:
        child = int(shell.stdout.readline())
        shell.wait()
        began = time.monotonic()
        shell.stdin.write("go\n")
        shell.stdin.flush()
        _, status, used = os.wait4(child, 0)
        wall = time.monotonic() - began
    code = os.waitstatus_to_exitcode(status)
    if code != 0:
        told = (out.read_text() + pathlib.Path(f"{out}.err").read_text())[-2000:]
        raise Failed(f"{' '.join(map(str, command))}: exit code {code}\n{told}")
    return Cost(used.ru_utime + used.ru_stime, used.ru_maxrss * 1024, wall)
