#!/usr/bin/env python3
"""Takes the place of an alert receiver: takes trunkwarden's webhook calls and writes each as a line.

    receiver.py PORT_FILE LINES_FILE

A line: when it came (milliseconds), event, severity, resource, who made the change (or that nobody is named), title;
separated by tabs.
"""
import http.server
import json
import pathlib
import sys
import time


def main():
    port_file, lines_file = (pathlib.Path(argument) for argument in sys.argv[1:])

    class Receiver(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            now = time.time_ns() // 1_000_000
            message = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            with lines_file.open("a", encoding="utf-8") as lines:
                for finding in message.get("findings", [message.get("finding")]):
                    actor = finding["actor"] or {}
                    user = actor.get("email") or actor.get("user_id")
                    who = f"by {user}" if user else "nobody is named"
                    print(now, message["event"], finding["severity"], finding["resource"], who, finding["title"],
                          sep="\t", file=lines)
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_):
            pass

    server = http.server.HTTPServer(("127.0.0.1", 0), Receiver)
    port_file.write_text(f"{server.server_port}\n", encoding="utf-8")
    server.serve_forever()


main()
