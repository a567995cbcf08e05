"""The goals that trunkwarden has set itself, and whether a run has met them."""

import math
import statistics

from contenders import BARE, CHECK, CURL_PARALLEL, NODE

LARGE = 10_000  # numbers from which the goals of a large account hold

# Seconds from a change to its alert; all but one in a hundred come before the second.
ALERT_MEDIAN, ALERT_LATE = 15, 30
ALL_ALERTS_MEDIAN = 10  # of attacks of which half leave an audit event
REQUESTS = 0.2                     # of what poll.requests_per_second allows
STEADY_CPU = 0.01                  # of one core, at 1,000 numbers
STEADY_MEMORY = 40e6               # bytes
USE_GROWTH = 0.1                   # of CPU and memory of a small account, by watching its use
USE_REQUESTS = 15                  # a minute, about the use of an account
THEFT_RATED, THEFT_REFUSED = 180, 90  # seconds until a burst and a prober are reported, from their first price and refusal; medians
THEFT_LOSS = 75                    # dollars until it is stopped, the median of all thieves
HONEST_A_MONTH = 1                 # alarms of each honest business


def ratios(plain, delayed, steady, numbers):
    """The comparisons, each with the ratio measured and the highest allowed."""
    check = plain[CHECK]
    if NODE in plain:
        share = 1 / 2 if numbers >= LARGE else 1 / 8
        yield "CPU against the Node SDK", check.cpu / plain[NODE].cpu, share
        yield "memory against the Node SDK", check.memory / plain[NODE].memory, share
    yield "time against `curl -Z`, with the delay", delayed[CHECK].wall / delayed[CURL_PARALLEL].wall, 1.5
    yield "CPU of a steady sweep against curl", steady, 2.5
    yield "aim: CPU against the bare sweep", check.cpu / plain[BARE].cpu, 1.25
    yield "aim: memory against the bare sweep", check.memory / plain[BARE].memory, 1.25


def show_limits(*limits):
    """Prints a row for each goal: its name, the measured value, the highest allowed, and how the two are written."""
    print("\n| goal | measured | at most | |\n|---|---|---|---|")
    for what, measured, limit, form in limits:
        verdict = "met" if measured <= limit else "**missed**"
        print(f"| {what} | {form(measured)} | {form(limit)} | {verdict} |", flush=True)


def show(plain, delayed, steady, numbers):
    show_limits(*((*each, "{:.3g}".format) for each in ratios(plain, delayed, steady, numbers)))


def percentile(values, share):
    """The smallest of them that so large a share does not exceed."""
    return sorted(values)[math.ceil(share * len(values)) - 1]


def show_alerting(delays, share):
    """Seconds from change to alert, by the kind of attack, and the busiest account's share of its requests."""
    limits = []
    for kind, took in delays.items():
        median = ALL_ALERTS_MEDIAN if kind == "all" else ALERT_MEDIAN
        limits.append((f"change to alert, {kind}: median", statistics.median(took), median, "{:.1f} s".format))
        limits.append((f"change to alert, {kind}: 99th percentile", percentile(took, .99), ALERT_LATE,
                       "{:.1f} s".format))
    show_limits(*limits, ("share of the requests allowed", share, REQUESTS, "{:.1%}".format))


def show_steady(cpu, memory):
    show_limits(("CPU in the steady state, of one core", cpu, STEADY_CPU, "{:.2%}".format),
                ("largest resident set", memory, STEADY_MEMORY, lambda size: f"{size / 1e6:.1f} MB"))


def show_use(cpu, memory, requests):
    """The growth of CPU and memory of a small account by the watch of its use, and its requests a minute at 40 credentials."""
    show_limits(("CPU, more by watching the use", cpu, USE_GROWTH, "{:.1%}".format),
                ("largest resident set, more by that", memory, USE_GROWTH, "{:.1%}".format),
                ("requests about use in a minute, the mean", requests, USE_REQUESTS, "{:.1f}".format))


def show_thefts(burst, prober, loss, honest):
    """Medians of the burst after its first rated call and of the prober after his first refused attempt, in seconds; the
    median loss until thieves are stopped; alarms a month of the honest business that has most. None: never reported."""
    def known(value):
        return math.inf if value is None else value

    show_limits(("burst reported after its first rated call, the median", known(burst), THEFT_RATED, "{:.0f} s".format),
                ("prober reported after his first refused attempt, the median", known(prober), THEFT_REFUSED, "{:.0f} s".format),
                ("loss until stopped, the median of all thieves", known(loss), THEFT_LOSS, "${:.2f}".format),
                ("alarms a month of the honest business with most", honest, HONEST_A_MONTH, "{:.2f}".format))
