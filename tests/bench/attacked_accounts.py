"""Accounts of the demo, each behind a simulator of its own, all watched by one daemon, attacked on a plan."""

import collections
import concurrent.futures
import pathlib
import shutil
import time

import attack_plan
import large_account
import steady_sweep
import webhook_receiver

DEMO = pathlib.Path(__file__).resolve().parents[2] / "config/demo"
OWN_KEY = "d6a1f5ce-3c58-4f0c-a9b7-7f2f7c6b0a01"  # in config/demo/account.yml
PATIENCE = 120  # seconds for an attack to be reported; then it counts as not seen

# seconds is None when nothing was reported; names are those that the object may have in messages and actions
Seen = collections.namedtuple("Seen", "attack account seconds heard names")


class Accounts:
    def __init__(self, programs, count, folder, delay_ms, poll="", event=None, sweeps=1):
        """`event` is the one that counts as a report; attacks begin when each account was swept so often."""
        self._event, self._sweeps = event, sweeps
        self.receiver = webhook_receiver.Receiver()
        self.simulators, self.daemon = {}, None
        shutil.copy(DEMO / "baseline.yml", folder / "baseline.yml")
        large_account.write_key(folder)
        try:
            for name in (f"site-{at:02}" for at in range(count)):
                (folder / name).mkdir()
                self.simulators[name] = large_account.Simulator(
                    programs["simulator"], folder / name, f"--account={DEMO / 'account.yml'}", f"--delay={delay_ms}")
            settings = self._write_settings(folder, poll)
            self.daemon = steady_sweep.Daemon(programs["trunkwarden"], settings, folder)
            self._until_swept()
        except BaseException:
            self.close()
            raise

    def _write_settings(self, folder, poll):
        accounts = "".join(
            f"  - {{name: {name}, api_key_file: key, baseline_file: baseline.yml, api_url: \"{each.url}\", "
            f"ca_file: {each.ca_file}, api_keys: {{own_key_id: {OWN_KEY}}}}}\n" for name, each in self.simulators.items())
        (folder / "run.yml").write_text(
            f"accounts:\n{accounts}{poll}web: {{listen_address: \"127.0.0.1:0\"}}\ncontrol_socket: control.sock\n"
            f"state_file: state.db\nalerts:\n  sinks:\n"
            f"    - {{name: bench, type: webhook, url: \"{self.receiver.url}\"}}\n")
        return folder / "run.yml"

    def _until_swept(self):
        """The findings of an account at first sight are reported together, at the end of its first sweep."""
        waits_until = time.monotonic() + PATIENCE
        while min(self.daemon.by_account("trunkwarden_sweeps_total", self.simulators).values()) < self._sweeps:
            if time.monotonic() > waits_until:
                raise RuntimeError("the first sweeps do not end: " + self.daemon.log.read_text()[-2000:])
            time.sleep(0.2)
        if self.daemon.metrics()["trunkwarden_findings"]:
            raise RuntimeError("there are findings before any attack: " + self.daemon.log.read_text()[-2000:])

    def known_attacks(self):
        return next(iter(self.simulators.values())).control("attacks")

    def _attack(self, name, attack):
        time.sleep(attack.pause)
        simulator = self.simulators[name]
        since = time.monotonic()
        done = simulator.control("attack", name=attack.name, audit=attack.audited)
        answered = time.monotonic()
        simulator.connection.close()  # the pause is longer than the simulator keeps an idle one
        names = attack_plan.names_of(done)
        heard = self.receiver.wait_for(name, names, since, PATIENCE, self._event)
        return Seen(attack, name, max(0.0, heard.at - answered) if heard else None, heard, names)

    def _attack_in_turn(self, name, attacks):
        return [self._attack(name, attack) for attack in attacks]

    def requests(self):
        asked = {name: each.control("requests")["total"] for name, each in self.simulators.items()}
        for each in self.simulators.values():
            each.connection.close()
        return asked

    def carry_out(self, plan):
        """All accounts side by side, each attack after the one before it was reported. Returns what was seen, how many
        requests each account got, and the seconds in which it got them."""
        before, began = self.requests(), time.monotonic()
        with concurrent.futures.ThreadPoolExecutor(len(self.simulators)) as workers:
            turns = [workers.submit(self._attack_in_turn, *turn) for turn in zip(self.simulators, plan)]
            seen = [each for turn in turns for each in turn.result()]
        after, took = self.requests(), time.monotonic() - began
        return seen, {name: after[name] - before[name] for name in after}, took

    def close(self):
        if self.daemon:
            self.daemon.close()
        for each in self.simulators.values():
            each.close()
        self.receiver.close()
