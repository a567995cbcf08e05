#!/usr/bin/env python3
"""The commands of the documents exist, and print what the documents show.

    documents_test.py --trunkwarden build/dev/trunkwarden --simulator build/dev/trunkwarden-simulator
    documents_test.py … --self-test     planted faults are caught

Reads README.md, systemd/README.md and every page of docs/. command_lines.py compares command lines with the programs' own help, with
CMake's files and with the scripts of the project; transcripts.py says how a block with output is written, scenes.py in which state of
an account it is run.
"""

import copy
import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from command_lines import command_lines_of, project_of, wrong_in_line  # noqa: E402
from running import ROOT, Stage, expect, main  # noqa: E402
from scenes import SCENES  # noqa: E402
from transcripts import Step, difference, transcripts_in  # noqa: E402


def pages():
    listed = subprocess.run(["git", "ls-files", "-z", "README.md", "systemd/README.md", "docs/*.md"], cwd=ROOT, capture_output=True,
                            text=True, check=False).stdout.split("\0")
    names = [name for name in listed if name] or ["README.md", *(str(each.relative_to(ROOT)) for each in (ROOT / "docs").rglob("*.md"))]
    return {name: (ROOT / name).read_text(encoding="utf-8") for name in sorted(names) if (ROOT / name).exists()}


def speaks_of_today(name):
    """The changelog and the decisions name commands of their time."""
    return name != "docs/changelog.md" and not name.startswith("docs/decisions/")


def wrong_command_lines(name, text, project):
    for line, command, whole in command_lines_of(text):
        for fault in wrong_in_line(command, whole, project):
            yield f"{name}:{line}: {fault}: {command}"


def wrong_transcripts(name, text, run):
    """Faults of a page's transcripts; `run` is called with scene and command, and returns the output."""
    found, faults = transcripts_in(text)
    yield from (f"{name}:{line}: {sentence}" for line, sentence in faults)
    for transcript in found:
        if transcript.scene not in SCENES:
            yield f"{name}:{transcript.line}: there is no scene {transcript.scene} (tests/documents/scenes.py)"
            continue
        for step in transcript.steps:
            if fault := difference(step, run(transcript.scene, step.command)):
                yield f"{name}:{step.line}: {fault}"


class Stages:
    """Each scene once, on a stage of its own."""

    def __init__(self, stage):
        self.stage, self.scenes = stage, {}

    def run(self, scene, command):
        if scene not in self.scenes:
            folder = self.stage.scratch / scene
            folder.mkdir()
            own = Stage(self.stage.given, folder)
            own.started, own.problems = self.stage.started, self.stage.problems
            self.scenes[scene] = SCENES[scene](own)
        return self.scenes[scene].run(command)


def test(stage):
    project = project_of(stage.given.trunkwarden, stage.given.simulator)
    stages = Stages(stage)
    if stage.given.self_test:
        catches_planted_faults(stage, project, stages)
        return
    lines = 0
    for name, text in pages().items():
        if speaks_of_today(name):
            lines += sum(1 for _ in command_lines_of(text))
            stage.problems += wrong_command_lines(name, text, project)
        stage.problems += wrong_transcripts(name, text, stages.run)
    expect("the documents have command lines", lines > 150, lines)
    expect("each scene is shown by a document", set(stages.scenes) == set(SCENES), sorted(set(SCENES) - set(stages.scenes)))
    print(f"{lines} command lines; {len(stages.scenes)} scenes")


# (a page, the words that the fault's sentence has; "" when there is none)
PLANTED_LINES = [
    ("```sh\ntrunkwarden check --fast\n```\n", "trunkwarden check has no option --fast"),
    ("```sh\nsudo trunkwarden rewind\n```\n", "there is no command trunkwarden rewind"),
    ("Say `trunkwarden quarantine melt`.\n", "there is no command trunkwarden quarantine melt"),
    ("Say `trunkwarden findings [--severe]`.\n", "has no option --severe"),
    ("```sh\ntrunkwarden ack f-1234567890ab\n```\n", "trunkwarden ack needs --reason"),
    ("```sh\ntrunkwarden check --log.level=loud\n```\n", "--log.level does not take loud"),
    ("```sh\ntrunkwarden check production\n```\n", "takes no argument production"),
    ("```sh\ncd build && build/dev/trunkwarden check --fast\n```\n", "trunkwarden check has no option --fast"),
    ("```\n$ trunkwarden check --fast\n```\n", "trunkwarden check has no option --fast"),
    ("```sh\ntrunkwarden ack ID \\\n    --reson TEXT\n```\n", "trunkwarden ack has no option --reson"),
    ("```sh\ntrunkwarden-simulator --port 1 --tls\n```\n", "the simulator has no option --tls"),
    ("```sh\ntests/runs\n```\n", "there is no tests/runs"),
    ("```sh\npython3 tests/check_docs.py --quick\n```\n", "tests/check_docs.py has no option --quick"),
    ("```sh\ncmake --preset fast\n```\n", "there is no preset fast"),
    ("```sh\ncmake --build --preset dev --target daemon\n```\n", "there is no target daemon"),
    ("```sh\nctest --preset dev -L 'unit|slow'\n```\n", "there is no label slow"),
    ("```sh\nbuild/dev/tests/units\n```\n", "nothing builds build/dev/tests/units"),
    ("```sh\ngerp -n REVIEW baseline.yml\n```\n", "gerp is no program"),
    ("```sh\nsudo apt install ./trunkwarden_0.0.9-1_amd64.deb\n```\n", "the package of this version is"),
    ('```sh\ntrunkwarden ack ID --reason "dana\n```\n', "no shell can read this"),
    ("```sh\nsudo trunkwarden check --output=json | jq .   # --fast\n```\n", ""),
    ("```sh\n(umask 077 && cat > api_key)\n```\n", ""),
    ("Say `trunkwarden ack ID`, or `trunkwarden lockdown --account NAME [--apply]`.\n", ""),
]

QUIET = "<!-- run: trusted -->\n```\n$ trunkwarden check\n"
PLANTED_TRANSCRIPTS = [
    (QUIET + "…\nAll 50 resources are read, … objects: nothing unexpected.\n```\n", "does not print this (line 5): All 50 resources are"),
    (QUIET + "Account production\n…\n  Cover\n…\n```\n", "does not print this (line 6):   Cover"),
    (QUIET + "Account production\n```\n", "prints more than is shown"),
    (QUIET + "…\nAll … objects: nothing unexpected.\nAnd more.\n```\n", "does not print this (line 6): And more."),
    ("```\n$ trunkwarden check\nAll is well.\n```\n", "say in which scene to run it"),
    ("<!-- run: elsewhere -->\n```\n$ trunkwarden check\n```\n", "there is no scene elsewhere"),
    ("<!-- run: trusted -->\n```\nAll is well.\n```\n", "has no command"),
    ("<!-- run: trusted -->\nNo block.\n", "no block follows this mark"),
    ("<!-- not run: -->\n```\n$ trunkwarden check\n```\n", "say why"),
    ("<!-- not run: it asks -->\n```\n$ trunkwarden init\n```\n", ""),
    (QUIET + "Account production\n…\nAll … resources read, … objects: nothing unexpected.\n```\n", ""),
]


def catches_planted_faults(stage, project, stages):
    for text, expected in PLANTED_LINES:
        stage.problems += missed(text, expected, list(wrong_command_lines("page", text, project)))
    for text, expected in PLANTED_TRANSCRIPTS:
        stage.problems += missed(text, expected, list(wrong_transcripts("page", text, stages.run)))
    same = Step(1, "trunkwarden findings", ["f-1e2214e2702c.3fa9  opened 3 s ago", "at 2026-11-22T10:00:04Z  (10:00:04 UTC)"])
    expect("ids, times and columns count for nothing",
           difference(same, "f-1106eff361cd.f37c    opened 12.5 s ago\nat 2026-11-30T18:23:15Z (18:23:15 UTC)\n") is not None
           and difference(same, "f-1106eff361cd.f37c    opened 12.5 s ago\nat 2026-11-30T18:23:15Z    (18:23:15 UTC)\n") is None)
    without_ack = copy.deepcopy(project)
    del without_ack.commands["ack",]
    without_ack.commands[()].subcommands.remove("ack")
    sentences = [fault for name, text in pages().items() for fault in wrong_command_lines(name, text, without_ack)]
    expect("a command that is taken away is missed by the documents", any("trunkwarden ack" in each for each in sentences), sentences)
    print(f"{len(PLANTED_LINES) + len(PLANTED_TRANSCRIPTS)} pages with planted faults")


def missed(text, expected, said):
    if bool(said) != bool(expected) or not all(expected in sentence for sentence in said[:1]):
        yield f"planted was {text!r}; expected {expected!r}; said was {said}"


if __name__ == "__main__":
    sys.exit(main(test, options=[("--self-test", {"action": "store_true"})]))
