"""`trunkwarden run` on an account in which nothing changes: the cost of one sweep, by the daemon's own metrics."""

import collections
import http.client
import re
import subprocess
import time

Steady = collections.namedtuple("Steady", "cpu memory sweeps")  # seconds for a sweep, bytes, how many were measured


class Daemon:
    def __init__(self, binary, settings, folder):
        self.log = folder / "run.log"
        with self.log.open("w", encoding="utf-8") as log:
            self.process = subprocess.Popen([binary, "run", f"--config.file={settings}"], stderr=log)
        self.port = self._port()

    def _port(self):
        for _ in range(6000):
            found = re.search(r"msg=listening.*?:(\d+)", self.log.read_text(encoding="utf-8"))
            if found:
                return int(found[1])
            if self.process.poll() is not None:
                break
            time.sleep(0.01)
        raise RuntimeError("trunkwarden run does not listen: " + self.log.read_text(encoding="utf-8"))

    def ask(self, target):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        connection.request("GET", target)
        text = connection.getresponse().read().decode()
        connection.close()
        return text

    def _samples(self):
        for line in self.ask("/metrics").splitlines():
            if line and not line.startswith("#"):
                series, value = line.rsplit(" ", 1)
                yield series, float(value)

    def metrics(self):
        """Sums over all labels, by name."""
        sums = collections.Counter()
        for series, value in self._samples():
            sums[series.split("{", 1)[0]] += value
        return sums

    def by_account(self, name, accounts):
        """Sums over all other labels; 0 for an account without any."""
        sums = dict.fromkeys(accounts, 0.0)
        for series, value in self._samples():
            account = re.search(r'[{,]account="([^"]*)"', series)
            if series.startswith(name + "{") and account:
                sums[account[1]] += value
        return sums

    def close(self):
        self.process.terminate()
        self.process.wait()


def measure(binary, settings, folder, interval, sweeps, pages):
    """Between two looks at /metrics, each in the pause after a sweep. Sweeps are counted by the pages they read."""
    daemon = Daemon(binary, settings, folder)
    try:
        while daemon.metrics()["trunkwarden_sweeps_total"] < 2:
            time.sleep(interval / 10)
        time.sleep(interval / 4)
        first = daemon.metrics()
        time.sleep(interval * sweeps)
        last = daemon.metrics()
    finally:
        daemon.close()
    if last["trunkwarden_findings"] or last["trunkwarden_sweeps_total"] == first["trunkwarden_sweeps_total"]:
        raise RuntimeError("the steady sweeps were not steady: " + daemon.log.read_text(encoding="utf-8")[-2000:])
    swept = (last["trunkwarden_api_requests_total"] - first["trunkwarden_api_requests_total"]) / pages
    cpu = last["process_cpu_seconds_total"] - first["process_cpu_seconds_total"]
    return Steady(cpu / swept, last["process_resident_memory_bytes"], swept)
