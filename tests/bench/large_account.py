"""A generated account behind the simulator, and the files that each contender needs in order to read and trust it."""

import http.client
import json
import pathlib
import ssl
import subprocess
import time

KEY = "KEY_simulated_0123456789"

# Every list that `check` reads: the parameters beside the page, and the member that names an object. The run checks
# that each contender asks for exactly these pages, so a list that is missing here is noticed.
LISTS = {
    "/credential_connections": (250, "id"), "/ip_connections": (250, "id"), "/fqdn_connections": (250, "id"),
    "/uac_connections": (250, "id"), "/external_connections": (250, "id"), "/ips": (250, "id"), "/fqdns": (250, "id"),
    "/telephony_credentials": (250, "id"), "/texml_applications": (250, "id"),
    "/call_control_applications": (250, "id"), "/fax_applications": (250, "id"),
    "/outbound_voice_profiles": (250, "id"), "/messaging_profiles": (250, "id"), "/ai/assistants": (None, "id"),
    "/phone_numbers/voice": (250, "phone_number"), "/phone_numbers": (250, "phone_number"),
    "/verified_numbers": (250, "phone_number"), "/portouts": (250, "id"), "/organizations/users": (250, "id"),
    "/authentication_providers": (250, "id"), "/oauth_clients": (100, "client_id"), "/oauth_grants": (100, "id"),
    "/iam/api_keys": (250, "id"), "/iam/service_accounts": (250, "id"), "/iam/settings": (None, None),
    "/iam/grants": (250, "id"), "/iam/roles": (250, "id"), "/access_ip_address": (250, "id"), "/access_ip_ranges": (250, "id"),
    "/integration_secrets": (250, "id"), "/wireguard_peers": (250, "id"), "/managed_accounts": (250, "id"),
    "/notification_channels": (250, "id"), "/notification_settings": (250, "id"),
    "/payment/auto_recharge_prefs": (None, None), "/connections": (250, "id"), "/ai/mcp_servers": (100, "id"),
    "/ai/tools": (100, "id"), "/verify_profiles": (250, "id"), "/messaging_hosted_number_orders": (250, "id"),
    "/short_codes": (250, "id"), "/v2/mobile_phone_numbers": (250, "phone_number"),
    "/v2/mobile_voice_connections": (250, "id"), "/whatsapp/business_accounts": (250, "id"), "/phone_numbers/jobs": (250, "id"),
}
FORWARDING = "call_forwarding"
FIELDS = {
    "/phone_numbers": ["connection_id", "messaging_profile_id", "status", "call_recording_enabled",
                       "caller_id_name_enabled", "cnam_listing_enabled", "emergency_enabled", "deletion_lock_enabled"],
    "/phone_numbers/voice": ["call_forwarding.forwards_to", "call_forwarding.forwarding_type", "translated_number"],
}


def at(item, path):
    for name in path.split("."):
        item = item.get(name) if isinstance(item, dict) else None
    return item


def target(path, page):
    size, _ = LISTS[path]
    query = ["include_groups=true"] if path == "/organizations/users" else []
    if size:
        query += [f"page%5Bnumber%5D={page}", f"page%5Bsize%5D={size}"]
    return "/v2" + path + ("?" + "&".join(query) if query else "")


class Simulator:
    def __init__(self, binary, folder, *arguments):
        self.ca_file = folder / "ca.pem"
        port_file = folder / "port"
        self.process = subprocess.Popen([binary, *arguments, f"--ca-file={self.ca_file}",
                                         f"--port-file={port_file}"], stdout=subprocess.DEVNULL)
        while not port_file.exists():
            if self.process.poll() is not None:
                raise RuntimeError(f"{binary} ended with {self.process.returncode}")
            time.sleep(0.01)
        self.port = int(port_file.read_text())
        self.url = f"https://127.0.0.1:{self.port}/v2"
        self.connection = self.connect()

    def connect(self):
        """A connection of its own for another thread."""
        trusted = ssl.create_default_context(cafile=self.ca_file)
        return http.client.HTTPSConnection("127.0.0.1", self.port, context=trusted, timeout=600)

    def ask(self, method, path, body=None, over=None):
        connection = over or self.connection
        connection.request(method, path, body, {"Authorization": f"Bearer {KEY}"})
        answer = connection.getresponse()
        text = answer.read()
        if answer.status != 200:
            raise RuntimeError(f"{method} {path}: {answer.status} {text[:500]!r}")
        return text

    def control(self, command, over=None, **how):
        return json.loads(self.ask("POST", f"/_simulator/{command}", json.dumps(how), over))

    def pages_asked(self):
        return self.control("requests")["by_path"]

    def close(self):
        self.connection.close()
        self.process.terminate()
        self.process.wait()


class Account:
    """The content of the account, read once: targets of all its pages, its size, and objects by list."""

    def __init__(self, simulator):
        self.targets, self.first_targets, self.pages, self.bytes = [], [], {}, 0
        self.snapshot, self.groups, self.forwarded = {}, {}, []
        for path, (_, key) in LISTS.items():
            self._read(simulator, path, key)

    def _read(self, simulator, path, key):
        trusted = {"key": key or "", "objects": {}}
        if path in FIELDS:
            trusted["fields"] = FIELDS[path]
        page, last = 1, 1
        while page <= last:
            self.targets.append(target(path, page))
            text = simulator.ask("GET", self.targets[-1])
            self.bytes += len(text)
            answer = json.loads(text)
            whole = {"data": answer} if isinstance(answer, list) else answer
            last = (whole.get("meta") or {}).get("total_pages", 1)
            page += 1
            items = whole["data"] if isinstance(whole["data"], list) else [whole["data"]]
            for item in items:
                self._trust(path, item, item[key] if key else path, trusted)
        self.first_targets.append(target(path, 1))
        self.pages[path] = page - 1
        self.snapshot[path] = trusted

    def _trust(self, path, item, name, trusted):
        fields = FIELDS.get(path)
        trusted["objects"][name] = {field: at(item, field) for field in fields} if fields else item
        if path == "/phone_numbers":
            alike = tuple((field, item.get(field)) for field in fields)
            self.groups.setdefault(alike, []).append(name)
        elif path == "/phone_numbers/voice":
            how = item[FORWARDING]
            if how.get("forwards_to") and how.get("forwarding_type"):
                self.forwarded.append((name, how["forwards_to"], how["forwarding_type"]))

    def objects(self):
        return sum(len(each["objects"]) for each in self.snapshot.values())

    def baseline(self):
        """As a person would write it: numbers that are routed alike in one entry, few words about the rest."""
        lines = ["version: 1", "two_factor: {required: false}", "organization_users:", "  - email: dana@example.com",
                 "credential_connections:", "  - connection_name: site-*", "outbound_voice_profiles:",
                 '  - {name: default, daily_spend_limit: "50.00"}', "auto_recharge:",
                 '  - {enabled: true, threshold_amount: "20.00", recharge_amount: "100.00"}', "iam_settings:",
                 "  - {enabled: true}", "call_forwarding:"]
        for number, to, how in self.forwarded:
            lines.append(f'  - {{phone_number: "{number}", forwards_to: "{to}", forwarding_type: {how}}}')
        lines.append("phone_numbers:")
        for alike, numbers in self.groups.items():
            lead = "  - "
            for field, value in alike:
                lines.append(f"{lead}{field}: {json.dumps('' if value is None else value)}")
                lead = "    "
            lines.append("    phone_number:")
            lines += [f'      - "{number}"' for number in numbers]
        return "\n".join(lines) + "\n"


def write_key(folder):
    (folder / "key").write_text(KEY + "\n")
    (folder / "key").chmod(0o600)


def write_inputs(account, simulator, folder):
    """The files that the contenders read: key, curl's configuration, first pages, snapshot, baseline."""
    write_key(folder)
    (folder / "first_targets").write_text("".join(each + "\n" for each in account.first_targets))
    (folder / "snapshot.json").write_text(json.dumps(account.snapshot))
    (folder / "baseline.yml").write_text(account.baseline())
    root = simulator.url.removesuffix("/v2")
    with pathlib.Path(folder / "curl.config").open("w", encoding="utf-8") as out:
        out.write(f'cacert = "{simulator.ca_file}"\nheader = "Authorization: Bearer {KEY}"\n')
        for each in account.targets:
            out.write(f'url = "{root}{each}"\noutput = "/dev/null"\n')


def write_settings(name, simulator, folder, poll, more=""):
    (folder / name).write_text(
        "accounts:\n  - name: bench\n    api_key_file: key\n    baseline_file: baseline.yml\n"
        f"    api_url: {simulator.url}\n    ca_file: {simulator.ca_file}\npoll: {{{poll}}}\n"
        'web: {listen_address: "127.0.0.1:0"}\ncontrol_socket: control.sock\nstate_file: state.db\n' + more)
    return folder / name
