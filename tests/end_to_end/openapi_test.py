#!/usr/bin/env python3
"""docs/openapi.yml against what a running daemon answers, on TCP and on the control socket.

    openapi_test.py --trunkwarden build/dev/trunkwarden --simulator build/dev/trunkwarden-simulator

First the document itself: OpenAPI 3.1 where it matters, strict schemas, valid examples, every path that daemon/web
routes. Then a daemon watches the simulator while its account is taken over: findings of all sorts, an incident, actions
that wait, were done, undone, rejected and only planned, sinks that take, refuse and do not answer, lists that cannot be
read. Every path is asked in right ways and wrong ones, and each answer must be as described: status, header, content
type, body. In the end every status and every member that is described must have been seen, as null too where it may be.

Exits 77 (skipped) when a program or a Python module is missing.
"""

import base64
import http.client
import json
import pathlib
import re
import socket
import sys
import time

from openapi_document import CONTROL_ONLY, METHODS, ROOT, RULES, Document, pointer_to, resources_are_the_catalogues

sys.path.insert(0, str(ROOT / "tests"))
from running import KEY, Process, Receiver, Simulator, free_port, main, wait_until  # noqa: E402

REFUSALS = {400, 401, 413, 421, 431, 500, 503}  # what any request may get: the response "default"
PASSWORD = "open sesame"
USERS = "basic_auth_users: {prometheus: $2b$04$1Ncs8yrQvm85xCY.JUJTi.zUxbscTUDNdh4/8WPBUeSPjQYQGe4F.}\n"

# Parts that are described and do not come up here: (operation or schema, status or member, null or value): why.
NEVER_SEEN = {
    ("Finding", "resolved_at", "value"): "answers show what is open; findings --all and messages show what resolved",
    ("Finding", "absent_since", "value"): "of one that came and went twice: tests/findings/ledger_return_test.cpp",
    ("History", "trouble", "value"): "of a disk that takes nothing any more: tests/web/api_history_test.cpp",
    ("Actor", "email", "null"): "everybody who acts here is on the list of users: tests/account/account_people_test.cpp",
    ("Actor", "is_user", "null"): "likewise",
    ("Actor", "is_monitor", "null"): "/whoami says whose key it is: tests/account/account_people_test.cpp",
    ("Acknowledgement", "by", "null"): "the kernel knows who asks: tests/web/peer_names_test.cpp",
    ("Freeze", "by", "null"): "likewise",
    ("ProcessLimits", "open_files", "null"): "Linux has a limit for every process",
    ("ProcessLimits", "file_bytes", "value"): "nobody limits the size of files here: tests/end_to_end/host_trouble_test.py",
    ("AccountStatus/nothing_read", "since", "null"): "of an account that was never read: tests/status/nothing_read_test.cpp",
    ("Heartbeat", "last_error", "value"): "its receiver takes all: tests/end_to_end/heartbeat_test.cpp",
    ("Exposure", "currency", "value"): "the demo limits no spending, so its balance is not read: tests/account/account_exposure_test.cpp",
}

# Of its use the demo watches the registrations only: tests/web/api_test.cpp has the rest.
USE_OF_AN_ACCOUNT = {
    "AccountUse": ["money", "running_calls", "calls_last_hour"],
    "AccountUse/money": ["currency", "available", "spent_today", "spent_last_day", "at_least", "gone_in_seconds"],
    "AccountUse/calls_last_hour": ["countries", "at_least"],
    "AccountUse/calls_last_hour/countries/items": ["country", "calls", "cost"],
}
NEVER_SEEN |= {(where, name, "value"): "the demo limits no use"
               for where, names in USE_OF_AN_ACCOUNT.items() for name in names}
NEVER_SEEN |= {("AccountUse/money", name, "null"): "likewise" for name in ("available", "gone_in_seconds")}


class Door:
    """TCP, or the control socket."""

    def __init__(self, name, connect, header=None):
        self.name, self.connect, self.header = name, connect, header or {}

    def send(self, text):
        """The answer to bytes that may be no HTTP: status, header, body."""
        with self.connect() as peer:
            peer.sendall(text)
            answer = http.client.HTTPResponse(peer)
            answer.begin()
            return answer.status, answer.headers, answer.read()

    def ask(self, method, target, body):
        connection = http.client.HTTPConnection("localhost", timeout=60)
        connection.sock = self.connect()
        try:
            connection.request(method, target, body, self.header)
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read()
        finally:
            connection.close()


def tcp(address, header=None):
    host, _, port = address.rpartition(":")
    return Door("TCP", lambda: socket.create_connection((host, int(port)), timeout=60), header)


def control_socket(path):
    def connect():
        peer = socket.socket(socket.AF_UNIX)
        peer.settimeout(60)
        peer.connect(str(path))
        return peer
    return Door("control socket", connect)


class Judge:
    """Holds answers against the description, and remembers what was seen of it."""

    def __init__(self, document, problems):
        self.document, self.problems, self.asked = document, problems, 0
        self.seen, self.sent, self.statuses = set(), set(), set()

    def problem(self, where, sentence):
        if f"{where}: {sentence}" not in self.problems:
            self.problems.append(f"{where}: {sentence}")

    def other(self, which):
        return self.document.all["x-other-answers"][which]["$ref"]

    def methods_at(self, path, door):
        """The methods that Allow names at this path."""
        item = self.document.all["paths"][path]
        there = [each for each in METHODS if each in item and (door.name != "TCP" or not item[each].get(CONTROL_ONLY))]
        return {each.upper() for each in there} | ({"HEAD"} if "get" in there else set())

    def response_for(self, door, method, target, status):
        """Of the described response the pointer, or None; and the status that the answer must have, or None."""
        in_api = re.match(r"/api(/|$)", target) is not None
        path = self.document.path_for(target)
        if path is None:
            return self.other("no-such-path-in-the-api" if in_api else "no-such-page"), 404
        item = self.document.all["paths"][path]
        described = "get" if method == "HEAD" and "head" not in item else method.lower()
        if described not in item:
            return self.other("wrong-method-in-the-api" if in_api else "wrong-method-on-a-page"), 405
        responses = dict(self.document.responses_of(path, described))
        if str(status) in responses:
            self.statuses.add((item[described]["operationId"], str(status)))
        fallback = responses.get("default") if status in REFUSALS else None
        if status == 401:
            return fallback, None
        must = 405 if door.name == "TCP" and item[described].get(CONTROL_ONLY) else None
        return responses.get(str(status), fallback), must

    def check_header(self, where, response, header):
        for name, value in self.document.all["x-headers-of-every-answer"].items():
            if header.get_all(name) != [value]:
                self.problem(where, f"{name} is {header.get_all(name)}, described as {value!r}")
        for name, described in response.get("headers", {}).items():
            if name not in header and self.document.resolved(described).get("required"):
                self.problem(where, f"there is no {name}")
            elif found := self.document.problems_with(described["$ref"] + "/schema", header[name]):
                self.problem(where, f"{name}: {found}")

    def check_body(self, where, pointer, header, body):
        content = self.document.at(pointer)["content"]
        kind = header["Content-Type"]
        if kind not in content:
            self.problem(where, f"the content type is {kind}, described are {list(content)}")
            return None
        try:
            value = json.loads(body) if kind == "application/json" else body.decode()
        except ValueError as wrong:
            self.problem(where, f"the body is not {kind}: {wrong}")
            return None
        schema = f"{pointer}/content/{kind.replace('/', '~1')}/schema"
        found = self.document.problems_with(schema, value)
        for each in found:
            self.problem(where, each)
        if not found:
            self.document.note(schema, value, self.seen)
        return value

    def judge(self, door, method, target, answer):
        """The answer's value; its faults are noted."""
        status, header, body = answer
        self.asked += 1
        where = f"{method} {target[:80]} on {door.name}: {status}"
        pointer, must = self.response_for(door, method, target, status)
        if must not in (None, status):
            self.problem(where, f"must be {must}")
            return None
        if pointer is None:
            self.problem(where, f"this status is not described; it says {body[:300]}")
            return None
        self.check_header(where, self.document.at(pointer), header)
        if "Allow" in header:
            path = self.document.path_for(target)
            allowed = set(filter(None, header["Allow"].split(", ")))
            if allowed != self.methods_at(path, door):
                self.problem(where, f"Allow is {header['Allow']!r}, described are {self.methods_at(path, door)}")
        if method == "HEAD":
            if body or header["Content-Type"] not in self.document.at(pointer)["content"]:
                self.problem(where, "the answer to HEAD has a body, or another content type than GET")
            return None
        return self.check_body(where, pointer, header, body)


def account(name, url, **more):
    return {"name": name, "api_key_file": "api_key", "baseline_file": f"{name}.yml", "api_url": f"{url}/v2",
            "ca_file": "ca.pem", **more}


def settings_of_the_watch(url, receiver, nobody):
    return {
        "accounts": [account("demo", url, accepted_blind_spots=["wireguard_peers"])],
        "poll": {"interval": "1s", "audit_interval": "1s", "requests_per_second": 200, "stale_after": "2s"},
        "control_socket": "control.sock",
        "state_file": "state.db",
        "web": {"listen_address": "127.0.0.1:0"},
        "quarantine": {
            "mode": "dry_run", "warmup_cycles": 1, "max_actions_per_cycle": 50, "max_actions_per_hour": 100,
            "rules": [{"resource": name, "mode": "approve"}
                      for name in ("ips", "fqdns", "access_ip_ranges", "outbound_voice_profiles")] +
                     [{"resource": "telephony_credentials", "mode": "auto"},
                      {"resource": "call_forwarding", "mode": "off"}]},
        "alerts": {"sinks": [
            {"name": "takes", "type": "webhook", "url": f"{receiver}/takes"},
            {"name": "refuses", "type": "webhook", "url": f"{receiver}/refuses"},
            {"name": "silent", "type": "alertmanager", "url": f"http://127.0.0.1:{nobody}"}],
            "heartbeat": {"url_file": "heartbeat_url", "interval": "1s"}},
        "external_url": "https://guard.example.com",
    }


def settings_of_the_troubled(url):
    """No folder for the state file, no audit log, no sink, no quarantine; and TCP may reload, with a password."""
    return {
        "accounts": [account("demo", url, accepted_blind_spots=["two_factor"])],
        "poll": {"interval": "1s", "audit_interval": "0s", "requests_per_second": 200},
        "control_socket": "troubled.sock",
        "state_file": "nowhere/state.db",
        "web": {"listen_address": "127.0.0.1:0", "enable_lifecycle": True, "config_file": "web.yml"},
        "quarantine": {"mode": "off"},
        "alerts": {"sinks": []},
    }


class Watch:
    """A simulator, a receiver, the daemon that runs now, and everybody who asks it."""

    def __init__(self, stage, judge):
        self.stage, self.scratch, self.judge = stage, stage.scratch, judge
        self.receiver = Receiver(stage, lambda path: 200 if path == "/takes" else 404)
        self.simulator = Simulator(stage)
        (self.scratch / "api_key").touch(mode=0o600)
        (self.scratch / "api_key").write_text(KEY + "\n")
        self.write("heartbeat_url", f"{self.receiver.url}/takes\n")
        baseline = (ROOT / "config/demo/baseline.yml").read_text(encoding="utf-8")
        number = '  - phone_number: "+14155550150"'
        assert number in baseline, "the demo's baseline has no verified number any more"
        self.write("demo.yml", baseline.replace(number, number + "\n    expires: 2020-01-01"))
        self.write("stranger.yml", "version: 1\norganization_id: 00000000-0000-4000-8000-000000000000\n")

    def write(self, name, value):
        """JSON is YAML. Renamed into place: the daemon reads what is written as soon as it is there."""
        fresh = self.scratch / f"{name}.new"
        fresh.write_text(value if isinstance(value, str) else json.dumps(value, indent=1), encoding="utf-8")
        fresh.rename(self.scratch / name)

    def start_daemon(self, name, settings):
        self.write(f"{name}.settings.yml", settings)
        self.daemon = Process(self.stage, name, self.stage.given.trunkwarden, "run", f"--config.file={self.scratch}/{name}.settings.yml")
        self.address = self.daemon.wait_for_words(r"msg=listening address=(\S+)")[1]
        self.tcp, self.control = tcp(self.address), control_socket(self.scratch / settings["control_socket"])
        self.doors = self.tcp, self.control

    def asked(self, door, method, target, body=None, status=None):
        """The value of an answer, which must be as described, and have this status where one is given."""
        answer = door.ask(method, target, json.dumps(body) if isinstance(body, dict) else body)
        if status not in (None, answer[0]):
            where = f"{method} {target} {body!r} on {door.name}"[:200]
            self.judge.problem(where, f"{answer[0]} instead of {status}: {answer[2][:300]}")
        return self.judge.judge(door, method, target, answer)

    def data(self, what):
        value = self.asked(self.control, "GET", f"/api/v1/{what}", status=200)
        assert value, f"{what} was not answered as described:\n" + "\n".join(self.judge.problems)
        return value["data"]

    def order(self, target, body=None, status=200):
        """On the control socket. A body that the description refuses must get 400, and no other for that reason."""
        document, path = self.judge.document, self.judge.document.path_for(target)
        if body is not None:
            schema = pointer_to("paths", path, "post", "requestBody", "content", "application/json", "schema")
            if not document.problems_with(schema, body):
                document.note(schema, body, self.judge.sent)
            elif status != 400:
                self.judge.problem(target, f"the description refuses {json.dumps(body)[:100]}, which is taken")
        return self.asked(self.control, "POST", target, body, status)


# --- what is asked ----------------------------------------------------------------------------------------------------

def readable(document):
    return [path for path, method, _ in document.operations() if method == "get" and "{" not in path]


def ask_everything_readable(watch):
    for path in readable(watch.judge.document):
        for door in watch.doors:
            for target in (path, f"{path}?account=demo&severity=critical"):
                watch.asked(door, "GET", target)
            watch.asked(door, "HEAD", path)
    for finding in watch.data("findings"):
        watch.asked(watch.control, "GET", f"/api/v1/findings/{finding['id']}/explanation")
    for action in watch.data("actions")["actions"]:
        for door in watch.doors:
            watch.asked(door, "GET", f"/api/v1/actions/{action['id']}", status=200)


def ask_for_pages(watch):
    whole = watch.data("actions")
    ids = [each["id"] for each in whole["actions"]]
    assert len(ids) > 2 and whole["all_actions"] == len(ids) and whole["next"] is None
    read, after = [], ""
    while after is not None:
        page = watch.data(f"actions?limit=2{after and '&after=' + after}")
        assert len(page["actions"]) <= 2
        read += [each["id"] for each in page["actions"]]
        after = page["next"]
    assert sorted(read) == sorted(ids), "the pages are not the whole"
    for door in watch.doors:
        for wrong in ("limit=0", "limit=1001", "limit=many", "after=f-000000000000"):
            watch.asked(door, "GET", f"/api/v1/actions?{wrong}", status=400)
        watch.asked(door, "GET", "/api/v1/actions?after=a-000000000000", status=404)


def ask_for_the_history(watch):
    """The history of the test until now: in pages, by filters, and asked for in wrong ways."""
    step = {"account": "demo", "resource": "ips", "sentence": "done: remove SIP IP 192.0.2.66:5060"}
    watch.order("/api/v1/history", step)
    watch.order("/api/v1/history", {**step, "resource": None})
    change = {"stage": "sending", "object_id": "no such object"}
    watch.order("/api/v1/history", {"account": "demo", "resource": "ips", "change": change})
    watch.order("/api/v1/history", {**step, "change": {
        **change, "stage": "over", "user_id": "u", "left": "a", "date_before": "b", "date_after": "c",
        "secret": "password", "fields": ["port"]}})
    unknown = dict.fromkeys(("user_id", "left", "date_before", "date_after", "secret"))
    watch.order("/api/v1/history", {**step, "finding": None, "change": {**change, "stage": "over", **unknown}})
    watch.order("/api/v1/history", {**step, "finding": "f-0123456789ab"})
    for wrong in ({"stage": "begun"}, {"object_id": ""}, {"fields": "port"}, {"severity": "low"}):
        watch.order("/api/v1/history", {**step, "change": {**change, **wrong}}, 400)
    for wrong in ({}, "[]", {"account": "demo"}, {**step, "sentence": ""}, {**step, "sentence": 1}, {**step, "account": None},
                  {**step, "resource": "nothing"}, {**step, "kind": "opened"}, {**step, "sentence": 1001 * "x"}):
        watch.order("/api/v1/history", wrong, 400)
    whole = watch.data("history?limit=1000")["events"]
    kinds = {each["kind"] for each in whole}
    missing = {"started", "opened", "acknowledged", "accepted", "action", "delivered", "dead_letter", "reload",
               "not_reloaded", "frozen", "thawed", "lockdown", "contained"} - kinds
    assert not missing, f"the history has no {missing}: {kinds}"
    assert [each["at"] for each in whole] == sorted(each["at"] for each in whole), "the oldest is first"
    read, before = [], ""
    while before is not None:
        page = watch.data(f"history?limit=20{before and '&before=' + before}")
        read, before = page["events"] + read, page["earlier"]
    assert [each for each in read if each in whole] == whole, "the pages are not the whole"
    incident = next(each["incident"] for each in whole if each["incident"])
    for door in watch.doors:
        for right in (f"incident={incident}", f"incident={incident[:8]}", "account=demo", "account=nobody", "resource=ips",
                      f"since={whole[0]['at'][:19]}Z", f"finding={next(each['finding'] for each in whole if each['finding'])}"):
            watch.asked(door, "GET", f"/api/v1/history?{right}", status=200)
        for wrong in ("limit=0", "limit=1001", "limit=x", "since=yesterday", "resource=x", "incident=x", "finding=f-1",
                      "before=x", "x=1"):
            watch.asked(door, "GET", f"/api/v1/history?{wrong}", status=400)
        watch.asked(door, "GET", "/api/v1/history?incident=i-ffffffffffff", status=404)


def ask_in_wrong_ways(watch):
    for path, item in watch.judge.document.all["paths"].items():
        id_of_none = ("a-000000000000" if path.startswith("/api/v1/actions/") else
                      32 * "0" if path.startswith("/api/v1/alerts/") else "f-000000000000")
        target = path.replace("{id}", id_of_none)
        for door in watch.doors:
            for method in ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "BREW"):
                described = method.lower() in item or (method == "HEAD" and "get" in item)
                only_there = described and item.get(method.lower(), {}).get(CONTROL_ONLY) and door.name == "TCP"
                if not described or only_there:
                    watch.asked(door, method, target, status=405)
    for door in watch.doors:
        for target in ("/nothing", "/metrics/", "/api", "/api/", "/api/v1", "/api/v1/nothing", "/api/v1/findings/",
                       "/api/v1/findings/f-000000000000", "/api/v1/quarantine/approve", "/api/v1/actions/%00",
                       *(f"/api/v1/actions/{id}-000000000000" for id in "afA")):
            watch.asked(door, "GET", target, status=404)
    for verb, body in (("ack", {"reason": "x", "state": None}), ("unack", None), ("accept-secrets", {"state": "3fa9"})):
        for wrong in ("f-000000000000", "a-000000000000", "f-00000000000", "f-00000000000g", "x"):
            watch.order(f"/api/v1/findings/{wrong}/{verb}", body, 404)
    for wrong in ("f-000000000000", "a-000000000000", "f-00000000000", "x"):
        watch.asked(watch.control, "GET", f"/api/v1/findings/{wrong}/explanation", status=404)
    for verb in ("approve", "reject", "undo"):
        for wrong in ("a-000000000000", "f-000000000000", "a-0000000000000", "x"):
            watch.order(f"/api/v1/actions/{wrong}/{verb}", None, 404)
    for wrong in (32 * "0", 31 * "0", 32 * "g", "f-000000000000", "x"):
        for verb in ("resend", "forget"):
            watch.order(f"/api/v1/alerts/dead/{wrong}/{verb}", None, 404)


def ask_what_is_no_request(watch):
    """Asks with requests that the server refuses before it looks at the path."""
    for door in watch.doors:
        for path in ("/metrics", "/api/v1/status"):
            def request(header, body="", at=path):
                return f"GET {at} HTTP/1.1\r\n{header}Content-Length: {len(body)}\r\n\r\n{body}".encode()
            for status, text in ((400, request("")), (400, request("Host: a\r\nHost: b\r\n")),
                                 (431, request("Host: a\r\nX: " + 20000 * "x" + "\r\n")),
                                 (413, request("Host: a\r\n", 70000 * "x"))):
                answer = door.send(text)
                watch.judge.judge(door, "GET", path, answer)
                if answer[0] != status:
                    watch.judge.problem(f"GET {path} on {door.name}", f"{answer[0]} instead of {status}")
        answer = door.send(b"this is not HTTP\r\n\r\n")
        watch.judge.judge(door, "GET", "/", answer)
        if answer[0] != 400:
            watch.judge.problem(f"no HTTP on {door.name}", f"{answer[0]} instead of 400")


def ask_in_a_crowd(watch):
    """64 connections with half a request each give way to the next one."""
    for door in watch.doors:
        crowd = [door.connect() for _ in range(64)]
        try:
            for peer in crowd:
                peer.sendall(b"GET / HTTP/1.1\r\n")
            for path in ("/-/ready", "/api/v1/status"):
                answer = door.ask("GET", path, None)
                watch.judge.judge(door, "GET", path, answer)
                if answer[0] != 200:
                    watch.judge.problem(f"GET {path} in a crowd on {door.name}", f"{answer[0]}, {dict(answer[1])}")
        finally:
            for peer in crowd:
                peer.close()


def ask_with_bad_bodies(watch, finding, action):
    """Before anything is done about them: all of these are refused."""
    bad = ["{", "[]", '"x"', "null", "\xff", {"reason": "x", "unknown": 1}, {"reason": 1}, {"reason": ["x"]},
           {"reason": 1001 * "x"}, {"while_frozen": 1}]
    only_ack = [{}, "", {"reason": ""}, {"reason": " \t\r\n"}, {"reason": None}, {"reason": "x", "until": 1},
                {"reason": "x", "until": "tomorrow"}, {"reason": "x", "until": ""}, {"reason": "x", "state": 1},
                {"reason": "x", "state": "3FA9"}, {"reason": "x", "state": ""}]
    only_accept = [{}, "", {"state": None}, {"state": "3fa"}, {"state": "3fa9", "reason": "x"}]
    for body in bad + only_ack:
        watch.order(f"/api/v1/findings/{finding}/ack", body, 400)
    for verb in ("unack", "accept-secrets"):
        for body in bad + [{"reason": "x"}]:
            watch.order(f"/api/v1/findings/{finding}/{verb}", body, 400)
    for body in only_accept:
        watch.order(f"/api/v1/findings/{finding}/accept-secrets", body, 400)
    for target in (f"actions/{action}/approve", f"actions/{action}/reject", f"actions/{action}/undo",
                   "quarantine/freeze", "quarantine/thaw"):
        for body in bad:
            watch.order(f"/api/v1/{target}", body, 400)
    letter = watch.data("alerts/dead")[0]["delivery_id"]
    for target in ("alerts/dead/resend", f"alerts/dead/{letter}/resend", "alerts/dead/forget", f"alerts/dead/{letter}/forget"):
        for body in bad + [{"reason": "x"}]:
            watch.order(f"/api/v1/{target}", body, 400)
    # Constraints that a schema cannot express: the past, and bytes that are not characters.
    for body in ({"reason": "x", "until": "2020-01-01T00:00:00Z"}, {"reason": 501 * "ä"}):
        watch.asked(watch.control, "POST", f"/api/v1/findings/{finding}/ack", body, 400)


# --- what happens -----------------------------------------------------------------------------------------------------

def reloads(watch, settings):
    """An account that is refused, an edit that is refused, and a good one."""
    watch.daemon.wait_for_words("belongs to another organisation")
    wait_until("the first account is swept", lambda: watch.data("status")["accounts"][0]["last_sweep"], 30)
    for door in watch.doors:
        watch.asked(door, "GET", "/-/ready", status=503)
    ask_everything_readable(watch)
    for method in ("POST", "PUT"):
        watch.asked(watch.tcp, method, "/-/reload", status=403)
    watch.write("trunkwarden.settings.yml", {**settings, "pol": {}, "web": {"listen_address": 1, "enabled": True}})
    watch.asked(watch.control, "POST", "/-/reload", status=500)
    watch.asked(watch.control, "PUT", "/-/reload", status=500)
    assert watch.data("status")["refused_reload"], "a refused reload is not shown"
    watch.write("trunkwarden.settings.yml", settings)
    watch.asked(watch.control, "POST", "/-/reload", "whatever", status=200)
    watch.asked(watch.control, "PUT", "/-/reload", status=200)
    wait_until("the only account left is ready", lambda: watch.tcp.ask("GET", "/-/ready", None)[0] == 200, 30)
    ask_everything_readable(watch)


ATTACKS = ["add_ip", "add_fqdn", "add_access_ip_range", "loosen_outbound_profile", "add_telephony_credential",
           "change_texml_url", "add_texml_application", "forward_number", "change_connection_password",
           "disable_two_factor", "delete_number", "add_number"]
KINDS = {"unknown", "changed", "missing", "weakened", "expired"}
STATES = {("ips", "waiting"), ("fqdns", "waiting"), ("access_ip_ranges", "waiting"), ("texml_applications", "dry_run"),
          ("outbound_voice_profiles", "waiting"), ("telephony_credentials", "waiting")}


def is_taken_over(watch):
    """The findings by resource, once everything that follows from the attacks is there; else nothing."""
    findings, quarantine, status = watch.data("findings"), watch.data("actions"), watch.data("status")
    states = {(each["resource"], each["state"]) for each in quarantine["actions"]}
    sinks = {each["sink"]: each for each in status["sinks"]}
    there = (KINDS <= {each["kind"] for each in findings} and any(each["incident"] for each in findings) and
             STATES <= states and quarantine["refused"] and sinks["takes"]["last_taken"] and
             sinks["refuses"]["dead"] and sinks["silent"]["last_error"])
    return there and {each["resource"]: each for each in findings}


def has_finding(watch, member, value):
    return any(each[member] == value for each in watch.data("findings"))


def decisions(watch, findings):
    """Every request that the control socket takes. Requests that it refuses are made as well."""
    actions = {each["resource"]: each["id"] for each in watch.data("actions")["actions"]}
    ip, fqdn, held = (f"/api/v1/actions/{actions[name]}" for name in ("ips", "fqdns", "telephony_credentials"))
    now = {each["id"]: each["state"] for each in watch.data("findings")}
    ids = [findings[name]["id"] for name in ("phone_numbers", "credential_connections")]
    taken, secret = (f"/api/v1/findings/{each}" for each in ids)
    taken_state, secret_state = ({"state": now[each]} for each in ids)
    other_state = {"state": "0000" if "0000" not in now.values() else "1111"}
    ask_with_bad_bodies(watch, findings["phone_numbers"]["id"], actions["ips"])

    watch.order(f"{taken}/unack", None, 400)  # it is not acknowledged
    watch.order(f"{taken}/ack", {"reason": "dana asks", **other_state}, 400)
    watch.order(f"{taken}/ack", {"reason": "dana asks", **taken_state})
    watch.order(f"{taken}/ack", {"reason": "dana asks", "until": None, **taken_state})
    watch.order(f"{taken}/ack", {"reason": "ä", "until": "2046-01-01T00:00:00+01:00", **taken_state})
    assert "acknowledged" in {each["status"] for each in watch.data("findings")}, "nothing is acknowledged"
    ask_everything_readable(watch)
    ask_for_pages(watch)
    watch.order(f"{taken}/unack", {})
    watch.order(f"{taken}/accept-secrets", taken_state, 400)
    watch.order(f"{secret}/accept-secrets", other_state, 400)
    watch.order(f"{secret}/accept-secrets", secret_state)

    letter = watch.data("alerts/dead")[0]["delivery_id"]
    watch.order(f"/api/v1/alerts/dead/{letter}/resend")
    watch.order("/api/v1/alerts/dead/resend", {})
    letter = wait_until("it is refused again", lambda: watch.data("alerts/dead"), 20)[0]["delivery_id"]
    watch.order(f"/api/v1/alerts/dead/{letter}/forget")
    watch.order("/api/v1/alerts/dead/forget", {})

    watch.order("/api/v1/quarantine/freeze")
    watch.order("/api/v1/quarantine/freeze", {"reason": "carrier migration"})
    watch.order(f"{ip}/approve", None, 400)
    watch.order(f"{held}/reject", {"reason": "our own"})
    ask_everything_readable(watch)
    watch.order("/api/v1/quarantine/thaw", {"reason": None})
    watch.order("/api/v1/quarantine/thaw", {})

    watch.order(f"{ip}/undo", {"while_frozen": None}, 400)  # it is not done yet
    watch.order(f"{ip}/approve")
    watch.order(f"{ip}/undo", {"reason": "ours", "while_frozen": True})
    assert "undone" in {each["state"] for each in watch.data("actions")["actions"]}, "nothing is undone"
    watch.order(f"{ip}/reject", None, 400)
    watch.order(f"{fqdn}/approve", {"reason": None})
    wait_until("a finding is contained", lambda: has_finding(watch, "status", "contained"), 20)
    ask_everything_readable(watch)
    ask_for_the_history(watch)


def blindness(watch):
    """A removed object came back; and some of the account cannot be read any more."""
    watch.simulator.command("attack", {"name": "add_fqdn"})
    wait_until("it came back", lambda: has_finding(watch, "kind", "recreated"), 20)
    for path, status in (("/fax_applications", 403), ("/wireguard_peers", 404), ("/portouts", 500),
                         ("/audit_events", 500)):
        watch.simulator.command("fault", {"kind": "status", "path": path, "status": status})

    def is_blind():
        status = watch.data("status")["accounts"][0]
        return (has_finding(watch, "kind", "blind") and status["audit_log"]["reason"] and status["accepted_blind_spots"]
                and {"failed", "unavailable"} <= {each["state"] for each in status["not_read"]})
    wait_until("the account is partly blind", is_blind, 30)
    ask_everything_readable(watch)
    watch.simulator.command("set", {"api_key": "KEY_of_somebody_else"})
    wait_until("nothing can be read", lambda: watch.data("status")["accounts"][0]["nothing_read"]
               and has_finding(watch, "resource", "api_key"), 30)
    ask_everything_readable(watch)
    watch.simulator.command("set", {"api_key": KEY})
    watch.simulator.command("clear_faults", {})
    wait_until("everything is seen again", lambda: not has_finding(watch, "kind", "blind"), 30)
    watch.simulator.command("fault", {"kind": "status", "path": "/portouts", "status": 500})
    wait_until("a list is blind once more", lambda: any(each["earlier"] for each in watch.data("findings")), 30)
    watch.simulator.command("clear_faults", {})


def ask_without_a_password(watch):
    wrong = base64.b64encode(b"prometheus:wrong").decode()
    for header in ({}, {"Authorization": f"Basic {wrong}"}, {"Authorization": "Bearer x"}):
        door = tcp(watch.address, header)
        for target in [*readable(watch.judge.document), "/nothing", "/api/nothing"]:
            answer = door.ask("GET", target, None)
            if answer[0] != 401 or not answer[1]["WWW-Authenticate"].startswith("Basic "):
                watch.judge.problem(f"GET {target} without a password", f"{answer[0]}, {dict(answer[1])}")
            elif target in watch.judge.document.all["paths"]:
                watch.judge.judge(door, "GET", target, answer)
    watch.asked(watch.control, "GET", "/metrics", status=200)
    right = base64.b64encode(f"prometheus:{PASSWORD}".encode()).decode()
    watch.tcp = tcp(watch.address, {"Authorization": f"Basic {right}"})
    watch.doors = watch.tcp, watch.control


def troubles(watch):
    """A daemon that can write nothing down, accepts a reload over TCP, and reads no audit log."""
    watch.write("web.yml", USERS)
    watch.start_daemon("troubled", settings_of_the_troubled(watch.simulator.url))
    ask_without_a_password(watch)
    wait_until("the troubled one is swept", lambda: watch.data("status")["accounts"][0]["last_sweep"], 30)
    ask_everything_readable(watch)
    for method in ("POST", "PUT"):
        watch.asked(watch.tcp, method, "/-/reload", status=200)
    watch.order("/api/v1/quarantine/freeze", None, 500)
    watch.order("/api/v1/quarantine/thaw", None, 500)
    watch.asked(watch.tcp, "POST", "/api/v1/quarantine/thaw", status=405)
    ask_in_a_crowd(watch)


def everything(watch):
    url = watch.simulator.url
    settings = settings_of_the_watch(url, watch.receiver.url, free_port())
    watch.start_daemon("trunkwarden", {**settings, "accounts": settings["accounts"] + [account("stranger", url)]})
    reloads(watch, settings)
    ask_in_wrong_ways(watch)
    ask_what_is_no_request(watch)
    for name in ATTACKS:
        watch.simulator.command("attack", {"name": name})
    decisions(watch, wait_until("the account is taken over, and all know", lambda: is_taken_over(watch), 40))
    blindness(watch)
    troubles(watch)


# --- what was seen ----------------------------------------------------------------------------------------------------

def short(pointer):
    return re.sub(r"^#/(components/schemas|paths)/|/properties(?=/)|(?<=/)properties/", "", pointer)


def what_was_not_seen(judge):
    document = judge.document
    in_answers, in_requests = document.schemas_of_bodies()
    unseen = {(*short(member).rsplit("/", 1), how) for member, how in
              (document.promised(in_answers) - judge.seen) | (document.promised(in_requests) - judge.sent)}
    unseen |= {(operation["operationId"], status, "status") for path, method, operation in document.operations()
               for status in operation["responses"]
               if status != "default" and (operation["operationId"], status) not in judge.statuses}
    for each in sorted(unseen - set(NEVER_SEEN)):
        yield f"{each[0]}: {each[1]} ({each[2]}) is described, and never came up"
    for each in sorted(set(NEVER_SEEN) - unseen):
        yield f"{each[0]}: {each[1]} ({each[2]}) is listed as never seen, and was"


def test(stage):
    document = Document(stage.given.document)
    stage.problems += [problem for rule in RULES for problem in rule(document)]
    stage.problems += resources_are_the_catalogues(document, stage.given.trunkwarden)
    if stage.problems:
        return
    judge, began = Judge(document, stage.problems), time.monotonic()
    everything(Watch(stage, judge))
    stage.problems += what_was_not_seen(judge)
    print(f"{judge.asked} answers in {time.monotonic() - began:.0f} s, {len(judge.seen | judge.sent)} members and "
          f"{len(judge.statuses)} statuses seen, {len(judge.problems)} problems")


if __name__ == "__main__":
    sys.exit(main(test, options=[("--document", {"type": pathlib.Path, "default": ROOT / "docs/openapi.yml"})]))
