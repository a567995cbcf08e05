#!/usr/bin/env python3
"""A disk that hangs or is elsewhere, a directory of users that hangs, and a clock after 2038.

    host_disk_test.py --trunkwarden build/dev/trunkwarden --simulator build/dev/trunkwarden-simulator --die-at build/dev/tests/libdie_at.so
"""

import datetime
import json
import os
import pathlib
import socket
import subprocess
import sys
import threading

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from end_to_end.started_daemon import Daemon, goes_on  # noqa: E402
from running import Receiver, Simulator, Watched, built, expect, main, wait_until  # noqa: E402


def disturbed(stage, **settings):
    """The environment in which tests/crash/die_at.cpp does what the settings say."""
    return {**os.environ, "LD_PRELOAD": str(stage.given.die_at), "ASAN_OPTIONS": "verify_asan_link_order=0:detect_leaks=0",
            **{name: str(value) for name, value in settings.items()}}


class Manager:
    """A service manager that counts how often the daemon says that it is alive. Ends with the stage."""

    name, is_under_test = "manager", False

    def __init__(self, stage):
        self.alive, self.path = 0, stage.scratch / "notify"
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(str(self.path))
        self.thread = threading.Thread(target=self._listen)
        self.thread.start()
        stage.started.append(self)

    def _listen(self):
        while (said := self.socket.recv(4096)) != b"end":
            self.alive += b"WATCHDOG=1" in said

    def said(self):
        return f"alive {self.alive} times"

    def end(self):
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as own:
            own.sendto(b"end", str(self.path))
        self.thread.join()
        self.socket.close()


def bodies(receiver):
    return [body.decode() for _, body in receiver.got]


def openings(receiver):
    """The messages about what opened; one that comes again has the id that it had."""
    messages = map(json.loads, bodies(receiver))
    return {one["delivery_id"] for one in messages if one["event"].startswith("opened")}


def start_on_a_disk(stage, watched, name, **more):
    log = stage.scratch / f"{name}.log"
    with log.open("a", encoding="utf-8") as to:
        daemon = Daemon(stage, watched, name, stderr=to,
                        env=disturbed(stage, DIE_FOLDER=stage.scratch / f"{name}.db", HANG_WHILE=stage.scratch / f"{name}.hangs", **more))
    return daemon, log, stage.scratch / f"{name}.hangs"


def disk_that_hangs(stage, watched, simulator):
    """Everything but the file continues, and says so; afterwards nothing is missing."""
    receiver, manager = Receiver(stage), Manager(stage)
    text = watched.settings
    watched.settings = text + f'alerts: {{sinks: [{{name: soc, type: webhook, url: "{receiver.url}/"}}]}}\n'
    daemon, log, hangs = start_on_a_disk(stage, watched, "hanging", NOTIFY_SOCKET=manager.path, WATCHDOG_USEC=4_000_000)
    goes_on(daemon)
    simulator.command("attack", {"name": "add_ip"})
    wait_until("an alert comes", lambda: any("192.0.2.66" in one for one in bodies(receiver)), 30)

    hangs.touch()
    simulator.command("attack", {"name": "forward_number"})
    wait_until("an alert comes although the disk hangs", lambda: any("forward" in one for one in bodies(receiver)), 20)
    wait_until("the metric says it", lambda: daemon.metric("trunkwarden_state_file_writable") == 0, 20)
    wait_until("a finding says it", lambda: "Cannot remember" in daemon.get("/api/v1/findings")[1], 20)
    expect("the log says it", "the disk has not taken the last change for more than 5 s" in log.read_text(encoding="utf-8"))
    alive = manager.alive
    goes_on(daemon)
    wait_until("the service manager hears that it is alive", lambda: manager.alive > alive + 2, 20)

    hangs.unlink()
    wait_until("the metric says that it is over", lambda: daemon.metric("trunkwarden_state_file_writable") == 1, 30)
    wait_until("the finding is over", lambda: "Cannot remember" not in daemon.get("/api/v1/findings")[1], 20)
    expect("the log says that it is over", "the state file can be written again" in log.read_text(encoding="utf-8"))
    wait_until("everything that waited is written", lambda: daemon.metric("trunkwarden_notifications_pending") == 0, 20)
    before = openings(receiver)
    daemon.child.kill()
    daemon.child.wait()
    again, _, _ = start_on_a_disk(stage, watched, "hanging")
    goes_on(again)
    expect("nothing is told twice", openings(receiver) == before, openings(receiver) - before)
    expect("a daemon that caught up ends with 0", again.end() == 0)
    stage.started.remove(daemon)
    watched.settings = text


def end_and_start_while_the_disk_hangs(stage, watched, simulator):
    daemon, log, hangs = start_on_a_disk(stage, watched, "ending")
    goes_on(daemon)
    hangs.touch()
    done = simulator.command("attack", {"name": "add_credential_connection"})
    wait_until("the metric says it", lambda: daemon.metric("trunkwarden_state_file_writable") == 0, 20)
    expect("a daemon whose disk hangs ends all the same", daemon.end() == 0)
    said = log.read_text(encoding="utf-8")
    expect("it says what that costs", "the last changes could not be written" in said and "has not taken it for 5 s" in said, said)

    daemon, _, _ = start_on_a_disk(stage, watched, "ending")
    try:
        daemon.child.wait(5)
        raise AssertionError("a start on a disk that hangs waits for it")
    except subprocess.TimeoutExpired:
        expect("meanwhile it does not say that it is healthy", not daemon.healthy())
    hangs.unlink()
    goes_on(daemon, 30)
    expect("a daemon that waited for its disk ends with 0", daemon.end() == 0)
    simulator.command("delete", {"path": done["path"], "id": done["id"]})


def end_while_the_directory_of_users_hangs(stage, watched):
    log = stage.scratch / "users.log"
    with log.open("w", encoding="utf-8") as to:
        daemon = Daemon(stage, watched, "users", stderr=to, env=disturbed(stage, USERS_HANG=1))
    goes_on(daemon)
    done = subprocess.run([stage.given.trunkwarden, "reload", f"--config.file={stage.scratch}/users.yml"], capture_output=True, text=True,
                          timeout=60, check=False)
    expect("a command is answered although nobody says whose it is", done.returncode == 0, done.stdout + done.stderr)
    expect("a daemon whose directory of users hangs ends all the same", daemon.end() == 0, log.read_text(encoding="utf-8"))


def history_while_the_disk_hangs(stage, watched):
    """Those who ask for the history leave the control socket to others, and the daemon ends."""
    hangs = stage.scratch / "reading.hangs"
    daemon, _, _ = start_on_a_disk(stage, watched, "reading", READS_HANG_WHILE=hangs)
    goes_on(daemon)
    command = [stage.given.trunkwarden, f"--config.file={stage.scratch}/reading.yml"]

    def asked(*words):
        return subprocess.run([command[0], *words, command[1]], capture_output=True, text=True, timeout=60, check=False)

    expect("there is a history", "starts" in asked("history").stdout)
    hangs.touch()
    threading.Timer(0.5, hangs.unlink).start()
    slow, _ = daemon.get("/api/v1/history")
    expect("a slow disk is waited for", slow == 200, slow)
    expect("a freeze is taken", asked("quarantine", "freeze", "--reason", "a look").returncode == 0)
    wait_until("a page that was slow is no answer to those who ask later", lambda: "a look" in daemon.get("/api/v1/history")[1], 5)
    hangs.touch()
    histories = [subprocess.Popen([command[0], "history", command[1]], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
                 for _ in range(70)]
    frozen = asked("quarantine", "freeze", "--reason", "the disk hangs")
    expect("a freeze is taken meanwhile", frozen.returncode == 0 or "it holds until the daemon stops" in frozen.stderr, frozen)
    said = [each.communicate(timeout=60)[1] for each in histories]
    expect("each who asked is told", all("are under way" in one or "has not given the history" in one for one in said), said)
    expect("some waited for the disk", any("has not given the history" in one for one in said), said)
    expect("a daemon whose readings hang ends all the same", daemon.end() == 0)
    hangs.unlink()


def after_2038(stage, watched):
    """More seconds than a signed number of 32 bits holds, and than an unsigned one."""
    for year in (2040, 2110):
        then = datetime.datetime(year, 3, 1, 12, tzinfo=datetime.timezone.utc)
        ahead = int((then - datetime.datetime.now(datetime.timezone.utc)).total_seconds())
        env, log, first_seen = disturbed(stage, CLOCK_AHEAD=ahead), stage.scratch / f"{year}.log", []
        for _ in range(2):
            with log.open("w", encoding="utf-8") as to:
                daemon = Daemon(stage, watched, f"year-{year}", stderr=to, env=env)
            goes_on(daemon)
            findings = wait_until("the attestation ran out", lambda d=daemon: json.loads(d.get("/api/v1/findings")[1])["data"], 20)
            first_seen.append({one["id"]: one["first_seen"] for one in findings})
            wait_until("metrics have the time", lambda d=daemon, t=then.timestamp():
                       (d.metric("trunkwarden_audit_last_read_timestamp_seconds") or 0) > t - 60, 20)
            expect(f"a daemon in {year} ends with 0", daemon.end() == 0)
            lines = log.read_text(encoding="utf-8").splitlines()
            expect("the log has the time", lines and all(f"{year}-03-01T" in line for line in lines), lines)
        expect("their times are of that year", all(one.startswith(f"{year}-03-01T") for one in first_seen[0].values()), first_seen[0])
        kept = {name: at for name, at in first_seen[1].items() if name in first_seen[0]}
        expect("a restart keeps them", kept == {name: first_seen[0][name] for name in kept} and kept, first_seen)
        listed = subprocess.run([stage.given.trunkwarden, "findings", "--output=json", f"--config.file={stage.scratch}/year-{year}.yml"],
                                env=env, capture_output=True, text=True, timeout=60, check=False)
        expect("findings reads them", listed.returncode == 0 and f"{year}-03-01T" in listed.stdout, listed)


def disk_of_another_host(stage, watched):
    seen = subprocess.run([stage.given.trunkwarden, "doctor", f"--config.file={watched.config}"], capture_output=True, text=True,
                          env=disturbed(stage, DISK_TYPE=0x6969), timeout=60, check=False)
    expect("doctor says that the state file is on NFS", "is on NFS" in seen.stdout, seen.stdout + seen.stderr)


def doctor_on_a_disk_that_hangs(stage, watched):
    """It ends, and says so: the checks after the disk run all the same."""
    subprocess.run([stage.given.trunkwarden, "run", "--sweeps=1", f"--config.file={watched.config}"], check=True, capture_output=True,
                   timeout=60)
    hangs = stage.scratch / "looking.hangs"
    hangs.touch()
    seen = subprocess.run([stage.given.trunkwarden, "doctor", f"--config.file={watched.config}"], capture_output=True, text=True,
                          env=disturbed(stage, DIE_FOLDER=stage.scratch / "state.db", READS_HANG_WHILE=hangs), timeout=60, check=False)
    hangs.unlink()
    expect("doctor says that the disk hangs", f"fail  disk: the disk of {stage.scratch}/state.db does not answer within 5 s" in seen.stdout,
           seen.stdout + seen.stderr)
    expect("and looks at the rest", "ok    api demo" in seen.stdout and "fail  daemon" in seen.stdout and seen.returncode == 1, seen.stdout)


def clock_that_doctor_sees(stage, watched, simulator):
    config = stage.scratch / "clock.yml"
    api = Receiver(stage, status_of=lambda _: 404)  # says what time it is
    config.write_text(watched.settings.replace(simulator.url, api.url), encoding="utf-8")
    for ahead, words in ((0, "ok    clock demo: the clock agrees"), (600, "fail  clock demo: the clock of this host is 10 min"),
                         (-600, "fail  clock demo: the clock of this host is")):
        seen = subprocess.run([stage.given.trunkwarden, "doctor", f"--config.file={config}"], capture_output=True, text=True,
                              env=disturbed(stage, CLOCK_AHEAD=ahead), timeout=60, check=False)
        expect(f"doctor sees a clock that is {ahead} s ahead", words in seen.stdout, seen.stdout + seen.stderr)


def test(stage):
    simulator = Simulator(stage)
    watched = Watched(stage, simulator)
    watched.write()
    disk_of_another_host(stage, watched)
    doctor_on_a_disk_that_hangs(stage, watched)
    clock_that_doctor_sees(stage, watched, simulator)
    disk_that_hangs(stage, watched, simulator)
    end_and_start_while_the_disk_hangs(stage, watched, simulator)
    end_while_the_directory_of_users_hangs(stage, watched)
    history_while_the_disk_hangs(stage, watched)
    after_2038(stage, watched)


if __name__ == "__main__":
    sys.exit(main(test, options=[("--die-at", {"required": True, "type": built})]))
