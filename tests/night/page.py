"""The status page of the night in Chromium (night_page.cjs)."""

import shutil
import subprocess

import npm
from running import ROOT

MODULES = ["playwright-core@1.65.1"]


def look(desk):
    given = desk.stage.given
    missing = [program for program in ("chromium", "node", "npm") if shutil.which(program) is None]
    if missing:
        print(f"skipped: the page in a browser: {', '.join(missing)} not installed")
        return
    try:
        npm.install(given.cache, *MODULES)
    except SystemExit:
        return  # it has said why
    shots = (given.shots or given.cache / "shots").resolve()
    shots.mkdir(parents=True, exist_ok=True)
    desk.page("/")
    done = subprocess.run(["node", ROOT / "tests/night/night_page.cjs", f"http://{desk.daemon.address}/", shots, desk.stop_money,
                           desk.incident], cwd=given.cache, timeout=120, check=False)
    desk.sees("the page in a browser is as it should be", done.returncode == 0, f"night_page.cjs ended with {done.returncode}")
