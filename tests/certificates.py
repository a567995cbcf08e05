"""Certificate authorities for tests, and TLS in front of a server that has none."""

import datetime
import select
import socket
import ssl
import subprocess
import threading

NEW_KEY = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")


def openssl(*words):
    done = subprocess.run(["openssl", *map(str, words)], check=False, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr


class Authority:
    """Its certificate is `cert`. Its certificates are named after the files: NAME.crt and NAME.key. Another one may have signed it."""

    def __init__(self, folder, name, signed_by=None):
        self.folder, self.cert, self.key = folder, folder / f"{name}.pem", folder / f"{name}.key"
        if signed_by is None:
            openssl("req", "-x509", *NEW_KEY, "-keyout", self.key, "-out", self.cert, "-days", "2", "-subj", f"/CN={name}")
            return
        request, extensions = folder / f"{name}.csr", folder / f"{name}.ext"
        openssl("req", *NEW_KEY, "-keyout", self.key, "-out", request, "-subj", f"/CN={name}")
        extensions.write_text("basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign\n")
        openssl("x509", "-req", "-in", request, "-CA", signed_by.cert, "-CAkey", signed_by.key, "-CAcreateserial", "-out", self.cert,
                "-days", "2", "-extfile", extensions)

    def issue(self, name, days=2, hosts="IP:127.0.0.1"):
        cert, key, request, extensions = self._ask(name, hosts)
        openssl("x509", "-req", "-in", request, "-CA", self.cert, "-CAkey", self.key, "-CAcreateserial", "-out", cert, "-days", days,
                "-extfile", extensions)
        return cert, key

    def issue_for_seconds(self, name, seconds, hosts="IP:127.0.0.1"):
        """Valid from an hour ago until so many seconds from now."""
        cert, key, request, extensions = self._ask(name, hosts)
        books = self.folder / f"{name}.books"
        books.mkdir(exist_ok=True)
        (books / "index").write_text("")
        (books / "settings").write_text(f"[ca]\ndefault_ca = it\n[it]\ndatabase = {books}/index\nnew_certs_dir = {books}\n"
                                        "rand_serial = yes\ndefault_md = sha256\npolicy = names\n[names]\ncommonName = supplied\n")
        now = datetime.datetime.now(datetime.timezone.utc)
        first, last = (f"{now + datetime.timedelta(seconds=from_now):%Y%m%d%H%M%SZ}" for from_now in (-3600, seconds))
        openssl("ca", "-batch", "-notext", "-config", books / "settings", "-cert", self.cert, "-keyfile", self.key, "-in", request,
                "-out", cert, "-startdate", first, "-enddate", last, "-extfile", extensions)
        return cert, key

    def _ask(self, name, hosts):
        cert, key, request, extensions = (self.folder / f"{name}.{ext}" for ext in ("crt", "key", "csr", "ext"))
        openssl("req", *NEW_KEY, "-keyout", key, "-out", request, "-subj", f"/CN={name}")
        extensions.write_text(f"subjectAltName={hosts}\n")
        return cert, key, request, extensions


class TlsFront:
    """Takes TLS connections on 127.0.0.1, and hands on what comes to `upstream`, a port there. Ends with the stage."""

    name, is_under_test = "tls-front", False

    def __init__(self, stage, upstream, certificate):
        self.upstream, self.open, self.largest, self.handshakes = upstream, set(), None, 0
        self.show(certificate)
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.thread = threading.Thread(target=self._accept)
        self.thread.start()
        stage.started.append(self)

    def show(self, certificate):
        """From the next connection on."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*certificate)
        self.context = context

    def swallow_beyond(self, size):
        """Answers of more bytes than this do not arrive, and nothing after them; None: all arrive."""
        self.largest = size

    def cut(self):
        """Ends the connections that are open."""
        for each in list(self.open):
            try:
                each.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def _accept(self):
        while True:
            try:
                came = self.listener.accept()[0]
            except OSError:
                return
            threading.Thread(target=self._serve, args=(came,), daemon=True).start()

    def _serve(self, came):
        try:
            came.settimeout(20)
            with self.context.wrap_socket(came, server_side=True) as client, socket.create_connection(("127.0.0.1", self.upstream)) as server:
                client.settimeout(None)
                self.handshakes += 1
                self.open.add(client)
                self._hand_on(client, server)
                self.open.discard(client)
        except OSError:
            came.close()

    def _hand_on(self, client, server):
        both, swallows = [client, server], False
        while True:
            ready = [client] if client.pending() else select.select(both, [], [])[0]
            if client in ready:
                if not (asked := client.recv(65536)):
                    return
                server.sendall(asked)
            if server in ready:
                answer = server.recv(1 << 20)
                swallows = swallows or (self.largest is not None and len(answer) > self.largest)
                if not answer and not swallows:
                    return
                if not answer:
                    both.remove(server)  # that it closed does not arrive either
                elif not swallows:
                    client.sendall(answer)

    def said(self):
        return f"{self.handshakes} handshakes"

    def end(self):
        try:
            self.listener.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        self.listener.close()
        self.thread.join()
        self.cut()
