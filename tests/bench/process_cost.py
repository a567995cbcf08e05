"""The cost of a running process so far, by /proc."""

import os
import pathlib
import re

TICKS = os.sysconf("SC_CLK_TCK")


def cpu_seconds(pid):
    # proc(5), stat: the name in parentheses may hold anything, so fields count from its last ")".
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def _bytes_of(name, text):
    return int(re.search(rf"^{name}:\s*(\d+) kB", text, re.MULTILINE)[1]) * 1024


def largest_resident(pid):
    return _bytes_of("VmHWM", pathlib.Path(f"/proc/{pid}/status").read_text(encoding="utf-8"))


def proportional(pid):
    """PSS: its own memory, and its part of shared memory."""
    return _bytes_of("Pss", pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="utf-8"))
