#!/usr/bin/env python3
"""Manual pages and completions say what the program and its schemas say.

    tests/package/check_manuals.py --trunkwarden build/dev/trunkwarden               everything below
    tests/package/check_manuals.py --trunkwarden build/dev/trunkwarden --self-test   planted faults are caught

* docs/man/*.scd can be rendered: scdoc takes them, and groff, where it is installed, warns of nothing.
* trunkwarden(8) has every command, option, argument and choice of "--help", and no other; its examples can be typed.
* trunkwarden.yml(5) has every key of the schema with its default, trunkwarden-baseline(5) every resource; examples are
  valid.
* The completions of bash, with and without the package bash-completion, and of zsh offer what "--help" shows.

Exits 77 (skipped) where scdoc or Python's yaml or jsonschema is missing, and where zsh is, after all else was checked.
"""

import dataclasses
import json
import pathlib
import re
import shutil
import subprocess
import sys

from command_help import Command, commands_of, everywhere, wrong_in_a_command_line
from completion_offers import check_bash, check_zsh
from manual_faults import self_test
from manual_page import definitions, options_in, paragraphs

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "monitoring"))
from shared import ROOT, arguments, built, need, report, skip  # noqa: E402

PAGES = {"trunkwarden(8)": "trunkwarden.8.scd", "trunkwarden.yml(5)": "trunkwarden.yml.5.scd",
         "trunkwarden-baseline(5)": "trunkwarden-baseline.5.scd"}
LIMITS_OF_USE = {"traffic", "active_calls"}  # lists of a baseline that are no resource


@dataclasses.dataclass
class World:
    """Everything that is compared. The self-test plants its faults here."""
    commands: dict
    sources: dict     # page: its text for scdoc
    bash: str
    zsh: str
    settings: dict    # the JSON Schemas
    baseline: dict


def world_of(trunkwarden):
    def text(path):
        return (ROOT / path).read_text(encoding="utf-8")

    return World(commands_of(trunkwarden), {page: text(f"docs/man/{file}") for page, file in PAGES.items()},
                 text("config/completions/trunkwarden.bash"), text("config/completions/_trunkwarden"),
                 json.loads(text("config/schema/trunkwarden.schema.json")),
                 json.loads(text("config/schema/baseline.schema.json")))


def rendered(world, problems):
    pages = {}
    for page, source in world.sources.items():
        done = subprocess.run(["scdoc"], input=source, capture_output=True, text=True, timeout=60, check=False)
        if done.returncode != 0:
            problems.append(f"{page}: scdoc: {done.stderr.strip()}")
            continue
        if shutil.which("groff"):
            seen = subprocess.run(["groff", "-man", "-Tutf8", "-ww"], input=done.stdout, capture_output=True, text=True,
                                  timeout=60, check=False)
            problems.extend(f"{page}: {line}" for line in seen.stderr.splitlines())
        pages[page] = paragraphs(done.stdout)
    return pages


def command_lines(page):
    """(command line, whether it is a whole one) of the examples, and of the texts in bold."""
    for part in page:
        if part.literal:
            for line in part.text.splitlines():
                if line.startswith("trunkwarden "):
                    yield line, True
        else:
            for bold in part.bold:
                if re.match(r"trunkwarden\s", bold):
                    yield " ".join(bold.split()), False


def check_options(where, head, body, command):
    """One option that the manual defines, with what is said of it."""
    text = "\n".join(part.text for part in [head, *body])
    for name in filter(lambda each: each.startswith("--"), head.bold):
        if name not in command.options:
            yield f"{where} describes {name}, which there is not"
            continue
        if command.options[name] != bool(head.italic):
            yield f"{where}: {name} takes {'a' if command.options[name] else 'no'} value"
        missing = {value for value in command.choices.get(name, ()) if not re.search(rf"\b{value}\b", text)}
        if missing:
            yield f"{where}: {name} also takes {', '.join(sorted(missing))}"
        default = command.defaults.get(name)
        if default and not any(f"Default: \\fB{default}\\fR" in re.sub(r"\\&", "", part.roff) for part in body):
            yield f"{where}: {name} does not have its default, {default}"
        if (name in command.required) != any(part.text.startswith("Required.") for part in body):
            yield f"{where}: {name} is {'' if name in command.required else 'not '}required"


def check_commands(page, commands):
    leaves = {path for path, command in commands.items() if path and not command.subcommands}
    described = {tuple(part.subsection.split()) for part in page if part.section == "COMMANDS" and part.subsection}
    for path in sorted(leaves - described):
        yield f"trunkwarden(8) does not describe the command {' '.join(path)}"
    for path in sorted(described - leaves):
        yield f"trunkwarden(8) describes {' '.join(path)}, which is no command"
    for path in [(), *sorted(leaves & described)]:
        where = "trunkwarden(8), " + (" ".join(path) or "OPTIONS")
        mine = [part for part in page if (part.subsection == " ".join(path) and part.section == "COMMANDS" if path
                                          else part.section == "OPTIONS")]
        command = commands[path]
        expected = set(command.options) - everywhere(commands) if path else set(command.options)
        defined = set()
        for head, body in definitions(mine):
            defined |= set(filter(lambda each: each.startswith("--"), head.bold))
            yield from check_options(where, head, body, command)
        for name in sorted(expected - defined):
            yield f"{where} does not describe {name}"
        said = "\n".join(part.text for part in mine)
        usage = mine[0].text if mine else ""
        for name in sorted(expected if path else ()):
            if name not in options_in(usage):
                yield f"{where}: its first line does not have {name}"
        for name in sorted(command.arguments):
            if not re.search(rf"\b{name}\b", usage):
                yield f"{where}: its first line does not have {name}"
        for name in command.steps:
            if not re.search(rf"\b{name}\b", said):
                yield f"{where} does not name the step {name}"


def check_mentions(name, page, commands):
    """Every text that looks like an option or a command is one."""
    known = {option for command in commands.values() for option in command.options}
    for part in page:
        for option in sorted(options_in(part.text) - known):
            yield f"{name}, {part.subsection or part.section}: there is no option {option}"
        path = tuple(part.subsection.split())
        if part.section == "COMMANDS" and path in commands:
            elsewhere = {option for bold in part.bold if bold.startswith("trunkwarden ") for option in options_in(bold)}
            allowed = set(commands[path].options) | everywhere(commands) | elsewhere
            for option in sorted(options_in(part.text) - allowed):
                yield f"{name}, {part.subsection}: it has no option {option}"
    for line, whole in command_lines(page):
        for what in wrong_in_a_command_line(line, commands, whole):
            yield f"{name}: {what}: {line}"


# --- the pages about files --------------------------------------------------------------------------------------------


def keys_of(schema, path=""):
    """(dotted path, its schema, whether it has to be given) of every key; [] means an entry of a list."""
    for name, below in schema.get("properties", {}).items():
        here = f"{path}.{name}" if path else name
        yield here, below, name in schema.get("required", ())
        yield from keys_of(below, here)
        if below.get("items", {}).get("properties"):
            yield from keys_of(below["items"], f"{here}[]")


def in_yaml(value):
    return str(value).lower() if isinstance(value, bool) else str(value)


def check_keys(name, page, expected, sections):
    """Every key is defined once, and its line is right. expected: [(path, schema, required)]"""
    found = {}
    for head, body in definitions(page):
        if head.section in sections:
            key = head.bold[0]
            if key in found:
                yield f"{name} describes {key} twice"
            found[key] = head, "\n".join(part.text for part in body)
    for key, schema, required in expected:
        if key not in found:
            yield f"{name} does not describe {key}"
            continue
        head, said = found[key]
        line = head.text
        stated = re.search(r"default (\S+)$", line)
        default = in_yaml(schema["default"]) if "default" in schema else None
        if (stated[1] if stated else None) != default:
            yield f"{name}: the default of {key} is {default}, not {stated[1] if stated else None}"
        if line.endswith(", required") != required:
            yield f"{name}: {key} is {'' if required else 'not '}required"
        if "minimum" in schema and f"{schema['minimum']} to {schema['maximum']}" not in said:
            yield f"{name}: {key} takes {schema['minimum']} to {schema['maximum']}"
        words = [word for word in schema.get("enum", ()) if isinstance(word, str)]
        for word in () if "ips" in words else words:  # resources have a page of their own
            if not re.search(rf"\b{word}\b", said):
                yield f"{name}: {key} may also be {word}"
    for key in sorted(set(found) - {path for path, _, _ in expected}):
        yield f"{name} describes {key}, which is no key"


def check_settings_page(world, page):
    sections = {part.section for part in page} - {"DESCRIPTION", "EXAMPLES", "FILES"}
    return check_keys("trunkwarden.yml(5)", page, list(keys_of(world.settings)), sections)


def check_baseline_page(world, page):
    about_entries = {"properties": {}, "required": world.baseline["required"]}
    resources = []
    for name, schema in world.baseline["properties"].items():
        if schema.get("items", {}).get("properties") and name not in LIMITS_OF_USE:
            resources.append((name, {}, False))
        else:
            about_entries["properties"][name] = schema
    if len(resources) < 10:
        sys.exit("the schema of baselines could not be read")
    yield from check_keys("trunkwarden-baseline(5)", page, list(keys_of(about_entries)), {"KEYS"})
    yield from check_keys("trunkwarden-baseline(5)", page, resources, {"RESOURCES"})
    said = "\n".join(part.text for part in page if part.section == "ENTRIES")
    for note in ("reason", "approved_by", "expires", "ticket"):
        if not re.search(rf"\b{note}\b", said):
            yield f"trunkwarden-baseline(5) does not describe {note}"


def check_examples(world, pages, check_schemas):
    for name, schema in (("trunkwarden.yml(5)", world.settings), ("trunkwarden-baseline(5)", world.baseline)):
        checked = 0
        for part in pages[name]:
            if not part.literal or (name == "trunkwarden.yml(5)" and part.section != "EXAMPLES"):
                continue
            text = part.text
            if re.match(r"\w+ -", text):  # a command, not YAML
                continue
            if name == "trunkwarden-baseline(5)" and "version:" not in text:
                text = "version: 1\n" + text
            errors = check_schemas.errors_of(schema, text)
            checked += 1
            for error in ["it is no YAML"] if errors is None else errors:
                yield f"{name}, {part.subsection or part.section}: an example is not valid: {error}"
        if not checked:
            yield f"{name}: no example was found"


def check_paths(world, page):
    """Where files are by default."""
    said = "\n".join(part.text for part in page if part.section == "FILES")
    for key in ("state_file", "control_socket"):
        path = world.settings["properties"][key]["default"]
        if not re.search(rf"^{re.escape(path)}$", said, re.MULTILINE):
            yield f"trunkwarden(8), FILES does not have {path}"


def check_completion_texts(world, commands):
    known = {option for command in commands.values() for option in command.options}
    for name, text in (("trunkwarden.bash", world.bash), ("_trunkwarden", world.zsh)):
        code = re.sub(r"^\s*#.*$", "", text, flags=re.MULTILINE)
        for option in sorted(options_in(code) - known):
            yield f"{name}: there is no option {option}"


# --- all of it --------------------------------------------------------------------------------------------------------


def problems_of(world, check_schemas, shells=("bash", "zsh")):
    problems = []
    pages = rendered(world, problems)
    if len(pages) != len(PAGES):
        return problems
    manual = pages["trunkwarden(8)"]
    commands = world.commands
    problems.extend(check_commands(manual, commands))
    for name, page in pages.items():
        problems.extend(check_mentions(name, page, commands))
    problems.extend(check_paths(world, manual))
    problems.extend(check_settings_page(world, pages["trunkwarden.yml(5)"]))
    problems.extend(check_baseline_page(world, pages["trunkwarden-baseline(5)"]))
    problems.extend(check_examples(world, pages, check_schemas))
    problems.extend(check_completion_texts(world, commands))
    if "bash" in shells:
        problems.extend(check_bash(world, commands))
    if "zsh" in shells and shutil.which("zsh"):
        problems.extend(check_zsh(world, commands))
    return problems


def main():
    given = arguments(("--trunkwarden", {"required": True, "type": built}), ("--self-test", {"action": "store_true"}))
    need("scdoc")
    try:
        import check_schemas  # pylint: disable=import-outside-toplevel
    except ImportError as missing:
        skip(f"{missing} (.ci/install installs it)")

    world = world_of(given.trunkwarden)
    if given.self_test:
        problems, fine = self_test(world, problems_of, check_schemas)
    else:
        problems = problems_of(world, check_schemas)
        leaves = sum(not command.subcommands for command in world.commands.values())
        fine = f"{len(PAGES)} pages and two completions agree with {leaves} commands and both schemas"
    if report(problems, fine):
        return 1
    if not shutil.which("zsh"):
        skip("the zsh completion needs zsh (.ci/install installs it); all else is fine")
    return 0


if __name__ == "__main__":
    sys.exit(main())
