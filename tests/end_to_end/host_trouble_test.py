#!/usr/bin/env python3
"""Trouble that the host makes: streams that take nothing or are closed, limits of files, a terminal that is left.

    host_trouble_test.py --trunkwarden build/dev/trunkwarden --simulator build/dev/trunkwarden-simulator
"""

import datetime
import email.utils
import http.server
import json
import os
import pathlib
import pty
import re
import resource
import select
import signal
import socket
import subprocess
import sys
import termios
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from end_to_end.started_daemon import Daemon, goes_on  # noqa: E402
from running import KEY, Simulator, Watched, answer_to, expect, free_port, main, wait_until  # noqa: E402


def log_that_nobody_takes(stage, watched):
    reader, writer = os.pipe()
    daemon = Daemon(stage, watched, "unread-pipe", "--log.level=debug", stderr=writer)
    goes_on(daemon)
    os.set_blocking(reader, False)
    noise = b"x" * 65536
    os.set_blocking(writer, False)
    try:
        while True:
            os.write(writer, noise)
    except BlockingIOError:
        os.set_blocking(writer, True)
    goes_on(daemon)
    expect("lines wait in memory before any is lost", daemon.metric("trunkwarden_log_lines_dropped_total") == 0)
    drained = b""
    for _ in range(100):
        try:
            drained += os.read(reader, 65536)
        except BlockingIOError:
            time.sleep(0.1)
        if b"sweep ended" in drained.rsplit(b"x" * 100, 1)[-1]:
            break
    expect("the lines that waited come when somebody reads", b"sweep ended" in drained.rsplit(b"x" * 100, 1)[-1])
    os.close(reader)
    wait_until("lines are counted once the reader is gone",
               lambda: (daemon.metric("trunkwarden_log_lines_dropped_total") or 0) > 0, 20)
    goes_on(daemon)
    expect("a daemon whose log nobody takes ends with 0", daemon.end() == 0)
    os.close(writer)

    master, slave = pty.openpty()
    daemon = Daemon(stage, watched, "stopped-terminal", "--log.level=debug", stderr=slave)
    termios.tcflow(slave, termios.TCOOFF)
    goes_on(daemon)
    expect("a daemon on a stopped terminal ends with 0", daemon.end() == 0)
    os.close(master)
    os.close(slave)

    with open("/dev/full", "w", encoding="utf-8") as full:
        daemon = Daemon(stage, watched, "full-log", stderr=full)
        goes_on(daemon)
        expect("lines that failed are counted", daemon.metric("trunkwarden_log_lines_dropped_total") > 0)
        seen = daemon.doctor()
        expect("doctor says that lines were dropped", "warn  log: " in seen and " of the daemon's log were dropped" in seen, seen)


def closed_descriptors(stage, watched):
    for closed in ((0,), (1,), (2,), (0, 1, 2)):
        name = "without-" + "".join(map(str, closed))

        def close(numbers=closed):
            for number in numbers:
                os.close(number)
        daemon = Daemon(stage, watched, name, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, preexec_fn=close,
                        close_fds=True)
        goes_on(daemon)
        for number in closed:
            expect(f"descriptor {number} is /dev/null",
                   os.readlink(f"/proc/{daemon.child.pid}/fd/{number}") == "/dev/null")
        text = (stage.scratch / f"{name}.db.lock").read_text(encoding="utf-8")
        expect("no log line is in the lock", "level=" not in text, text)
        expect(f"{name} ends with 0", daemon.end() == 0)


def limit_of_files(stage, watched):
    for limit in (0, 1024, 300_000):
        def set_limit(most=limit):
            resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
        name, log = f"limit-{limit}", stage.scratch / f"limit-{limit}.log"
        with log.open("w", encoding="utf-8") as to:
            daemon = Daemon(stage, watched, name, "--log.level=debug", stderr=to, preexec_fn=set_limit)
            goes_on(daemon)
            if limit < 10_000:
                wait_until("the metric says that nothing can be kept",
                           lambda d=daemon: d.metric("trunkwarden_state_file_writable") == 0, 20)
                wait_until("lines of the log beyond the limit are counted",
                           lambda d=daemon: d.metric("trunkwarden_log_lines_dropped_total") > 0, 20)
                seen = daemon.doctor()
                expect("doctor says that the daemon writes nothing down", "fail  state: the daemon does not write " in seen, seen)
            seen = daemon.doctor()
            expect("doctor names the limit of the daemon, not its own", f"warn  limits: a file may have {limit} bytes in the daemon" in seen, seen)
            expect(f"{name} ends with 0", daemon.end() == 0)


def results(stage, watched):
    """A result that cannot be written to stdout is exit code 1 and a line on stderr; stderr itself changes nothing."""
    program, config = stage.given.trunkwarden, f"--config.file={watched.config}"
    commands = {
        "--version": ["--version"], "--help": ["--help"], "config check": ["config", "check", config],
        "config schema": ["config", "schema"], "check": ["check", config], "check, JSON": ["check", "--output=json", config],
        "baseline lint": ["baseline", "lint", config], "baseline capture": ["baseline", "capture", "--account", "demo", config],
        "resources": ["resources"], "doctor": ["doctor", config], "lockdown": ["lockdown", "--account", "demo", config],
        "findings": ["findings", config],
    }
    # There is a state file to read findings from.
    subprocess.run([program, "run", "--sweeps=1", config], check=True, capture_output=True, timeout=60)
    for name, words in commands.items():
        def run(out, err=subprocess.PIPE, words=tuple(words), **how):
            return subprocess.run([program, *words], stdin=subprocess.DEVNULL, stdout=out, stderr=err, timeout=120,
                                  check=False, **how)
        usual = run(subprocess.PIPE)
        with open("/dev/full", "wb") as full:
            failed = run(full)
            expect(f"{name} to /dev/full: exit code 1", failed.returncode == 1, failed)
            expect(f"{name} to /dev/full: a line on stderr",
                   b"cannot be written to stdout: No space left on device\n" in failed.stderr, failed.stderr)
            quiet = run(subprocess.PIPE, err=full)
            expect(f"{name} with stderr on /dev/full: the same exit code", quiet.returncode == usual.returncode, quiet)
            expect(f"{name} with stderr on /dev/full: a result", bool(quiet.stdout) == bool(usual.stdout))
        failed = run(None, preexec_fn=lambda: os.close(1))
        expect(f"{name} with a closed stdout: exit code 1", failed.returncode == 1, failed)
        expect(f"{name} with a closed stdout: a line on stderr",
               b"cannot be written to stdout: Bad file descriptor\n" in failed.stderr, failed.stderr)
        silent = run(subprocess.PIPE, err=None, preexec_fn=lambda: os.close(2))
        expect(f"{name} with a closed stderr: the same exit code", silent.returncode == usual.returncode, silent)


def lockdown_that_nobody_reads(stage, watched, simulator):
    """Every step is done all the same; the exit code says that the report was not written."""
    simulator.command("attack", {"name": "add_ip"})
    simulator.command("attack", {"name": "change_connection_webhook"})
    words = [stage.given.trunkwarden, "lockdown", "--account", "demo", "--apply", "--yes", f"--config.file={watched.config}"]
    with open("/dev/full", "wb") as full:
        done = subprocess.run(words, stdin=subprocess.DEVNULL, stdout=full, stderr=subprocess.PIPE, timeout=120, check=False)
    expect("lockdown --apply to /dev/full: exit code 1", done.returncode == 1, done)
    expect("lockdown --apply to /dev/full: a line on stderr", b"cannot be written to stdout: No space left on device\n" in done.stderr, done)
    writes = simulator.command("requests", {})["writes"]
    expect("lockdown --apply to /dev/full: it changed the account", writes)
    again = subprocess.run(words, stdin=subprocess.DEVNULL, capture_output=True, timeout=120, check=False)
    expect("lockdown --apply to /dev/full: no step was left", again.returncode == 0 and simulator.command("requests", {})["writes"] == writes, again)


def state_file_that_goes_away(stage, watched):
    folder = stage.scratch / "state"
    folder.mkdir()
    text = watched.settings
    watched.settings = text.replace("state_file: state.db", "state_file: state/state.db")
    log = stage.scratch / "gone.log"
    with log.open("w", encoding="utf-8") as to:
        daemon = Daemon(stage, watched, "gone", stderr=to)
    goes_on(daemon)
    state = folder / "gone.db"
    for name in ("gone.db", "gone.db-wal", "gone.db-shm"):
        (folder / name).unlink(missing_ok=True)
    wait_until("the metric says it", lambda: daemon.metric("trunkwarden_state_file_writable") == 0, 10)
    wait_until("the file is made anew", state.exists, 10)
    expect("the log says it", "the state file was removed or replaced" in log.read_text(encoding="utf-8"))
    wait_until("a finding says it", lambda: "was removed or replaced while" in daemon.get("/api/v1/findings")[1], 20)
    seen = daemon.doctor()
    expect("doctor says it", "fail  state: the daemon does not write " in seen and "was removed or replaced" in seen, seen)
    folder.rename(stage.scratch / "elsewhere")
    folder.mkdir()
    wait_until("in a new folder, too", state.exists, 10)
    expect("a daemon whose state file was removed ends with 0", daemon.end() == 0)
    with log.open("w", encoding="utf-8") as to:
        daemon = Daemon(stage, watched, "gone", stderr=to)
    goes_on(daemon)
    expect("the next run misses nothing", "is lost" not in log.read_text(encoding="utf-8"))
    daemon.end()
    watched.settings = text


def stopped_process(stage, watched):
    text = watched.settings
    watched.settings = text.replace("poll:", "poll:\n  stale_after: 10s")
    log = stage.scratch / "stopped.log"
    with log.open("w", encoding="utf-8") as to:
        daemon = Daemon(stage, watched, "stopped", stderr=to)
    goes_on(daemon)
    wait_until("it is ready", lambda: daemon.get("/-/ready")[0] == 200, 30)
    for _ in range(2):
        daemon.child.send_signal(signal.SIGSTOP)
        time.sleep(13)  # longer than stale_after: that much time has to pass, and nothing can say when it has
        daemon.child.send_signal(signal.SIGCONT)
        goes_on(daemon)
    said = log.read_text(encoding="utf-8")
    expect("nothing is called blind because nobody ran", "kind=blind" not in said, said)
    expect("a daemon that was stopped ends with 0", daemon.end() == 0)
    watched.settings = text


def echo_is_on(terminal):
    return bool(termios.tcgetattr(terminal)[3] & termios.ECHO)


def read_until(terminal, words, seconds=20):
    text, until = b"", time.monotonic() + seconds
    while words not in text and time.monotonic() < until:
        if select.select([terminal], [], [], 0.2)[0]:
            text += os.read(terminal, 4096)
    assert words in text, text
    return text


# A leader of a session, as a shell is, that leaves the terminal as it is: only below one can Ctrl-Z stop a program.
LEADER = """
import os, signal, subprocess, sys
signal.signal(signal.SIGTTOU, signal.SIG_IGN)
def come_to_the_front():
    os.setpgid(0, 0)
    os.tcsetpgrp(0, os.getpid())
    signal.signal(signal.SIGTTOU, signal.SIG_DFL)
sys.exit(subprocess.Popen(sys.argv[1:], preexec_fn=come_to_the_front).wait())
"""


def question_that_is_put_aside(start):
    """Ctrl-Z at the question, twice: the shell has its echo, and the question has none when it continues."""
    master, slave, leader = start("put-aside", sys.executable, "-c", LEADER)
    (asked,) = map(int, pathlib.Path(f"/proc/{leader.pid}/task/{leader.pid}/children").read_text(encoding="utf-8").split())
    for _ in range(2):
        os.write(master, b"\x1a")
        wait_until("Ctrl-Z stops it", lambda: pathlib.Path(f"/proc/{asked}/stat").read_text(encoding="utf-8").split()[2] == "T", 10)
        expect("after Ctrl-Z there is echo", echo_is_on(slave))
        os.kill(asked, signal.SIGCONT)
        wait_until("when it goes on, the terminal shows nothing that is typed", lambda: not echo_is_on(slave), 10)
    os.write(master, KEY.encode() + b"\n")
    shown = read_until(master, b"Where do alerts go")
    expect("the key does not show after Ctrl-Z", KEY.encode() not in shown, shown)
    expect("after the key there is echo", echo_is_on(slave))
    os.kill(asked, signal.SIGTERM)
    leader.wait(20)
    os.close(master)
    os.close(slave)


def question_for_the_key(stage, simulator):
    def start(name, *through):
        master, slave = pty.openpty()

        def own_terminal():
            os.setsid()
            os.dup2(slave, 0)
            import fcntl  # pylint: disable=import-outside-toplevel
            fcntl.ioctl(0, termios.TIOCSCTTY, 0)
        child = subprocess.Popen([*through, stage.given.trunkwarden, "init", "--account=production", f"--api-url={simulator.url}",
                                  f"--ca-file={simulator.ca}", f"--config.file={stage.scratch}/{name}/trunkwarden.yml"],
                                 stdin=slave, stdout=slave, stderr=slave, preexec_fn=own_terminal)
        read_until(master, b"API key")
        wait_until("the terminal shows nothing that is typed", lambda: not echo_is_on(slave), 10)
        return master, slave, child

    for name, number, leave in (
            ("Ctrl-C", signal.SIGINT, lambda master, _: os.write(master, b"\x03")),
            ("Ctrl-backslash", signal.SIGQUIT, lambda master, _: os.write(master, b"\x1c")),
            ("SIGTERM", signal.SIGTERM, lambda _, child: child.send_signal(signal.SIGTERM)),
            ("SIGHUP", signal.SIGHUP, lambda _, child: child.send_signal(signal.SIGHUP))):
        master, slave, child = start(name)
        leave(master, child)
        expect(f"{name} ends it as that signal does", child.wait(20) == -number, child.returncode)
        expect(f"after {name} there is echo", echo_is_on(slave))
        expect(f"after {name} no file is written", not any((stage.scratch / name).rglob("*")))
        os.close(master)
        os.close(slave)

    master, slave, child = start("answered")
    os.write(master, KEY.encode() + b"\n")
    shown = read_until(master, b"Where do alerts go")
    expect("the key does not show", KEY.encode() not in shown, shown)
    expect("after the key there is echo", echo_is_on(slave))
    child.kill()
    child.wait()
    os.close(master)
    os.close(slave)
    question_that_is_put_aside(start)


def question_of_blind_spots(stage, simulator):
    """A blind spot is accepted when the person at the terminal says so, and not when he presses Enter."""
    simulator.command("fault", {"kind": "status", "path": "/managed_accounts", "status": 403})
    for name, answer, code in (("only-enter", b"\n", 1), ("yes", b"y\n", 0)):
        settings = stage.scratch / name / "trunkwarden.yml"
        master, slave = pty.openpty()
        child = subprocess.Popen([stage.given.trunkwarden, "init", "--account=production", f"--api-key-file={stage.scratch}/api_key",
                                  f"--api-url={simulator.url}", f"--ca-file={simulator.ca}", f"--config.file={settings}"],
                                 stdin=slave, stdout=slave, stderr=slave)
        read_until(master, b"Where do alerts go")
        os.write(master, b"\n")
        shown = read_until(master, b"Continue without them", 60)
        expect("init names what it would not see before it asks", b"not managed_accounts: " in shown, shown)
        os.write(master, answer)
        while child.poll() is None:  # a terminal that nobody reads would stop it
            if select.select([master], [], [], 0.2)[0]:
                shown += os.read(master, 4096)
        expect(f"init ends with {code} after {name}", child.returncode == code, shown)
        expect(f"settings are written after {name} only if that was yes", settings.exists() == (code == 0), shown)
        os.close(master)
        os.close(slave)
    written = settings.read_text(encoding="utf-8")
    expect("the blind spot is in the settings", re.search(r"accepted_blind_spots: \[.*\bmanaged_accounts\b", written), written)
    simulator.command("clear_faults", {})


def key_files(stage, watched):
    file = stage.scratch / "api_key"
    for text, words in ((f"TELNYX_API_KEY={KEY}\n", "name of a variable"), (f'"{KEY}"\n', "in quotes"),
                        (f"Bearer {KEY}\n", "Bearer"), (f"export TELNYX_API_KEY='{KEY}'\n", "name of a variable")):
        file.write_text(text, encoding="utf-8")
        said = watched.command("config", "check")
        expect(f"config check says {words}", said.returncode == 1 and words in said.stderr, said.stderr)
        expect("without the key", KEY not in said.stderr + said.stdout, said)
        seen = watched.command("doctor")
        expect(f"doctor says {words}", seen.returncode == 1 and words in seen.stdout and KEY not in seen.stdout + seen.stderr, seen)
    file.write_text(KEY + "\n", encoding="utf-8")
    expect("the key alone is taken", watched.command("config", "check").returncode == 0)


def localhost_of_one_family(stage, watched):
    """A receiver that listens on one of the two addresses of localhost only."""
    for family, address in ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")):
        class Server(http.server.HTTPServer):
            address_family = family

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                self.rfile.read(int(self.headers["content-length"]))
                self.send_response(204)
                self.end_headers()

            def log_message(self, *_):
                pass
        try:
            server = Server((address, 0), Handler)
        except OSError as why:
            print(f"not tried: {address}: {why}")
            continue
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        watched.write(f'alerts: {{sinks: [{{name: s, type: webhook, url: "http://LocalHost:{server.server_address[1]}/"}}]}}\n')
        said = watched.command("alerts", "test")
        server.shutdown()
        server.server_close()
        thread.join()
        expect(f"localhost is {address}", said.returncode == 0, said)
    watched.write()


class AlertmanagerOfAnotherTime:
    """Takes alerts, and says in Date that it is later, or earlier, than this host believes."""

    def __init__(self, ahead):
        self.got = got = []

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                got.append(json.loads(self.rfile.read(int(self.headers["content-length"]))))
                self.send_response_only(200)
                self.send_header("Date", email.utils.formatdate(time.time() + ahead, usegmt=True))
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.thread = threading.Thread(target=self.server.serve_forever)
        self.thread.start()

    def end(self):
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


def clock_that_differs(stage, watched, simulator):
    text = watched.settings
    done = simulator.command("attack", {"name": "add_ip"})
    for ahead in (600, -600):
        receiver = AlertmanagerOfAnotherTime(ahead)
        watched.settings = text + ("alerts: {sinks: [{name: am, type: alertmanager, resend_interval: 30s, "
                                   f"url: \"http://127.0.0.1:{receiver.server.server_address[1]}\"}}]}}\n")
        daemon = Daemon(stage, watched, f"clock{ahead}", stderr=subprocess.DEVNULL)

        def active(got=receiver.got, then=ahead):
            now = datetime.datetime.fromtimestamp(time.time() + then, datetime.timezone.utc).isoformat()
            return [one for alerts in list(got) for one in alerts
                    if "ips" in one["labels"].values() and one["startsAt"] <= now < one["endsAt"]]
        wait_until(f"{ahead} s ahead, an alert becomes active", active, 20)
        wait_until("a metric says how far the clocks differ",
                   lambda d=daemon, a=ahead: abs((d.metric("trunkwarden_sink_clock_ahead_seconds") or 0) - a) < 30, 10)
        words = "behind" if ahead > 0 else "ahead of"
        wait_until("a finding says it", lambda d=daemon, w=words: f" {w} that of sink am" in d.get("/api/v1/findings")[1], 20)
        seen = daemon.doctor()
        expect("doctor says it", "warn  clock of sink am: the clock of this host is " in seen and words in seen, seen)
        expect("a daemon with a wrong clock ends with 0", daemon.end() == 0)
        receiver.end()
    watched.settings = text
    simulator.command("delete", {"path": done["path"], "id": done["id"]})


def test(stage):
    simulator = Simulator(stage)
    watched = Watched(stage, simulator)
    watched.write()
    key_files(stage, watched)
    localhost_of_one_family(stage, watched)
    results(stage, watched)
    question_for_the_key(stage, simulator)
    question_of_blind_spots(stage, simulator)
    closed_descriptors(stage, watched)
    limit_of_files(stage, watched)
    log_that_nobody_takes(stage, watched)
    state_file_that_goes_away(stage, watched)
    stopped_process(stage, watched)
    clock_that_differs(stage, watched, simulator)
    lockdown_that_nobody_reads(stage, watched, simulator)  # last: the account is another one afterwards


if __name__ == "__main__":
    sys.exit(main(test))
