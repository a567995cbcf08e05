"""A terminal on which a test types commands and reads the screen, as a person does."""

import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import sys
import termios
import time
import unicodedata

CODES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
ERASES_LINE = re.compile(r"[^\n]*\r\x1b\[K")


def width_of(text):
    """The columns that a terminal needs for it."""
    return sum(0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def without_codes(text):
    return CODES.sub("", text)


class Terminal:
    """A shell's command line on a terminal of its own; it ends with the stage. `raw` is all that the terminal was sent. With
    `has_keys` it is the terminal from which the command's signals come, such as that of Ctrl-C."""

    is_under_test = False

    def __init__(self, stage, line, *, columns=80, rows=24, environment=None, has_keys=False):
        self.name, self.raw, self.shows = line, "", stage.given.show
        self.master, end = pty.openpty()
        fcntl.ioctl(end, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        keys = (lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0)) if has_keys else None
        self.child = subprocess.Popen(["sh", "-c", line], stdin=end, stdout=end, stderr=end, env=environment, start_new_session=True,
                                      preexec_fn=keys)
        os.close(end)
        self.show(f"\n\x1b[1m$ {line}\x1b[0m\n")
        stage.started.append(self)

    def show(self, text):
        if self.shows:
            sys.stdout.write(text)
            sys.stdout.flush()

    def read(self, seconds):
        """Whether something came, or may still come: False at the end."""
        if not select.select([self.master], [], [], seconds)[0]:
            return True
        try:
            piece = os.read(self.master, 65536)
        except OSError:  # nobody has the other end any more
            piece = b""
        text = piece.decode(errors="replace")
        self.raw += text
        self.show(text)
        return bool(piece)

    def screen(self):
        """The text that is there in the end: without colours, and without lines that were written over."""
        return without_codes(ERASES_LINE.sub("", self.raw.replace("\r\n", "\n")))

    def lines(self):
        return self.screen().split("\n")

    def wait_for(self, pattern, seconds=60):
        """The place on the screen; fails when the command ends before."""
        until = time.monotonic() + seconds
        is_open = True
        while not (found := re.search(pattern, self.screen())):
            assert is_open and time.monotonic() < until, f"{self.name}: no {pattern!r} on the screen:\n{self.screen()}"
            is_open = self.read(0.2)
        return found

    def type(self, text):
        self.press(text + "\n")

    def press(self, keys):
        os.write(self.master, keys.encode())

    def answer(self, question, text, seconds=60):
        """Types the text when the question is at the end of the screen, and not before."""
        self.wait_for(rf"(?:{question})[^\n]*$", seconds)
        self.type(text)
        self.wait_for(rf"(?:{question})[^\n]*\n", seconds)

    def answer_hidden(self, question, text, seconds=60):
        """The same for a question whose answer does not show: the text is typed once the terminal does not echo."""
        self.wait_for(rf"(?:{question})[^\n]*$", seconds)
        until = time.monotonic() + seconds
        while termios.tcgetattr(self.master)[3] & termios.ECHO:
            assert time.monotonic() < until, f"{self.name}: it would echo the answer to {question!r}"
            self.read(0.02)
        self.type(text)
        self.wait_for(rf"(?:{question})[^\n]*\n", seconds)

    def exit_code(self, seconds=120):
        until = time.monotonic() + seconds
        while self.read(0.2):
            assert time.monotonic() < until, f"{self.name} did not end within {seconds} s:\n{self.screen()}"
        return self.child.wait(10)

    def said(self):
        return self.screen()

    def end(self):
        if self.child.poll() is None:
            self.child.kill()
            self.child.wait()
        if self.master is not None:
            os.close(self.master)
            self.master = None
        return 0
