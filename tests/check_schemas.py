#!/usr/bin/env python3
"""The JSON Schemas in config/schema against the parser whose tables they are made from.

    tests/check_schemas.py --trunkwarden build/dev/trunkwarden           everything below
    tests/check_schemas.py --trunkwarden build/dev/trunkwarden --write   writes config/schema first

* config/schema/*.json are what "config schema" and "baseline schema" print, and valid draft-07. The "$id" of each is the place where
  the package installs it.
* Every settings file and baseline that is shipped or in the documents is accepted by its schema.
* Every file of tests/bad_files, which the parser refuses (tests/baseline/file/bad_files_test.cpp), is refused by the schema,
  too, unless its first line names one of CANNOT_TELL.
* A path that is no file, or a file that is far too large, is reported at once.

Exits 77 (skipped) where Python has no jsonschema.
"""
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

import yaml

from running import ROOT, arguments, built, skip

try:
    from jsonschema import Draft7Validator
except ImportError:
    skip("python3-jsonschema is not installed (.ci/install installs it)")

SCHEMAS = {"settings": ROOT / "config/schema/trunkwarden.schema.json",
           "baseline": ROOT / "config/schema/baseline.schema.json"}
COMMANDS = {"settings": ["config", "schema"], "baseline": ["baseline", "schema"]}

# Constraints that a schema cannot express; the parser refuses the file all the same.
CANNOT_TELL = {
    "yaml": "what a YAML loader makes of the text: duplicate keys, aliases, tags, encodings, syntax",
    "calendar": "days that their month does not have",
    "host bits": "networks with bits behind their prefix",
    "plus": "a number without its plus: to a YAML loader, +1415 and 1415 are one number",
    "together": "keys that need another beside them",
    "regions": "which two capitals are a region, in a list of texts",
    "hours": "hours of the week and time zones",
    "once": "what may stand once: a field in both spellings, a name that is taken",
    "elsewhere": "names that stand elsewhere in the file, such as accounts in quarantine rules",
    "url": "the finer rules of URLs",
    "spelling": "how a number or flag is spelled: True, 0x10, 1e1",
    "secret text": "what a value looks like: an API key in a place that is not for it",
}


class Yaml12(yaml.SafeLoader):
    """YAML 1.2's core schema, which is what yaml-language-server reads: NO is a text, 2027-03-31 as well."""
    yaml_implicit_resolvers = {}


for tag, pattern, first in (
        ("null", r"~|null|Null|NULL|", ["~", "n", "N", ""]),
        ("bool", r"true|True|TRUE|false|False|FALSE", list("tTfF")),
        ("int", r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+", list("-+0123456789")),
        ("float", r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", list("-+.0123456789"))):
    Yaml12.add_implicit_resolver(f"tag:yaml.org,2002:{tag}", re.compile(rf"^(?:{pattern})$"), first)


def whole_number(loader, node):
    text = loader.construct_scalar(node)
    return int(text, 0) if text[:2] in ("0x", "0o") else int(text)


Yaml12.add_constructor("tag:yaml.org,2002:int", whole_number)


class Faults(list):
    def check(self, holds, sentence):
        if not holds:
            self.append(sentence)


def errors_of(schema, text):
    """The schema's complaints, or None when this is no YAML for a loader either."""
    try:
        document = yaml.load(text, Yaml12)
    except (yaml.YAMLError, ValueError):
        return None
    return [f"{'/'.join(map(str, error.absolute_path))}: {error.message[:120]}"
            for error in Draft7Validator(schema).iter_errors(document)]


def run(trunkwarden, *words):
    return subprocess.run([trunkwarden, *words], capture_output=True, text=True, errors="replace", check=False)


def check_generated(trunkwarden, write, faults):
    schemas = {}
    for kind, file in SCHEMAS.items():
        printed = run(trunkwarden, *COMMANDS[kind]).stdout
        if write:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(printed)
        faults.check(file.read_text() == printed,
                     f"{file.relative_to(ROOT)} is not what {' '.join(COMMANDS[kind])} prints: run this with --write")
        schemas[kind] = json.loads(printed)
        Draft7Validator.check_schema(schemas[kind])
        faults.check(schemas[kind].get("$id") == f"file:///usr/share/trunkwarden/schema/{file.name}",
                     f"the $id of {file.name} is {schemas[kind].get('$id')}, not where the package installs it")
    return schemas


def uncommented(text):
    """Alternatives in the shipped settings: "# key: value" as if somebody took the # away, one at a time."""
    lines = text.split("\n")
    for at, line in enumerate(lines):
        if found := re.match(r"^(\s*)# ([a-z_]+: \S.*)$", line):
            yield at + 1, "\n".join(lines[:at] + [found[1] + found[2]] + lines[at + 1:])


def kind_of(document):
    if not isinstance(document, dict):
        return None
    is_settings = "accounts" in document or "accounts_dir" in document
    return "settings" if is_settings else "baseline" if "version" in document else None


def good_texts():
    yield "accounts_dir alone", "accounts_dir: accounts.d\n"
    for name in ("config/trunkwarden.yml", "config/baseline.example.yml", "config/demo/trunkwarden.yml",
                 "config/demo/baseline.yml"):
        yield name, (ROOT / name).read_text()
    for page in [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]:
        text = page.read_text()
        for block in re.finditer(r"^```ya?ml\n(.*?)^```", text, re.MULTILINE | re.DOTALL):
            yield f"{page.relative_to(ROOT)}:{text.count(chr(10), 0, block.start()) + 1}", block[1]


def check_good(schemas, faults):
    checked = 0
    for name, text in good_texts():
        try:
            kind = kind_of(yaml.load(text, Yaml12))
        except (yaml.YAMLError, ValueError):
            continue
        if kind:
            checked += 1
            faults.extend(f"{name}: {error}" for error in errors_of(schemas[kind], text))
    text = (ROOT / "config/trunkwarden.yml").read_text()
    keys = set(re.findall(r'^\s*(?:- |# )?([a-z_]+):', text, re.MULTILINE))
    faults.check(not (missing := {key for key in names_in(schemas["settings"]) if key not in text}),
                 f"config/trunkwarden.yml does not show {sorted(missing)}")
    faults.check(len(keys) > 30 and checked >= 4, "hardly any example was found")
    return checked


def names_in(schema):
    for name, value in schema.get("properties", {}).items():
        yield name
        yield from names_in(value)
        yield from names_in(value.get("items", {}))


def check_bad(schemas, faults):
    files = sorted((ROOT / "tests/bad_files").glob("*/*.yml"))
    for file in files:
        name = file.relative_to(ROOT)
        text = file.read_text(encoding="utf-8", errors="surrogateescape")
        expected = re.match(r"# schema: (.*)", text)
        errors = errors_of(schemas[file.parent.name], text)
        if expected and expected[1] == "refuses":
            faults.check(errors, f"{name}: the schema accepts it")
            continue
        reason = re.fullmatch(r"cannot tell \((.*)\)", expected[1] if expected else "")
        faults.check(reason and reason[1] in CANNOT_TELL, f"{name}: its first line says neither, nor why")
        faults.check(not errors, f"{name}: the schema can tell: {errors}")
    faults.check(len(files) > 120, "tests/bad_files is not there")
    return len(files)


def tells_quickly(trunkwarden, file, sentence, faults):
    """A path that is no file, or a file that is far too large, is reported within seconds, also with sanitizers."""
    printed = subprocess.run(["timeout", "60", trunkwarden, "config", "check", f"--config.file={file}"],
                             capture_output=True, text=True, errors="replace", check=False)
    faults.check(printed.returncode == 1 and sentence in printed.stderr,
                 f"{file}: {printed.returncode}, {printed.stderr[:300]}")


def check_no_files(trunkwarden, faults):
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        bad = {
            "empty.yml": (b"", "the file is empty"),
            "utf16.yml": ("version: 1\n".encode("utf-16"), "the file is in UTF-16"),
            "deep.yml": (b"version: 1\nips: " + b"[" * 100_000, "nested far too deep"),
            "bomb.yml": (b"version: 1\na: &a [x,x,x,x,x,x,x,x,x]\n" +
                         b"".join(b"%c: &%c [%s]\n" % (c, c, b",".join([b"*%c" % (c - 1)] * 9)) for c in range(98, 110)),
                         "anchors (&name) are not read here"),
            "large.yml": (b"version: 1\n# " + b"x" * 64 * 1024 * 1024, "is larger than"),
        }
        for at, (file, (content, sentence)) in enumerate(bad.items()):
            (folder / file).write_bytes(content)
            settings = folder / f"s{at}.yml"
            settings.write_text(f"accounts: [{{name: a, api_key_env: HOME, baseline_file: {file}}}]\n")
            tells_quickly(trunkwarden, settings, sentence, faults)
            (folder / file).unlink()
        os.mkfifo(folder / "fifo.yml")
        tells_quickly(trunkwarden, folder / "fifo.yml", "is not a regular file", faults)
        tells_quickly(trunkwarden, folder, "Is a directory", faults)
        if os.geteuid() != 0:
            (folder / "shut.yml").touch(mode=0)
            tells_quickly(trunkwarden, folder / "shut.yml", "Permission denied", faults)


def main():
    given = arguments(("--trunkwarden", {"required": True, "type": built}), ("--write", {"action": "store_true"}))
    faults = Faults()
    schemas = check_generated(given.trunkwarden, given.write, faults)
    good = check_good(schemas, faults)
    bad = check_bad(schemas, faults)
    check_no_files(given.trunkwarden, faults)
    for fault in faults:
        print(fault)
    print(f"{good} good files, {bad} bad ones: {len(faults)} complaints")
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
