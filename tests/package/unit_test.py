#!/usr/bin/env python3
"""The unit is one that systemd takes without a word, and that exposes no more than it has to.

    tests/package/unit_test.py --trunkwarden build/dev/trunkwarden

Exits 77 (skipped) where systemd-analyze is missing.
"""
import pathlib
import re
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "monitoring"))
from shared import ROOT, arguments, built, need, read_yaml, report, run  # noqa: E402

UNIT = ROOT / "systemd/trunkwarden.service"
INSTALLED = "/usr/bin/trunkwarden"
MOST_EXPOSED = 12  # tenths: the rest is the network, which it needs


def verified(text, program):
    """The verdict of systemd on a unit with this text; the program need not be installed for it."""
    with tempfile.TemporaryDirectory(prefix="trunkwarden-unit-") as folder:
        unit = pathlib.Path(folder) / UNIT.name
        unit.write_text(text.replace(f"={INSTALLED} ", f"={program} "), encoding="utf-8")
        code, said = run("systemd-analyze", "verify", "--man=no", "--recursive-errors=no", unit)
    return f"exit code {code}: {said}" if code != 0 or said else ""


def exposure(text):
    with tempfile.TemporaryDirectory(prefix="trunkwarden-unit-") as folder:
        unit = pathlib.Path(folder) / UNIT.name
        unit.write_text(text, encoding="utf-8")
        code, said = run("systemd-analyze", "security", "--offline=true", "--no-pager", f"--threshold={MOST_EXPOSED}", unit)
    return code, (said.splitlines() or [""])[-1]


def problems(text, program):
    complaint = verified(text, program)
    if complaint:
        yield f"systemd-analyze verify: {complaint}"
    code, said = exposure(text)
    if code != 0:
        yield f"systemd-analyze security: more than {MOST_EXPOSED / 10}: {said}"

    # Faults that each of the two checks has to notice.
    if not verified(text + "\n[Service]\nRestrt=always\n", program):
        yield "a misspelt key passes systemd-analyze verify"
    if exposure(text.replace("NoNewPrivileges=yes", "NoNewPrivileges=no").replace("RestrictNamespaces=yes", ""))[0] == 0:
        yield "a unit with less of a sandbox passes systemd-analyze security"


def names_agree(text):
    """The folders are those of the default settings; the user is the one that is made."""
    def value(key):
        found = re.findall(rf"^{key}=(.*)$", text, re.MULTILINE)
        return found[-1] if found else None

    defaults = read_yaml(ROOT / "config/trunkwarden.yml")
    for key, folder, of in (("StateDirectory", "/var/lib", "state_file"), ("RuntimeDirectory", "/run", "control_socket")):
        if f"{folder}/{value(key)}" != str(pathlib.PurePath(defaults[of]).parent):
            yield f"{key}={value(key)}, but {of} is {defaults[of]}"
    made = re.findall(r"^u (\S+)", (ROOT / "systemd/trunkwarden.sysusers").read_text(encoding="utf-8"), re.MULTILINE)
    for key in ("User", "Group"):
        if [value(key)] != made:
            yield f"{key}={value(key)}, but systemd/trunkwarden.sysusers makes {made}"
    if value("ExecStart") != f"{INSTALLED} run":
        yield f"ExecStart={value('ExecStart')}"


def main():
    program = arguments(("--trunkwarden", {"type": built, "required": True, "help": "stands in for /usr/bin/trunkwarden"})).trunkwarden
    need("systemd-analyze")
    text = UNIT.read_text(encoding="utf-8")
    return report([*problems(text, program), *names_agree(text)], f"{UNIT.name}: {exposure(text)[1].strip()}")


if __name__ == "__main__":
    sys.exit(main())
