"""The parts that tests in Python share: a stage with what they start, the simulator, the daemon that watches it,
asking, waiting.

A test is a function that takes a Stage and fails by an assertion, or adds to stage.problems and continues:

    if __name__ == "__main__":
        sys.exit(main(test))
"""

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
import tempfile
import threading
import time
import traceback
import urllib.error
import urllib.request

SKIPPED = 77
ROOT = pathlib.Path(__file__).resolve().parents[1]
KEY = "KEY_simulated_0123456789"
BOTH_PROGRAMS = ("--trunkwarden", "--simulator")


def skip(why):
    print(f"skipped: {why}")
    sys.exit(SKIPPED)


def need(*programs):
    for program in programs:
        if shutil.which(program) is None:
            skip(f"{program} is not installed (.ci/install installs it)")


def arguments(*options):
    """The command line. Each option is a name with its arguments for argparse; the script's own text is the help."""
    parser = argparse.ArgumentParser(description=sys.modules["__main__"].__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, how in options:
        parser.add_argument(name, **how)
    return parser.parse_args()


def built(text):
    """The path of a program that this project builds. Skips the test where it is not built."""
    program = pathlib.Path(text).resolve()
    if not program.is_file():
        skip(f"{program} is not built")
    return program


def main(test, *, needs=(), options=(), binaries=BOTH_PROGRAMS):
    """Runs a test on a Stage, and returns the exit code. `binaries` are the options that name the programs under test, `options`
    further ones (see arguments), `needs` other programs; the test is skipped where one of the programs is missing. Everything on the
    stage ends with the test, also when SIGTERM ends it. A test that failed says why, and shows every log."""
    given = arguments(*((name, {"required": True, "type": built}) for name in binaries), *options)
    need(*needs)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with tempfile.TemporaryDirectory(prefix="trunkwarden-test-") as folder:
        stage = Stage(given, pathlib.Path(folder))
        try:
            test(stage)
        except Exception as wrong:  # pylint: disable=broad-exception-caught
            said = str(wrong) if isinstance(wrong, AssertionError) else ""
            stage.problems.append(said or traceback.format_exc())
        finally:
            stage.end()
        for problem in stage.problems:
            print(f"FAILED {problem}")
        if stage.problems:
            print(stage.logs())
    return 1 if stage.problems else 0


class Stage:
    """The folder of a test and everything it starts: simulators, daemons, other programs, receivers. Each of them puts itself into
    `started`; all of them end with the stage."""

    def __init__(self, given, scratch):
        self.given, self.scratch = given, scratch
        self.started, self.problems = [], []

    def end(self):
        """The last that started ends first. A program under test that does not end well is a problem."""
        for each in reversed(self.started):
            code = each.end()
            if code and each.is_under_test:
                self.problems.append(f"{each.name} ended with {code}")

    def logs(self):
        return "\n".join(f"--- {each.name}\n{each.said()[-4000:]}" for each in self.started)


def expect(what, condition, seen=""):
    """Says what holds; fails, with what was seen, when it does not."""
    assert condition, f"{what}: {seen!r:.600}" if seen else what
    print(f"fine: {what}")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until(what, condition, seconds):
    """The result of the condition once it is true."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if found := condition():
            return found
        time.sleep(0.1)
    raise AssertionError(f"within {seconds} s: {what}")


def answer_to(url, body=None, *, method=None, headers=None, context=None, timeout=10):
    """Status, headers and text of an answer; (None, {}, why) when there is none. A body is sent as JSON."""
    data = None if body is None else json.dumps(body).encode()
    headers = {**({} if data is None else {"Content-Type": "application/json"}), **(headers or {})}
    request = urllib.request.Request(url, data, headers, method=method)
    try:
        with urllib.request.urlopen(request, timeout=timeout, context=context) as answer:
            return answer.status, answer.headers, answer.read().decode()
    except urllib.error.HTTPError as refused:
        return refused.code, refused.headers, refused.read().decode()
    except OSError as failed:
        return None, {}, str(failed)


def ask(url, body=None, ca=None, headers=None):
    """The text of a good answer; None when there is none."""
    context = ssl.create_default_context(cafile=ca) if ca else None
    status, _, text = answer_to(url, body, headers=headers, context=context)
    return text if status is not None and status < 300 else None


class Process:
    """A child that ends with the stage; its log is shown when the test fails."""

    def __init__(self, stage, name, *command):
        self.name = name
        self.log = stage.scratch / f"{name}.log"
        self.is_under_test = command[0] in vars(stage.given).values()
        with self.log.open("w") as log:
            self.child = subprocess.Popen([str(each) for each in command], stdout=log, stderr=subprocess.STDOUT,
                                          stdin=subprocess.DEVNULL)
        stage.started.append(self)

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
    """An HTTP server that takes POSTs, and keeps what it got: path and body. `status_of` says what it answers to a path, also to a
    GET, of which it keeps nothing; `text` is the body of every answer."""

    name, is_under_test = "receiver", False

    def __init__(self, stage, status_of=lambda path: 200, text=b"ok"):
        self.got = got = []

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                got.append((self.path, self.rfile.read(int(self.headers.get("content-length", 0)))))
                self.do_GET()

            def do_GET(self):
                self.send_response(status_of(self.path))
                self.send_header("content-length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        self.thread = threading.Thread(target=self.server.serve_forever)
        self.thread.start()
        stage.started.append(self)

    def said(self):
        return "\n".join(f"POST {path}: {body.decode(errors='replace')}" for path, body in self.got)

    def end(self):
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


class Simulator(Process):
    """The stand-in for the Telnyx API, with the account of the demo unless another is named."""

    def __init__(self, stage, *account, name="simulator", tls=True):
        port, self.ca = stage.scratch / f"{name}.port", stage.scratch / "ca.pem" if tls else None
        account = account or ("--account", ROOT / "config/demo/account.yml")
        super().__init__(stage, name, stage.given.simulator, *account, "--port", "0", "--port-file", port,
                         *(["--ca-file", self.ca] if tls else ["--plain-http"]))
        self.wait_for_words("ready")
        self.url = f"{'https' if tls else 'http'}://127.0.0.1:{port.read_text().strip()}"

    def read(self, path):
        """A page of the account, as the API shows it."""
        return json.loads(ask(f"{self.url}/v2{path}", ca=self.ca, headers={"Authorization": f"Bearer {KEY}"}))

    def command(self, name, body):
        answer = ask(f"{self.url}/_simulator/{name}", body, self.ca)
        assert answer is not None, f"the simulator did not take {name} {body}"
        return json.loads(answer)


class Watched:
    """A folder with the settings, the baseline and the key of the demo, for a simulator."""

    def __init__(self, stage, simulator):
        self.stage, scratch = stage, stage.scratch
        self.config = scratch / "trunkwarden.yml"
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
        daemon = Process(self.stage, "trunkwarden", self.stage.given.trunkwarden, "run", f"--config.file={self.config}")
        daemon.address = daemon.wait_for_words(r"msg=listening address=(\S+)")[1]
        return daemon

    def command(self, *words):
        return subprocess.run([self.stage.given.trunkwarden, *words, f"--config.file={self.config}"], capture_output=True, text=True,
                              timeout=60, check=False)
