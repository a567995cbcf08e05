"""The output of "trunkwarden --help" and "trunkwarden COMMAND --help"."""

import dataclasses
import re
import shlex
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
    """{words of a command: its help}, from the program itself, () first."""
    said = subprocess.run([trunkwarden, *path, "--help"], capture_output=True, text=True, timeout=60, check=True).stdout
    command = command_of(said)
    if "--help" not in command.options:
        sys.exit(f"the help of {' '.join(('trunkwarden', *path))} could not be read")
    commands = {path: command}
    for name in command.subcommands:
        commands |= commands_of(trunkwarden, (*path, name))
    return commands


def everywhere(commands):
    """Options that may come before or after every command."""
    return set(commands[()].options) - {"--version"}


def wrong_in_a_command_line(line, commands, complete):
    """The faults of a command line. complete: it is a whole command line, not just a mention of one."""
    line = re.split(r"\s[|>]\s|\s#", line)[0]
    try:
        words = shlex.split(line)[1:]
    except ValueError:
        words = line.split()[1:]
    yield from wrong_in_words(words, commands, complete)


def wrong_in_words(words, commands, complete):
    """The same of the words behind the name of the program."""
    path, words = (), list(words)
    while words and words[0] in commands[path].subcommands:
        path = (*path, words.pop(0))
    command = commands[path]
    named = " ".join(("trunkwarden", *path))
    if command.subcommands and words and re.fullmatch(r"[a-z][a-z-]*", words[0]):
        yield f"there is no command {named} {words[0]}"
        return
    given, others = options_given(words, command, commands[()])
    known = set(command.options) | everywhere(commands)
    for name in sorted(set(given) - known):
        yield f"{named} has no option {name}"
    for name in sorted(command.required - set(given) if complete else ()):
        yield f"{named} needs {name}"
    for name, value in sorted(given.items()):
        choices = command.choices.get(name) or commands[()].choices.get(name)
        if choices and value and re.fullmatch(r"[a-z_-]+", value) and value not in choices:
            yield f"{named}: {name} does not take {value}"
    if complete and others and not command.arguments and not command.subcommands:
        yield f"{named} takes no argument {others[0]}"


def options_given(words, command, top):
    """{option: its value, None where it has none}, and the words that belong to no option."""
    given, others, words = {}, [], list(words)
    while words:
        name, has_value, value = words.pop(0).partition("=")
        if not name.startswith("--"):
            others.append(name)
            continue
        takes_one = command.options.get(name, top.options.get(name, False))
        given[name] = value if has_value else words.pop(0) if takes_one and words else None
    return given, others
