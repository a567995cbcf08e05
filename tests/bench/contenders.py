"""Everybody who reads the account, how each is run, and the readings that are compared."""

import statistics
import subprocess

import large_account
import steady_sweep
import timed_process

CONCURRENCY = 8
DELAY_MS = 40
CURL, BARE, NODE, CHECK = "curl", "bare C++ sweep", "Node SDK and diff", "trunkwarden check"
CURL_PARALLEL = f"curl -Z --parallel-max {CONCURRENCY}"
CURL_GZIP = "curl --compressed"

# Only trunkwarden asks for these: single objects, and the number of connections. Some ten requests.
ASKED_BESIDE = ("/custom_storage_credentials/", "/fqdn_connections/", "/sip_registration_status", "/iam/service_accounts/",
                "/whatsapp/business_accounts/", "/connections/count")


class Contenders:
    def __init__(self, programs, node_script, simulator, folder):
        self.programs, self.simulator, self.folder = programs, simulator, folder
        simulator.control("warm")
        self.account = large_account.Account(simulator)
        large_account.write_inputs(self.account, self.simulator, folder)
        self.pace = self._fastest_pace()
        self.settings = large_account.write_settings("check.yml", self.simulator, folder, self.pace)
        self.contenders = {CURL: self.curl, BARE: self.bare, CHECK: self.check}
        if node_script:
            self.contenders[NODE] = lambda: self.node(node_script)

    def _fastest_pace(self):
        for pace in (10000, 1000):
            poll = f"requests_per_second: {pace}, concurrency: {CONCURRENCY}, timeout: 60s"
            settings = large_account.write_settings("pace.yml", self.simulator, self.folder, poll)
            checked = subprocess.run([self.programs["trunkwarden"], "config", "check", f"--config.file={settings}"],
                                     check=False, capture_output=True, text=True)
            if checked.returncode == 0:
                return poll
        raise RuntimeError(f"`config check` refuses what it was given: {(checked.stdout + checked.stderr)[:2000]}")

    def _run(self, command, **how):
        """Every contender must have asked for every page, once."""
        self.simulator.control("reset_requests")
        cost = timed_process.run(command, self.folder, **how)
        asked = {path: count for path, count in self.simulator.pages_asked().items() if not path.startswith(ASKED_BESIDE)}
        if asked != self.account.pages:
            odd = {path for path in asked | self.account.pages if asked.get(path) != self.account.pages.get(path)}
            raise timed_process.Failed(f"{command[0]} did not ask for the pages of {sorted(odd)} as LISTS has them")
        return cost

    def curl(self, *more):
        return self._run(["curl", "--silent", "--show-error", "--fail", *more, "--config", self.folder / "curl.config"])

    def bare(self):
        return self._run([self.programs["bare_sweep"], "127.0.0.1", str(self.simulator.port), self.simulator.ca_file,
                          self.folder / "key"], stdin=self.folder / "first_targets")

    def node(self, script):
        return self._run(["node", script, self.simulator.url, self.folder / "key", self.folder / "snapshot.json"],
                         environment={"NODE_EXTRA_CA_CERTS": str(self.simulator.ca_file)})

    def check(self):
        return self._run([self.programs["trunkwarden"], "check", f"--config.file={self.settings}"])

    def take_turns(self, contenders, rounds):
        costs = {name: [] for name in contenders}
        for _ in range(rounds):
            for name, run in contenders.items():
                costs[name].append(run())
        return {name: timed_process.Cost(*map(statistics.median, zip(*each))) for name, each in costs.items()}

    def delayed(self, rounds):
        self.simulator.control("set", delay_ms=DELAY_MS)
        parallel = ("--parallel", "--parallel-max", str(CONCURRENCY))
        both = {CURL_PARALLEL: lambda: self.curl(*parallel), CHECK: self.check}
        costs = self.take_turns(both, rounds)
        self.simulator.control("set", delay_ms=0)
        return costs

    def gzipped(self, rounds):
        self.simulator.control("set", gzip=True)
        self.simulator.control("warm")
        return self.take_turns({CURL_GZIP: lambda: self.curl("--compressed"), CHECK: self.check}, rounds)

    def steady(self, sweep_takes, rounds, *curl_options):
        """The daemon with an interval that leaves a pause after each sweep, with curl before and after."""
        interval = max(0.25, 3 * sweep_takes)
        sweeps = max(3, round(rounds * 2 / interval))
        poll = f"{self.pace}, interval: {interval * 1000:.0f}ms, large_interval: {interval * 1000:.0f}ms"
        settings = large_account.write_settings("run.yml", self.simulator, self.folder, poll)
        before = [self.curl(*curl_options) for _ in range(max(1, rounds // 2))]
        found = steady_sweep.measure(self.programs["trunkwarden"], settings, self.folder, interval, sweeps,
                                     len(self.account.targets))
        after = [self.curl(*curl_options) for _ in range(max(1, rounds // 2))]
        return statistics.median(each.cpu for each in before + after), found
