"""The morning: our own objects are trusted, refused messages sent again, an account goes, and nothing shows a secret."""

import json
import re

from night.desk import ROUTING_KEY, SIGNING_KEY
from running import KEY, wait_until


def findings(desk):
    return json.loads(desk.pipes("trunkwarden findings --output=json")[0])


def seen_as(finding):
    return f"{finding['id']}.{finding['state']}"


def takes_back(desk, resource):
    """Undoes lockdown's change to an object that is ours after all, as its report says. Frozen, the quarantine leaves it alone."""
    contained = next(each for each in findings(desk) if each["resource"] == resource)
    desk.types("trunkwarden quarantine freeze")
    lines = [line for report in desk.home.glob("lockdown-production-*/report*.md") for line in report.read_text().split("\n")]
    line = next(line for line in lines if line.startswith("curl ") and f"/{contained['resource_id']}" in line)
    desk.pipes(f"{line} > /dev/null",  # the simulator answers with secrets, to see who repeats them
               CURL_CA_BUNDLE=str(desk.simulator.ca))
    wait_until("what was taken back is open again", lambda: next(
        each for each in findings(desk) if each["resource"] == resource)["status"] == "open", 60)


def accepts(desk):
    """Two at once: the second one to write gets the message that the file is another one by now."""
    takes_back(desk, "texml_applications")
    takes_back(desk, "api_keys")
    ours = {each["resource"]: each for each in findings(desk)}
    application, key = ours["texml_applications"], ours["api_keys"]
    line = f"trunkwarden baseline accept {application['id']} --reason 'the new menu'"
    before = desk.baseline.read_text()
    screen = desk.types(line, ("Trust this from now on", "n"), code=1, columns=0)
    desk.sees("accept shows the difference before it asks", re.search(r"^\+.*ivr-2", screen, re.MULTILINE), screen)
    desk.sees("a no writes nothing", desk.baseline.read_text() == before)
    first = desk.sits_down_at(line)
    first.wait_for("Trust this from now on")
    desk.pipes(f"trunkwarden baseline accept {seen_as(key)} --reason 'the new pipeline' --yes")
    first.answer("Trust this from now on", "y")
    screen = desk.leaves(first, 1, columns=0)
    desk.sees("what somebody else wrote meanwhile is not lost", "the new pipeline" in desk.baseline.read_text() and
              "the new menu" not in desk.baseline.read_text() and "changed meanwhile" in screen, screen)
    desk.types(line, ("Trust this from now on", "y"), columns=0)
    desk.types("trunkwarden reload")
    gone = {application["id"], key["id"]}
    # One that came back after containment, or was seen again, stays away for a while before it is resolved.
    wait_until("what is trusted is no finding any more",
               lambda: not gone & {each["id"] for each in findings(desk) if not each["absent_since"]}, 60)
    desk.types("trunkwarden quarantine thaw")


def sends_dead_letters_again(desk):
    screen = desk.types("trunkwarden alerts dead")
    desk.sees("messages that were refused are listed", "archive" in screen and "404" in screen, screen)
    desk.types("trunkwarden alerts dead", columns=40)
    desk.wrong_paths.clear()
    desk.types("trunkwarden alerts dead resend --all")
    wait_until("they are taken", lambda: "No dead letters" in desk.pipes("trunkwarden alerts dead")[0] or
               not json.loads(desk.pipes("trunkwarden alerts dead --output=json")[0]), 60)


def removes_the_account(desk):
    """Its findings stay readable by nobody's mistake: each command says that the account is gone."""
    chosen = seen_as(findings(desk)[0])
    desk.edit("  - name: production\n", "  - name: laboratory\n")
    desk.types("trunkwarden reload")
    screen = desk.types("trunkwarden status")
    desk.sees("status shows the account that is left", "laboratory" in screen and "Account production" not in screen, screen)
    for line in (f"trunkwarden ack {chosen} --reason 'from yesterday'", "trunkwarden lockdown --account production",
                 f"trunkwarden baseline accept {chosen} --reason 'from yesterday' --yes"):
        desk.types(line, code=1)
    desk.types(f"trunkwarden findings {chosen}")
    metrics = desk.page("/metrics")
    open_now = [line for line in metrics.split("\n") if line.startswith("trunkwarden_findings{")]
    desk.sees("the metrics of its findings end, and those of the other begin", open_now and not any(
        'account="production"' in line for line in open_now), "\n".join(open_now))


def nobody_saw_a_secret(desk):
    """The account's secrets all hold the word CANARY; those that the lockdown made are in its folder."""
    made = [json.loads(line)["secret"] for file in desk.home.glob("lockdown-production-*/secrets.jsonl")
            for line in file.read_text().split("\n") if '"secret"' in line]
    secrets = {"CANARY", KEY, ROUTING_KEY, SIGNING_KEY, *made}
    for name, text in desk.everything_shown():
        for secret in secrets:
            at = text.find(secret)
            if at >= 0:
                desk.sees(f"no secret is in {name}", False, f"{secret[:8]}…: {text[max(0, at - 100):at + 30]!r}")
    desk.sees("somebody looked", len(desk.heard) > 50 and len(made) > 4, f"{len(desk.heard)} texts, {len(made)} secrets")
