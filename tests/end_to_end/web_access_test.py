#!/usr/bin/env python3
"""Clients that may read over TCP: TLS, client certificates and passwords of web.config_file.

    web_access_test.py --trunkwarden build/dev/trunkwarden --simulator build/dev/trunkwarden-simulator

Every client is Python's own HTTPS client, or a raw socket. promtool must accept each file that trunkwarden accepts.
Exits 77 (skipped) when a program is missing.
"""

import base64
import collections
import http.client
import os
import pathlib
import pty
import shutil
import socket
import ssl
import subprocess
import sys
import threading
import time
import warnings

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from certificates import Authority, openssl  # noqa: E402
from running import Simulator, Watched, answer_to, expect, main, wait_until  # noqa: E402

PASSWORD = "CANARY open: sesame"
BCRYPT = "$2b$04$1Ncs8yrQvm85xCY.JUJTi.RFxUMh3DC741F048i6UsK1ZRPmEjcAC"
OTHER_BCRYPT = "$2b$04$1Ncs8yrQvm85xCY.JUJTi.zUxbscTUDNdh4/8WPBUeSPjQYQGe4F."  # of "open sesame"

SLOW_BCRYPT = "$2y$10$QOauhQNbBCuQDKes6eFzPeMqBSjb7Mr5DUmpZ/VcEd00UAV/LDeSi"


def fetch(address, path="/-/healthy", ca=None, client=None, user=None, most=None):
    """(status, headers, body); (None, {}, why) when there is no HTTP answer."""
    context = None
    if ca:
        context = ssl.create_default_context(cafile=ca)
        if client:
            context.load_cert_chain(*client)
        if most:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", DeprecationWarning)
                context.maximum_version = most
    headers = {"Authorization": "Basic " + base64.b64encode(":".join(user).encode()).decode()} if user else {}
    return answer_to(f"{'https' if ca else 'http'}://{address}{path}", headers=headers, context=context)


class Access:
    """A daemon whose web.config_file is one after the other."""

    def __init__(self, stage):
        self.given, self.scratch = stage.given, stage.scratch
        self.authority = Authority(self.scratch, "authority")
        self.stranger = Authority(self.scratch, "stranger")
        self.server = self.authority.issue("server")
        self.watched = Watched(stage, Simulator(stage))
        self.watched.settings = self.watched.settings.replace("web:\n", "web:\n  config_file: web.yml\n")
        self.watched.write()
        self.daemon = None

    def web_config(self, text):
        (self.scratch / "web.yml").write_text(text)

    def accepted_by_promtool(self):
        if shutil.which("promtool") is None:
            return
        done = subprocess.run(["promtool", "check", "web-config", self.scratch / "web.yml"], capture_output=True, text=True,
                              timeout=30, check=False)
        expect(f"promtool takes it: {done.stdout.strip()}{done.stderr.strip()}", done.returncode == 0)

    def tls(self, cert="server.crt", key="server.key", more=""):
        return f"tls_server_config:\n  cert_file: {cert}\n  key_file: {key}\n{more}"

    def check_config(self):
        return self.watched.command("config", "check")

    def tls_and_passwords(self):
        self.web_config(self.tls() + f"basic_auth_users:\n  prometheus: {BCRYPT}\n"
                        "http_server_config:\n  headers:\n    X-Frame-Options: deny\n")
        self.accepted_by_promtool()
        self.daemon = self.watched.run()
        ca, right = str(self.authority.cert), ("prometheus", PASSWORD)
        status, headers, body = fetch(self.daemon.address, "/metrics", ca, user=right)
        expect("name and password over TLS read metrics", status == 200 and "trunkwarden_build_info" in body)
        expect("headers are as the file has them", headers["X-Frame-Options"] == "deny")
        wait_until("every list was read", lambda: fetch(self.daemon.address, "/-/ready", ca, user=right)[0] == 200, 30)
        for path in ("/metrics", "/", "/api/v1/coverage"):
            status, headers, body = fetch(self.daemon.address, path, ca, user=right)
            expect(f"{path} comes whole over TLS: {len(body.encode())} bytes", status == 200 and
                   len(body.encode()) == int(headers["Content-Length"]))
        expect("and is larger than a record of TLS", len(fetch(self.daemon.address, "/metrics", ca, user=right)[2]) > 16384)
        for wrong in (None, ("prometheus", "wrong"), ("nobody", PASSWORD), ("", "")):
            status, headers, _ = fetch(self.daemon.address, "/metrics", ca, user=wrong)
            expect(f"401 for {wrong and wrong[0]!r}", status == 401 and headers["WWW-Authenticate"].startswith("Basic "))
        for path in ("/", "/-/healthy", "/api/v1/findings"):
            expect(f"401 for {path} without a password", fetch(self.daemon.address, path, ca)[0] == 401)
        expect("a certificate of somebody else is not ours", fetch(self.daemon.address, ca=str(self.stranger.cert), user=right)[0] is None)
        status, _, body = fetch(self.daemon.address, user=right)
        expect("plain HTTP is told to use https", status == 400 and "https" in body)
        expect("no TLS 1.1", fetch(self.daemon.address, ca=ca, user=right, most=ssl.TLSVersion.TLSv1_1)[0] is None)
        expect("the command line needs no password", self.watched.command("status").returncode == 0)

    def a_change_is_taken(self):
        ca = str(self.authority.cert)
        self.web_config(self.tls() + f"basic_auth_users:\n  prometheus: {OTHER_BCRYPT}\n")
        wait_until("the new password counts", lambda: fetch(self.daemon.address, ca=ca, user=("prometheus", "open sesame"))[0] == 200, 15)
        expect("and the old one does not", fetch(self.daemon.address, ca=ca, user=("prometheus", PASSWORD))[0] == 401)
        self.web_config(self.tls(key="authority.key"))
        self.daemon.wait_for_words(r"web\.yml|authority\.key: the key is not the one of the certificate")
        expect("a file that is not valid changes nothing", fetch(self.daemon.address, ca=ca, user=("prometheus", "open sesame"))[0] == 200)
        new = self.stranger.issue("other")
        self.web_config(self.tls(*[one.name for one in new]))
        wait_until("another certificate is served", lambda: fetch(self.daemon.address, ca=str(self.stranger.cert))[0] == 200, 15)
        self.web_config("")
        wait_until("an empty file asks for nothing", lambda: fetch(self.daemon.address)[0] == 200, 15)

    def client_certificates(self):
        self.web_config(self.tls(more="  client_auth_type: RequireAndVerifyClientCert\n  client_ca_file: authority.pem\n  min_version: TLS13\n"))
        self.accepted_by_promtool()
        ca = str(self.authority.cert)
        ours, theirs = self.authority.issue("scraper"), self.stranger.issue("intruder")
        wait_until("a client with our certificate may read", lambda: fetch(self.daemon.address, ca=ca, client=ours)[0] == 200, 15)
        expect("one without may not", fetch(self.daemon.address, ca=ca)[0] is None)
        expect("one with another's may not", fetch(self.daemon.address, ca=ca, client=theirs)[0] is None)
        expect("min_version counts", fetch(self.daemon.address, ca=ca, client=ours, most=ssl.TLSVersion.TLSv1_2)[0] is None)

    def guessing(self):
        """Many who guess passwords keep nobody out whose password is known."""
        self.web_config(f"basic_auth_users:\n  prometheus: {OTHER_BCRYPT}\n  slow: {SLOW_BCRYPT}\n")
        right = ("prometheus", "open sesame")
        wait_until("the password counts", lambda: fetch(self.daemon.address, user=right)[0] == 200, 15)
        stop = threading.Event()
        seen = collections.Counter()

        def guess(number):
            while not stop.is_set():
                seen[fetch(self.daemon.address, user=("slow", f"guess {number} {time.monotonic()}"))[0]] += 1

        threads = [threading.Thread(target=guess, args=(number,)) for number in range(30)]
        for each in threads:
            each.start()
        wait_until("more guess than are judged", lambda: seen[401] > 0 and seen[503] > 0, 20)
        took = []
        for _ in range(10):
            began = time.monotonic()
            expect("the right password is taken meanwhile", fetch(self.daemon.address, user=right)[0] == 200)
            took.append(time.monotonic() - began)
        stop.set()
        for each in threads:
            each.join()
        expect(f"at once: {max(took):.2f} s at most", max(took) < 3)
        expect(f"guesses are wrong or not judged: {dict(seen)}", seen[401] > 0 and seen[503] > 0 and seen[200] == 0)
        self.daemon.wait_for_words("a wrong name or password over TCP")

    def stricter_for_the_connected(self):
        host, port = self.daemon.address.rsplit(":", 1)
        self.web_config("")
        wait_until("an empty file asks for nothing", lambda: fetch(self.daemon.address)[0] == 200, 15)
        self.daemon.wait_for_words("no password is needed any more")
        connection = http.client.HTTPConnection(host, int(port), timeout=10)
        connection.request("GET", "/-/healthy")
        expect("a connection is kept", connection.getresponse().read() and connection.sock is not None)
        self.web_config(self.tls())
        wait_until("TLS is spoken", lambda: fetch(self.daemon.address, ca=str(self.authority.cert))[0] == 200, 15)
        try:
            connection.request("GET", "/-/healthy")
            answered = connection.getresponse().status
        except (http.client.HTTPException, OSError):
            answered = None
        expect("and ends when the file is stricter", answered is None)

    def asked(self, head, body=b""):
        """The status and the text of the answer to a raw request; `head` without its empty line."""
        host, port = self.daemon.address.rsplit(":", 1)
        with socket.create_connection((host, int(port)), timeout=10) as connection:
            connection.sendall((head + "\r\nConnection: close\r\n\r\n").encode() + body)
            answer = b""
            while more := connection.recv(65536):
                answer += more
        status, _, text = answer.decode().partition("\r\n")
        return int(status.split()[1]), text

    def foreign_names(self):
        """A name that somebody else lets point here reads nothing, and his page changes nothing."""
        self.web_config("")
        wait_until("no password is needed", lambda: fetch(self.daemon.address)[0] == 200, 15)
        for host in ("127.0.0.1", "127.0.0.1:1", "[::1]:10979", "localhost", "LOCALHOST.:80"):
            for path in ("/metrics", "/api/v1/findings"):
                status, _ = self.asked(f"GET {path} HTTP/1.1\r\nHost: {host}")
                expect(f"{path} is read as {host}", status == 200)
        for host in ("evil.example", "evil.example:10979", "127.0.0.1.nip.io", "127.0.0.1:x", "[::1", "me@127.0.0.1", "127.1"):
            for path in ("/", "/metrics", "/api/v1/findings", "/-/healthy"):
                status, text = self.asked(f"GET {path} HTTP/1.1\r\nHost: {host}")
                expect(f"{path} is not read as {host}: {status}", status == 421 and "web.allowed_hosts" in text)
        status, _ = self.asked("GET http://evil.example/metrics HTTP/1.1\r\nHost: 127.0.0.1")
        expect("nor by a target that names another host", status == 421)
        for lines in ("", "\r\nHost: localhost\r\nHost: evil.example", "\r\nHost: localhost\r\nHost: localhost"):
            status, _ = self.asked(f"GET /metrics HTTP/1.1{lines}")
            expect(f"400 for {lines!r}", status == 400)
        self.daemon.wait_for_words("a request for a host that is not ours over TCP")
        self.watched.settings = self.watched.settings.replace("web:\n", "web:\n  allowed_hosts: [Monitor.example.com]\n  enable_lifecycle: true\n")
        self.watched.write()
        wait_until("a name of the settings is answered",
                   lambda: self.asked("GET /metrics HTTP/1.1\r\nHost: monitor.example.com:10979")[0] == 200, 15)
        expect("another name still is not", self.asked("GET /metrics HTTP/1.1\r\nHost: example.com")[0] == 421)
        for origin in ("http://evil.example", "null", "http://localhost:1", "http://localhost\r\nOrigin: http://evil.example"):
            status, text = self.asked(f"POST /-/reload HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\nOrigin: {origin}")
            expect(f"403 for a page of {origin!r}: {status}", status == 403 and "Origin" in text)
        for origin in ("http://localhost", "http://localhost:80"):
            status, _ = self.asked(f"POST /-/reload HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\nOrigin: {origin}")
            expect(f"our own page may, as {origin}: {status}", status == 200)
        expect("so may who sends none", self.asked("POST /-/reload HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0")[0] == 200)
        self.web_config(f"basic_auth_users:\n  prometheus: {OTHER_BCRYPT}\n")
        known = "Authorization: Basic " + base64.b64encode(b"prometheus:open sesame").decode()
        wait_until("a password is needed", lambda: fetch(self.daemon.address)[0] == 401, 15)
        expect("who has it may use any name", self.asked(f"GET /metrics HTTP/1.1\r\nHost: evil.example\r\n{known}")[0] == 200)
        expect("who has it not gets 401", self.asked("GET /metrics HTTP/1.1\r\nHost: evil.example")[0] == 401)
        status, _ = self.asked(f"POST /-/reload HTTP/1.1\r\nHost: localhost\r\n{known}\r\nContent-Length: 0\r\nOrigin: http://evil.example")
        expect(f"and a page of somebody else changes nothing with it: {status}", status == 403)
        with socket.socket(socket.AF_UNIX) as control:
            control.connect(str(self.scratch / "control.sock"))
            control.sendall(b"GET /api/v1/status HTTP/1.1\r\nHost: evil.example\r\nOrigin: http://evil.example\r\nConnection: close\r\n\r\n")
            expect("the control socket asks for neither", control.recv(12) == b"HTTP/1.1 200")

    def a_key_with_a_password(self):
        """OpenSSL must not ask at the terminal."""
        openssl("ec", "-in", str(self.scratch / "server.key"), "-out", str(self.scratch / "locked.key"), "-aes256", "-passout", "pass:x")
        self.web_config(self.tls(key="locked.key"))
        child, terminal = pty.fork()
        if child == 0:
            os.execv(self.given.trunkwarden, [str(self.given.trunkwarden), "config", "check", f"--config.file={self.watched.config}"])
        said, until = b"", time.monotonic() + 20
        while time.monotonic() < until:
            try:
                said += os.read(terminal, 4096)
            except OSError:
                break
        os.close(terminal)  # which ends it, should it still wait for an answer
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        expect(f"a key with a password is refused, and not asked for: {code}, {said!r:.300}",
               code == 1 and b"pass phrase" not in said and b"unencrypted" in said)

    def silent_clients(self):
        """Handshakes that do not come on keep nobody out."""
        host, port = self.daemon.address.rsplit(":", 1)
        held = [socket.create_connection((host, int(port))) for _ in range(200)]
        ours = (str(self.scratch / "scraper.crt"), str(self.scratch / "scraper.key"))
        began = time.monotonic()
        status = fetch(self.daemon.address, ca=str(self.authority.cert), client=ours)[0]
        expect(f"200 silent connections: answered after {time.monotonic() - began:.1f} s", status == 200)
        for one in held:
            one.close()

    def bad_files(self):
        def says(*words):
            done = self.check_config()
            expect(f"config check says {words}: {done.stderr.strip()[:200]}",
                   done.returncode == 1 and all(word in done.stderr for word in words))
        self.web_config(self.tls(key="authority.key"))
        says("authority.key", "not the one of the certificate", "server.crt")
        self.web_config(self.tls(cert="nowhere.crt"))
        says("nowhere.crt", "cert_file cannot be used")
        self.web_config("basic_auth_users:\n  prometheus: CANARY-in-clear\n")
        says("web.yml:2:3: ", "bcrypt")
        expect("what was written in clear is not repeated", "CANARY" not in self.check_config().stderr)
        (self.scratch / "web.yml").unlink()
        says("web.yml")
        self.authority.issue("expired", days=-1)
        self.web_config(self.tls(cert="expired.crt", key="expired.key"))
        done = self.check_config()
        expect("a certificate that ran out is a warning", done.returncode == 0 and "has run out" in done.stderr)

    def no_secrets(self):
        expect("no password is in the log", "CANARY" not in self.daemon.said() and "sesame" not in self.daemon.said())
        expect("no hash is in the log", BCRYPT not in self.daemon.said() and OTHER_BCRYPT not in self.daemon.said())


def test(stage):
    access = Access(stage)
    access.tls_and_passwords()
    access.a_change_is_taken()
    access.client_certificates()
    access.silent_clients()
    access.guessing()
    access.stricter_for_the_connected()
    access.foreign_names()
    access.no_secrets()
    access.a_key_with_a_password()
    access.bad_files()


if __name__ == "__main__":
    sys.exit(main(test, needs=["openssl"]))
