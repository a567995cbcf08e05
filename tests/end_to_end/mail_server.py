"""A mail server on loopback for tests: SMTP (RFC 5321) with STARTTLS and AUTH PLAIN."""

import base64
import socketserver
import ssl
import threading


class Mail:
    """A mail as a client handed it over, and the way it did so."""

    def __init__(self, sender, recipients, data, tls, login):
        self.sender, self.recipients, self.data, self.tls, self.login = sender, recipients, data, tls, login


class MailServer:
    """Keeps the mails that it took, and every command line that it got, with whether that came over TLS. `refuses` names
    commands, whole command lines or "greeting", and its answers instead, such as {"RCPT": "550 no such user"}.
    `connections` counts; while `answers` is not set, it greets nobody."""

    name, is_under_test = "mail server", False

    def __init__(self, stage, certificate=None, at=("127.0.0.1", 0), tls_first=False):
        self.mails, self.heard, self.refuses = [], [], {}
        self.connections, self.answers = 0, threading.Event()
        self.answers.set()
        self.says_goodbye = threading.Event()
        self.says_goodbye.set()
        self.context = None
        if certificate:
            self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self.context.load_cert_chain(*certificate)
        self.tls_first = tls_first
        server = self

        class Handler(socketserver.BaseRequestHandler):
            def handle(self):
                try:
                    Session(server, self.request).run()
                except (OSError, ValueError):
                    pass  # the client went

        class Threaded(socketserver.ThreadingTCPServer):
            allow_reuse_address, daemon_threads = True, True

        self.server = Threaded(at, Handler)
        self.address = "{}:{}".format(*self.server.server_address)
        self.thread = threading.Thread(target=self.server.serve_forever)
        self.thread.start()
        stage.started.append(self)

    def said(self):
        return "\n".join(line for line, _ in self.heard)

    def end(self):
        self.answers.set()
        self.says_goodbye.set()
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


class Session:
    """One connection."""

    def __init__(self, server, connection):
        self.server, self.tls, self.login = server, False, None
        self.sender, self.recipients = None, []
        self.over(connection)
        if server.tls_first:
            self.start_tls()

    def over(self, connection):
        self.connection, self.file = connection, connection.makefile("rb")

    def start_tls(self):
        self.over(self.server.context.wrap_socket(self.connection, server_side=True))
        self.tls = True

    def say(self, *lines):
        self.connection.sendall("".join(f"{line}\r\n" for line in lines).encode())

    def line(self):
        line = self.file.readline()
        if not line.endswith(b"\r\n"):
            raise ValueError("the client went, or ends lines otherwise")
        return line[:-2]

    def run(self):
        self.server.connections += 1
        self.server.answers.wait()
        self.say(self.server.refuses.get("greeting", "220 mail.example.com"))
        if "greeting" in self.server.refuses:
            return
        while True:
            line = self.line().decode()
            self.server.heard.append((line, self.tls))
            verb = line.split(" ")[0].upper()
            if verb == "QUIT":
                self.server.says_goodbye.wait()
                self.say("221 bye")
                return
            refusal = self.server.refuses.get(line, self.server.refuses.get(verb))
            if refusal:
                self.say(refusal)
                continue
            getattr(self, f"on_{verb.lower()}", self.on_unknown)(line)

    def on_unknown(self, _line):
        self.say("502 not known here")

    def on_ehlo(self, _line):
        offers = ["AUTH PLAIN"] if self.tls else []
        if self.server.context and not self.tls:
            offers.append("STARTTLS")
        self.say(*(f"250-{offer}" for offer in ["mail.example.com", *offers]), "250 8BITMIME")

    def on_starttls(self, _line):
        self.say("220 go on")
        self.start_tls()

    def on_auth(self, line):
        words = line.split(" ")
        if len(words) < 3:
            self.say("334 ")
            words.append(self.line().decode())
        self.login = tuple(base64.b64decode(words[2]).decode().split("\0")[1:])
        self.say("235 welcome")

    def on_mail(self, line):
        self.sender, self.recipients = line.split(":", 1)[1].split(" ")[0], []
        self.say("250 fine")

    def on_rcpt(self, line):
        self.recipients.append(line.split(":", 1)[1].split(" ")[0])
        self.say("250 fine")

    def on_noop(self, _line):
        self.say("250 fine")

    def on_rset(self, _line):
        self.say("250 fine")

    def on_data(self, _line):
        self.say("354 go on")
        lines = []
        while (line := self.line()) != b".":
            lines.append(line[1:] if line.startswith(b".") else line)
        self.server.mails.append(Mail(self.sender, self.recipients, b"\r\n".join(lines) + b"\r\n", self.tls, self.login))
        self.say("250 taken")
