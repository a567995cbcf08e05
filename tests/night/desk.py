"""The desk of somebody on call: terminals, receivers, and an account that is robbed."""

import os
import pathlib
import subprocess

from end_to_end.mail_server import MailServer
from night.terminal import Terminal, width_of, without_codes
from running import Process, Receiver, Simulator, ask, wait_until

ROUTING_KEY = "CANARY0routing0key0of0pagerduty0"
SIGNING_KEY = "CANARY signing key of the webhook"


def is_whole_for_copying(line, columns):
    """A command is one line, and an address, a path or a list of steps is never broken, however narrow the terminal."""
    words = line.split()
    return words[:1] == ["trunkwarden"] or max(map(width_of, words)) > columns / 2


class Desk:
    """Settings, receivers and commands of one operator. `heard`: all that anybody got to see, a name and a text each."""

    def __init__(self, stage):
        self.stage, self.heard, self.daemon = stage, [], None
        self.simulator = Simulator(stage)
        self.wrong_paths = set()
        self.receiver = Receiver(stage, lambda path: 404 if path in self.wrong_paths else 200)
        self.mail = MailServer(stage)
        self.home = stage.scratch / "etc"
        self.home.mkdir()
        self.config, self.baseline = self.home / "trunkwarden.yml", self.home / "baseline.yml"
        programs = stage.scratch / "bin"
        programs.mkdir()
        (programs / "trunkwarden").write_text(f'#!/bin/sh\nexec "{stage.given.trunkwarden}" "$@" --config.file="{self.config}"\n')
        (programs / "trunkwarden").chmod(0o755)
        self.environment = {"PATH": f"{programs}:/usr/bin:/bin", "HOME": str(stage.scratch), "LANG": "C.UTF-8", "TERM": "xterm-256color",
                            "TRUNKWARDEN_PAGER": ""}  # a screen has all that a command printed

    def sees(self, what, holds, seen=""):
        """Says what holds. Anything else is a problem, and the night continues."""
        if holds:
            print(f"fine: {what}")
        else:
            self.stage.problems.append(f"{what}: {seen}"[:3000])
        return holds

    # ---- commands

    def sits_down_at(self, line, columns=80, **variables):
        """A terminal with a command that runs."""
        return Terminal(self.stage, line, columns=columns, environment={**self.environment, **variables})

    def leaves(self, terminal, code, columns=80):
        """The screen, once the command has ended; every line has to fit on it. Columns 0: it shows a file's lines as they are."""
        ended = terminal.exit_code()
        self.heard.append((terminal.name, terminal.raw))
        if ended != code:
            self.sees(f"{terminal.name!r} ends with {code}", False, f"{ended}\n{terminal.screen()}")
        wide = [line for line in terminal.lines() if columns and width_of(line) > columns and not is_whole_for_copying(line, columns)]
        if wide:
            self.sees(f"{terminal.name!r} fits on {columns} columns", False, "\n".join(wide))
        return terminal.screen()

    def types(self, line, *answers, code=0, columns=80, **variables):
        """The screen after a command, and after the answers to its questions: pairs of question and text."""
        terminal = self.sits_down_at(line, columns or 80, **variables)
        for question, text in answers:
            terminal.answer(question, text)
        return self.leaves(terminal, code, columns)

    def pipes(self, line, code=0, **variables):
        """The same without any terminal: stdout and stderr."""
        done = subprocess.run(["sh", "-c", line], stdin=subprocess.DEVNULL, capture_output=True, timeout=120, check=False,
                              env={**self.environment, **variables})
        out, err = (text.decode(errors="replace") for text in (done.stdout, done.stderr))
        self.heard.append((line, out + err))
        if done.returncode != code:
            self.sees(f"{line!r} without a terminal ends with {code}", False, f"{done.returncode}\n{out}{err}")
        return out, err

    # ---- files

    def edit(self, before, after):
        text = self.config.read_text()
        assert before in text, f"{before!r} is not in the settings:\n{text}"
        self.config.write_text(text.replace(before, after))

    def secret_file(self, name, text):
        file = self.home / name
        file.touch(mode=0o600)
        file.write_text(text + "\n")

    # ---- the watch

    def watch(self):
        self.daemon = Process(self.stage, "trunkwarden", self.stage.given.trunkwarden, "run", f"--config.file={self.config}")
        self.daemon.address = self.daemon.wait_for_words(r"msg=listening address=(\S+)")[1]
        wait_until("every list was read", lambda: self.page("/-/ready"), 60)

    def page(self, path):
        text = ask(f"http://{self.daemon.address}{path}")
        if text is not None:
            self.heard.append((f"GET {path}", text))
        return text

    def sweeps(self):
        return sum(float(line.split()[-1]) for line in (self.page("/metrics") or "").split("\n")
                   if line.startswith("trunkwarden_sweeps_total"))

    def waits_for_readings(self, count=2):
        """Until every list was read again, from its beginning, so many times."""
        until = self.sweeps() + count + 1
        wait_until("the lists are read again", lambda: self.sweeps() >= until, 60)

    # ---- what anybody was shown

    def files_people_read(self):
        """Each file of the night that is no place for secrets."""
        kept = {"production.key", "pagerduty_key", "webhook_secret", "credentials.txt", "secrets.jsonl"}
        for folder, _, names in os.walk(self.home):
            for name in names:
                file = pathlib.Path(folder) / name
                if file.name not in kept and file.is_file():
                    yield str(file.relative_to(self.home)), file.read_bytes().decode(errors="replace")

    def everything_shown(self):
        yield from ((name, without_codes(text)) for name, text in self.heard)
        yield from self.files_people_read()
        yield "log of the daemon", self.daemon.said()
        for path, body in self.receiver.got:
            yield f"POST {path}", body.decode(errors="replace").replace(ROUTING_KEY, "", 1 if "enqueue" in path else 0)
        for mail in self.mail.mails:
            yield "mail", mail.data.decode(errors="replace")
