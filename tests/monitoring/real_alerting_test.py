#!/usr/bin/env python3
"""An attack reaches a pager, and its end does, through the real Prometheus and the real Alertmanager.

    real_alerting_test.py --trunkwarden build/dev/trunkwarden --simulator build/dev/trunkwarden-simulator [--half rules]

Debian's Prometheus scrapes a trunkwarden that watches the simulator, with the rules as they are shipped. Two Alertmanagers
get the alerts: a plain one, which passes on everything, and one with the example configuration, whose pager is a receiver here.
An address is added to the account and removed again. The finding that trunkwarden pushes and the alert that the rules raise must
both come and both end; the pager of the example must get it, and once only. Then every name in rules and dashboard is
compared with the scrape.

--half rules leaves out what trunkwarden pushes: then the pager must get the attack through the rules.
Exits 77 (skipped) when a program is missing.
"""

import json
import re
import subprocess
import sys
import time
import urllib.parse

from shared import ALERTMANAGER, ROOT, RULES

sys.path.insert(0, str(ROOT / "tests"))
from running import Process, Receiver, Simulator, Watched, ask, free_port, main, wait_until  # noqa: E402

COUNTED = {"alertname": "TrunkwardenCriticalFindings", "account": "demo", "resource": "ips", "kind": "unknown", "severity": "critical"}
PUSHED = {**COUNTED, "alertname": "TrunkwardenFinding"}
# The shipped rules hold a finding for five minutes; nobody waits for that here.
HOLD, SHORT_HOLD = "keep_firing_for: 5m", "keep_firing_for: 3s"


class Alerted(Receiver):
    """Keeps what the Alertmanagers send: /hook everything, /pager what would ring, /chat what would be read."""

    def __init__(self, stage):
        super().__init__(stage, lambda path: 202 if path == "/pager" else 200)

    def messages(self, wanted):
        return [json.loads(body) for path, body in list(self.got) if path == wanted]

    def alert(self, labels, status):
        """The first alert at /hook that has these labels and this status."""
        for message in self.messages("/hook"):
            for alert in message["alerts"]:
                if alert["status"] == status and labels.items() <= alert["labels"].items():
                    return alert
        return None

    def pages(self, name, action):
        """The pager's messages about alerts of this name."""
        return [message for message in self.messages("/pager")
                if message["event_action"] == action and f"alertname = {name}\n" in json.dumps(
                    message["payload"], ensure_ascii=False).replace("\\n", "\n")]


def plain_alertmanager(receiver):
    return ("route: {receiver: hook, group_by: ['...'], group_wait: 0s, group_interval: 1s}\n"
            f"receivers: [{{name: hook, webhook_configs: [{{url: '{receiver.url}/hook', send_resolved: true}}]}}]\n")


def example_alertmanager(receiver, scratch):
    """The example as it is, but for where its secrets are and whom they reach."""
    example = ALERTMANAGER.read_text(encoding="utf-8")
    assert "\nglobal:" not in example, "the example has a global section of its own now"
    (scratch / "pagerduty_key").write_text("0123456789abcdef0123456789abcdef\n")
    (scratch / "slack_url").write_text(f"{receiver.url}/chat\n")
    (scratch / "smtp_password").write_text("unused\n")
    return f"global: {{pagerduty_url: '{receiver.url}/pager'}}\n" + example.replace("/etc/alertmanager/", f"{scratch}/")


def start_alertmanager(stage, name, configuration):
    """Where a real Alertmanager with this configuration listens."""
    file, address = stage.scratch / f"{name}.yml", f"127.0.0.1:{free_port()}"
    file.write_text(configuration, encoding="utf-8")
    Process(stage, name, "prometheus-alertmanager", f"--config.file={file}", f"--storage.path={stage.scratch / name}",
            f"--web.listen-address={address}", "--cluster.listen-address=", "--log.level=warn")
    wait_until(f"{name} is ready", lambda: ask(f"http://{address}/-/ready"), 30)
    return address


class Chain:
    """Everything that an alert passes, from the simulator to the receiver."""

    def __init__(self, stage):
        self.stage, self.given, self.scratch = stage, stage.given, stage.scratch
        self.receiver = Alerted(stage)
        self.simulator = Simulator(stage)
        self.alertmanagers = {
            "plain": start_alertmanager(stage, "alertmanager-plain", plain_alertmanager(self.receiver)),
            "alertmanager": start_alertmanager(stage, "alertmanager", example_alertmanager(self.receiver, self.scratch))}
        self.start_trunkwarden()
        self.start_prometheus()

    def start_trunkwarden(self):
        watched = Watched(self.stage, self.simulator)
        sinks = "alerts:\n  sinks:\n" + "".join(
            f"    - {{name: {name}, type: alertmanager, url: 'http://{address}', resend_interval: 5s}}\n"
            for name, address in self.alertmanagers.items())
        watched.write(sinks if self.given.half == "all" else "")
        with (self.scratch / "baseline.yml").open("a", encoding="utf-8") as baseline:
            baseline.write('spending: {max_per_day: "100000.00"}\n')  # with it there are the metrics of money, too
        self.daemon = watched.run().address
        wait_until("trunkwarden is ready", lambda: ask(f"http://{self.daemon}/-/ready"), 30)

    def start_prometheus(self):
        rules = RULES.read_text(encoding="utf-8")
        assert HOLD in rules, f"the rules do not say {HOLD} any more"
        (self.scratch / "rules.yml").write_text(rules.replace(HOLD, SHORT_HOLD), encoding="utf-8")
        config, port = self.scratch / "prometheus.yml", free_port()
        config.write_text(json.dumps({  # JSON is YAML
            "global": {"scrape_interval": "1s", "evaluation_interval": "1s"},
            "rule_files": ["rules.yml"],
            "scrape_configs": [{"job_name": "trunkwarden", "static_configs": [{"targets": [self.daemon]}]}],
            "alerting": {"alertmanagers": [{"static_configs": [{"targets": list(self.alertmanagers.values())}]}]}}))
        Process(self.stage, "prometheus", "prometheus", f"--config.file={config}", f"--storage.tsdb.path={self.scratch / 'tsdb'}",
                f"--web.listen-address=127.0.0.1:{port}", "--log.level=warn")
        self.prometheus = f"http://127.0.0.1:{port}"
        wait_until("Prometheus scrapes trunkwarden", lambda: self.query('up{job="trunkwarden"} == 1'), 30)

    def query(self, expression):
        answer = ask(f"{self.prometheus}/api/v1/query?" + urllib.parse.urlencode({"query": expression}))
        return answer is not None and json.loads(answer)["data"]["result"]

    def firing(self):
        return {alert["metric"]["alertname"] for alert in self.query('ALERTS{alertstate="firing"}') or []}


def attack_and_its_end(chain):
    pushes = chain.given.half == "all"
    told = [COUNTED, PUSHED] if pushes else [COUNTED]
    if pushes:
        wait_until("Prometheus knows that findings are pushed", lambda: "TrunkwardenPushesFindings" in chain.firing(), 20)
    early = chain.firing() - {"TrunkwardenPushesFindings"}
    assert not early, f"alerts before anything happened: {early}"

    committed = chain.simulator.command("attack", {"name": "add_ip"})
    began = time.monotonic()
    for labels in told:
        alert = wait_until(f"{labels['alertname']} at the receiver", lambda: chain.receiver.alert(labels, "firing"), 30)
        print(f"{labels['alertname']} after {time.monotonic() - began:.1f} s: {alert['annotations']['summary']}")
        is_worded(alert)
    scrape = chain.scratch / "metrics.txt"
    scrape.write_text(ask(f"http://{chain.daemon}/metrics"), encoding="utf-8")
    ring = PUSHED if pushes else COUNTED
    wait_until("the pager of the example rings", lambda: chain.receiver.pages(ring["alertname"], "trigger"), 40)
    print(f"pager after {time.monotonic() - began:.1f} s")

    chain.simulator.command("delete", {"path": committed["path"], "id": committed["id"]})
    ended = time.monotonic()
    for labels in told:
        wait_until(f"{labels['alertname']} resolved", lambda: chain.receiver.alert(labels, "resolved"), 40)
        print(f"{labels['alertname']} resolved after {time.monotonic() - ended:.1f} s")
    # The example groups for a minute before it says anything more.
    wait_until("the pager of the example is told that it is over", lambda: chain.receiver.pages(ring["alertname"], "resolve"), 90)
    print(f"pager resolved after {time.monotonic() - ended:.1f} s")
    if pushes:
        twice = chain.receiver.pages(COUNTED["alertname"], "trigger")
        assert not twice, f"the pager rang twice for one finding: {twice}"
    return scrape


def is_worded(alert):
    for annotation in ("summary", "description", "runbook_url"):
        assert alert["annotations"].get(annotation), f"{alert['labels']['alertname']} has no {annotation}"
    if alert["labels"]["alertname"] == PUSHED["alertname"]:
        extra = set(alert["labels"]) - {*PUSHED, "finding_id"}
        assert not extra, f"a pushed finding has labels nobody knows of: {extra}"
        assert re.fullmatch(r"f-[0-9a-f]{12}", alert["labels"].get("finding_id", "")), f"no finding_id: {alert['labels']}"


def names_are_real(scrape):
    done = subprocess.run([sys.executable, ROOT / "tests/monitoring/check_names.py", "--scrape", scrape], capture_output=True,
                          text=True, timeout=60, check=False)
    print(done.stdout.strip())
    assert done.returncode == 0, "rules, dashboard or runbooks name what is not there"


def test(stage):
    scrape = attack_and_its_end(Chain(stage))
    if stage.given.half == "all":
        names_are_real(scrape)


if __name__ == "__main__":
    sys.exit(main(test, needs=["prometheus", "prometheus-alertmanager"], options=[
        ("--half", {"choices": ["all", "rules"], "default": "all", "help": "rules: only what Prometheus tells"})]))
