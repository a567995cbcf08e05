"""Which attacks are made on which account, and when: the same for the same seed."""

import collections
import random

Attack = collections.namedtuple("Attack", "name path audited pause")  # pause: seconds after the last one was seen

LONGEST_PAUSE = 30  # the default poll.interval: an attack meets every moment between two readings alike

# The simulator knows these, too. Each is left out for a reason.
LEFT_OUT = {
    "sign_in": "no attack by itself: nobody is told",
    "drain_balance": "seen by limits on spending, which the demo's baseline has not",
    "place_call": "seen by limits on running calls, which the demo's baseline has not",
    "delete_ip": "the demo's baseline trusts addresses by rules, which miss nothing",
    "change_user_password": "leaves nothing but its audit event",
    "change_user_email": "leaves nothing but its audit event",
    "disable_two_factor": "leaves nothing but its audit event",
}

# Lists that are read every five minutes, or longer: of products that few accounts have, and those that the API shows
# for one object at a time (daemon/account/schedule.cpp, decision 34).
READ_RARELY = {"/registrations", "/fqdn_authentication", "/custom_storage_credentials", "/messaging_hosted_number_orders",
               "/ai/mcp_servers", "/ai/tools", "/short_codes", "/v2/mobile_phone_numbers", "/v2/mobile_voice_connections",
               "/phone_numbers/jobs", "/service_account_tokens", "/whatsapp_settings", "/whatsapp/business_accounts"}

# An object that exists once goes by the name of its resource.
SINGLE = {"/payment/auto_recharge_prefs": "auto_recharge", "/iam/settings": "iam_settings"}


def store_of(path):
    """Lists that show the same objects are one: /phone_numbers/voice is about /phone_numbers."""
    return "/phone_numbers" if path.startswith("/phone_numbers/") else path

# Attacks that leave an object which was not there before, so that no audit event can be about one that is known.
NEW = ("add_", "start_", "replace_")


def names_of(attacked):
    """The names that a finding may give the object of an attack, from the simulator's answer to it."""
    named = (attacked["id"], attacked["object"].get("phone_number"), SINGLE.get(attacked["path"]))
    return {str(each) for each in named if each}


def measured(known):
    return [each for each in known if each["name"] not in LEFT_OUT]


def plan(known, accounts, attacks, seed):
    """For each account its attacks. None meets a list twice: each finding is new, not one that changes again."""
    chance = random.Random(seed)
    kinds = measured(known)
    share = [attacks // accounts + (at < attacks % accounts) for at in range(accounts)]
    out = []
    for count in share:
        chosen, stores = [], set()
        for kind in chance.sample(kinds, len(kinds)):
            if len(chosen) < count and store_of(kind["path"]) not in stores:
                stores.add(store_of(kind["path"]))
                chosen.append(kind)
        if len(chosen) < count:
            raise RuntimeError(f"{count} attacks are more than one account has lists for: take more accounts")
        out.append(chosen)
    # Exactly every second attack leaves an audit event, in a seeded order.
    audited = [at % 2 == 0 for at in range(attacks)]
    chance.shuffle(audited)
    return [[Attack(kind["name"], kind["path"], audited.pop(), chance.uniform(0, LONGEST_PAUSE)) for kind in chosen]
            for chosen in out]


def every_attack(known, accounts, _attacks, seed):
    """Each attack once, dealt out to the accounts; none of them meets a list twice that it can avoid."""
    chance = random.Random(seed)
    out = [[] for _ in range(accounts)]
    kinds = measured(known)
    chance.shuffle(kinds)
    for at, kind in enumerate(sorted(kinds, key=lambda each: store_of(each["path"]))):
        out[at % accounts].append(Attack(kind["name"], kind["path"], at % 2 == 0, chance.uniform(0, 1)))
    return out
