#!/usr/bin/env python3
"""Hosts that are unlike the one of the developers: environment, limits, signals, file systems, names.

    host_conditions_test.py --trunkwarden build/dev/trunkwarden --simulator build/dev/trunkwarden-simulator
"""

import os
import pathlib
import resource
import signal
import socket
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from end_to_end.started_daemon import Daemon, goes_on  # noqa: E402
from running import Simulator, Watched, expect, main, wait_until  # noqa: E402

MAY_MOUNT = subprocess.run(["unshare", "-m", "true"], capture_output=True, check=False).returncode == 0
ASAN = {name: value for name, value in os.environ.items() if name.endswith("SAN_OPTIONS")}


def environments(stage, watched):
    for name, environment in {
        "none": {},
        "unknown-locale": {"LANG": "xx_YY.UTF-8", "LC_ALL": "xx_YY"},
        "turkish": {"LANG": "tr_TR.UTF-8", "LC_ALL": "tr_TR.UTF-8"},
        "german-with-a-zone": {"LANG": "de_DE.ISO-8859-1", "TZ": "America/Chicago", "HOME": "/nowhere"},
        "unknown-zone": {"TZ": "Nowhere/At_All"},
    }.items():
        log = stage.scratch / f"{name}.log"
        with log.open("w", encoding="utf-8") as to:
            daemon = Daemon(stage, watched, name, stderr=to, env={**ASAN, **environment})
            goes_on(daemon)
            expect(f"{name} ends with 0", daemon.end() == 0)
        first = log.read_text(encoding="utf-8").split(" ", 1)[0]
        now = time.strftime("%Y-%m-%dT%H:", time.gmtime())
        before = time.strftime("%Y-%m-%dT%H:", time.gmtime(time.time() - 120))
        expect(f"{name} has the times of its log in UTC", now in first or before in first, first)


def few_descriptors(stage, watched):
    def set_limit():
        resource.setrlimit(resource.RLIMIT_NOFILE, (24, 24))
    log = stage.scratch / "few-descriptors.log"
    with log.open("w", encoding="utf-8") as to:
        daemon = Daemon(stage, watched, "few-descriptors", stderr=to, preexec_fn=set_limit)
        goes_on(daemon)
        idle = [socket.create_connection(("127.0.0.1", daemon.port), 5) for _ in range(40)]
        goes_on(daemon)
        goes_on(daemon)
        for one in idle:
            one.close()
        seen = daemon.doctor()
        expect("doctor says that the daemon may open few files", "warn  limits: 24 files may be open at a time in the daemon" in seen, seen)
        expect("a daemon with 24 descriptors ends with 0", daemon.end() == 0)
    said = log.read_text(encoding="utf-8")
    expect("clients of the page leave it the descriptors of the watch", "Too many open files" not in said, said)


def blocked_signals(stage, watched):
    """A parent that had signals blocked or ignored hands that on."""
    def block():
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGPIPE})
    daemon = Daemon(stage, watched, "blocked-signals", preexec_fn=block)
    goes_on(daemon)
    expect("a daemon whose parent blocked signals ends with 0", daemon.end() == 0)

    def ignore():
        for one in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGCHLD):
            signal.signal(one, signal.SIG_IGN)
    daemon = Daemon(stage, watched, "ignored-signals", preexec_fn=ignore)
    goes_on(daemon)
    expect("a daemon whose parent ignored signals ends with 0", daemon.end() == 0)


def broken_pipe(stage, watched):
    """`check | head -1` ends quietly, however the parent handles SIGPIPE."""
    for before in (signal.SIG_DFL, signal.SIG_IGN):
        reader, writer = os.pipe()
        check = subprocess.Popen([stage.given.trunkwarden, "check", f"--config.file={watched.config}"],
                                 stdin=subprocess.DEVNULL, stdout=writer, stderr=subprocess.PIPE,
                                 preexec_fn=lambda how=before: signal.signal(signal.SIGPIPE, how))
        os.close(writer)
        os.close(reader)
        _, said = check.communicate(timeout=120)
        expect("a reader that goes away ends the command quietly", check.returncode == -signal.SIGPIPE and not said,
               (check.returncode, said))


def two_at_once(stage, watched):
    """Two daemons that are started in the same second with one state file: exactly one watches."""
    config = stage.scratch / "two.yml"
    config.write_text(watched.settings.replace("state.db\n", "two.db\n").replace("control.sock", "two.sock"), encoding="utf-8")
    both = []
    for _ in range(2):
        both.append(subprocess.Popen([stage.given.trunkwarden, "run", f"--config.file={config}"], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True))
    wait_until("one of two daemons gives up", lambda: any(one.poll() is not None for one in both), 60)
    ended = [one for one in both if one.poll() is not None]
    expect("the other one goes on", len(ended) == 1, [one.returncode for one in both])
    said = ended[0].communicate()[1]
    expect("it says that the state file is in use", "two.db" in said and ended[0].returncode == 1, said)
    (left,) = (one for one in both if one is not ended[0])
    while "trunkwarden starts" not in (line := left.stderr.readline()):
        expect("the other one runs", line, left.poll())
    left.send_signal(signal.SIGTERM)
    left.communicate(timeout=60)
    expect("the other one ends with 0", left.returncode == 0, left.returncode)


def first_process(stage, watched):
    """As in a container: PID 1 ends at SIGTERM only because it asks for the signal."""
    inside = subprocess.Popen(["unshare", "--fork", "--pid", "--mount-proc", "--kill-child", "sh", "-c",
                               f"exec {stage.given.trunkwarden} run --config.file={watched.config}"],
                              stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    try:
        while b"sweep" not in (line := inside.stderr.readline()) and b"listening" not in line:
            expect("a daemon that is PID 1 runs", line, inside.poll())
        (child,) = pathlib.Path(f"/proc/{inside.pid}/task/{inside.pid}/children").read_text(encoding="utf-8").split()
        os.kill(int(child), signal.SIGTERM)
        inside.communicate(timeout=60)
        expect("a daemon that is PID 1 ends with 0", inside.returncode == 0, inside.returncode)
    finally:
        inside.kill()


def in_a_place_of_its_own(stage, watched, mounts, words):
    """The outcome of a command where the file system is another one, for this command only."""
    return subprocess.run(["unshare", "-m", "sh", "-c", f"{mounts} && exec \"$0\" \"$@\"", stage.given.trunkwarden, *words,
                           f"--config.file={watched}"], capture_output=True, text=True, timeout=120, check=False)


def names_without_a_name_server(stage, watched):
    empty = stage.scratch / "empty"
    empty.write_text("", encoding="utf-8")
    for hidden in ("/etc/resolv.conf", "/etc/nsswitch.conf", "/etc/hosts"):
        if not pathlib.Path(hidden).exists():
            continue
        seen = in_a_place_of_its_own(stage, watched.config, f"mount --bind {empty} {hidden}", ["check"])
        expect(f"an address needs no {hidden}", seen.returncode == 0, seen.stdout + seen.stderr)
    config = stage.scratch / "named.yml"
    config.write_text(watched.settings.replace("127.0.0.1", "telnyx.example.invalid", 1), encoding="utf-8")
    seen = in_a_place_of_its_own(stage, config, f"mount --bind {empty} /etc/resolv.conf", ["doctor"])
    expect("doctor says that the name cannot be looked up",
           "telnyx.example.invalid" in seen.stdout and "/etc/resolv.conf" in seen.stdout, seen.stdout)


def full_and_read_only_disks(stage, watched):
    place = stage.scratch / "disk"
    place.mkdir()
    config = stage.scratch / "disk.yml"
    config.write_text(watched.settings.replace("state.db\n", "disk/state.db\n"), encoding="utf-8")
    for name, mounts, words in (
        ("full", f"mount -t tmpfs -o size=64k none {place} && head -c 65536 /dev/zero > {place}/filler", "has 0 MB left"),
        ("read-only", f"mount -t tmpfs -o ro none {place}", "is on a disk that is read-only"),
        ("read-only root", f"mount -o remount,bind,ro / && mount -t tmpfs -o ro none {place}", "is on a disk that is read-only"),
    ):
        child = subprocess.Popen(["unshare", "-m", "sh", "-c", f"{mounts}; exec \"$0\" \"$@\"", stage.given.trunkwarden, "run",
                                  "--sweeps=2", "--log.level=debug", f"--config.file={config}"],
                                 stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        said = child.communicate(timeout=120)[1]
        expect(f"with a {name} disk the daemon says so, and watches on",
               "state.db" in said and said.count("sweep ended") >= 2 and child.returncode == 0, (child.returncode, said))
        seen = in_a_place_of_its_own(stage, config, mounts, ["doctor"]).stdout
        expect(f"doctor finds the {name} disk", f"fail  disk: {place} {words}" in seen, seen)


def test(stage):
    simulator = Simulator(stage)
    watched = Watched(stage, simulator)
    watched.write()
    environments(stage, watched)
    few_descriptors(stage, watched)
    blocked_signals(stage, watched)
    broken_pipe(stage, watched)
    two_at_once(stage, watched)
    if not MAY_MOUNT:
        print("skipped: what needs a mount namespace, which this host does not allow")
        return
    first_process(stage, watched)
    names_without_a_name_server(stage, watched)
    full_and_read_only_disks(stage, watched)


if __name__ == "__main__":
    sys.exit(main(test))
