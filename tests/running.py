"""What end-to-end tests in Python have in common: the simulator, the daemon that watches it, waiting."""

import argparse
import http.server
import json
import pathlib
import re
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import threading
import time
import urllib.request

SKIPPED = 77
ROOT = pathlib.Path(__file__).resolve().parents[1]
KEY = "KEY_simulated_0123456789"


def skip(why):
    print(f"skipped: {why}")
    sys.exit(SKIPPED)


def need(*programs):
    for program in programs:
        if shutil.which(program) is None:
            skip(f"{program} is not installed (.ci/install installs it)")


def arguments(doc, *options):
    """What a test of the built programs is called with: --trunkwarden, --simulator and each option, a name with what argparse
    takes for it. Skips the test when a program is not built; SIGTERM ends it as an exception, so that what it started ends too."""
    parser = argparse.ArgumentParser(description=doc, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("--trunkwarden", "--simulator"):
        parser.add_argument(name, required=True, type=lambda text: pathlib.Path(text).resolve())
    for name, how in options:
        parser.add_argument(name, **how)
    given = parser.parse_args()
    for binary in (given.trunkwarden, given.simulator):
        if not binary.is_file():
            skip(f"{binary} is not built")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    return given


def expect(what, condition, seen=""):
    """Says what holds; fails, with what was seen, when it does not."""
    assert condition, f"{what}: {seen!r:.600}" if seen else what
    print(f"fine: {what}")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until(what, condition, seconds):
    """What the condition returns once it is true."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if found := condition():
            return found
        time.sleep(0.1)
    raise AssertionError(f"within {seconds} s: {what}")


def ask(url, body=None, ca=None, headers=None):
    """The text of an answer; None when there is none."""
    context = ssl.create_default_context(cafile=ca) if ca else None
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, headers or {"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=10, context=context) as answer:
            return answer.read().decode()
    except OSError:
        return None


class Process:
    """A child that ends with the test; what it says is shown when the test fails."""

    def __init__(self, name, command, scratch):
        self.name = name
        self.log = scratch / f"{name}.log"
        with self.log.open("w") as log:
            self.child = subprocess.Popen([str(each) for each in command], stdout=log, stderr=subprocess.STDOUT,
                                          stdin=subprocess.DEVNULL)

    def said(self):
        return self.log.read_text(encoding="utf-8", errors="replace")

    def wait_for_words(self, pattern, seconds=30):
        def heard():
            if self.child.poll() is not None:
                raise AssertionError(f"{self.name} ended with {self.child.returncode}: {self.said()[-2000:]}")
            return re.search(pattern, self.said())
        return wait_until(f"{self.name} says {pattern!r}", heard, seconds)

    def end(self):
        """Its exit code; -9 when it had to be killed."""
        if self.child.poll() is None:
            self.child.send_signal(signal.SIGTERM)
            try:
                self.child.wait(15)
            except subprocess.TimeoutExpired:
                self.child.kill()
                self.child.wait()
        return self.child.returncode


class Receiver:
    """An HTTP server that takes POSTs: `answer` gets path and body, and says the status."""

    def __init__(self, answer):
        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers.get("content-length", 0)))
                self.send_response(answer(self.path, body))
                self.send_header("content-length", "2")
                self.end_headers()
                self.wfile.write(b"ok")

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        self.thread = threading.Thread(target=self.server.serve_forever)
        self.thread.start()

    def end(self):
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


class Simulator(Process):
    """The stand-in for the Telnyx API, with the account of the demo unless another is named."""

    def __init__(self, binary, scratch, *account):
        port, self.ca = scratch / "port", scratch / "ca.pem"
        account = account or ("--account", ROOT / "config/demo/account.yml")
        super().__init__("simulator", [binary, *account, "--port", "0", "--port-file", port, "--ca-file", self.ca], scratch)
        self.wait_for_words("ready")
        self.url = f"https://127.0.0.1:{port.read_text().strip()}"

    def read(self, path):
        """A page of the account, as the API shows it."""
        return json.loads(ask(f"{self.url}/v2{path}", ca=self.ca, headers={"Authorization": f"Bearer {KEY}"}))

    def command(self, name, body):
        answer = ask(f"{self.url}/_simulator/{name}", body, self.ca)
        assert answer is not None, f"the simulator did not take {name} {body}"
        return json.loads(answer)


class Watched:
    """A folder with the settings, the baseline and the key of the demo, for a simulator."""

    def __init__(self, binary, scratch, simulator):
        self.binary, self.scratch, self.config = binary, scratch, scratch / "trunkwarden.yml"
        text = (ROOT / "config/demo/trunkwarden.yml").read_text(encoding="utf-8")
        text = text[:text.index("\nalerts:")]  # its sinks are others
        self.settings = text.replace("https://127.0.0.1:18443", simulator.url).replace("interval: 2s", "interval: 1s")
        (scratch / "baseline.yml").write_bytes((ROOT / "config/demo/baseline.yml").read_bytes())
        (scratch / "api_key").touch(mode=0o600)
        (scratch / "api_key").write_text(KEY + "\n")

    def write(self, more=""):
        self.config.write_text(self.settings + more, encoding="utf-8")

    def run(self):
        """The daemon; its `address` is where it listens."""
        daemon = Process("trunkwarden", [self.binary, "run", f"--config.file={self.config}"], self.scratch)
        daemon.address = daemon.wait_for_words(r"msg=listening address=(\S+)")[1]
        return daemon

    def command(self, *words):
        return subprocess.run([self.binary, *words, f"--config.file={self.config}"], capture_output=True, text=True, timeout=60,
                              check=False)
