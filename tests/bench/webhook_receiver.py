"""A receiver of webhooks that knows when each finding was first reported."""

import collections
import http.server
import json
import threading
import time

Heard = collections.namedtuple("Heard", "at event finding")  # at: seconds, by time.monotonic()


class Receiver:
    def __init__(self):
        self._news = threading.Condition()
        self._heard = collections.defaultdict(list)  # by account and id of the object
        self._many = 0
        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self._server.server_port}/hook"

    def _handler(self):
        receiver = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):  # pylint: disable=invalid-name
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.take(time.monotonic(), json.loads(body))
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):  # pylint: disable=arguments-differ
                pass

        return Handler

    def take(self, at, message):
        findings = message.get("findings") or [message["finding"]]
        with self._news:
            self._many += message["event"] == "opened_many"
            for finding in findings:
                heard = Heard(at, message["event"], finding)
                self._heard[finding["account"], finding["resource_id"]].append(heard)
            self._news.notify_all()

    def wait_for(self, account, objects, since, patience, event=None):
        """The first message about any of these objects after `since`, of this event or of any, or None."""
        def first():
            heard = [each for name in objects for each in self._heard.get((account, name), ())
                     if each.at >= since and event in (None, each.event)]
            return min(heard, key=lambda each: each.at, default=None)

        with self._news:
            return self._news.wait_for(first, patience)

    def findings(self):
        with self._news:
            return sum(len(each) for each in self._heard.values())

    def gathered(self):
        """How many messages were about many findings at once."""
        with self._news:
            return self._many

    def close(self):
        self._server.shutdown()
        self._server.server_close()
