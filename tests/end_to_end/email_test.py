#!/usr/bin/env python3
"""Findings as mails, from the real daemon to a mail server with STARTTLS.

    email_test.py --trunkwarden build/dev/trunkwarden --simulator build/dev/trunkwarden-simulator

Exits 77 (skipped) when a program is missing.
"""

import email
import email.policy
import pathlib
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from certificates import Authority  # noqa: E402
from end_to_end.mail_server import MailServer  # noqa: E402
from running import Simulator, Watched, answer_to, expect, main, wait_until  # noqa: E402

PASSWORD = "CANARY pass word"


class Mailing:
    """A daemon, or a command, with one email sink after the other."""

    def __init__(self, stage):
        self.stage, self.scratch = stage, stage.scratch
        self.authority = Authority(self.scratch, "authority")
        self.certificate = self.authority.issue("server")
        self.simulator = Simulator(stage)
        self.watched = Watched(stage, self.simulator)
        password = self.scratch / "mail_password"
        password.touch(mode=0o600)
        password.write_text(PASSWORD + "\n")

    def use(self, server, *more, ca="authority.pem"):
        keys = ["name: mail", "type: email", f'smarthost: "{server.address}"', "from: trunkwarden@example.com",
                'to: "noc@example.com, boss@example.com"', *more]
        if ca:
            keys.append(f"tls_config: {{ca_file: {ca}}}")
        self.watched.write(f"\nalerts: {{sinks: [{{{', '.join(keys)}}}]}}\n")

    def test_message(self):
        done = self.watched.command("alerts", "test")
        assert PASSWORD not in done.stdout + done.stderr, "the password was shown"
        return done

    def doctor(self):
        seen = self.watched.command("doctor")
        assert PASSWORD not in seen.stdout + seen.stderr, "the password was shown"
        return seen.stdout


def parsed(mail):
    return email.message_from_bytes(mail.data, policy=email.policy.default)


def tries_with_a_test_message(mailing):
    server = MailServer(mailing.stage, mailing.certificate)
    mailing.use(server, "auth_username: watcher", "auth_password_file: mail_password")
    done = mailing.test_message()
    expect("a mail server takes a test message", done.returncode == 0 and "taken: 250" in done.stdout, done.stdout + done.stderr)
    mail = server.mails[0]
    expect("it went over TLS, after a login", mail.tls and mail.login == ("watcher", PASSWORD), mail.login)
    expect("nobody but the recipients of the settings gets it",
           (mail.sender, mail.recipients) == ("<trunkwarden@example.com>", ["<noc@example.com>", "<boss@example.com>"]), mail.recipients)
    message = parsed(mail)
    expect("its subject says that it is a test", "Test message" in message["Subject"], message["Subject"])
    expect("its text says that nothing is wrong", "nothing is wrong" in message.get_content(), message.get_content())
    expect("it says that a machine wrote it", message["Auto-Submitted"] == "auto-generated")
    expect("nothing but greetings went in clear", {line.split(" ")[0] for line, tls in server.heard if not tls} == {"EHLO", "STARTTLS"})
    seen = mailing.doctor()
    expect("doctor has nothing against a server with STARTTLS",
           f"ok    sink mail: {server.address} takes connections" in seen and "fail  sink mail" not in seen, seen)
    expect("doctor says that certificate and login are fine",
           "ok    sink mail: the mail server answers over TLS, and its certificate is trusted; it takes the login" in seen, seen)
    expect("doctor sends no mail", len(server.mails) == 1 and [line for line, _ in server.heard].count("NOOP") == 1, server.heard)


def goes_over_tls_from_the_first_byte(mailing):
    """On port 465, which not every user may take."""
    host = "127.0.7.25"
    certificate = mailing.authority.issue("smtps", hosts=f"IP:{host}")
    try:
        server = MailServer(mailing.stage, certificate, at=(host, 465), tls_first=True)
    except PermissionError:
        print("skipped: what needs port 465, which this user may not take")
        return
    mailing.use(server, "auth_username: watcher", "auth_password_file: mail_password")
    done = mailing.test_message()
    expect("a mail server on port 465 takes a test message", done.returncode == 0 and "taken: 250" in done.stdout, done.stdout + done.stderr)
    expect("all of it went over TLS", server.mails[0].tls and all(tls for _, tls in server.heard), server.heard)
    expect("also the login", server.mails[0].login == ("watcher", PASSWORD), server.mails[0].login)
    seen = mailing.doctor()
    expect("doctor looks at its certificate", "ok    sink mail: the certificate is valid until" in seen, seen)
    mailing.use(server, ca=None)
    seen = mailing.doctor()
    expect("doctor says when it is not trusted", f"fail  sink mail: the certificate of {host}" in seen, seen)


def sends_nothing_without_trust(mailing):
    server = MailServer(mailing.stage, mailing.certificate)
    mailing.use(server, "auth_username: watcher", "auth_password_file: mail_password", ca=None)
    done = mailing.test_message()
    expect("a certificate of nobody is not trusted", done.returncode == 1 and "cannot be trusted" in done.stdout, done.stdout)
    seen = mailing.doctor()
    expect("doctor says so", f"fail  sink mail: {server.address} has a certificate that cannot be trusted" in seen, seen)
    plain = MailServer(mailing.stage)
    mailing.use(plain, "auth_username: watcher", "auth_password_file: mail_password")
    done = mailing.test_message()
    expect("a server without TLS gets nothing", done.returncode == 1 and "offers no TLS" in done.stdout, done.stdout)
    seen = mailing.doctor()
    expect("doctor says so", f"fail  sink mail: {plain.address} offers no TLS" in seen, seen)
    expect("neither heard of a login or a mail", not [line for line, _ in server.heard + plain.heard if "MAIL" in line or "AUTH" in line])
    mailing.use(plain, "require_tls: false")
    expect("a server on this host may get it in clear", mailing.test_message().returncode == 0 and not plain.mails[0].tls)
    first = MailServer(mailing.stage, mailing.certificate)
    first.refuses = {"AUTH": "535 no"}
    mailing.use(first, "auth_username: watcher", "auth_password_file: mail_password")
    done = mailing.test_message()
    expect("a login that is refused is said with its code", done.returncode == 1 and "refused the mail (535)" in done.stdout, done.stdout)
    seen = mailing.doctor()
    expect("also by doctor", f"fail  sink mail: {first.address} refused the mail (535)" in seen and not first.mails, seen)


def trusts_an_authority_that_is_not_the_top_one(mailing):
    """As the other sinks do: `ca_file` has the issuing authority only, which another one signed."""
    def chain(name):
        issuing = Authority(mailing.scratch, name, signed_by=mailing.authority)
        cert, key = issuing.issue(f"{name}-server")
        whole = mailing.scratch / f"{name}-chain.pem"
        whole.write_text(cert.read_text() + issuing.cert.read_text())
        return (cert, key), (whole, key)

    alone, whole = chain("issuing")
    chain("another")
    for certificate in (alone, whole):
        server = MailServer(mailing.stage, certificate)
        mailing.use(server, ca="issuing.pem")
        done = mailing.test_message()
        expect("an issuing authority is trusted", done.returncode == 0 and len(server.mails) == 1, done.stdout + done.stderr)
        mailing.use(server, ca="another.pem")
        done = mailing.test_message()
        expect("another one is not", done.returncode == 1 and "cannot be trusted" in done.stdout and len(server.mails) == 1, done.stdout)
    server = MailServer(mailing.stage, alone)
    mailing.use(server)
    done = mailing.test_message()
    expect("one that cannot be followed up to the top is not", done.returncode == 1 and not server.mails, done.stdout)


def reaches_everybody_it_can(mailing):
    server = MailServer(mailing.stage, mailing.certificate)
    server.refuses = {"RCPT TO:<noc@example.com>": "550 no such user"}
    mailing.use(server)
    done = mailing.test_message()
    expect("a mailbox that is gone keeps a mail from nobody else",
           done.returncode == 0 and server.mails[0].recipients == ["<boss@example.com>"], done.stdout)
    expect("it is said who does not get it", "not for noc@example.com (550)" in done.stdout, done.stdout)


def does_not_wait_for_a_goodbye(mailing):
    """The mail is taken; the answer to QUIT never comes."""
    server = MailServer(mailing.stage, mailing.certificate)
    server.says_goodbye.clear()
    mailing.use(server)
    done = mailing.test_message()
    expect("a mail that is taken is not held up by its server's goodbye", done.returncode == 0 and "taken: 250" in done.stdout, done.stdout)
    server.says_goodbye.set()


def gives_up_nothing_before_the_login(mailing):
    """A word that anybody on the way can say."""
    server = MailServer(mailing.stage, mailing.certificate)
    mailing.use(server)
    for refuses, said in (({"greeting": "554 too many connections"}, "talks to nobody now (554)"),
                          ({"EHLO": "554 no", "HELO": "554 no"}, "talks to nobody now (554)"),
                          ({"STARTTLS": "554 no"}, "starts no TLS (554)")):
        server.refuses = refuses
        done = mailing.test_message()
        expect(f"{refuses} is no refusal for good", done.returncode == 1 and "no answer" in done.stdout and said in done.stdout, done.stdout)


def is_not_held_up_by_a_server_that_hangs(mailing):
    hanging, other = (MailServer(mailing.stage, mailing.certificate) for _ in range(2))
    hanging.answers.clear()
    mailing.use(hanging)
    mailing.simulator.command("attack", {"name": "add_fqdn"})
    daemon = mailing.watched.run()
    wait_until("a mail is under way", lambda: hanging.connections, 60)
    began = time.monotonic()
    mailing.use(other)
    wait_until("the mail goes to the server of the edited settings", lambda: other.mails, 15)
    expect("a server that hangs does not hold up a reload", time.monotonic() - began < 15)
    other.answers.clear()
    before = other.connections
    mailing.simulator.command("attack", {"name": "add_credential_connection"})
    wait_until("another mail is under way", lambda: other.connections > before, 60)
    began = time.monotonic()
    expect("the daemon ends while a mail is under way", daemon.end() == 0 and time.monotonic() - began < 8, time.monotonic() - began)


def mails_findings(mailing):
    server = MailServer(mailing.stage, mailing.certificate)
    server.refuses = {"RCPT": "451 later"}
    mailing.use(server)
    daemon = mailing.watched.run()
    wait_until("everything was read once", lambda: answer_to(f"http://{daemon.address}/-/ready")[0] == 200, 60)
    mailing.simulator.command("attack", {"name": "add_ip"})
    wait_until("the server is asked", lambda: any(line.startswith("RCPT") for line, _ in server.heard), 30)
    expect("a mail that is refused for now waits",
           wait_until("status says so", lambda: "does not take the mail now (451)" in mailing.watched.command("status").stdout, 20))
    server.refuses = {}

    def about_the_address():
        return next((each for each in map(parsed, server.mails) if "Unknown SIP IP" in each["Subject"]), None)

    message = wait_until("the mail comes", about_the_address, 60)
    text = message.get_content()
    expect("the subject tells what happened", message["Subject"].startswith("[CRITICAL] New finding on"), message["Subject"])
    expect("it says what to do first",
           "trunkwarden lockdown --account" in text and text.index("Is it yours?") < text.index("trunkwarden ack"), text)
    server.refuses = {"RCPT": "550 no such user"}
    mailing.simulator.command("attack", {"name": "forward_number"})
    expect("a mail that is refused for good becomes a dead letter",
           wait_until("it is listed", lambda: "refused the mail (550)" in mailing.watched.command("alerts", "dead").stdout, 60))
    assert PASSWORD not in daemon.said()


def reaches_the_others_later(mailing):
    """A mailbox that is full for now gets the same mail later, also after a restart; nobody gets it twice, or waits for it."""
    server = MailServer(mailing.stage, mailing.certificate)
    server.refuses = {"RCPT TO:<boss@example.com>": "452 mailbox full"}
    mailing.use(server)
    daemon = mailing.watched.run()
    wait_until("everything was read once", lambda: answer_to(f"http://{daemon.address}/-/ready")[0] == 200, 60)
    mailing.simulator.command("attack", {"name": "change_connection_password"})

    def got(recipient):
        """The ids of the mails that somebody got, as often as he got them."""
        return [parsed(mail)["Message-ID"] for mail in list(server.mails) if f"<{recipient}@example.com>" in mail.recipients]

    def about_the_password():
        return next((each["Message-ID"] for each in map(parsed, list(server.mails)) if "password" in each["Subject"]), None)

    def status():
        return " ".join(mailing.watched.command("status").stdout.split())
    late = wait_until("the mail reaches the one who takes it", about_the_password, 60)
    expect("and not the other", late in got("noc") and not got("boss"), server.said())
    wait_until("status says who does not have it yet", lambda: "not yet for boss@example.com (452)" in status(), 20)
    wait_until("no message waits for the sink", lambda: "email: 0 waiting, 0 refused for good" in status(), 20)
    expect("the daemon ends meanwhile", daemon.end() == 0)
    server.refuses = {}
    daemon = mailing.watched.run()
    wait_until("he gets the same mail after a restart", lambda: late in got("boss"), 60)
    expect("nobody gets it twice", got("noc").count(late) == 1 and got("boss").count(late) == 1, server.said())
    mail = next(each for each in server.mails if each.recipients == ["<boss@example.com>"])
    expect("it is to him alone, and says to whom it went", "noc@example.com" in parsed(mail)["To"], mail.data)
    wait_until("status has nothing against the sink any more", lambda: "not yet for" not in status(), 20)
    daemon.end()


def test(stage):
    mailing = Mailing(stage)
    tries_with_a_test_message(mailing)
    goes_over_tls_from_the_first_byte(mailing)
    sends_nothing_without_trust(mailing)
    trusts_an_authority_that_is_not_the_top_one(mailing)
    reaches_everybody_it_can(mailing)
    does_not_wait_for_a_goodbye(mailing)
    gives_up_nothing_before_the_login(mailing)
    is_not_held_up_by_a_server_that_hangs(mailing)
    reaches_the_others_later(mailing)
    mails_findings(mailing)


if __name__ == "__main__":
    sys.exit(main(test, needs=["openssl"]))
