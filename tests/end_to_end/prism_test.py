#!/usr/bin/env python3
"""The simulator satisfies the official schema, and the daemon speaks it.

Prism is between a client and the simulator and holds both sides against the Telnyx OpenAPI document. Every list, every
object by id and every write the simulator knows goes through it; then `trunkwarden check` does. A violation is a failure.

    prism_test.py --trunkwarden build/dev/trunkwarden --simulator build/dev/trunkwarden-simulator --openapi openapi.json

Exits 77 (skipped) when the document, a program, node or npm is missing, or when Prism cannot be installed.
"""

import http.server
import json
import os
import pathlib
import subprocess
import sys
import threading
import urllib.parse

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from npm import install  # noqa: E402
from running import KEY, Process, Simulator, answer_to, free_port, main, skip  # noqa: E402

PRISM = "@stoplight/prism-cli@5.14.2"

# Lists, with the name of the id field. An empty one: objects are not read one by one.
LISTS = {
    "/credential_connections": "id", "/ip_connections": "id", "/fqdn_connections": "id", "/uac_connections": "id",
    "/external_connections": "id", "/connections": "id", "/ips": "id", "/fqdns": "id", "/telephony_credentials": "id",
    "/texml_applications": "id", "/call_control_applications": "id", "/fax_applications": "id",
    "/outbound_voice_profiles": "id", "/phone_numbers": "id", "/phone_numbers/slim": "", "/phone_numbers/voice": "",
    "/phone_numbers/messaging": "", "/messaging_profiles": "id", "/organizations/users": "id",
    "/organizations/users/users_groups_report": "", "/authentication_providers": "id", "/oauth_clients": "client_id",
    "/oauth_grants": "id", "/access_ip_address": "id", "/access_ip_ranges": "", "/integration_secrets": "",
    "/verified_numbers": "phone_number", "/wireguard_peers": "id", "/ai/assistants": "id", "/managed_accounts": "id",
    "/portouts": "id", "/notification_profiles": "id", "/notification_channels": "id", "/notification_settings": "id",
    "/audit_events": "", "/verify_profiles": "id", "/messaging_hosted_number_orders": "id", "/ai/mcp_servers": "id",
    "/ai/tools": "id", "/short_codes": "id", "/v2/mobile_phone_numbers": "id", "/v2/mobile_voice_connections": "id",
    "/phone_numbers/jobs": "id",
}
SINGLES = ["/balance", "/payment/auto_recharge_prefs"]

# Valid writes: method, path ({} is the id of an object of that list), body. Deletions come last.
PROFILE = "1293384261075731500"
NUMBER = "1293384261075732001"
WRITES = [
    ("POST", "/credential_connections", {"connection_name": "new", "user_name": "newuser01", "password": "long enough"}),
    ("PATCH", "/credential_connections/{}", {"active": False}),
    ("PATCH", "/credential_connections/{}", {"active": True, "password": "rotated-0123456789"}),
    ("POST", "/credential_connections/{}/actions/check_registration_status", None),
    ("POST", "/ip_connections", {"connection_name": "new", "outbound": {"outbound_voice_profile_id": PROFILE}}),
    ("PATCH", "/ip_connections/{}", {"active": False}),
    ("POST", "/fqdn_connections", {"connection_name": "new"}),
    ("PATCH", "/fqdn_connections/{}", {"active": False}),
    ("POST", "/uac_connections", {"connection_name": "new"}),
    ("PATCH", "/uac_connections/{}", {"active": False}),
    ("POST", "/external_connections", {"external_sip_connection": "zoom",
                                       "outbound": {"outbound_voice_profile_id": PROFILE}}),
    ("PATCH", "/external_connections/{}", {"active": False, "outbound": {"outbound_voice_profile_id": PROFILE}}),
    ("POST", "/ips", {"connection_id": "1293384261075731510", "ip_address": "198.51.100.9", "port": 5060}),
    ("PATCH", "/ips/{}", {"ip_address": "198.51.100.4"}),
    ("POST", "/fqdns", {"connection_id": "1293384261075731530", "fqdn": "b.example.com", "dns_record_type": "srv", "port": None}),
    ("PATCH", "/fqdns/{}", {"fqdn": "sbc.example.com"}),
    ("POST", "/telephony_credentials", {"connection_id": "1293384261075731502", "name": "new"}),
    ("PATCH", "/telephony_credentials/{}", {"expires_at": "2020-01-01T00:00:00"}),
    ("POST", "/telephony_credentials/{}/token", None),
    ("POST", "/texml_applications", {"friendly_name": "new", "voice_url": "https://example.com/new.xml"}),
    ("PATCH", "/texml_applications/{}", {"active": False, "friendly_name": "ivr", "voice_url": "https://example.com/"}),
    ("POST", "/call_control_applications", {"application_name": "new", "webhook_event_url": "https://example.com/new"}),
    ("PATCH", "/call_control_applications/{}", {"active": False, "application_name": "queue",
                                                "webhook_event_url": "https://example.com/"}),
    ("POST", "/fax_applications", {"application_name": "new", "webhook_event_url": "https://example.com/new"}),
    ("PATCH", "/fax_applications/{}", {"active": False, "application_name": "fax", "webhook_event_url": "https://example.com/"}),
    ("POST", "/outbound_voice_profiles", {"name": "new", "whitelisted_destinations": ["US"]}),
    ("PATCH", "/outbound_voice_profiles/{}", {"name": "office", "enabled": False}),
    ("PATCH", "/outbound_voice_profiles/{}", {"name": "office", "enabled": True, "daily_spend_limit": "50.00",
                                              "whitelisted_destinations": ["US", "CA"], "concurrent_call_limit": None}),
    ("PATCH", "/phone_numbers/{}", {"connection_id": "1293384261075731502"}),
    ("GET", "/phone_numbers/{}/voice", None),
    ("PATCH", "/phone_numbers/{}/voice", {"call_forwarding": {"call_forwarding_enabled": False}}),
    ("PATCH", "/phone_numbers/{}/voice", {"call_forwarding": {"call_forwarding_enabled": True, "forwards_to": "+14155550199",
                                                             "forwarding_type": "always"}, "translated_number": ""}),
    ("GET", "/phone_numbers/{}/messaging", None),
    ("PATCH", "/phone_numbers/{}/messaging", {"messaging_profile_id": ""}),
    ("GET", "/phone_numbers/{}/voicemail", None),
    ("PATCH", "/phone_numbers/{}/voicemail", {"enabled": False}),
    ("POST", "/messaging_profiles", {"name": "new", "whitelisted_destinations": ["US"]}),
    ("PATCH", "/messaging_profiles/{}", {"enabled": False}),
    ("PATCH", "/messaging_profiles/{}", {"webhook_url": "https://example.com/sms", "whitelisted_destinations": ["US"]}),
    ("POST", "/messaging_profiles/{}/actions/regenerate_secret", None),
    ("POST", "/authentication_providers", {"name": "new", "short_name": "new", "settings": {
        "idp_cert_fingerprint": "AA", "idp_entity_id": "https://idp.example.com/e", "idp_sso_target_url": "https://idp.example.com/s"}}),
    ("PATCH", "/authentication_providers/{}", {"active": False}),
    ("POST", "/oauth_clients", {"name": "new", "client_type": "confidential", "allowed_scopes": ["admin"],
                                "allowed_grant_types": ["client_credentials"]}),
    ("PUT", "/oauth_clients/{}", {"redirect_uris": []}),
    ("POST", "/access_ip_address", {"ip_address": "203.0.113.11", "description": "new"}),
    ("POST", "/access_ip_ranges", {"cidr_block": "203.0.113.0/28"}),
    ("POST", "/integration_secrets", {"identifier": "new", "type": "bearer", "token": "secret"}),
    ("POST", "/verified_numbers", {"phone_number": "+14155550151", "verification_method": "sms"}),
    ("POST", "/verified_numbers/{}/actions/verify", {"verification_code": "123456"}),
    ("POST", "/wireguard_peers", {"wireguard_interface_id": "6a09cdc3-8948-47f0-aa62-74ac943d6c58"}),
    ("PATCH", "/wireguard_peers/{}", {"public_key": "1yWiy3m0YbzK1Jy4wGBOQ2mVuDYPhEaUjA2B4V0wX2o="}),
    ("POST", "/ai/assistants", {"name": "new", "instructions": "Be kind.", "model": "example/model"}),
    ("POST", "/ai/assistants/{}", {"enabled_features": []}),
    ("POST", "/managed_accounts", {"business_name": "New Reseller", "email": "new@example.com"}),
    ("PATCH", "/managed_accounts/{}", {"managed_account_allow_custom_pricing": False}),
    ("POST", "/managed_accounts/{}/actions/disable", None),
    ("POST", "/managed_accounts/{}/actions/enable", {"reenable_all_connections": True}),
    ("PATCH", "/portouts/{}/rejected-pending", {"reason": "not ordered by us"}),
    ("POST", "/notification_profiles", {"name": "new"}),
    ("PATCH", "/notification_profiles/{}", {"name": "operations"}),
    ("POST", "/notification_channels", {"channel_type_id": "email", "channel_destination": "new@example.com"}),
    ("PATCH", "/notification_channels/{}", {"channel_destination": "noc@example.com"}),
    ("POST", "/notification_settings", {"notification_channel_id": "12455643-3cf1-4683-ad23-1cd32f7d5e02"}),
    ("PATCH", "/payment/auto_recharge_prefs", {"enabled": False}),
    ("PATCH", "/v2/mobile_voice_connections/{}", {"active": False}),
    ("PATCH", "/v2/mobile_phone_numbers/{}", {"call_forwarding": {"call_forwarding_enabled": False}}),
    ("POST", "/ai/mcp_servers", {"name": "new", "type": "http", "url": "https://mcp.example.com/new"}),
    ("PUT", "/ai/mcp_servers/{}", {"url": "https://mcp.example.com/"}),
    ("PATCH", "/ai/tools/{}", {"display_name": "look up"}),
    ("PATCH", "/verify_profiles/{}", {"webhook_url": "https://example.com/verify"}),
    ("PATCH", "/short_codes/{}", {"messaging_profile_id": "900a4a6c-9a86-4f0f-8e2c-9d6e1f2a3b4c"}),
    ("DELETE", "/ai/mcp_servers/{}", None), ("DELETE", "/ai/tools/{}", None), ("DELETE", "/verify_profiles/{}", None),
    ("DELETE", "/messaging_hosted_number_orders/{}", None),
    ("DELETE", "/notification_settings/{}", None), ("DELETE", "/notification_channels/{}", None),
    ("DELETE", "/notification_profiles/{}", None), ("DELETE", "/ai/assistants/{}", None),
    ("DELETE", "/wireguard_peers/{}", None), ("DELETE", "/verified_numbers/{}", None),
    ("DELETE", "/integration_secrets/{}", None), ("DELETE", "/access_ip_ranges/{}", None),
    ("DELETE", "/access_ip_address/{}", None), ("DELETE", "/oauth_grants/{}", None), ("DELETE", "/oauth_clients/{}", None),
    ("DELETE", "/authentication_providers/{}", None), ("POST", "/organizations/users/{}/actions/remove", None),
    ("DELETE", "/messaging_profiles/{}", None), ("DELETE", "/phone_numbers/{}", None),
    ("DELETE", "/outbound_voice_profiles/{}", None), ("DELETE", "/fax_applications/{}", None),
    ("DELETE", "/call_control_applications/{}", None), ("DELETE", "/texml_applications/{}", None),
    ("DELETE", "/telephony_credentials/{}", None), ("DELETE", "/fqdns/{}", None), ("DELETE", "/ips/{}", None),
    ("DELETE", "/external_connections/{}", None), ("DELETE", "/uac_connections/{}", None),
    ("DELETE", "/fqdn_connections/{}", None), ("DELETE", "/ip_connections/{}", None),
    ("DELETE", "/credential_connections/{}", None),
]

# Requests that the schema forbids; the simulator alone must refuse them, too.
WRONG = [
    ("GET", "/ips?page[size]=251", None),
    ("GET", "/phone_numbers?page[number]=0", None),
    ("GET", "/oauth_clients?page[size]=101", None),
    ("GET", "/audit_events?sort=newest", None),
    ("POST", "/credential_connections", {"connection_name": "new", "user_name": "newuser01"}),
    ("PATCH", "/texml_applications/{}", {"active": False}),
    ("PATCH", "/call_control_applications/{}", {"active": False, "application_name": "queue"}),
    ("PATCH", "/fax_applications/{}", {"active": False}),
    ("PATCH", "/outbound_voice_profiles/{}", {"enabled": False}),
    ("PATCH", "/outbound_voice_profiles/{}", {"name": "office", "daily_spend_limit": None}),
    ("PATCH", "/external_connections/{}", {"active": False}),
    ("PATCH", "/external_connections/{}", {"active": False, "outbound": {"channel_limit": 1}}),
    ("PATCH", "/ips/{}", {"port": 5060}),
    ("POST", "/fqdns", {"fqdn": "b.example.com"}),
    ("PATCH", "/credential_connections/{}", {"active": "no"}),
    ("PATCH", "/phone_numbers/{}/voice", {"call_forwarding": {"forwards_to": None}}),
    ("PATCH", "/phone_numbers/{}/voice", {"call_forwarding": {"forwarding_type": "on_failure"}}),
    ("POST", "/messaging_profiles", {"name": "new"}),
    ("PATCH", "/authentication_providers/{}", {"settings": {"idp_entity_id": "https://idp.example.com/e"}}),
    ("POST", "/oauth_clients", {"name": "new"}),
    ("POST", "/access_ip_address", {"description": "new"}),
    ("POST", "/verified_numbers", {"phone_number": "+14155550151"}),
    ("POST", "/ai/assistants", {"name": "new"}),
    ("PATCH", "/portouts/{}/rejected-pending", {}),
    ("PATCH", "/payment/auto_recharge_prefs", {"enabled": "no"}),
]


def ask_api(url, method, path, body=None):
    """Status, content type and text of the answer."""
    headers = {"Authorization": f"Bearer {KEY}", "Accept": "text/plain" if path.endswith("/token") else "application/json"}
    status, header, text = answer_to(url + urllib.parse.quote(path, safe="/?=&%+"), body, method=method, headers=headers, timeout=30)
    assert status is not None, f"{method} {url}{path} got no answer: {text}"
    return status, header.get("content-type", ""), text


def items_of(page):
    """The MCP servers come as an array without anything around it."""
    return page if isinstance(page, list) else page["data"]


class Walk:
    """Sends requests through Prism and collects what it complains of."""

    def __init__(self, prism, simulator, problems):
        self.prism, self.simulator, self.problems, self.asked = prism, simulator, problems, 0

    def right(self, method, path, body=None):
        status, kind, text = ask_api(self.prism, method, path, body)
        self.asked += 1
        if "problem+json" in kind or status >= 400:
            self.problems.append(f"{method} {path} {json.dumps(body)}: {status} {text[:1500]}")
            return None
        return json.loads(text) if text and "json" in kind else text

    def wrong(self, method, path, body=None):
        self.asked += 2
        status, kind, text = ask_api(self.prism, method, path, body)
        if status < 400 or "problem+json" not in kind:
            self.problems.append(f"{method} {path} {json.dumps(body)}: Prism lets it pass ({status} {text[:200]})")
        status, kind, text = ask_api(f"{self.simulator.url}/v2", method, path, body)
        if not 400 <= status < 500 or "json" not in kind:
            self.problems.append(f"{method} {path} {json.dumps(body)}: the simulator does not refuse it ({status} {text[:200]})")

    def ids(self):
        """The id of the first object of each list."""
        found = {}
        for path, field in LISTS.items():
            if data := items_of(self.simulator.read(path)):
                found[path] = data[0][field or "id"]
        return found


def fill(path, ids):
    if "{}" not in path:
        return path
    return path.replace("{}", urllib.parse.quote(str(ids[path.split("/{}")[0]]), safe=""))


def walk_reads(walk, paths):
    for path, field in LISTS.items():
        page = walk.right("GET", path)
        walk.right("GET", path + "?page%5Bnumber%5D=1&page%5Bsize%5D=2")
        if page is None or not items_of(page):
            walk.problems.append(f"GET {path}: there is nothing on it to look at")
            continue
        by_id = [known for known in paths if known.startswith(path + "/{") and known.count("/") == path.count("/") + 1]
        for each in items_of(page) if field and by_id and "get" in paths[by_id[0]] else []:
            walk.right("GET", f"{path}/{urllib.parse.quote(str(each[field]), safe='')}")
    for path in SINGLES + ["/organizations/users?include_groups=true", "/phone_numbers/slim?include_tags=true&include_connection=true"]:
        walk.right("GET", path)


def walk_everything(walk, openapi):
    paths = json.loads(openapi.read_text())["paths"]
    for path in list(LISTS) + SINGLES:
        if path not in paths:
            walk.problems.append(f"{path} is not in the document")
    for name in ["start_portout", "add_ip", "forward_number", "loosen_outbound_profile", "disable_two_factor", "delete_ip"]:
        walk.simulator.command("attack", {"name": name})
    walk_reads(walk, paths)
    for attack in walk.simulator.command("attacks", {}):
        walk.simulator.command("attack", {"name": attack["name"]})
    walk_reads(walk, paths)
    for method, path, body in WRONG:
        walk.wrong(method, fill(path, walk.ids()), body)
    for method, path, body in WRITES:
        walk.right(method, fill(path, walk.ids()), body)
    for path in ["/ips", "/connections", "/phone_numbers/voice", "/audit_events"]:
        walk.right("GET", path)


class Hop(http.server.BaseHTTPRequestHandler):
    """Passes requests on to Prism and keeps what Prism objects to."""

    protocol_version = "HTTP/1.1"
    prism = ""
    objections = []
    count = 0

    def do_GET(self):
        wanted = {name: value for name, value in self.headers.items() if name.lower() not in ("host", "connection", "accept-encoding")}
        status, header, text = answer_to(Hop.prism + self.path, headers=wanted, timeout=30)
        Hop.count += 1
        # Paths the document does not have are not the daemon's fault: all but the last are accepted blind spots.
        path = self.path.split("?")[0]
        undocumented = (path in ("/api_keys", "/whoami", "/connections/count") or path.startswith(("/iam/", "/whatsapp/"))
                        or path.endswith("/fqdn_authentication"))
        if status is None or ("problem+json" in header.get("content-type", "") and not undocumented):
            Hop.objections.append(f"GET {self.path}: {status} {text[:1500]}")
        self.send_response(status or 502)
        for name, value in header.items():
            if name.lower() not in ("transfer-encoding", "connection", "content-length", "date", "server"):
                self.send_header(name, value)
        self.send_header("content-length", str(len(text.encode())))
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *_):
        pass


def check_daemon(stage, prism):
    """One sweep of the daemon, with Prism watching. Returns the problems."""
    scratch, Hop.prism = stage.scratch, prism
    hop = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Hop)
    threading.Thread(target=hop.serve_forever, daemon=True).start()
    (scratch / "key").touch(mode=0o600)
    (scratch / "key").write_text(KEY + "\n")
    (scratch / "baseline.yml").write_text("version: 1\n")
    (scratch / "trunkwarden.yml").write_text(
        "accounts:\n"
        "  - name: prism\n"
        "    api_key_file: key\n"
        "    baseline_file: baseline.yml\n"
        f"    api_url: http://127.0.0.1:{hop.server_address[1]}\n"
        "    accepted_blind_spots: [api_keys, service_accounts, service_account_tokens, iam_settings, iam_grants,\n"
        "                           iam_roles, two_factor]\n"
        "poll:\n"
        "  requests_per_second: 100\n"
        "  timeout: 30s\n"
        "state_file: state.db\n"
        "control_socket: control.sock\n"
        'web: {listen_address: ""}\n')
    done = subprocess.run([stage.given.trunkwarden, "check", f"--config.file={scratch}/trunkwarden.yml", "--output=json"],
                          capture_output=True, text=True, timeout=300, check=False)
    hop.shutdown()
    problems = [f"Prism objects: {each}" for each in Hop.objections]
    if Hop.count == 0:
        problems.append("the daemon asked for nothing")
    try:
        report = json.loads(done.stdout)
    except json.JSONDecodeError:
        return problems + [f"check printed no JSON (exit {done.returncode}): {done.stdout[:500]} {done.stderr[-2000:]}"]
    if done.returncode != 2:  # findings, and nothing missing: the baseline trusts nothing
        problems.append(f"check ended with {done.returncode}, not 2: {done.stderr[-2000:]}")
    coverage = report["accounts"][0]["coverage"]
    for each in coverage:
        if each["state"] not in ("complete", "accepted"):
            problems.append(f"{each['resource']} was not read: {each['state']} {each.get('reason')}")
    if len(coverage) < 25:
        problems.append(f"the daemon only read {len(coverage)} resources")
    print(f"trunkwarden check: {Hop.count} requests, {len(coverage)} resources, {len(report['accounts'][0]['findings'])} findings")
    return problems


def start_prism(stage, name, program):
    """A simulator, and Prism in front of it; returns both, Prism as its address."""
    simulator = Simulator(stage, name=f"{name}-simulator", tls=False)
    port = free_port()
    prism = Process(stage, f"{name}-prism", "node", program, "proxy", "-h", "127.0.0.1", "-p", port, "--errors", stage.given.openapi,
                    f"{simulator.url}/v2")
    prism.wait_for_words("Prism is listening", 60)
    return simulator, f"http://127.0.0.1:{port}"


def test(stage):
    given = stage.given
    if not given.openapi.is_file():
        skip(f"there is no OpenAPI document at {given.openapi}")
    cache = given.cache or given.simulator.parent / "prism"
    install(cache, PRISM)
    program = cache / "node_modules/.bin/prism"
    simulator, prism = start_prism(stage, "walk", program)
    walk = Walk(prism, simulator, stage.problems)
    walk_everything(walk, given.openapi)
    print(f"walk: {walk.asked} requests")
    _, prism = start_prism(stage, "daemon", program)
    stage.problems += check_daemon(stage, prism)


if __name__ == "__main__":
    os.environ.setdefault("CI", "1")
    sys.exit(main(test, needs=["node", "npm"], options=[
        ("--openapi", {"required": True, "type": pathlib.Path, "help": "Telnyx's own document"}),
        ("--cache", {"type": pathlib.Path, "help": "where Prism is installed; default: beside the simulator"})]))
