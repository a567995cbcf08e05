"""A daemon that a test starts in a way of its own."""

import re
import signal
import subprocess

from running import answer_to, free_port, wait_until


class Daemon:
    """A daemon with streams, limits and descriptors of the test's choice; `through` are words before the command, of a program that
    becomes it. Ends with the stage."""

    is_under_test = True

    def __init__(self, stage, watched, name, *words, **how):
        self.name, self.port = name, free_port()
        settings = re.sub(r"listen_address: \S+", f"listen_address: 127.0.0.1:{self.port}", watched.settings)
        assert str(self.port) in settings, settings
        self.program, self.config = stage.given.trunkwarden, stage.scratch / f"{name}.yml"
        self.config.write_text(settings.replace("state.db\n", f"{name}.db\n").replace("control.sock", f"{name}.sock"))
        self.child = subprocess.Popen([*how.pop("through", ()), stage.given.trunkwarden, "run", f"--config.file={self.config}", *words],
                                      stdin=how.pop("stdin", subprocess.DEVNULL), **how)
        stage.started.append(self)

    def get(self, path):
        return answer_to(f"http://127.0.0.1:{self.port}{path}", timeout=5)[::2]

    def healthy(self):
        return self.get("/-/healthy")[0] == 200

    def metric(self, name):
        """The sum of its series; None when there is none."""
        found = re.findall(rf"^{name}(?:{{[^}}]*}})? (\S+)$", self.get("/metrics")[1], re.MULTILINE)
        return sum(map(float, found)) if found else None

    def sweeps(self):
        return self.metric("trunkwarden_sweeps_total") or 0

    def doctor(self, **how):
        """All that doctor finds about it."""
        return subprocess.run([self.program, "doctor", f"--config.file={self.config}"], capture_output=True, text=True, timeout=60,
                              check=False, **how).stdout

    def said(self):
        return ""

    def end(self):
        if self.child.poll() is None:
            self.child.send_signal(signal.SIGTERM)
            try:
                self.child.wait(15)
            except subprocess.TimeoutExpired:
                self.child.kill()
                self.child.wait()
        return self.child.returncode


def goes_on(daemon, seconds=20):
    """Whether it polls, answers, and ends when it is asked to."""
    wait_until(f"{daemon.name} is healthy", daemon.healthy, seconds)
    seen = daemon.sweeps()
    wait_until(f"{daemon.name} goes on watching", lambda: daemon.sweeps() > seen, seconds)
