"""The command lines of the documents: each program, command, option, choice, preset, target, label and file in them exists."""

import dataclasses
import json
import os
import pathlib
import re
import shlex
import subprocess
import sys

TESTS = pathlib.Path(__file__).resolve().parents[1]
sys.path[:0] = [str(TESTS), str(TESTS / "package")]
from command_help import command_of, commands_of, wrong_in_words  # noqa: E402
from running import ROOT  # noqa: E402

BLOCK = re.compile(r"^(?P<indent> *)```(?P<language>\w*)\n(?P<body>.*?)^ *```", re.DOTALL | re.MULTILINE)
MENTION = re.compile(r"`((?:sudo )?trunkwarden(?: [^`]+))`")
LOG_MESSAGES = {"trunkwarden starts"}
OUR_FOLDERS = ("tests/", "config/", "systemd/", ".ci/")
# Programs of Debian and of systemd that an operator or a developer types. A new one is a word more here.
OTHERS = {"adduser", "apt", "cat", "cd", "chgrp", "chmod", "cp", "createdb", "createuser", "cut", "echo", "export", "git",
          "gpg", "grep", "install", "journalctl", "jq", "man", "minisign", "mkdir", "openssl", "podman", "scdoc", "sh",
          "sqlite3", "ssh", "systemctl", "tee", "umask"}


@dataclasses.dataclass
class Project:
    """Everything that command lines are compared with. The self-test plants its faults here."""
    commands: dict     # of trunkwarden: {words: its help}
    simulator: set     # the options of the simulator
    presets: set
    targets: set
    labels: set
    version: str


def project_of(trunkwarden, simulator):
    presets = json.loads((ROOT / "CMakePresets.json").read_text(encoding="utf-8"))
    cmake = "\n".join(file.read_text(encoding="utf-8") for file in
                      (ROOT / "CMakeLists.txt", *sorted((ROOT / "tests").rglob("CMakeLists.txt")), ROOT / "systemd/package.cmake"))
    targets = set(re.findall(r"add_(?:executable|library|custom_target)\((\w[\w-]*)", cmake))
    suites = re.findall(r"foreach\(suite ([^)]*)\)", cmake)
    targets |= {f"{suite}_tests" for words in suites for suite in words.split()}
    labels = set(re.findall(r"\bLABELS? (\w+)", cmake)) | set(re.findall(r"add_sharded_test\(\w+ \d+ (\w+)\)", cmake))
    return Project(commands_of(trunkwarden), set(command_of(help_of(simulator)).options),
                   {preset["name"] for kind in presets.values() if isinstance(kind, list) for preset in kind}, targets, labels,
                   re.search(r"project\(trunkwarden[^)]*VERSION ([\d.]+)", cmake)[1])


def help_of(program):
    return subprocess.run([program, "--help"], capture_output=True, text=True, timeout=60, check=True).stdout


def command_lines_of(text):
    """(line number, command line, whether it is a whole one): of blocks of shell, of lines with a prompt, of code in sentences."""
    for block in BLOCK.finditer(text):
        first = text.count("\n", 0, block.start("body")) + 1
        lines = block["body"].split("\n")
        for at, line in enumerate(lines):
            whole = re.fullmatch(r"\s*\$ (.*)", line)
            if block["language"] == "sh" and not (at and lines[at - 1].endswith("\\")):
                last = next(end for end in range(at, len(lines)) if not lines[end].endswith("\\"))
                yield first + at, " ".join(part.rstrip("\\") for part in lines[at:last + 1]), True
            elif block["language"] != "sh" and whole:
                yield first + at, whole[1], True
    prose = BLOCK.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), text)
    for found in MENTION.finditer(prose):
        if found[1] not in LOG_MESSAGES:
            yield prose.count("\n", 0, found.start()) + 1, re.sub(r"[\[\]\s]+", " ", found[1]), False


def simple_commands(line):
    """The words of each command of a line: without sudo, variables, redirections and comments."""
    lexer = shlex.shlex(line, posix=True, punctuation_chars=True)
    lexer.whitespace_split = True
    words = []
    for token in [*lexer, ";"]:
        if not re.fullmatch(r"[();<>|&]+", token):
            words.append(token)
            continue
        while words and (words[0] == "sudo" or re.match(r"[A-Z_]+=", words[0])):
            del words[:3 if words[:2] == ["sudo", "-u"] else 1]
        if words:
            yield words
        words = ["cat"] if token in ("<", ">", ">>") else []  # a file: nothing is said of it


def wrong_in_line(line, whole, project):
    """The faults of a command line, as sentences."""
    try:
        commands = list(simple_commands(line))
    except ValueError as wrong:
        yield f"no shell can read this ({wrong})"
        return
    for words in commands:
        yield from wrong_in_command(words, whole, project)
    for version in re.findall(r"trunkwarden_(\d[\w.]*)-\d+_(?:amd64|arm64)\.deb", line):
        if version != project.version:
            yield f"the package of this version is trunkwarden_{project.version}-1_amd64.deb"


def wrong_in_command(words, whole, project):
    program, rest = words[0], words[1:]
    name = pathlib.PurePath(program).name
    if name == "trunkwarden":
        yield from wrong_in_words(rest, project.commands, whole)
    elif name == "trunkwarden-simulator":
        yield from (f"the simulator has no option {word}" for word in rest if word.startswith("--") and word not in project.simulator)
    elif name in ("cmake", "ctest"):
        yield from wrong_in_cmake(rest, project)
    elif name in ("python3", "bash") and rest:
        yield from wrong_in_script(rest, project, runs_alone=False)
    elif program.startswith("build/"):
        if name not in project.targets:
            yield f"nothing builds {program}"
    elif program.startswith(OUR_FOLDERS):
        yield from wrong_in_script(words, project, runs_alone=True)
    elif name != "curl" and program not in OTHERS:
        yield f"{program} is no program that the documents name elsewhere (OTHERS in tests/documents/command_lines.py)"


def wrong_in_script(words, _project, runs_alone):
    script = ROOT / words[0]
    if not script.is_file():
        yield f"there is no {words[0]}"
        return
    if runs_alone and not os.access(script, os.X_OK):
        yield f"{words[0]} cannot be run: it is not executable"
    text = script.read_text(encoding="utf-8")
    for word in words[1:]:
        if word.startswith("--") and word.partition("=")[0] not in text:
            yield f"{words[0]} has no option {word}"


def wrong_in_cmake(words, project):
    for option, known, kind in (("--preset", project.presets, "preset"), ("--target", project.targets | {"package", "format"}, "target"),
                                ("-L", project.labels, "label")):
        for at in [at for at, word in enumerate(words) if word == option]:
            values = words[at + 1:at + 2]
            if option == "--target":
                values = [word for word in words[at + 1:] if not word.startswith("-")]
            for value in values:
                for part in value.split("|"):
                    if part not in known:
                        yield f"there is no {kind} {part}"
