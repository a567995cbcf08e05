#!/usr/bin/env python3
"""Every metric and label that rules, dashboard, tests and runbooks name exists.

    tests/monitoring/check_names.py                    metric names against daemon/metrics/declared.hpp, label values against
                                                       the catalogue and the kinds and severities of findings
    tests/monitoring/check_names.py --scrape FILE      also the labels of each metric against those of a real /metrics

A query with a misspelt name is valid, and never finds anything.
"""

import pathlib
import re
import sys

from shared import ROOT, RULES, RULES_TEST, RUNBOOKS, alerting_rules, arguments, dashboard_expressions, read_yaml, report

DECLARED = ROOT / "daemon/metrics/declared.hpp"
METRIC = r"\b(?:trunkwarden|process)_[a-z_]+\b"
OF_A_HISTOGRAM = re.compile(r"_(bucket|sum|count)$")
FROM_PROMETHEUS = {"job", "instance"}  # Prometheus adds these to all that it scrapes
TEXT = r'"(?:\\.|[^"\\])*"'
# A metric, with the text in its braces if it has any. The braces end where they close, not inside a text.
SELECTOR = re.compile(rf"({METRIC}|\bup\b)(?!\s*\()(?:\s*\{{((?:[^}}\"]|{TEXT})*)\}})?")
MATCHER = re.compile(rf"(\w+)\s*(=~|!~|!=|=)\s*({TEXT})")
GROUPING = re.compile(r"\b(?:by|without|on|ignoring|group_left|group_right)\s*\(([^)]*)\)")


def metrics_in(expression):
    """(metric, the text in its braces) for each selector."""
    without_groupings = GROUPING.sub(" ", expression)
    return [(found[1], found[2] or "") for found in SELECTOR.finditer(without_groupings)]


def expressions():
    """(where, PromQL) of everything that is evaluated or names a series."""
    for rule in alerting_rules():
        yield f"{RULES.name}: {rule['alert']}", rule["expr"]
    for where, expression in dashboard_expressions():
        yield f"dashboard: {where}", expression
    for test in read_yaml(RULES_TEST)["tests"]:
        for series in test["input_series"]:
            yield f"{RULES_TEST.name}: {test['name']}", series["series"]


def mentions():
    """(where, metric) of every name in prose: comments and runbooks."""
    for file in [RULES, RULES_TEST, *sorted(RUNBOOKS.glob("*.md"))]:
        for name in set(re.findall(METRIC, file.read_text(encoding="utf-8"))):
            yield file.name, name


def declared_names():
    names = set(re.findall(r'declared_metric\s+\w+\s*\{\s*"([a-z_]+)"', DECLARED.read_text(encoding="utf-8")))
    if len(names) < 10:
        sys.exit(f"{DECLARED}: only {len(names)} metrics could be read there")
    return names


def base_name(name, known):
    """The declared name of a histogram's series."""
    base = OF_A_HISTOGRAM.sub("", name)
    return base if name not in known and base in known else name


def group_names():
    """The names of rule groups look like metrics."""
    return {group["name"] for group in read_yaml(RULES)["groups"]}


def names_exist(known):
    seen = [*((where, metric) for where, expression in expressions() for metric, _ in metrics_in(expression)), *mentions()]
    missing = {}
    for where, metric in seen:
        if metric != "up" and base_name(metric, known) not in known and metric not in group_names():
            missing.setdefault(metric, set()).add(where)
    for metric, places in sorted(missing.items()):
        yield f"{metric} is not a metric of trunkwarden: {', '.join(sorted(places)[:4])}"


def known_values():
    """The values that the labels of findings can have, from the sources that define them."""
    deviation = (ROOT / "daemon/catalogue/deviation_kind.hpp").read_text(encoding="utf-8")
    types = (ROOT / "daemon/catalogue/severity.hpp").read_text(encoding="utf-8")
    lists = "".join(file.read_text(encoding="utf-8") for file in (ROOT / "daemon/catalogue").glob("*.inc"))

    def words(enumeration, text):
        found = re.search(rf"enum class {enumeration}\b[^{{]*\{{(.*?)\}}", text, re.DOTALL)
        if not found:
            sys.exit(f"the words of {enumeration} could not be read from the sources")
        return set(re.findall(r"\w+", re.sub(r"//[^\n]*", "", found[1])))

    causes = (ROOT / "daemon/findings/watch_cause.cpp").read_text(encoding="utf-8")
    resources = set(re.findall(r'\.name = "(\w+)"', lists)) | set(re.findall(r'= cause\(\s*"(\w+)"', re.sub(r"\s+", " ", causes)))
    return {"kind": words("deviation_kind", deviation), "severity": words("severity", types), "resource": resources,
            "result": {"complete", "incomplete", "sent", "retried", "dropped"}}


def values_exist(values):
    for where, expression in expressions():
        for metric, matchers in metrics_in(expression):
            for label, operator, text in MATCHER.findall(matchers):
                given = text[1:-1]
                for value in given.split("|") if "~" in operator else [given]:
                    if label in values and re.fullmatch(r"\w+", value) and value not in values[label]:
                        yield f"{where}: {metric} has no {label} {value!r}"


def labels_of(scrape):
    """{metric: its labels} of a text exposition."""
    labels = {}
    for line in scrape.splitlines():
        found = re.match(rf"([a-zA-Z_:][\w:]*)(?:\{{(.*)\}})?\s+\S+$", line)
        if found and not line.startswith("#"):
            labels.setdefault(found[1], set()).update(re.findall(rf"(\w+)=(?={TEXT})", found[2] or ""))
    return labels


def labels_exist(known, real):
    everywhere = FROM_PROMETHEUS.union(*real.values())
    for where, expression in expressions():
        selectors = metrics_in(expression)
        for metric, matchers in selectors:
            if metric in real:
                for label, _, _ in MATCHER.findall(matchers):
                    if label not in real[metric] | FROM_PROMETHEUS:
                        yield f"{where}: {metric} has no label {label}; it has {', '.join(sorted(real[metric])) or 'none'}"
        if any(metric not in {"up", *real} for metric, _ in selectors):
            continue  # a metric that is absent from this scrape may have labels of its own
        for group in GROUPING.findall(expression):
            for label in re.findall(r"\w+", group):
                if label not in everywhere:
                    yield f"{where}: nothing has a label {label}"
    for metric in sorted(real):
        if metric.startswith(("trunkwarden_", "process_")) and base_name(metric, known) not in known:
            yield f"{metric} is exported, but not in {DECLARED.relative_to(ROOT)}"


def main():
    given = arguments(("--scrape", {"type": pathlib.Path, "help": "the text of a real /metrics"}))
    known = declared_names()
    problems = [*names_exist(known), *values_exist(known_values())]
    if given.scrape:
        real = labels_of(given.scrape.read_text(encoding="utf-8"))
        if "trunkwarden_build_info" not in real:
            sys.exit(f"{given.scrape}: this is not a scrape of trunkwarden")
        problems += labels_exist(known, real)
    return report(problems, f"{len(list(expressions()))} expressions name what exists")


if __name__ == "__main__":
    sys.exit(main())
