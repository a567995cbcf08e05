"""The goals that trunkwarden has set itself, and whether a run has met them."""

from contenders import BARE, CHECK, CURL_PARALLEL, NODE

LARGE = 10_000  # numbers from which the goals of a large account hold


def ratios(plain, delayed, steady, numbers):
    """What is compared, the ratio measured, and the highest allowed."""
    check = plain[CHECK]
    if NODE in plain:
        share = 1 / 2 if numbers >= LARGE else 1 / 8
        yield "CPU against the Node SDK", check.cpu / plain[NODE].cpu, share
        yield "memory against the Node SDK", check.memory / plain[NODE].memory, share
    yield "time against `curl -Z`, with the delay", delayed[CHECK].wall / delayed[CURL_PARALLEL].wall, 1.5
    yield "CPU of a steady sweep against curl", steady, 2.5
    yield "aim: CPU against the bare sweep", check.cpu / plain[BARE].cpu, 1.25
    yield "aim: memory against the bare sweep", check.memory / plain[BARE].memory, 1.25


def show(plain, delayed, steady, numbers):
    print("\n| goal | measured | at most | |\n|---|---|---|---|")
    for what, ratio, limit in ratios(plain, delayed, steady, numbers):
        print(f"| {what} | {ratio:.3f} | {limit:g} | {'met' if ratio <= limit else '**missed**'} |", flush=True)
