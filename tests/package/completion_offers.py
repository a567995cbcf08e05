"""The offers of the completions of bash and zsh, and those that they should make."""

import pathlib
import re
import shlex
import subprocess
import tempfile

from command_help import everywhere
from zsh_completion import ZshCompletion

BASH_COMPLETION = pathlib.Path("/usr/share/bash-completion/bash_completion")
FILES = {"--config.file", "--output-file", "--api-key-file", "--ca-file", "--proxy-url-file"}
FOLDERS = {"--directory"}
ANY_FILE = {"a.yml", "d"}  # the files of the folder in which is completed
OUTPUTS = {("resources",): {"markdown"}, ("report",): {"markdown", "html"}, ("check",): {"ocsf"}, ("findings",): {"ocsf"}}
VARIABLES = {"--api-key-env"}
STEPS = {"--only", "--skip"}
# The words of the daemon, as "trunkwarden __complete" prints them.
KNOWN = {"ids": {"f-3b1c9a70d2e4", "f-77e0aa12bc03"}, "actions": {"a-5d20c1000000"}, "accounts": {"production", "staging"},
         "resources": {"ips", "spending", "api_key"}}
DAEMON = "case $2 in " + " ".join(f"{kind}) printf '%s\\n' {' '.join(sorted(words))} ;;"
                                  for kind, words in KNOWN.items()) + " esac"


def expected_offers(commands):
    """(words before Tab, the expected offers). Of files there are a.yml and the folder d."""
    for path, command in sorted(commands.items()):
        options = set(command.options) | everywhere(commands)
        yield [*path, "--"], options
        yield ["--config.file", "check", "--log.level=info", *path, "--"], options
        yield [*path, ""], set(command.subcommands) or known_words(path, command)
        for name in sorted(options):
            values = values_of(name, path, commands)
            if values is None:
                continue
            yield [*path, f"{name}="], values
            yield [*path, name, ""], values
            if not values:
                yield [*path, name, "-"], set()
            if name in STEPS:
                first = sorted(values)[0]
                yield [*path, name, f"{first},"], {f"{first},{value}" for value in values - {first}}


def known_words(path, command):
    """The ids that are offered to a command that takes some, the files, or the engines."""
    if "TABLE" in command.arguments:
        return ANY_FILE
    if "FROM" in command.arguments:
        return {"file", "database"}
    if "ID" not in command.arguments or path[0] == "alerts":
        return set()
    return KNOWN["actions" if path[0] == "quarantine" else "ids"]


def values_of(name, path, commands):
    """The values that are offered behind an option; None: it takes no value, or the environment decides."""
    takes = {**commands[()].options, **commands[path].options}
    if not takes[name] or name in VARIABLES:
        return None
    if name == "--account":
        return set() if path == ("init",) else KNOWN["accounts"]
    if name == "--managed-by":
        return KNOWN["accounts"]
    if name == "--resource":
        return KNOWN["resources"]
    if name == "--output":
        return commands[()].choices[name] if not path else {"text", "json"} | OUTPUTS.get(path, set())
    if name in FILES:
        return ANY_FILE
    if name in FOLDERS:
        return {"d"}
    if name in STEPS:
        return set(commands[path].steps)
    return commands[()].choices.get(name, set())


BASH = r"""
compopt() { :; }
trunkwarden() {
    [[ $1 == --config.file=* ]] && shift
    if [[ $1 == __complete ]]; then %(daemon)s; else echo "CALLED trunkwarden $*"; fi
}
%(prepare)s
. "$1" || exit 1
shift
[[ $(complete -p trunkwarden) == "complete -F _trunkwarden trunkwarden" ]] || echo "complete -F is missing"
for line; do
    mapfile -t COMP_WORDS <<< "$line"
    COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
    COMP_LINE=$(printf '%%s ' "${COMP_WORDS[@]}")
    COMP_LINE=${COMP_LINE// = /=} COMP_LINE=${COMP_LINE// =/=} COMP_LINE=${COMP_LINE%% }
    COMP_POINT=${#COMP_LINE}
    COMPREPLY=()
    _trunkwarden trunkwarden "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
    echo "OFFERS ${COMPREPLY[*]}"
done
"""


def bash_words(words):
    """As readline cuts them: = is a word of its own, and so is the rest after it, unless that is empty."""
    for word in ["trunkwarden", *words]:
        pieces = re.split(r"(=)", word)
        yield from pieces if len(pieces) == 1 else [piece for piece in pieces if piece]


def check_bash(world, commands):
    expected = list(expected_offers(commands))
    modes = {"without bash-completion": ":"}
    if BASH_COMPLETION.is_file():
        modes["with bash-completion"] = f". {BASH_COMPLETION}"
    with tempfile.TemporaryDirectory(prefix="trunkwarden-completion-") as scratch:
        here = pathlib.Path(scratch) / "here"
        (here / "d").mkdir(parents=True)
        (here / "a.yml").touch()
        file = pathlib.Path(scratch) / "trunkwarden.bash"
        file.write_text(world.bash, encoding="utf-8")
        for mode, prepare in modes.items():
            lines = ["\n".join(bash_words(words)) for words, _ in expected]
            done = subprocess.run(["bash", "-c", BASH % {"prepare": prepare, "daemon": DAEMON}, "bash", str(file), *lines], cwd=here,
                                  capture_output=True, text=True, timeout=240, check=False)
            for line in done.stderr.splitlines():
                yield f"bash, {mode}: {line}"
            said = done.stdout.splitlines()
            for line in said:
                if not line.startswith("OFFERS"):
                    yield f"bash, {mode}: {line}"
            offers = [line.split()[1:] for line in said if line.startswith("OFFERS")]
            if len(offers) != len(expected):
                yield f"bash, {mode}: {len(offers)} answers to {len(expected)} questions"
            for (words, wanted), offered in zip(expected, offers):
                yield from compared(f"bash, {mode}", words, wanted, {word.rstrip("=") for word in offered})


def check_zsh(world, commands):
    with tempfile.TemporaryDirectory(prefix="trunkwarden-completion-") as scratch:
        (pathlib.Path(scratch) / "_trunkwarden").write_text(world.zsh, encoding="utf-8")
        with ZshCompletion(scratch, DAEMON) as zsh:
            for words, wanted in expected_offers(commands):
                name = words[-1].rstrip("=") if words[-1] else words[-2] if len(words) > 1 else ""
                if name in FILES | FOLDERS or words[0] == "--config.file" or wanted == ANY_FILE:
                    continue  # zsh completes files without help
                offered = {word.removeprefix(words[-1]) if words[-1].endswith("=") else word
                           for word in zsh.offers(shlex.join(["trunkwarden", *words[:-1]]) + " " + words[-1])}
                if not words[-1]:  # where a command takes no argument zsh offers its options at once
                    offered = {word for word in offered if not word.startswith("-")}
                yield from compared("zsh", words, wanted, offered)


def compared(shell, words, wanted, offered):
    line = " ".join(["trunkwarden", *words])
    for word in sorted(wanted - offered):
        yield f"{shell}: {line!r} does not offer {word}"
    for word in sorted(offered - wanted):
        yield f"{shell}: {line!r} offers {word}, which there is not"
