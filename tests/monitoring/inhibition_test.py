#!/usr/bin/env python3
"""The example Alertmanager sends each thing once, and keeps nothing back that is not sent in another way.

    tests/monitoring/inhibition_test.py

Alerts are put into a real Alertmanager with the example configuration, which then says which of them it would not send.
Exits 77 (skipped) when prometheus-alertmanager is missing.
"""

import json
import sys
import time

from real_alerting_test import Alerted, example_alertmanager, start_alertmanager
from running import ask, main

HERE = {"job": "trunkwarden", "instance": "here:10979"}
THERE = {"job": "trunkwarden", "instance": "there:10979"}


def alert(name, severity, **labels):
    return {"alertname": f"Trunkwarden{name}", "severity": severity, **labels}


def finding(severity, finding_id, account="production"):
    return alert("Finding", severity, account=account, resource="ips", kind="changed", finding_id=finding_id)


def counted(name, severity, where):
    return alert(name, severity, account="production", resource="ips", kind="changed", **where)


PUSHES = alert("PushesFindings", "info", sink="alertmanager", **HERE)
COUNTS = [("CriticalFindings", "critical"), ("HighFindings", "warning"), ("MediumFindings", "warning"), ("MinorFindings", "info"),
          ("Blind", "warning"), ("BlindToMoney", "critical"), ("ApiUnreachable", "critical"), ("KeyRejected", "critical"),
          ("ForeignOrganization", "critical"), ("BaselineNotTrusted", "critical"), ("ClockDiffers", "warning")]

UNACKNOWLEDGED = ("FindingUnacknowledged", "critical")  # sent also for what was pushed

# The alerts that are there; those of them that are sent; those that are not.
CASES = {
    "findings that are pushed are not counted as well, but for those of another daemon that does not push": (
        [PUSHES], [finding("critical", "f-1"), *(counted(*each, THERE) for each in COUNTS),
                   counted("DeliveryStuck", "warning", HERE), counted(*UNACKNOWLEDGED, HERE)],
        [counted(*each, HERE) for each in COUNTS]),
    "without a push the counts are told": ([], [counted(*each, HERE) for each in COUNTS], []),
    "a finding that became worse is told as it is now": (
        [], [finding("critical", "f-1"), finding("high", "f-2")],
        [finding("high", "f-1"), finding("medium", "f-1"), finding("low", "f-2"), finding("info", "f-2")]),
    "a critical finding keeps back no other finding, of whatever account": (
        [], [finding("critical", "f-1"), finding("high", "f-2"), finding("medium", "f-3"), finding("high", "f-1", "wholesale"),
             counted("HighFindings", "warning", HERE)], []),
    "what was counted before the daemon went down is not called resolved": (
        [], [alert("Down", "critical", **HERE), counted("CriticalFindings", "critical", THERE), finding("critical", "f-1"),
             counted("NotScraped", "critical", HERE)],
        [counted(*each, HERE) for each in [*COUNTS, UNACKNOWLEDGED]]),
}


def kept_back(alertmanager, alerts):
    """Whether each of the alerts is inhibited, as the Alertmanager says."""
    assert ask(f"{alertmanager}/api/v2/alerts", [{"labels": labels} for labels in alerts]) is not None
    known = {json.dumps(each["labels"], sort_keys=True): bool(each["status"]["inhibitedBy"])
             for each in json.loads(ask(f"{alertmanager}/api/v2/alerts"))}
    return [known[json.dumps(labels, sort_keys=True)] for labels in alerts]


def judge(case, alertmanager):
    sources, told, not_told = CASES[case]
    # Sources first: in a later request the rest, so that the Alertmanager knows them.
    kept_back(alertmanager, sources)
    alerts = [*told, *not_told]
    wanted = [labels in not_told for labels in alerts]
    # The Alertmanager takes an alert at once, but lets it inhibit others a moment later.
    until = time.monotonic() + 20
    while kept_back(alertmanager, alerts) != wanted and time.monotonic() < until:
        time.sleep(0.1)
    time.sleep(0.5)
    for labels, kept, is_wanted in zip(alerts, kept_back(alertmanager, alerts), wanted):
        if kept != is_wanted:
            yield f"{case}: {'not told' if kept else 'told'}: {labels}"


def test(stage):
    configuration = example_alertmanager(Alerted(stage), stage.scratch)
    for number, case in enumerate(CASES):  # each its own, so that no case sees another's alerts
        address = start_alertmanager(stage, f"alertmanager-{number}", configuration)
        stage.problems += judge(case, f"http://{address}")
    if not stage.problems:
        print(f"{len(CASES)} situations: everything is told, and once")


if __name__ == "__main__":
    sys.exit(main(test, needs=["prometheus-alertmanager"], binaries=()))
