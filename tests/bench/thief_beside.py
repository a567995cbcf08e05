"""A thief who toggles, floods and poisons in an account while it is attacked: for tests/bench/attack_to_contained."""

import collections
import random
import threading

import attack_plan

PAUSE = 1, 3  # seconds between two moves
MOST_LIGHT, MOST_HEAVY = 64, 3  # of his own things: a heavy one that is contained takes a place of the hour's limit

Trick = collections.namedtuple("Trick", "attack path member values")

TOGGLED = [
    Trick("change_texml_url", "/texml_applications", "voice_url",
          ("https://xml.attacker.example/0", "https://xml.attacker.example/1")),
    Trick("change_fax_webhook", "/fax_applications", "webhook_event_url",
          ("https://hooks.attacker.example/0", "https://hooks.attacker.example/1")),
    Trick("change_messaging_webhook", "/messaging_profiles", "webhook_url",
          ("https://sms.attacker.example/0", "https://sms.attacker.example/1")),
    Trick("raise_spend_limit", "/outbound_voice_profiles", "daily_spend_limit", ("5000.00", "6000.00")),
    Trick("add_ip", "/ips", "ip_address", ("192.0.2.66", "192.0.2.67")),
    Trick("add_access_ip_range", "/access_ip_ranges", "description", ("mine 0", "mine 1")),
]
FLOODS = {"add_notification_channel": "/notification_channels", "add_wireguard_peer": "/wireguard_peers"}
POISONED = ("/outbound_voice_profiles", "/ips", "/texml_applications", "/messaging_profiles", "/credential_connections",
            "/fax_applications", "/ai/assistants")
# An item that is nothing that its list promises.
POISON = {"name": [1, 2], "tags": {"not": "a list"}, "ip_address": {"no": "address"}, "inbound": [[]], "friendly_name": {}}


class Thief(threading.Thread):
    """Moves until it is stopped. He changes objects of lists that no attack of the account meets, because the time of an
    attack ends with the first message about its object; he poisons any list."""

    def __init__(self, simulator, attacks, seed):
        super().__init__(daemon=True)
        self._simulator, self._connection = simulator, simulator.connect()
        self._chance, self._stopped = random.Random(seed), threading.Event()
        met = {attack_plan.store_of(each.path) for each in attacks}
        self._tricks = [each for each in TOGGLED if each.path not in met]
        self._floods = [name for name, path in FLOODS.items() if path not in met]
        self._his, self._poisoned, self._light, self._heavy = {}, {}, 0, 0
        self.moves = collections.Counter()
        self.failed = None

    def run(self):
        try:
            while not self._stopped.wait(self._chance.uniform(*PAUSE)):
                move = self._chance.choice((self._toggle, self._toggle, self._flood, self._poison))
                self.moves[move.__name__.strip("_")] += move()
                self._connection.close()  # the pause may be longer than the simulator keeps an idle one
        except Exception as failed:  # pylint: disable=broad-except  # raised by stop(), in the thread that asks
            self.failed = failed

    def stop(self):
        self._stopped.set()
        self.join()
        self._connection.close()
        if self.failed:
            raise RuntimeError(f"the thief beside the attacks failed: {self.failed}")

    def _do(self, command, **how):
        return self._simulator.control(command, over=self._connection, **how)

    def _does(self, command, **how):
        """Whether the object was still there: the quarantine may have removed it."""
        try:
            self._do(command, **how)
        except RuntimeError:
            return False
        return True

    def _toggle(self):
        """Gives one of his objects another value; makes one when he has none left."""
        if self._his:
            trick = self._chance.choice(list(self._his))
            identity, turn = self._his[trick]
            changes = {trick.member: trick.values[turn % 2]}
            if not self._does("patch", path=trick.path, id=identity, changes=changes):
                del self._his[trick]
                return 0
            self._his[trick] = identity, turn + 1
            return 1
        if not self._tricks or self._heavy == MOST_HEAVY:
            return 0
        trick = self._chance.choice(self._tricks)
        self._his[trick] = self._do("attack", name=trick.attack)["id"], 0
        self._heavy += 1
        return 1

    def _flood(self):
        """Light things in large numbers."""
        made = min(4, MOST_LIGHT - self._light) if self._floods else 0
        for _ in range(made):
            self._do("attack", name=self._chance.choice(self._floods))
        self._light += made
        return made

    def _poison(self):
        """Makes a list unreadable in one place, and takes that back later."""
        path = self._chance.choice(POISONED)
        if path in self._poisoned:
            return self._does("delete", path=path, id=self._poisoned.pop(path))
        self._poisoned[path] = self._do("create", path=path, object=POISON)["id"]
        return True
