"""Baselines of many numbers, as people and `baseline capture` write them."""

SETTINGS = ["connection_id", "messaging_profile_id", "status", "inbound_call_screening", "call_recording_enabled",
            "caller_id_name_enabled", "cnam_listing_enabled", "emergency_enabled", "deletion_lock_enabled", "tags"]
GROUPS = 50


def settings_of(group):
    return {"connection_id": f'"{1293384261075731499 + group}"',
            "messaging_profile_id": f"4001756d-2e1c-4b5a-9e3f-{group:012}",
            "status": "active", "inbound_call_screening": "disabled", "call_recording_enabled": "false",
            "caller_id_name_enabled": "false", "cnam_listing_enabled": "false", "emergency_enabled": "false",
            "deletion_lock_enabled": "true" if group % 2 else "false", "tags": "[]"}


def number(which):
    return f'"+1555{which:07}"'


def write_settings(to, group, most=len(SETTINGS)):
    for name, value in list(settings_of(group).items())[:most]:
        to.write(f"    {name}: {value}\n")


def grouped(to, numbers):
    """One entry for each of GROUPS sets of settings, with a list of one number a line."""
    to.write("version: 1\n\nphone_numbers:\n")
    for group in range(GROUPS):
        to.write("  - phone_number:\n")
        for which in range(group, numbers, GROUPS):
            to.write(f"      - {number(which)}\n")
        write_settings(to, group)


def one_by_one(to, numbers, settings=5):
    """An entry for each number, with some of its settings."""
    to.write("version: 1\n\nphone_numbers:\n")
    for which in range(numbers):
        to.write(f"  - phone_number: {number(which)}\n")
        write_settings(to, which % GROUPS, settings)


def one_by_one_in_full(to, numbers):
    """An entry for each number, with ten settings."""
    one_by_one(to, numbers, len(SETTINGS))


def empty(to, _):
    to.write("version: 1\n")
