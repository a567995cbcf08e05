#!/usr/bin/env python3
"""Long results go through a pager on a terminal, and nowhere else.

    pager_test.py --trunkwarden build/dev/trunkwarden --simulator build/dev/trunkwarden-simulator [--show]
"""

import pathlib
import shutil
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from night.terminal import Terminal  # noqa: E402
from running import Simulator, Watched, expect, main, wait_until  # noqa: E402

OF_THE_SHELL = {"PWD", "OLDPWD", "SHLVL", "_"}  # a shell may set these
RESOURCES = "resources"  # the longest result that needs neither settings nor a daemon


class Paging:
    def __init__(self, stage):
        self.stage = stage
        self.shown = stage.scratch / "shown"  # by a pager that writes it there
        self.given_to = stage.scratch / "environment"  # of that pager
        self.environment = {"PATH": "/usr/bin:/bin", "HOME": str(stage.scratch), "LANG": "C.UTF-8", "TERM": "xterm"}
        self.pager = f"env > {self.given_to}; cat > {self.shown}"

    def piped(self, *words):
        return subprocess.run([self.stage.given.trunkwarden, *words], capture_output=True, text=True, timeout=60, check=True,
                              env=self.environment).stdout

    def ends(self, words, *, rows=24, columns=80, code=0, **variables):
        """The screen of a command on a terminal. `shown` is there where the pager ran."""
        self.shown.unlink(missing_ok=True)
        terminal = self.sits_down_at(words, rows=rows, columns=columns, **variables)
        ended = terminal.exit_code()
        expect(f"{words!r} with {variables} ends with {code}", ended == code, f"{ended}\n{terminal.screen()}")
        return terminal.screen()

    def sits_down_at(self, words, *, rows=24, columns=80, **variables):
        return Terminal(self.stage, f'exec "{self.stage.given.trunkwarden}" {words}', rows=rows, columns=columns, has_keys=True,
                        environment={**self.environment, **variables})


def has_all_of(text, whole):
    """On a terminal lines are broken and coloured; the words are the same."""
    return text.split() == whole.split()


def shows_what_does_not_fit(paging):
    whole = paging.piped(RESOURCES)
    for name in ("PAGER", "TRUNKWARDEN_PAGER"):
        screen = paging.ends(RESOURCES, **{name: paging.pager})
        expect(f"a long result goes through ${name}", screen.strip() == "" and has_all_of(paging.shown.read_text(), whole), screen)
    screen = paging.ends(RESOURCES, PAGER="false", TRUNKWARDEN_PAGER=paging.pager)
    expect("its own variable goes before the usual one", screen.strip() == "" and paging.shown.exists(), screen)
    screen = paging.ends(RESOURCES, rows=20_000, PAGER=paging.pager)
    expect("what fits is printed", has_all_of(screen, whole) and not paging.shown.exists())
    paging.ends(RESOURCES, PAGER=paging.pager)
    rows = sum(max(1, -(-len(line) // 80)) for line in paging.shown.read_text().splitlines())
    paging.ends(RESOURCES, rows=rows + 1, PAGER=paging.pager)
    expect("up to the last row, which is the prompt's", not paging.shown.exists())
    paging.ends(RESOURCES, rows=rows, PAGER=paging.pager)
    expect("and no further", paging.shown.exists())


def asks_nobody_where_none_is_wanted(paging):
    whole = paging.piped(RESOURCES)
    for words, variables in (("--no-pager resources", {}), ("resources --no-pager", {}), (RESOURCES, {"TERM": "dumb"}),
                             (RESOURCES, {"TRUNKWARDEN_PAGER": ""}), (RESOURCES, {"TRUNKWARDEN_PAGER": "cat"})):
        screen = paging.ends(words, **{"PAGER": paging.pager, **variables})
        expect(f"{words} with {variables} is printed", has_all_of(screen, whole) and not paging.shown.exists(), screen[-300:])
    paging.shown.unlink(missing_ok=True)
    done = subprocess.run([paging.stage.given.trunkwarden, RESOURCES], stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, timeout=60,
                          check=True, env={**paging.environment, "PAGER": paging.pager})
    expect("a pipe gets no pager", done.stdout.decode() == whole and not paging.shown.exists())
    screen = paging.ends(f"{RESOURCES} | cat", PAGER=paging.pager)
    expect("also in a shell on a terminal", has_all_of(screen, whole) and not paging.shown.exists())


def gives_it_nothing_of_ours(paging):
    paging.ends(RESOURCES, PAGER=paging.pager, MINE="mine")
    given = dict(line.split("=", 1) for line in paging.given_to.read_text().splitlines())
    expected = {**paging.environment, "PAGER": paging.pager, "MINE": "mine", "LESS": "FRX", "LESSCHARSET": "utf-8"}
    expect("the environment of the pager is that of the shell, and how less is to show it",
           {name: value for name, value in given.items() if name not in OF_THE_SHELL} == expected, given)
    paging.ends(RESOURCES, PAGER=f"ls -l /proc/self/fd > {paging.shown}; cat > /dev/null")
    files = [line.split(" -> ")[1] for line in paging.shown.read_text().splitlines() if " -> " in line]
    expect("it has no file of ours open", not [name for name in files if "socket" in name or str(paging.stage.scratch) in name
                                               and name != str(paging.shown)], files)


def shows_the_text_when_the_pager_is_broken(paging):
    whole = paging.piped(RESOURCES)
    for pager in ("/nowhere/pager", "false", "exit 3", "kill -TERM $$"):
        screen = paging.ends(RESOURCES, PAGER=pager)
        expect(f"with {pager!r} the text is printed", " ".join(whole.split()) in " ".join(screen.split()), screen[-300:])
    screen = paging.ends(RESOURCES, PAGER="head -n 1")
    expect("a pager that has seen enough is no error", screen.count("\n") == 1 and "cannot be written" not in screen, screen)
    screen = paging.ends(RESOURCES, PAGER="kill -INT $$")
    expect("nor is one that was ended by Ctrl-C", screen.strip() == "", screen)


def ends_as_the_command_does(paging, watched):
    plain = watched.command("check")
    expect("check has something to say", plain.returncode != 0 or plain.stdout, plain.stderr)
    words = f"check --config.file={watched.config}"
    paging.ends(words, rows=5, code=plain.returncode, PAGER=paging.pager)
    expect("the exit code is that of check", "Coverage" in paging.shown.read_text(), paging.shown.read_text())
    words = f"explain nonsense --config.file={watched.config}"
    screen = paging.ends(words, rows=2, code=1, PAGER=paging.pager)
    expect("an error is on the screen, and not in the pager", "trunkwarden: " in screen and not paging.shown.exists(), screen)


def is_careful_with_sudo(paging):
    """No pager of the person, and no shell in less, for one who has more rights here than elsewhere."""
    programs = paging.stage.scratch / "bin"
    programs.mkdir()
    (programs / "less").write_text(f'#!/bin/sh\nenv > {paging.given_to}\ncat > {paging.shown}\n')
    (programs / "less").chmod(0o755)
    path = f"{programs}:/usr/bin:/bin"
    for variables in ({"SUDO_UID": "1000"}, {"PKEXEC_UID": "1000"}, {"DOAS_USER": "dana"}):
        paging.ends(RESOURCES, PATH=path, PAGER="touch /nowhere", TRUNKWARDEN_PAGER="false", **variables)
        given = paging.given_to.read_text()
        expect(f"with {variables} it is less, in its secure mode", paging.shown.exists() and "LESSSECURE=1" in given, given)
    paging.ends(RESOURCES, PATH=path, SUDO_UID="0")
    expect("root behind root has no more rights", "LESSSECURE" not in paging.given_to.read_text())


def is_less(paging):
    if not shutil.which("less"):
        print("skipped: less is not installed")
        return
    terminal = paging.sits_down_at(RESOURCES)
    whole = paging.piped(RESOURCES)
    first, last = whole.split()[0], " ".join(whole.splitlines()[-1].split()[:3])
    terminal.wait_for(rf"(?s){first}.*\n:")
    expect("less shows the first screen, and waits", terminal.child.poll() is None and terminal.screen().count("\n") <= 26, terminal.screen())
    terminal.press("\x03")

    def keys_lead_to(key, is_there):
        """Keys that come together with Ctrl-C are lost: the key is pressed until it does what it should."""
        def pressed():
            terminal.press(key)
            terminal.read(0.5)
            return is_there()
        return pressed
    wait_until("Ctrl-C ends neither less nor the command", keys_lead_to(" ", lambda: last in terminal.screen()), 60)
    wait_until("q is taken", keys_lead_to("q", lambda: terminal.child.poll() is not None), 20)
    expect("q ends both", terminal.child.returncode == 0, terminal.screen())


def test(stage):
    paging = Paging(stage)
    watched = Watched(stage, Simulator(stage))
    watched.write()
    shows_what_does_not_fit(paging)
    asks_nobody_where_none_is_wanted(paging)
    gives_it_nothing_of_ours(paging)
    shows_the_text_when_the_pager_is_broken(paging)
    ends_as_the_command_does(paging, watched)
    is_careful_with_sudo(paging)
    is_less(paging)


if __name__ == "__main__":
    sys.exit(main(test, options=[("--show", {"action": "store_true", "help": "show the terminals"})]))
