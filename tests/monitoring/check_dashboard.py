#!/usr/bin/env python3
"""The Grafana dashboard is one that Grafana can load, on one screen, with queries that Prometheus understands.

    tests/monitoring/check_dashboard.py [--cache FOLDER]

Layout and queries are checked alone, then the whole against the types of Grafana's own SDK, which npm installs into the
cache. Exits 77 (skipped), after the checks that are possible, when promtool, node or npm is missing or the registry cannot
be reached.
"""

import json
import pathlib
import shutil
import sys
import tempfile

from check_names import base_name, declared_names, metrics_in
from shared import DASHBOARD, ROOT, arguments, dashboard_expressions, need, panels, report, run, skip

from npm import install  # noqa: E402

COLUMNS, ROWS = 24, 27  # Grafana's grid; what 1080 lines show of it
# Metrics of an account are shown for the account that was chosen.
WITHOUT_ACCOUNT = ("up", "process_", "trunkwarden_notifications_", "trunkwarden_alerts_unheard", "trunkwarden_state_file_",
                   "trunkwarden_heartbeat_", "trunkwarden_quarantine_frozen", "trunkwarden_config_last_reload_")
# Of these families each metric has its place: a thief decides which of them tells of him.
SHOWN_IN_FULL = ("trunkwarden_quarantine_",)
MODULES = ["@grafana/grafana-foundation-sdk@0.0.21", "ts-json-schema-generator@2.4.0", "ajv@8.20.0",
           "@prometheus-io/lezer-promql@0.315.0", "@lezer/lr@1.4.12", "@lezer/common@1.5.5", "@lezer/highlight@1.2.5"]
TYPES = "node_modules/@grafana/grafana-foundation-sdk/dist/dashboard/types.gen.d.ts"


def layout(dashboard):
    taken = {}
    ids = [panel["id"] for panel in panels(dashboard)]
    if len(ids) != len(set(ids)):
        yield "two panels have one id"
    for panel in panels(dashboard):
        title, at = panel["title"], panel["gridPos"]
        if at["x"] + at["w"] > COLUMNS or at["y"] + at["h"] > ROWS:
            yield f"{title}: it does not fit on one screen"
        for cell in [(x, y) for x in range(at["x"], at["x"] + at["w"]) for y in range(at["y"], at["y"] + at["h"])]:
            if cell in taken:
                yield f"{title} lies over {taken[cell]}"
                break
            taken[cell] = title
        if not panel.get("description"):
            yield f"{title}: no description"


def variables(dashboard):
    names = [variable["name"] for variable in dashboard["templating"]["list"]]
    if names != ["datasource", "account"]:
        yield f"the variables are {names}, not datasource and account"
    for panel in panels(dashboard):
        for each in [panel, *panel.get("targets", [])]:
            if each.get("datasource", {}).get("uid") != "${datasource}":
                yield f"{panel['title']}: a data source of its own"
        for target in panel["targets"]:
            for metric, matchers in metrics_in(target["expr"]):
                if not metric.startswith(WITHOUT_ACCOUNT) and 'account=~"$account"' not in matchers:
                    yield f"{panel['title']}: {metric} is not narrowed down to the account: {target['expr']}"


def metrics_without_a_panel():
    known = declared_names()
    shown = {base_name(metric, known) for _where, expression in dashboard_expressions() for metric, _ in metrics_in(expression)}
    for metric in sorted(known - shown):
        if metric.startswith(SHOWN_IN_FULL):
            yield f"{metric} is in no panel"


def queries():
    """Every expression as a recording rule, so that promtool parses it."""
    with tempfile.TemporaryDirectory(prefix="trunkwarden-dashboard-") as scratch:
        rules = pathlib.Path(scratch) / "rules.yml"
        for where, expression in dashboard_expressions():
            # JSON is YAML.
            rules.write_text(json.dumps({"groups": [{"name": "a", "rules": [{"record": "a:b", "expr": expression}]}]}))
            code, said = run("promtool", "check", "rules", rules)
            if code != 0:
                yield f"{where}: {expression}: {said.replace(str(rules), '')}"


def schema_of(cache):
    schema = cache / "dashboard.schema.json"
    if not schema.is_file():
        fresh = cache / "fresh.schema.json"
        code, said = run("node", cache / "node_modules/ts-json-schema-generator/bin/ts-json-schema-generator.js", "--path",
                         cache / TYPES, "--type", "Dashboard", "--no-type-check", "--additional-properties", "-o", fresh)
        if code != 0:
            sys.exit(f"Grafana's types make no schema: {said[-1000:]}")
        fresh.rename(schema)
    return schema


def main():
    cache = arguments(("--cache", {"type": pathlib.Path, "default": ROOT / "build/grafana",
                                   "help": "where npm's modules are kept"})).cache.resolve()
    dashboard = json.loads(DASHBOARD.read_text(encoding="utf-8"))
    need("promtool")
    problems = [*layout(dashboard), *variables(dashboard), *metrics_without_a_panel(), *queries()]
    if report(problems, f"{len(list(panels(dashboard)))} panels: layout and queries are fine"):
        return 1
    if shutil.which("node") is None or shutil.which("npm") is None:
        skip("Grafana's types need node and npm")
    install(cache, *MODULES)
    code, said = run("node", ROOT / "tests/monitoring/dashboard_schema.cjs", cache / "node_modules", schema_of(cache), DASHBOARD)
    print(said)
    return code


if __name__ == "__main__":
    sys.exit(main())
