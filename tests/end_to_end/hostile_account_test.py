#!/usr/bin/env python3
"""Everything that an intruder writes into the account stays text, wherever it is shown.

    hostile_account_test.py --trunkwarden build/dev/trunkwarden --simulator build/dev/trunkwarden-simulator

Every text that every object of the account holds becomes markup, quotes, escapes, control and bidirectional characters, newlines and
emoji, one after the other. Then everything that shows it is read: check, findings and status on a terminal's behalf, their JSON, the log in
both formats, the page, the API, the metrics, what sinks get, a captured baseline. Exits 77 (skipped) when a program is missing.
"""

import html.parser
import json
import pathlib
import re
import shutil
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from running import Receiver, Simulator, Watched, ask, expect, main, wait_until  # noqa: E402

EVIL = "<script>pwned=1</script>\"'&\u202eevil\u2066\u0007\u001b[2J\n\r\tlevel=error msg=forged %s {} \U0001f600"
HIDDEN = re.compile("[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
# Members that name an object, or decide how it is read: with another value it is another object, or none.
KEPT = re.compile(r"^(id|record_type|organization_id|.*_id|created_at|updated_at|.*_at|phone_number|credential_id)$")
LISTS = ["/texml_applications", "/call_control_applications", "/credential_connections", "/ip_connections", "/fqdn_connections",
         "/outbound_voice_profiles", "/messaging_profiles", "/fax_applications", "/organizations/users", "/authentication_providers",
         "/oauth_clients", "/api_keys", "/verified_numbers", "/ai/assistants", "/managed_accounts", "/notification_channels", "/fqdns", "/ips",
         "/phone_numbers", "/phone_numbers/voice", "/access_ip_address", "/integration_secrets", "/telephony_credentials",
         "/verify_profiles", "/short_codes", "/iam/service_accounts",
         "/service_account_tokens", "/whatsapp_settings", "/iam/roles", "/v2/mobile_voice_connections"]


def spoiled(value):
    """The same object, with every text in it replaced."""
    if isinstance(value, dict):
        return {name: one if KEPT.match(name) else spoiled(one) for name, one in value.items()}
    if isinstance(value, list):
        return [spoiled(one) for one in value]
    return EVIL if isinstance(value, str) else value


def spoil(simulator):
    count = 0
    for path in LISTS:
        for one in simulator.read(path)["data"][:2]:
            changes = {name: value for name, value in spoiled(one).items() if value != one[name]}
            if changes and "id" in one:
                simulator.command("patch", {"path": path, "id": one["id"], "changes": changes})
                count += 1
    return count


class Markup(html.parser.HTMLParser):
    """The page as a browser would parse it."""

    def __init__(self, text):
        super().__init__()
        self.scripts, self.handlers = [], []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        if tag == "script":
            self.scripts.append(dict(attributes))
        self.handlers += [name for name, _ in attributes if name.startswith("on") or name == "style"]


def is_plain(what, text):
    found = HIDDEN.search(text)
    expect(f"{what}: nothing hidden, nothing that moves a cursor", found is None, text[max(0, found.start() - 80):found.end() + 20] if found else "")


def is_one_line_each(what, lines, begins):
    odd = [line for line in lines if line and not re.match(begins, line)]
    expect(f"{what}: {len(lines)} lines, none forged", not odd, odd[:1])


def look_at_commands(watched):
    for words in (["check"], ["findings"], ["status"], ["quarantine", "list"], ["baseline", "lint"]):
        done = watched.command(*words)
        is_plain(" ".join(words), done.stdout + done.stderr)
        if words[0] in ("check", "findings"):
            expect(f"{words[0]} shows what is there", "pwned" in done.stdout)
    for words in (["check", "--output=json"], ["findings", "--output=json"], ["status", "--output=json"]):
        json.loads(watched.command(*words).stdout)
    captured = watched.command("baseline", "capture", "--account", "demo")
    expect("a captured baseline is plain YAML, or says why not", captured.returncode == 0 or "trunkwarden: " in captured.stderr, captured.stderr)
    is_plain("captured baseline", captured.stdout)


def look_at_reports(watched):
    """Reports leave the house: to tickets, and to people who were not there."""
    for form in ("text", "markdown", "html"):
        report = watched.command("report", f"--output={form}").stdout
        is_plain(f"report as {form}", report)
        expect(f"report as {form} shows what is there", "pwned" in report, report[:400])
    markup = Markup(report)
    expect("report: no script, no handlers, no styles", not markup.scripts and not markup.handlers, (markup.scripts, markup.handlers))
    expect("report: no outside reference", not re.search(r"<[^>]*(src|href)=", report))
    json.loads(watched.command("report", "--output=json").stdout)
    events = json.loads(watched.command("findings", "--output=ocsf").stdout)
    expect("a SIEM gets the findings", any("pwned" in json.dumps(event) for event in events))


def look_at_pages(address):
    page = ask(f"http://{address}/")
    is_plain("page", page)
    markup = Markup(page)
    expect("page: one script, ours", markup.scripts == [{"src": "refresh.js", "defer": None}], markup.scripts)
    expect("page: no handlers, no styles", not markup.handlers, markup.handlers)
    expect("page: the text is there, as text", "&lt;script&gt;pwned=1&lt;/script&gt;" in page)
    for path in ("findings", "coverage", "status", "actions"):
        expect(f"/api/v1/{path} is JSON", json.loads(ask(f"http://{address}/api/v1/{path}"))["status"] == "success")
    metrics = ask(f"http://{address}/metrics")
    expect("no metric holds it", "pwned" not in metrics and "evil" not in metrics)
    if shutil.which("promtool"):
        done = subprocess.run(["promtool", "check", "metrics"], input=metrics, capture_output=True, text=True, timeout=30, check=False)
        expect("promtool has no complaint about the metrics", done.returncode == 0, done.stdout + done.stderr)


def look_at_logs(watched, daemon):
    text = daemon.said()
    is_plain("log", text)
    is_one_line_each("logfmt", text.splitlines(), r"ts=\S+ level=(debug|info|warn|error) msg=")
    ended = watched.command("run", "--sweeps=1", "--log.format=json")
    for line in ended.stderr.splitlines():
        json.loads(line)
    is_plain("JSON log", ended.stderr)


def test(stage):
    simulator, receiver = Simulator(stage), Receiver(stage)
    watched = Watched(stage, simulator)
    watched.write("alerts:\n  sinks:\n" + f"    - {{name: hook, type: webhook, url: '{receiver.url}/hook'}}\n"
                  f"    - {{name: am, type: alertmanager, url: '{receiver.url}'}}\n")
    print(f"{spoil(simulator)} objects spoiled")
    daemon = watched.run()
    wait_until("findings", lambda: "pwned" in (ask(f"http://{daemon.address}/api/v1/findings") or ""), 30)
    wait_until("messages", lambda: receiver.got, 30)
    look_at_pages(daemon.address)
    look_at_commands(watched)
    look_at_reports(watched)
    daemon.end()
    look_at_logs(watched, daemon)
    for _, body in receiver.got:
        json.loads(body)
    print(f"fine: {len(receiver.got)} messages are JSON")


if __name__ == "__main__":
    sys.exit(main(test))
