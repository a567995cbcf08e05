#!/usr/bin/env python3
"""The status page in a real browser: screenshots, Content-Security-Policy, accessibility (axe), keyboard, refreshing, hostile names.

    status_page_test.py --trunkwarden build/dev/trunkwarden --simulator build/dev/trunkwarden-simulator [--shots DIR]

Debian's Chromium looks at a daemon that watches the simulator, in whose account somebody has written markup, escapes and emoji wherever
there is a name. Exits 77 (skipped) when Chromium, node or npm is missing, or when npm cannot install playwright-core.
"""

import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from npm import install  # noqa: E402
from running import ROOT, Simulator, Watched, ask, main, wait_until  # noqa: E402

MODULES = ["playwright-core@1.65.1", "@axe-core/playwright@4.14.0"]
EVIL = "<img src=x onerror=pwned=1><script>pwned=1</script></h3>\"'&\u202egnp\u2066\u0007\u001b[31m \U0001f600 <b>"
# name and path of the renamed object
RENAMED = [("friendly_name", "/texml_applications"), ("connection_name", "/credential_connections"), ("name", "/outbound_voice_profiles"),
           ("application_name", "/call_control_applications"), ("name", "/messaging_profiles")]


def write_hostile_names(simulator):
    for field, path in RENAMED:
        for one in simulator.read(path)["data"][:2]:
            simulator.command("patch", {"path": path, "id": one["id"], "changes": {field: EVIL + path}})
    simulator.command("attack", {"name": "add_ip"})
    simulator.command("attack", {"name": "raise_spend_limit"})


def test(stage):
    given = stage.given
    install(given.cache, *MODULES)
    shots = (given.shots or given.cache / "shots").resolve()
    shots.mkdir(parents=True, exist_ok=True)
    simulator = Simulator(stage)
    watched = Watched(stage, simulator)
    watched.write()
    write_hostile_names(simulator)
    daemon = watched.run()
    wait_until("the daemon has seen it", lambda: "f-" in (ask(f"http://{daemon.address}/api/v1/findings") or ""), 30)
    wait_until("it is ready", lambda: ask(f"http://{daemon.address}/-/ready"), 30)
    done = subprocess.run(["node", ROOT / "tests/browser/status_page.cjs", f"http://{daemon.address}/", str(daemon.child.pid),
                           simulator.url, shots], cwd=given.cache, timeout=480, check=False)
    assert done.returncode == 0, f"the page in the browser: status_page.cjs ended with {done.returncode}"


if __name__ == "__main__":
    sys.exit(main(test, needs=["chromium", "node", "npm"], options=[
        ("--cache", {"type": pathlib.Path, "default": ROOT / "build/browser", "help": "where npm's modules are kept"}),
        ("--shots", {"type": pathlib.Path, "help": "where screenshots are left (default: beside the modules)"})]))
