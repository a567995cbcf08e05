"""The output of "trunkwarden --help" and "trunkwarden COMMAND --help"."""

import dataclasses
import re
import subprocess
import sys

# As CLI11 prints an option: "  --log.level TEXT:{debug,info,warn,error}=info", "  --reason TEXT REQUIRED   Why".
OPTION = re.compile(r"""\s\s(?:-\w,)?(?P<name>--[\w.-]+)
                        (?:\ (?P<value>TEXT|UINT)(?::(?:\{(?P<choices>[^}]*)\}|UINT\ in\ \S+\ -\ \S+))?
                           (?:=(?P<default>\S+))?(?:\ \.\.\.)?(?P<required>\ REQUIRED)?)?(?=\s|$)""", re.VERBOSE)


@dataclasses.dataclass
class Command:
    options: dict = dataclasses.field(default_factory=dict)  # name: whether it takes a value
    choices: dict = dataclasses.field(default_factory=dict)  # name: the values it takes, where they are known
    defaults: dict = dataclasses.field(default_factory=dict)
    required: set = dataclasses.field(default_factory=set)
    arguments: set = dataclasses.field(default_factory=set)
    subcommands: list = dataclasses.field(default_factory=list)
    steps: list = dataclasses.field(default_factory=list)


def command_of(text):
    """Reads what "trunkwarden … --help" printed."""
    command, part = Command(), ""
    for line in text.splitlines():
        if found := re.match(r"(Options|Subcommands|Positionals):$", line):
            part = found[1]
        elif re.match(r"\S", line):
            part = ""
        if part == "Options" and (found := OPTION.match(line)):
            name = found["name"]
            command.options[name] = found["value"] is not None
            if found["choices"]:
                command.choices[name] = set(found["choices"].split(","))
            if found["default"]:
                command.defaults[name] = found["default"]
            if found["required"]:
                command.required.add(name)
        elif part == "Subcommands" and (found := re.match(r"  ([a-z][\w-]*)", line)):
            command.subcommands.append(found[1])
        elif part == "Positionals" and (found := re.match(r"  ([A-Z]+)\b", line)):
            command.arguments.add(found[1])
    if found := re.search(r"^Steps: ((?:[\w, ]|\n(?=\w))+)", text, re.MULTILINE):
        command.steps = re.findall(r"\w+", found[1])
    return command


def commands_of(trunkwarden, path=()):
    """{words of a command: what its help says}, from the program itself, () first."""
    said = subprocess.run([trunkwarden, *path, "--help"], capture_output=True, text=True, timeout=60, check=True).stdout
    command = command_of(said)
    if "--help" not in command.options:
        sys.exit(f"the help of {' '.join(('trunkwarden', *path))} could not be read")
    commands = {path: command}
    for name in command.subcommands:
        commands |= commands_of(trunkwarden, (*path, name))
    return commands


def everywhere(commands):
    """Options that stand before or after every command."""
    return set(commands[()].options) - {"--version"}
