"""Modules of npm that a test needs, in a folder that keeps them for the next time."""

import subprocess

from running import skip


def install(cache, *modules):
    """Skips the test when npm cannot install them, as without a network."""
    cache.mkdir(parents=True, exist_ok=True)
    stamp, wanted = cache / "installed", "\n".join(modules)
    if stamp.is_file() and stamp.read_text() == wanted:
        return
    (cache / "package.json").write_text('{"name": "cache", "private": true}\n')
    try:
        done = subprocess.run(["npm", "i", "--ignore-scripts", "--no-fund", "--no-audit", *modules], cwd=cache, capture_output=True,
                              text=True, timeout=180, check=False)
    except subprocess.TimeoutExpired:
        skip(f"npm has not installed {modules[0]} within 180 s")
    if done.returncode != 0:
        skip(f"npm cannot install {modules[0]}: {' '.join(done.stderr.split())[:200]}")
    stamp.write_text(wanted)
