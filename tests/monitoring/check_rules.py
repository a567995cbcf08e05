#!/usr/bin/env python3
"""The alerting rules, their tests, the example configurations and the runbooks are valid and belong together.

    tests/monitoring/check_rules.py

Exits 77 (skipped) when promtool, amtool or python3-yaml is missing.
"""

import re
import sys

from shared import (ALERTMANAGER, PROMETHEUS, ROOT, RULES, RULES_TEST, RUNBOOKS, alerting_rules, need, read_yaml, report, run)

SEVERITIES = {"critical", "warning", "info"}
INSTALLED = "file:///usr/share/doc/trunkwarden/runbooks/"
HEADINGS = ["## Meaning", "## Impact", "## What to do", "## What may be a false alarm"]

# The receivers of the example for each alert: the pushed findings by their own severity, the rules' alerts by theirs.
ROUTES = {
    "page": ["alertname=TrunkwardenFinding severity=critical", "alertname=TrunkwardenFindingUnacknowledged severity=critical",
             "alertname=TrunkwardenCriticalFindings severity=critical",
             "alertname=TrunkwardenApiUnreachable severity=critical", "alertname=TrunkwardenKeyRejected severity=critical",
             "alertname=TrunkwardenForeignOrganization severity=critical",
             "alertname=TrunkwardenBaselineNotTrusted severity=critical", "alertname=TrunkwardenBlindToMoney severity=critical",
             "alertname=TrunkwardenDown severity=critical"],
    "chat": ["alertname=TrunkwardenFinding severity=high", "alertname=TrunkwardenFinding severity=medium",
             "alertname=TrunkwardenHighFindings severity=warning", "alertname=TrunkwardenFinding severity=unheard_of",
             "alertname=TrunkwardenFinding", "alertname=SomethingElse severity=critical"],
    "mail": ["alertname=TrunkwardenFinding severity=low", "alertname=TrunkwardenFinding severity=info",
             "alertname=TrunkwardenMinorFindings severity=info"],
    "nobody": ["alertname=TrunkwardenPushesFindings severity=info"],
}


def valid(*command):
    code, said = run(*command)
    if code != 0:
        yield f"{' '.join(str(each) for each in command)} ended with {code}: {said}"


def rules_are_whole(rules):
    names = [rule["alert"] for rule in rules]
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield f"{name}: there are two rules of this name"
    for rule in rules:
        name = rule["alert"]
        if not re.fullmatch(r"Trunkwarden[A-Z][A-Za-z]+", name):
            yield f"{name}: an alert's name is Trunkwarden and words"
        if rule["labels"].get("severity") not in SEVERITIES:
            yield f"{name}: severity is none of {', '.join(sorted(SEVERITIES))}"
        if set(rule["annotations"]) != {"summary", "description", "runbook_url"}:
            yield f"{name}: annotations are summary, description and runbook_url"
        if rule["annotations"].get("runbook_url") != f"{INSTALLED}{name}.md":
            yield f"{name}: runbook_url is not {INSTALLED}{name}.md"


def rules_have_pages(rules):
    names = {rule["alert"] for rule in rules}
    pages = {page.stem for page in RUNBOOKS.glob("*.md")} - {"README"}
    index = (RUNBOOKS / "README.md").read_text(encoding="utf-8")
    for name in sorted(names - pages):
        yield f"{name}: there is no docs/runbooks/{name}.md"
    for name in sorted(pages - names):
        yield f"docs/runbooks/{name}.md: there is no rule of this name"
    for rule in rules:
        name, severity = rule["alert"], rule["labels"].get("severity")
        if f"| [{name}]({name}.md) | {severity} |" not in index:
            yield f"docs/runbooks/README.md: no row for {name} with the severity {severity}"
        if name in pages:
            yield from page_is_whole(name, severity)


def page_is_whole(name, severity):
    lines = (RUNBOOKS / f"{name}.md").read_text(encoding="utf-8").splitlines()
    if lines[0] != f"# {name}":
        yield f"docs/runbooks/{name}.md: the title is not {name}"
    if not lines[2].startswith(f"{severity}:"):
        yield f"docs/runbooks/{name}.md: it does not begin with the rule's severity, {severity}"
    if [line for line in lines if line.startswith("## ")] != HEADINGS:
        yield f"docs/runbooks/{name}.md: its sections are not {', '.join(HEADINGS)}"
    if len(lines) > 60:
        yield f"docs/runbooks/{name}.md: {len(lines)} lines are too long for three in the morning"


def anchors_of(page):
    return {re.sub(r"[^\w\- ]", "", line.lstrip("# ").lower()).replace(" ", "-")
            for line in page.read_text(encoding="utf-8").splitlines() if line.startswith("#")}


def links_lead_somewhere():
    for page in sorted(RUNBOOKS.glob("*.md")):
        for target, anchor in re.findall(r"\]\((?!https?:)([^)#]*)(?:#([^)]*))?\)", page.read_text(encoding="utf-8")):
            there = (page.parent / target).resolve() if target else page
            if not there.is_file():
                yield f"{page.relative_to(ROOT)}: {target} does not exist"
            elif anchor and anchor not in anchors_of(there):
                yield f"{page.relative_to(ROOT)}: {target} has no section #{anchor}"


def every_rule_is_tested(rules):
    watched = {rule["alert"]: set(re.findall(r"\b(?:trunkwarden_\w+|up)\b", rule["expr"])) for rule in rules}
    fires, silent = set(), set()
    for test in read_yaml(RULES_TEST)["tests"]:
        there = {series["series"].split("{")[0] for series in test["input_series"]}
        for case in test["alert_rule_test"]:
            name = case["alertname"]
            if name not in watched:
                yield f"{RULES_TEST.name}: there is no rule {name}"
            elif case["exp_alerts"]:
                fires.add(name)
            elif there & watched[name]:  # something that might have raised it
                silent.add(name)
    for name in sorted(set(watched) - fires):
        yield f"{name}: no test in which it fires"
    for name in sorted(set(watched) - silent):
        yield f"{name}: no test in which what it looks at is there, and it does not fire"


def routes_lead_where_they_should():
    for receiver, alerts in ROUTES.items():
        for alert in alerts:
            yield from valid("amtool", "config", "routes", "test", f"--config.file={ALERTMANAGER}",
                             f"--verify.receivers={receiver}", *alert.split())


def secrets_are_in_files():
    for line in ALERTMANAGER.read_text(encoding="utf-8").splitlines():
        if re.search(r"^\s*(- )?(routing_key|service_key|api_url|auth_password|auth_secret|credentials|password|url):", line):
            yield f"{ALERTMANAGER.name}: a secret outside a file: {line.strip().split(':')[0]}"


def main():
    need("promtool", "amtool")
    rules = alerting_rules()
    problems = [*valid("promtool", "check", "rules", RULES), *valid("promtool", "check", "config", PROMETHEUS),
                *valid("amtool", "check-config", ALERTMANAGER), *rules_are_whole(rules), *rules_have_pages(rules),
                *links_lead_somewhere(), *every_rule_is_tested(rules), *routes_lead_where_they_should(),
                *secrets_are_in_files(), *valid("promtool", "test", "rules", RULES_TEST)]
    return report(problems, f"{len(rules)} rules, each with its tests and its runbook; the examples are valid")


if __name__ == "__main__":
    sys.exit(main())
