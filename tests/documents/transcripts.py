"""Blocks of the documents that show commands and their output, and whether the program prints that.

    <!-- run: attacked -->
    ```
    $ trunkwarden findings
    critical  Unknown SIP IP 192.0.2.66:5060 on connection sbc
    …
    ```

The comment names the scene (scenes.py) in which the commands are run. In the output, times, durations, ids and the width of columns
count for nothing; "…" matches any text of a line, and alone on a line for any lines. A block that cannot be run says why:
"<!-- not run: REASON -->".
"""

import dataclasses
import re

from command_lines import BLOCK

MARK = re.compile(r"^ *<!-- (run|not run): *(.*?) *-->\n", re.MULTILINE)
MASKS = [
    (r"^ts=\S+ ", ""),                                           # the journal has a time of its own
    (r" ?\(\d\d:\d\d:\d\d (?!UTC)[A-Z]{2,5}\)", ""),                    # local time, which only a terminal is shown
    (r"\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z", "TIME"),
    (r"\b\d{4}-\d\d-\d\d\b", "DAY"),
    (r"\b\d\d:\d\d:\d\d\b", "CLOCK"),
    (r"\b([fia])-[0-9a-f]{6,12}(?:\.[0-9a-f]{4})?\b", r"\1-ID"),
    (r"\b[0-9a-f]{32}\b", "ID"),
    (r"\b\d{19}\b", "OBJECT"),                                    # an id that the simulator gives
    (r"\b\d+(?:\.\d+)? (?:ms|s|min|h)\b", "DURATION"),
    (r"(?<=\S) {2,}", "  "),
    (r" +$", ""),
]


@dataclasses.dataclass
class Step:
    line: int
    command: str
    expected: list


@dataclasses.dataclass
class Transcript:
    line: int
    scene: str
    steps: list


def masked(line):
    for pattern, instead in MASKS:
        line = re.sub(pattern, instead, line)
    return line


def transcripts_in(text):
    """The blocks to run, and faults: (line, sentence)."""
    found, faults, marks = [], [], {mark.end(): mark for mark in MARK.finditer(text)}
    for block in BLOCK.finditer(text):
        line = text.count("\n", 0, block.start()) + 1
        mark = marks.pop(block.start(), None)
        steps = steps_of(block, line + 1)
        if mark is None and steps:
            faults.append((line, "this block shows what a command prints: say in which scene to run it (<!-- run: SCENE -->)"))
        elif mark is not None and not steps:
            faults.append((line, 'this block is to be run, but has no command ("$ …")'))
        elif mark is not None and mark[1] == "run":
            found.append(Transcript(line, mark[2], steps))
        elif mark is not None and not mark[2]:
            faults.append((line, "say why this block is not run"))
    for mark in marks.values():
        faults.append((text.count("\n", 0, mark.start()) + 1, "no block follows this mark"))
    return found, faults


def steps_of(block, line):
    steps = []
    for at, text in enumerate(block["body"].split("\n")[:-1]):
        text = text.removeprefix(block["indent"])
        if text.startswith("$ "):
            steps.append(Step(line + at, re.sub(r"\s+#.*", "", text[2:]), []))
        elif steps and block["language"] != "sh":
            steps[-1].expected.append(text)
    return steps


def pattern_of(lines):
    """A regular expression for masked output that begins with these lines."""
    pattern = ""
    for line in lines:
        if line.strip() == "…":
            pattern += r"(?:.*\n)*?"
        else:
            pattern += ".*".join(re.escape(part) for part in masked(line).split("…")) + "\n"
    return pattern


def difference(step, printed):
    """How the output of a command differs from the document's; None when it does not."""
    seen = "".join(masked(line) + "\n" for line in printed.rstrip("\n").split("\n")) if printed.strip() else ""
    expected = list(step.expected)
    while expected and not expected[-1].strip():
        expected.pop()
    if re.fullmatch(pattern_of(expected), seen):
        return None
    right = next((count for count in range(len(expected), 0, -1) if re.match(pattern_of(expected[:count]), seen)), 0)
    if right == len(expected):
        return f'"{step.command}" prints more than is shown:\n{printed}'
    return f'"{step.command}" does not print this (line {step.line + 1 + right}): {expected[right]}\nIt prints:\n{printed}'
