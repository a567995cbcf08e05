"""Functions that the checks of config/prometheus, alertmanager and grafana share."""

import json
import pathlib
import re
import subprocess
import sys

try:
    import yaml
except ImportError:
    yaml = None

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from running import ROOT, arguments, built, need, skip  # noqa: E402

RULES = ROOT / "config/prometheus/trunkwarden.rules.yml"
PROMETHEUS = ROOT / "config/prometheus/prometheus.example.yml"
ALERTMANAGER = ROOT / "config/alertmanager/alertmanager.example.yml"
DASHBOARD = ROOT / "config/grafana/trunkwarden.json"
RULES_TEST = ROOT / "tests/monitoring/rules_test.yml"
RUNBOOKS = ROOT / "docs/runbooks"


def read_yaml(path):
    if yaml is None:
        skip("python3-yaml is not installed (.ci/install installs it)")
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def alerting_rules():
    return [rule for group in read_yaml(RULES)["groups"] for rule in group["rules"]]


def panels(dashboard):
    """Every panel, those inside rows as well."""
    for panel in dashboard["panels"]:
        yield panel
        yield from panel.get("panels", [])


def dashboard_expressions():
    """(where, PromQL) of every panel and variable, with Grafana's own variables filled in."""
    dashboard = json.loads(DASHBOARD.read_text(encoding="utf-8"))
    for panel in panels(dashboard):
        for target in panel.get("targets", []):
            yield f"panel {panel['title']!r}", fill_in(target["expr"])
    for variable in dashboard["templating"]["list"]:
        if variable["type"] == "query":
            # label_values(METRIC, LABEL) is Grafana's, not Prometheus'.
            yield f"variable {variable['name']!r}", re.sub(r"label_values\((.*),\s*\w+\)", r"\1", variable["query"]["query"])


def fill_in(expression):
    return expression.replace("$__rate_interval", "5m").replace("$__range", "1h").replace("$account", ".*")


def run(*command):
    """Runs a program; returns its exit code and everything it said."""
    done = subprocess.run([str(each) for each in command], capture_output=True, text=True, timeout=240, check=False)
    return done.returncode, (done.stdout + done.stderr).strip()


def report(problems, fine):
    for each in problems:
        print(f"PROBLEM {each}")
    print(f"{len(problems)} problems" if problems else fine)
    return 1 if problems else 0
