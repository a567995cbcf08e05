"""The states of a watched account in which the documents' commands are run: the account of the demo, on a simulator."""

import json
import os
import pathlib
import re
import shlex
import signal
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from running import ROOT, Process, Receiver, Simulator, Watched, wait_until  # noqa: E402

# Of the demo's baseline: a network is trusted, a limit is raised, a key is not trusted any more.
EDITS = [
    (r"^(ips:.*\n)", r"\1  - {ip_address: 198.51.100.0/28, expires: 2027-03-31, reason: OPS-1250}\n"),
    (r'daily_spend_limit: "50.00"', 'daily_spend_limit: "500.00"'),
    (r"^  - id: \S+\n    name: provisioning\n(?:    .*\n)*", ""),
]


class Scene:
    """The account "production", whose settings and baseline are those of the demo. Its commands are run in the folder of the settings."""

    def __init__(self, stage):
        self.stage, self.folder = stage, stage.scratch
        self.simulator = Simulator(stage)
        self.watched = Watched(stage, self.simulator)
        self.watched.settings = self.watched.settings.replace("- name: demo", "- name: production").replace("mode: dry_run", "mode: off")
        self.replaced = {}       # text of the output: text of the documents
        self.finding = None      # the id and state of the finding in place of the documents' ids
        self.daemon = None

    def settings(self, more=""):
        self.watched.write(more)

    def start(self):
        self.daemon = self.watched.run()
        self.daemon.wait_for_words("trunkwarden starts")
        wait_until("every list is read", lambda: "read whole" in self.output("status"), 60)

    def attack(self, name):
        self.simulator.command("attack", {"name": name})
        wait_until(f"the attack {name} is found, with its author", self.sees_a_finding, 60)

    def sees_a_finding(self):
        said = self.output("findings", "--output=json")
        found = json.loads(said) if said.startswith("[{") else []
        if found and (found[0].get("actor") or {}).get("email"):
            self.finding = f"{found[0]['id']}.{found[0]['state']}"
        return self.finding

    def output(self, *words):
        """Everything that a command of trunkwarden writes."""
        if not any(word.startswith("--config.file") for word in words):
            words = (*words, f"--config.file={self.watched.config.name}")
        done = subprocess.run([self.stage.given.trunkwarden, *words], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                              stdin=subprocess.DEVNULL, cwd=self.folder, timeout=120, check=False)
        return done.stdout

    def run(self, command):
        """The output of a command line, with the texts of the documents in place of ours."""
        words = shlex.split(command)
        if words[0] == "journalctl":
            printed = self.daemon.said()
        else:
            printed = self.output(*map(self.with_id, words[1:]))
        for ours, theirs in self.replaced.items():
            printed = printed.replace(ours, theirs)
        return printed

    def with_id(self, word):
        if self.finding and (found := re.fullmatch(r"f-[0-9a-f]+(\.[0-9a-f]{4})?", word)):
            return self.finding if found[1] else self.finding.partition(".")[0]
        return word


def as_trusted(stage):
    """Nothing differs from the baseline; no daemon runs."""
    scene = Scene(stage)
    scene.settings()
    return scene


def attacked(stage):
    """An address was added to a connection, and the running daemon found it."""
    scene = as_trusted(stage)
    scene.start()
    scene.attack("add_ip")
    return scene


def receivers(stage):
    """Two sinks: an Alertmanager that takes messages, and a Slack that does not know the URL."""
    scene = Scene(stage)
    good = Receiver(stage)
    gone = Receiver(stage, lambda path: 404, b"no_service")
    (scene.folder / "slack_url").touch(mode=0o600)
    (scene.folder / "slack_url").write_text(gone.url + "/services/T0/B0/secret\n")
    scene.settings(f"""
alerts:
  sinks:
    - {{name: alertmanager, type: alertmanager, url: "{good.url}"}}
    - {{name: chat, type: slack, url_file: slack_url}}
""")
    scene.replaced = {good.url.removeprefix("http://"): "127.0.0.1:9093", gone.url.removeprefix("http://"): "hooks.slack.com"}
    return scene


def refused_message(stage):
    """The sink refused the message about a finding."""
    scene = Scene(stage)
    receiver = Receiver(stage, lambda path: 401)
    scene.settings(f'\nalerts:\n  sinks:\n    - {{name: soc, type: webhook, url: "{receiver.url}"}}\n')
    scene.start()
    scene.attack("add_ip")
    wait_until("the message is a dead letter", lambda: "1 dead letter." in scene.output("alerts", "dead"), 60)
    return scene


def edited(stage):
    """A running daemon took an edit of its baseline, then one of its settings."""
    scene = Scene(stage)
    scene.watched.settings = scene.watched.settings.replace("interval: 1s", "interval: 30s", 1)
    scene.settings()
    scene.start()
    baseline = scene.folder / "baseline.yml"
    text = baseline.read_text(encoding="utf-8")
    for pattern, instead in EDITS:
        text, count = re.subn(pattern, instead, text, count=1, flags=re.MULTILINE)
        assert count == 1, f"the demo's baseline has no {pattern}"
    baseline.write_text(text, encoding="utf-8")
    scene.daemon.wait_for_words("no longer trusts provisioning(?s:.)*msg=reloaded")
    scene.watched.settings = scene.watched.settings.replace("interval: 30s", "interval: 5m", 1)
    scene.settings('\nalerts: {sinks: [{name: chat, type: webhook, url: "http://127.0.0.1:9"}]}\n')
    scene.daemon.wait_for_words("sink chat added(?s:.)*msg=reloaded")
    return scene


class Demo:
    """config/demo/run, with the programs under test. It is ended as soon as it has printed the part that a document shows."""

    def __init__(self, stage):
        self.stage = stage

    def run(self, command):
        environment = {**os.environ, "TRUNKWARDEN_BUILD": str(pathlib.Path(self.stage.given.trunkwarden).parent)}
        with subprocess.Popen([ROOT / command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment) as child:
            printed = ""
            for line in child.stdout:
                printed += line
                if line.startswith("  8  "):
                    child.send_signal(signal.SIGTERM)
                    break
            child.stdout.read()
        return printed


SCENES = {"trusted": as_trusted, "attacked": attacked, "receivers": receivers, "refused": refused_message, "edited": edited, "demo": Demo}
