#!/usr/bin/env python3
"""The state in PostgreSQL: the daemon on it, without it, and with it again; the state from file to database and back.

    database_test.py --trunkwarden build/dev/trunkwarden --simulator build/dev/trunkwarden-simulator
"""

import json
import os
import pathlib
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from end_to_end.started_daemon import Daemon, goes_on  # noqa: E402
from running import Receiver, Simulator, Watched, expect, main, skip, wait_until  # noqa: E402


def programs_of_postgres():
    found = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not found:
        skip("postgresql-15 is not installed (.ci/install installs it)")
    return found[-1].parent


class Postgres:
    """A server in a temporary folder, behind a Unix socket. As the user postgres where this is root. Ends with the stage."""

    name, is_under_test = "postgres", False

    def __init__(self, stage):
        self.programs = programs_of_postgres()
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="trunkwarden-pg-", dir="/tmp"))
        self.user = {}
        if os.geteuid() == 0:
            of_postgres = pwd.getpwnam("postgres")
            os.chown(self.folder, of_postgres.pw_uid, of_postgres.pw_gid)
            self.user = {"user": of_postgres.pw_uid, "group": of_postgres.pw_gid, "extra_groups": []}
        subprocess.run([self.programs / "initdb", "--no-sync", "-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C.UTF-8", "-D",
                        self.folder / "data"], check=True, capture_output=True, cwd=self.folder, **self.user)
        self.child = None
        stage.started.append(self)
        self.start()

    def start(self):
        self.child = subprocess.Popen([self.programs / "postgres", "-D", self.folder / "data", "-c", "listen_addresses=", "-c",
                                       f"unix_socket_directories={self.folder}", "-c", "fsync=off"], cwd=self.folder,
                                      stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **self.user)
        wait_until("PostgreSQL answers", lambda: self.answers(), 60)

    def answers(self):
        return subprocess.run([self.programs / "pg_isready", "-q", "-h", self.folder], check=False).returncode == 0

    def stop(self):
        self.child.send_signal(signal.SIGINT)
        self.child.wait(30)

    def value(self, query):
        return subprocess.run([self.programs / "psql", "-h", self.folder, "-U", "postgres", "-Atc", query], check=True, capture_output=True,
                              text=True).stdout.strip()

    def said(self):
        return ""

    def end(self):
        if self.child.poll() is None:
            self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)
        return 0


def away_and_back(stage, watched, simulator, server, receiver):
    """The watch and the alerts continue without the database, and everything is written later."""
    daemon = Daemon(stage, watched, "on-database")
    goes_on(daemon)
    wait_until("it writes", lambda: daemon.metric("trunkwarden_state_up") == 1 and
               daemon.metric("trunkwarden_state_write_seconds") is not None, 20)
    simulator.command("attack", {"name": "add_ip"})
    wait_until("an alert comes", lambda: any("192.0.2.66" in body.decode() for _, body in receiver.got), 30)
    wait_until("the finding is in the database", lambda: "192.0.2.66" in server.value("SELECT record FROM trunkwarden.findings"), 20)
    kept = {one["id"]: one["first_seen"] for one in json.loads(daemon.get("/api/v1/findings")[1])["data"]}

    server.stop()
    simulator.command("attack", {"name": "forward_number"})
    wait_until("an alert comes without the database", lambda: any("forward" in body.decode() for _, body in receiver.got), 40)
    wait_until("the metric says it", lambda: daemon.metric("trunkwarden_state_up") == 0, 30)
    wait_until("changes wait", lambda: (daemon.metric("trunkwarden_state_pending_changes") or 0) > 0, 30)
    wait_until("a finding says it", lambda: "Cannot remember" in daemon.get("/api/v1/findings")[1], 30)
    goes_on(daemon)

    server.start()
    wait_until("the metric says that it is back", lambda: daemon.metric("trunkwarden_state_up") == 1, 40)
    wait_until("everything is written", lambda: "forward" in server.value("SELECT string_agg(title, ' ') FROM trunkwarden.findings"), 40)
    expect("it ends well", daemon.end() == 0)

    again = Daemon(stage, watched, "on-database")
    goes_on(again)
    now = {one["id"]: one["first_seen"] for one in json.loads(again.get("/api/v1/findings")[1])["data"]}
    expect("a restart knows the findings", kept.items() <= now.items(), (kept, now))
    expect("it ends well again", again.end() == 0)


def there_and_back(stage, watched, server):
    """The whole state moves to a file and back, and never onto something."""
    config = stage.scratch / "on-database.yml"

    def command(*words):
        return subprocess.run([stage.given.trunkwarden, *words, f"--config.file={config}"], capture_output=True, text=True, timeout=60,
                              check=False)
    refused = command("state", "copy", "file", "database")
    expect("no file is no source", refused.returncode == 1 and "does not exist" in refused.stderr, refused)
    copied = command("state", "copy", "database", "file")
    expect("to the file", copied.returncode == 0 and "read back" in copied.stdout, copied)
    twice = command("state", "copy", "database", "file")
    expect("not onto a file that keeps something", twice.returncode == 1 and "keeps something already" in twice.stderr, twice)
    server.value("DROP SCHEMA trunkwarden CASCADE")
    back = command("state", "copy", "file", "database")
    expect("and back", back.returncode == 0, back)
    expect("with all findings", int(server.value("SELECT count(*) FROM trunkwarden.findings")) > 1)
    printed = command("state", "prepare", "--print")
    expect("the statements can be read", "CREATE SCHEMA" in printed.stdout and 'TO "postgres"' in printed.stdout, printed)


def test(stage):
    server = Postgres(stage)
    simulator = Simulator(stage)
    receiver = Receiver(stage)
    watched = Watched(stage, simulator)
    connection = stage.scratch / "database.conf"
    connection.touch(mode=0o600)
    connection.write_text(f"host={server.folder} dbname=postgres user=postgres\n", encoding="utf-8")
    watched.settings += (f"database: {{connection_file: {connection}, timeout: 2s}}\n"
                         f'alerts: {{sinks: [{{name: soc, type: webhook, url: "{receiver.url}/"}}]}}\n')
    away_and_back(stage, watched, simulator, server, receiver)
    there_and_back(stage, watched, server)


if __name__ == "__main__":
    sys.exit(main(test))
