#!/usr/bin/env python3
"""Networks in trouble: name servers that do not answer, paths that swallow large packets, certificates that end.

    host_network_test.py --trunkwarden build/dev/trunkwarden --simulator build/dev/trunkwarden-simulator
"""

import json
import pathlib
import socket
import struct
import subprocess
import sys
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from certificates import Authority, TlsFront  # noqa: E402
from end_to_end.started_daemon import Daemon, goes_on  # noqa: E402
from running import Receiver, Simulator, Watched, expect, main, wait_until  # noqa: E402

NAME = "api.acme.test"
HOSTS = f"DNS:{NAME},IP:127.0.0.1"
NAME_SERVER = "127.0.7.53"  # resolv.conf has no place for a port
MAY_MOUNT = subprocess.run(["unshare", "-m", "true"], capture_output=True, check=False).returncode == 0


class Network:
    """A simulator behind a TLS front of our own, and the settings that lead there."""

    def __init__(self, stage):
        self.stage, self.authority = stage, Authority(stage.scratch, "ca")
        self.simulator = Simulator(stage, tls=False)
        self.usual = self.authority.issue("usual", hosts=HOSTS)
        self.api = TlsFront(stage, int(self.simulator.url.rsplit(":", 1)[1]), self.usual)
        self.watched = Watched(stage, self.simulator)
        self.watched.settings = self.watched.settings.replace(self.simulator.url, f"https://127.0.0.1:{self.api.port}").replace(
            "poll:\n", "poll:\n  timeout: 3s\n")
        self.watched.write()

    def named(self):
        return self.watched.settings.replace("https://127.0.0.1", f"https://{NAME}")

    def start(self, name, settings=None, **how):
        usual, self.watched.settings = self.watched.settings, settings or self.watched.settings
        log = self.stage.scratch / f"{name}.log"
        with log.open("w", encoding="utf-8") as to:
            daemon = Daemon(self.stage, self.watched, name, stderr=to, **how)
        self.watched.settings = usual
        daemon.log = lambda: log.read_text(encoding="utf-8")
        return daemon


def coverage_of(daemon):
    status, text = daemon.get("/api/v1/coverage")
    return json.loads(text)["data"] if status == 200 else {"complete": False, "accounts": []}


def is_complete(daemon):
    return coverage_of(daemon)["complete"]


def unread(daemon):
    """Why each list that is not read is not."""
    return {one["resource"]: one.get("reason") or "" for account in coverage_of(daemon)["accounts"] for one in account["coverage"]
            if one["state"] not in ("complete", "accepted")}


def certificate_that_ends(network):
    """Connections that are open continue; the next is refused with the reason, until there is another certificate."""
    seconds = 25
    network.api.show(network.authority.issue_for_seconds("short", seconds, hosts=HOSTS))
    ends = time.monotonic() + seconds
    daemon = network.start("short-certificate")
    wait_until("everything is read", lambda: is_complete(daemon), seconds - 2)
    wait_until("the certificate ends", lambda: time.monotonic() > ends + 1, seconds + 5)
    goes_on(daemon)
    expect("connections that were made before go on", is_complete(daemon), unread(daemon))

    network.api.cut()
    wait_until("lists are unread because the certificate has expired",
               lambda: any("certificate has expired" in reason for reason in unread(daemon).values()), 30)
    expect("the log says it", "certificate has expired" in daemon.log(), daemon.log())
    seen = network.watched.command("doctor").stdout
    expect("doctor says it", "fail" in seen and "certificate has expired" in seen, seen)
    goes_on(daemon)

    network.api.show(network.usual)
    wait_until("with another certificate everything is read again", lambda: is_complete(daemon), 60)
    expect("a daemon that saw a certificate end ends with 0", daemon.end() == 0)


def certificate_that_ends_soon(network):
    seen = network.watched.command("doctor").stdout
    expect("doctor says how long the certificate lasts", "the certificate is valid until 20" in seen, seen)
    network.api.show(network.authority.issue_for_seconds("soon", 1200, hosts=HOSTS))
    seen = network.watched.command("doctor").stdout
    expect("doctor warns when it ends soon", "warn  api demo: the certificate ends in " in seen, seen)
    network.api.show(network.usual)


def own_certificate_that_ends(network):
    """The one that we show to a server: doctor reads it from its file, whether or not the server accepts it."""
    text = network.watched.settings
    for name, seconds, line in (("own-usual", 3 * 86400, "ok    api demo, cert_file: the certificate is valid until 20"),
                                ("own-soon", 1200, "warn  api demo, cert_file: the certificate ends in "),
                                ("own-over", -60, "fail  api demo, cert_file: the certificate ended at 20")):
        cert, key = network.authority.issue_for_seconds(name, seconds)
        network.watched.settings = text.replace("    ca_file: ca.pem\n", f"    tls_config: {{ca_file: ca.pem, cert_file: {cert.name}, key_file: {key.name}}}\n")
        network.watched.write()
        seen = network.watched.command("doctor").stdout
        expect(f"doctor judges a certificate of our own, {name}", line in seen, seen)
    network.watched.settings = text
    network.watched.write()


def certificate_of_a_sink(network):
    """A message waits until the receiver has a certificate that is valid."""
    receiver = Receiver(network.stage)
    front = TlsFront(network.stage, int(receiver.url.rsplit(":", 1)[1]), network.usual)
    sinks = (f'alerts: {{sinks: [{{name: soc, type: webhook, url: "https://127.0.0.1:{front.port}/", '
             "tls_config: {ca_file: ca.pem}}]}\n")
    daemon = network.start("sink", network.watched.settings + sinks)
    goes_on(daemon)
    done = network.simulator.command("attack", {"name": "add_ip"})
    wait_until("an alert comes", lambda: receiver.got, 30)

    front.show(network.authority.issue_for_seconds("over", -60, hosts=HOSTS))
    front.cut()
    before = len(receiver.got)
    network.simulator.command("delete", {"path": done["path"], "id": done["id"]})
    wait_until("the status says why nothing is taken", lambda: "certificate has expired" in daemon.get("/api/v1/status")[1], 30)
    expect("nothing was sent", len(receiver.got) == before)
    network.watched.write(sinks)
    seen = network.watched.command("doctor").stdout
    network.watched.write()
    expect("doctor says it of the sink", "fail  sink soc: the certificate of 127.0.0.1" in seen and "has expired" in seen, seen)

    front.show(network.usual)
    wait_until("the message comes once the certificate is another", lambda: len(receiver.got) > before, 60)
    expect("a daemon whose sink had no certificate ends with 0", daemon.end() == 0)


def path_that_swallows_large_packets(network):
    """A list that arrives is judged; one that does not has its time, and a reason."""
    daemon = network.start("black-hole")
    wait_until("everything is read", lambda: is_complete(daemon), 60)
    network.api.swallow_beyond(3000)  # phone numbers and trunks
    missing = wait_until("large lists are unread", lambda: {name for name, why in unread(daemon).items() if "no answer" in why}, 60)
    reasons = [why for why in unread(daemon).values() if "no answer" in why]
    expect("the reason is the limit of time", all("within 3 s" in why for why in reasons), reasons)
    done = network.simulator.command("attack", {"name": "add_ip"})
    expect("small lists are read", "ips" not in missing, missing)
    wait_until("what happens in a small list is found", lambda: "192.0.2.66" in daemon.get("/api/v1/findings")[1], 30)
    goes_on(daemon, 60)
    network.api.swallow_beyond(None)
    wait_until("everything is read when the path is whole", lambda: is_complete(daemon), 120)
    network.simulator.command("delete", {"path": done["path"], "id": done["id"]})
    expect("a daemon that saw a black hole ends with 0", daemon.end() == 0)


class NameServer:
    """Answers for NAME with 127.0.0.1, in one of these manners: "nxdomain", "answer", "slow", which takes 1.5 s for each question, or
    "truncate", which answers over TCP only. Ends with the stage."""

    name, is_under_test = "name-server", False

    def __init__(self, stage):
        self.manner, self.over_tcp = "answer", 0
        self.udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.udp.bind((NAME_SERVER, 53))
        self.tcp = socket.create_server((NAME_SERVER, 53))
        self.threads = [threading.Thread(target=serve) for serve in (self._serve_udp, self._serve_tcp)]
        for each in self.threads:
            each.start()
        stage.started.append(self)

    def _answer(self, query, may_cut):
        end = query.index(b"\0", 12) + 5  # of the question: the name, its type and class
        kind = struct.unpack("!H", query[end - 4:end - 2])[0]
        flags, records = 0x8180, b""
        if self.manner == "nxdomain":
            flags |= 3
        elif self.manner == "truncate" and may_cut:
            flags |= 0x0200
        elif kind == 1:  # A
            records = struct.pack("!HHHIH", 0xC00C, 1, 1, 1, 4) + socket.inet_aton("127.0.0.1")
        return query[:2] + struct.pack("!HHHHH", flags, 1, 1 if records else 0, 0, 0) + query[12:end] + records

    def _serve_udp(self):
        while (came := self.udp.recvfrom(4096))[0] != b"end":
            if self.manner == "slow":
                time.sleep(1.5)
            self.udp.sendto(self._answer(came[0], True), came[1])

    def _serve_tcp(self):
        while True:
            try:
                came = self.tcp.accept()[0]
            except OSError:
                return
            with came:
                came.settimeout(5)
                try:
                    while len(size := came.recv(2, socket.MSG_WAITALL)) == 2:
                        reply = self._answer(came.recv(struct.unpack("!H", size)[0], socket.MSG_WAITALL), False)
                        came.sendall(struct.pack("!H", len(reply)) + reply)
                        self.over_tcp += 1
                except OSError:
                    pass

    def said(self):
        return f"{self.manner}, {self.over_tcp} answers over TCP"

    def end(self):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as own:
            own.sendto(b"end", (NAME_SERVER, 53))
        self.tcp.shutdown(socket.SHUT_RDWR)
        self.tcp.close()
        for each in self.threads:
            each.join()
        self.udp.close()


def elsewhere(network, **files):
    """The words before a command that sees these texts in place of files of /etc."""
    mounts = []
    for name, text in files.items():
        own = network.stage.scratch / name
        own.write_text(text, encoding="utf-8")
        mounts.append(f"mount --bind {own} /etc/{name.replace('_', '.')}")
    return ["unshare", "-m", "sh", "-c", " && ".join([*mounts, 'exec "$0" "$@"'])]


def run(network, place, *words):
    config = network.stage.scratch / "named.yml"
    config.write_text(network.named(), encoding="utf-8")
    return subprocess.run([*place, network.stage.given.trunkwarden, *words, f"--config.file={config}"], capture_output=True, text=True,
                          timeout=120, check=False)


def name_server_in_trouble(network):
    server = NameServer(network.stage)
    place = elsewhere(network, resolv_conf=f"nameserver {NAME_SERVER}\noptions timeout:1 attempts:1\n", hosts="127.0.0.1 localhost\n")
    server.manner = "nxdomain"
    daemon = network.start("names", network.named(), through=place)
    wait_until("it is healthy without a name server", daemon.healthy, 30)
    wait_until("it says that the name is not known",
               lambda: f"cannot find the address of {NAME}" in daemon.log(), 30)
    seen = run(network, place, "doctor").stdout
    expect("doctor says it", f"fail  dns demo: the name {NAME} cannot be looked up" in seen, seen)
    server.manner = "answer"
    wait_until("it goes on by itself when the name is known", lambda: is_complete(daemon), 90)
    server.manner = "nxdomain"
    network.api.cut()
    goes_on(daemon)
    expect("an address that was known is used further", is_complete(daemon), unread(daemon))
    expect("a daemon without names ends with 0", daemon.end() == 0)

    server.manner = "slow"
    patient = elsewhere(network, resolv_conf=f"nameserver {NAME_SERVER}\noptions timeout:10\n", hosts="127.0.0.1 localhost\n")
    seen = run(network, patient, "doctor").stdout
    expect("doctor says that looking up takes long", f"warn  dns demo: looking up {NAME} took " in seen, seen)

    server.manner = "truncate"
    seen = run(network, place, "check")
    expect("a name server that answers over TCP only is understood", seen.returncode == 0, seen.stdout + seen.stderr)
    expect("it answered over TCP", server.over_tcp > 0)


def file_of_hosts(network):
    """It is believed about the address, and about nothing else."""
    place = elsewhere(network, resolv_conf="", hosts=f"127.0.0.1 localhost {NAME}\n")
    seen = run(network, place, "check")
    expect("the API is where /etc/hosts says", seen.returncode == 0, seen.stdout + seen.stderr)
    network.api.show(Authority(network.stage.scratch, "stranger").issue("another", hosts=HOSTS))
    seen = run(network, place, "check")
    expect("another server there is not trusted", seen.returncode & 4 and "cannot be trusted" in seen.stdout, seen.stdout + seen.stderr)
    network.api.show(network.usual)


def test(stage):
    network = Network(stage)
    certificate_that_ends_soon(network)
    own_certificate_that_ends(network)
    certificate_that_ends(network)
    certificate_of_a_sink(network)
    path_that_swallows_large_packets(network)
    if not MAY_MOUNT:
        print("skipped: what needs a mount namespace, which this host does not allow")
        return
    file_of_hosts(network)
    name_server_in_trouble(network)


if __name__ == "__main__":
    sys.exit(main(test, needs=["openssl"]))
