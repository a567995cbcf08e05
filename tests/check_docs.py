#!/usr/bin/env python3
"""The documents hold together. Prints FILE:LINE: the fault; exits 1 when there is one.

    tests/check_docs.py              checks README.md, systemd/README.md and docs/ below the working directory
    tests/check_docs.py --self-test  shows each rule for sentences a text that breaks it and a text that does not

Links lead to files and headings that exist, and so do files that are named. Source, settings, packaging and manuals name only pages that
exist, and every resource has the section of docs/detections.md that its findings link to. Tests that docs/guarantees.md names exist;
metrics that are named are exported; log messages in docs/operations/messages.md are those that the daemon writes. No sentence says what
"this version" does not do, because nobody finds it when a later one does.

Sentences are plain English as far as that can be checked: none begins with a bare "what" or "who", none has an expression that
only the project used, and lines of prose end at 120 characters. README.md has at most 600 words.
"""
import functools
import pathlib
import re
import sys

FENCED = re.compile(r"^ *```.*?^ *```|^    [^\n]*$", re.DOTALL | re.MULTILINE)
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
# A test, or all of a suite, perhaps with the values that it is run for.
TEST = re.compile(r"`(?:(\w+)/)?([A-Z]\w+)\.(?:([A-Z]\w+)|\*)`")
DEFINED_TEST = re.compile(r"\bTEST(?:_F|_P)?\(\s*(\w+)\s*,\s*(\w+)\s*\)")
RUN_FOR_VALUES = re.compile(r"\bINSTANTIATE_TEST_SUITE_P\(\s*(\w+)\s*,\s*(\w+)\s*,")
# A test that is a program: alone in the last cell of a row.
PROGRAM = re.compile(r"`([a-z_]+)`(?=[^|\n]*\|$)", re.MULTILINE)
DEFINED_PROGRAM = re.compile(r"\badd(?:_python)?_test\((?:NAME )?(\w+)")
METRIC = re.compile(r"`(trunkwarden_[a-z_]+)\b")
FILE = re.compile(r"`((?:daemon|tests|config|systemd)/[\w./-]+)`")
SOON_WRONG = re.compile(r"\b(?:this|the current) version\b|\bdoes not (?:have|exist) yet\b", re.IGNORECASE)
# A page that something else than a page names: by its path in the project, or where the package installs it.
PAGE = re.compile(r"(?:\bdocs/|/usr/share/doc/trunkwarden/)([\w./-]+\.md)(?:#([\w-]+))?")
NAMES_PAGES = {".cpp", ".hpp", ".inc", ".py", ".sh", ".yml", ".json", ".scd", ".service", ".cmake", ".txt"}
LOG_ROW = re.compile(r"^\| `[^|]*\|", re.MULTILINE)
LOGGED = re.compile(r"""(?:(?:\.|->)(?:warn|error)\(|log_level::(?:warn|error),)\s*"((?:\\.|[^"\\\n])*)\"""")
LITERAL = re.compile(r'"((?:\\.|[^"\\\n])*)"')
CODE = re.compile(r"`[^`]*`")
HEADING = re.compile(r"^#.*$", re.MULTILINE)
# A sentence, a cell of a table, or the part behind a colon; a question may begin like this.
HEADLESS = re.compile(r"(?:^ *(?:[-*] |\d+\. )?\**(?=(?-i:[A-Z]))|[.!?:][)*_\"]*\s+\**|\| +\**)"
                      r"(what|whoever|whatever|whichever|who)\b(?![^.?!|]*\?)", re.IGNORECASE | re.MULTILINE)
PLAINER = {r"(?:who|what|which)ever": "a noun: the person who, each, any", r"in force": "active",
           r"(?:go|goes|went|going|gone) on": "continue", r"by (?:itself|themselves)": "alone, automatically",
           r"(?:is|are|was|were) told(?! to\b)": "reported, notified", r"weighs?|heaviest": "severe, important", r"anew": "again",
           r"mend(?:s|ed|ing)?": "correct", r"lets? (?:more |less )?pass": "permit"}
LONGEST_LINE = 120
WORDS_OF_THE_README = 600
OF_A_HISTOGRAM = re.compile(r"_(bucket|sum|count)$")


def without_code(text):
    return FENCED.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), text)


def each(pattern, text):
    return ((text.count("\n", 0, found.start()) + 1, found) for found in pattern.finditer(text))


def anchors_in(path):
    """The names that GitHub gives to a file's headings."""
    headings = re.findall(r"^#+ +(.+)$", without_code(path.read_text(encoding="utf-8")), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def links(path, text):
    for line, found in each(LINK, without_code(text)):
        target, _, anchor = found[1].partition("#")
        if "://" in found[1]:
            continue
        leads_to = path.parent / target if target else path
        if not leads_to.exists():
            yield line, f"there is no {target}"
        elif anchor and leads_to.suffix == ".md" and anchor not in anchors_in(leads_to):
            yield line, f"{leads_to.name} has no heading #{anchor}"


def tests_that_are_named(path, text):
    if path.name != "guarantees.md":
        return
    tests, values, programs = defined_tests()
    suites = {suite for suite, _name in tests}
    for line, found in each(TEST, text):
        of_values, suite, name = found.groups()
        if (suite, name) not in tests if name else suite not in suites:
            yield line, f"there is no test {found[0].strip('`')}"
        elif of_values and (of_values, suite) not in values:
            yield line, f"no test of {suite} is run for {of_values}"
    for line, found in each(PROGRAM, text):
        if found[1] not in programs:
            yield line, f"tests/CMakeLists.txt has no test {found[1]}"


@functools.cache
def defined_tests():
    """The tests of all suites, the suites that are run for values, and the tests that are programs."""
    code = "".join(file.read_text(encoding="utf-8") for file in sorted(pathlib.Path("tests").rglob("*_test.cpp")))
    programs = pathlib.Path("tests/CMakeLists.txt").read_text(encoding="utf-8")
    return set(DEFINED_TEST.findall(code)), set(RUN_FOR_VALUES.findall(code)), set(DEFINED_PROGRAM.findall(programs))


def metrics_that_are_named(_path, text):
    declared = set(re.findall(r'"(trunkwarden_[a-z_]+)"', pathlib.Path("daemon/metrics/declared.hpp").read_text(encoding="utf-8")))
    for line, found in each(METRIC, text):
        if found[1] not in declared and OF_A_HISTOGRAM.sub("", found[1]) not in declared:
            yield line, f"no metric is called {found[1]}"


def files_that_are_named(path, text):
    if path.parent.name == "decisions":  # an old decision names the files of its time
        return
    for line, found in each(FILE, text):
        if not pathlib.Path(found[1]).exists() and "NAME" not in found[1]:
            yield line, f"there is no {found[1]}"


def what_will_be_wrong_soon(path, text):
    if path.name == "changelog.md" or path.parent.name == "decisions":
        return
    for line, found in each(SOON_WRONG, text):
        yield line, f'"{found[0]}" will be wrong one day, and nobody will notice: say what is so, and link to where it is explained'


def log_messages_that_are_listed(path, text):
    if path.parts[-2:] != ("operations", "messages.md"):
        return
    start = text.index("## Log")
    listed = [(text.count("\n", 0, start) + line, message) for line, row in each(LOG_ROW, text[start:])
              for message in re.findall(r"`([^`]+)`", row[0])]
    literals = set(LITERAL.findall(code_of_the_daemon()))
    for line, message in listed:
        if not any(is_row_of(message, literal) for literal in literals):
            yield line, f"the daemon does not write {message}"
    for logged in sorted(set(LOGGED.findall(code_of_the_daemon()))):
        if not any(is_row_of(message, logged) for _line, message in listed):
            yield 1, f"the table of log messages lacks {logged}"


def is_row_of(message, literal):
    """A message that is cut with … means each that begins like it."""
    return literal.startswith(message[:-1].rstrip()) if message.endswith("…") else literal == message


@functools.cache
def code_of_the_daemon():
    """All of it, with each literal of several lines in one piece."""
    code = "\n".join(file.read_text(encoding="utf-8") for file in sorted(pathlib.Path("daemon").rglob("*.?pp")))
    return re.sub(r'"\s*\n\s*"', "", code)


def pages_that_the_project_names():
    """Pages that code, settings, packaging and manuals name."""
    for folder in ("daemon", "tests", "config", "systemd", "docs"):
        for path in sorted(pathlib.Path(folder).rglob("*")):
            if path.suffix in NAMES_PAGES and path.is_file() and path.name != pathlib.Path(__file__).name:
                yield from pages_that_are_named(path, path.read_text(encoding="utf-8", errors="replace"))


def pages_that_are_named(path, text):
    for line, found in each(PAGE, text):
        page = pathlib.Path("docs", found[1])
        if not page.exists():
            yield f"{path}:{line}: there is no {page}"
        elif found[2] and found[2] not in anchors_in(page):
            yield f"{path}:{line}: {page} has no heading #{found[2]}"


def causes_of_the_watch():
    """The resources of findings about the watch itself, as the daemon names them."""
    return re.findall(r'= cause\(\s*"(\w+)"', re.sub(r"\s+", " ", pathlib.Path("daemon/findings/watch_cause.cpp").read_text(encoding="utf-8")))


def sections_that_findings_link_to():
    """A finding's runbook_url is detections.md#RESOURCE, also of the causes, which docs/resources.md does not list."""
    sections = anchors_in(pathlib.Path("docs/detections.md"))
    resources = re.findall(r"^## (\w+)$", pathlib.Path("docs/resources.md").read_text(encoding="utf-8"), re.MULTILINE)
    for name in [*resources, *causes_of_the_watch()]:
        if name not in sections:
            yield f"docs/detections.md:1: there is no section ## {name}, to which findings link"


def prose(text):
    """The text with code blanked; its lines and their numbers stay."""
    return CODE.sub(lambda found: re.sub(r"[^\n]", "_", found[0]), without_code(text))


def sentences_without_a_subject(_path, text):
    for line, found in each(HEADLESS, HEADING.sub("", prose(text))):
        line += found[0][:found.start(1) - found.start()].count("\n")
        yield line, f'a sentence begins with "{found[1]}": begin with the noun that is meant'


def expressions_of_our_own(_path, text):
    for expression, plainer in PLAINER.items():
        for line, found in each(re.compile(rf"\b(?:{expression})\b", re.IGNORECASE), prose(text)):
            yield line, f'"{found[0]}": say it plainly ({plainer})'


def a_readme_of_too_many_words(path, text):
    words = len(text.split())
    if str(path) == "README.md" and words > WORDS_OF_THE_README:
        yield 1, f"{words} words, where {WORDS_OF_THE_README} are the most: move the long way to a page of docs/"


def lines_that_are_too_long(path, text):
    if path.name == "resources.md":  # made by trunkwarden
        return
    for line, found in each(re.compile(r"^(?! *[|#]).*$", re.MULTILINE), without_code(text)):
        if len(found[0]) > LONGEST_LINE and re.search(r"\S ", CODE.sub("_", found[0]).strip()):
            yield line, f"this line has {len(found[0])} characters, more than {LONGEST_LINE}"


def check():
    files = [pathlib.Path("README.md"), pathlib.Path("systemd/README.md"), *sorted(pathlib.Path("docs").rglob("*.md"))]
    if not files[0].exists():
        return ["tests/check_docs.py: there is no README.md: run it in the project's root"]
    return [*(f"{path}:{line}: {sentence}" for path in files for rule in RULES
              for line, sentence in rule(path, path.read_text(encoding="utf-8"))),
            *pages_that_the_project_names(), *sections_that_findings_link_to()]


RULES = (links, files_that_are_named, tests_that_are_named, metrics_that_are_named, log_messages_that_are_listed,
         what_will_be_wrong_soon, sentences_without_a_subject, expressions_of_our_own, lines_that_are_too_long,
         a_readme_of_too_many_words)

# For each rule about sentences, and that about tests: texts that it refuses, and texts that it takes.
EXAMPLES = {
    tests_that_are_named: (
        ["| a | b | | `KnownSecrets.AreSung` |", "| a | b | | `NobodysSuite.*` |", "| a | b | | `OfNoKind/AllowedUse.*` |",
         "| a | b | | `KnownSecrets.*`, `no_program` |"],
        ["| a | b | `a_word` | `KnownSecrets.*`, `OfEachKind/AllowedUse.*`, `host_disk`, `boot` |", "| `a_metric` | b |  |  |"]),
    what_will_be_wrong_soon: (["This version tells; it changes nothing."], ["It changes nothing unless the quarantine may act."]),
    sentences_without_a_subject: (
        ["What cannot be read is reported.", "* **What it means** is in the log.", "It stops. Whoever runs it\nmay go.",
         "| what waits | 1 |", "| a | Who can edit it |", "It says:\nwhat waits."],
        ["## What is done", "What is it?", "The log says\nwhat waits.", "`What` is a word.", "```\nWhat is printed\n```",
         "| somebody who asks | 1 |"]),
    expressions_of_our_own: (
        ["It stays in force.", "The watch goes on.", "It ends by itself.", "A finding is told.", "Whatever it is",
         "The edit lets more pass."],
        ["The daemon is told to stop.", "`a reload lets more pass`", "It ends without help.", "a second look on page one"]),
    lines_that_are_too_long: (["word " * 30], ["| " + "word " * 30 + "|", "# " + "word " * 30, "[name](" + "x" * 130 + ")"]),
    a_readme_of_too_many_words: (["word " * 601], ["word " * 600]),
}
PAGE_OF_EXAMPLES = {tests_that_are_named: "docs/guarantees.md", a_readme_of_too_many_words: "README.md"}


def self_test():
    for rule, (bad, good) in EXAMPLES.items():
        path = pathlib.Path(PAGE_OF_EXAMPLES.get(rule, "docs/page.md"))
        for text in bad:
            if not list(rule(path, text)):
                yield f"not caught: {rule.__name__}: {text!r}"
        for text in good:
            for _line, error in rule(path, text):
                yield f"wrongly caught: {rule.__name__}: {error}: {text!r}"


if __name__ == "__main__":
    if sys.argv[1:] not in ([], ["--self-test"]):
        sys.exit(__doc__)
    found_errors = list(self_test() if sys.argv[1:] else check())
    print("\n".join(found_errors), end="\n" if found_errors else "")
    sys.exit(1 if found_errors else 0)
