#!/usr/bin/env python3
"""The package on a Debian that has nothing else: as a container, and from a repository.

    fresh_root_test.py PACKAGE.deb --simulator build/dev/trunkwarden-simulator --cache FOLDER

* Follows systemd/Containerfile line by line in a fresh root, and runs what came out as process 1: as its user, over a folder of
  settings, until SIGTERM.
* Makes a repository with systemd/make_apt_repository, installs the package from it, upgrades it, and lets apt refuse it when the key
  is another one, when a list or a package was changed, and when it is not signed.

The root comes from Debian's archive, and stays in FOLDER for a week. Exits 77 (skipped) without the package, root, systemd-nspawn,
mmdebstrap or the archive.
"""

import contextlib
import datetime
import email.utils
import fcntl
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from running import ROOT, Process, Simulator, Watched, expect, main, skip, wait_until  # noqa: E402

RECIPE = ROOT / "systemd/Containerfile"
KEPT = 7 * 24 * 3600
NSPAWN = ("systemd-nspawn", "--quiet", "--keep-unit", "--register=no", "--link-journal=no", "--timezone=off",
          "--console=pipe")
SOURCE = "deb [signed-by=/etc/apt/keyrings/trunkwarden.gpg] file:/repository stable main\n"


def run(*command, folder=None, **environment):
    done = subprocess.run([str(each) for each in command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace",
                          stdin=subprocess.DEVNULL, cwd=folder, env={**os.environ, "LC_ALL": "C", **environment}, timeout=500, check=False)
    return done.returncode, done.stdout


def must(*command, **environment):
    code, said = run(*command, **environment)
    assert code == 0, f"{' '.join(map(str, command))}: {code}: {said[-3000:]}"
    return said


def fresh_root(cache, into):
    """A copy of a minimal Debian 12."""
    cache.mkdir(parents=True, exist_ok=True)
    kept = cache / "bookworm.tar"
    with (cache / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not kept.exists() or time.time() - kept.stat().st_mtime > KEPT:
            new = cache / "new.tar"
            code, said = run("mmdebstrap", "--variant=apt", "bookworm", new)
            if code != 0:
                skip(f"Debian's archive gave no root: {said[-500:]}")
            new.rename(kept)
    into.mkdir()
    must("tar", "-C", into, "-xf", kept)


def remove_empty_groups():
    """systemd-nspawn leaves them behind where it could not register."""
    with contextlib.suppress(OSError):  # one may go away while they are listed
        for group in sorted(pathlib.Path("/sys/fs/cgroup").glob("*/payload/**/"), reverse=True):
            with contextlib.suppress(OSError):
                group.rmdir()


class Container:
    """A root in which the lines of a Containerfile were followed."""

    def __init__(self, root):
        self.root, self.user, self.command, self.entry, self.stop = root, "root", [], [], "SIGTERM"

    def inside(self, *command, more=()):
        return run(*NSPAWN, "--as-pid2", "--resolv-conf=copy-host", *more, "-D", self.root, *command)

    def must_inside(self, *command):
        code, said = self.inside(*command)
        assert code == 0, f"{' '.join(command)}: {code}: {said[-3000:]}"
        return said

    def follow(self, recipe, given):
        """`given` is the folder that COPY reads. An instruction that is not known here fails."""
        for line in re.sub(r"\\\n", " ", recipe).splitlines():
            word, _, rest = line.strip().partition(" ")
            if not word or word.startswith("#") or word in ("ARG", "FROM", "VOLUME"):
                continue
            if word == "COPY":
                pattern, into = rest.split()
                (self.root / into.strip("/")).mkdir(exist_ok=True)
                for file in given.glob(pattern):
                    shutil.copy(file, self.root / into.strip("/"))
            elif word == "RUN":
                self.must_inside("/bin/sh", "-c", rest)
            elif word == "USER":
                self.user = rest
            elif word == "STOPSIGNAL":
                self.stop = rest
            elif word == "ENTRYPOINT":
                self.entry = json.loads(rest)
            elif word == "CMD":
                self.command = json.loads(rest)
            else:
                raise AssertionError(f"{RECIPE}: {word} is not known to this test")


def test(stage):
    if os.geteuid() != 0:
        skip("only root can run a container")
    package = pathlib.Path(stage.given.deb).resolve()
    if not package.is_file():
        skip(f"there is no package {package}: cmake --build --preset release --target package makes it")
    given = stage.scratch / "given"
    given.mkdir()
    shutil.copy(package, given)
    container = Container(stage.scratch / "root")
    fresh_root(pathlib.Path(stage.given.cache), container.root)

    try:
        # The root may come from the cache: the archive has to answer now.
        code, said = container.inside("apt-get", "-o", "APT::Update::Error-Mode=any", "update")
        if code != 0:
            skip(f"Debian's archive gave no lists: {said[-500:]}")
        container.follow(RECIPE.read_text(encoding="utf-8"), given)
        runs_as_a_container(stage, container)
        is_a_repository(stage, container, package)
    finally:
        remove_empty_groups()


# --- as a container -----------------------------------------------------------------------------------------------------


def runs_as_a_container(stage, container):
    simulator = Simulator(stage)
    watched = Watched(stage, simulator)
    watched.settings = re.sub("control_socket: .*", "control_socket: /var/lib/trunkwarden/control.sock", watched.settings)
    watched.settings = re.sub("state_file: .*", "", watched.settings)
    watched.write()
    settings = stage.scratch / "settings"
    settings.mkdir()
    for name in ("trunkwarden.yml", "baseline.yml", "ca.pem", "api_key"):
        shutil.copy(stage.scratch / name, settings)
    group = int(re.search(r"^_trunkwarden:\w*:(\d+)", (container.root / "etc/group").read_text(), re.MULTILINE)[1])
    for file in settings.iterdir():
        os.chown(file, 0, group)
        file.chmod(0o640)

    bound = f"--bind-ro={settings}:/etc/trunkwarden"
    expect("the image ends with the usual entry", (container.entry, container.command) == (["/usr/bin/trunkwarden"], ["run"]))
    daemon = Process(stage, "container", *NSPAWN, f"--user={container.user}", f"--kill-signal={container.stop}", bound, "-D", container.root,
                     *container.entry, *container.command)
    address = daemon.wait_for_words(r"msg=listening address=(\S+)", 60)[1]
    first = wait_until("process 1 of the container is there", lambda: child_of(daemon.child.pid), 10)
    status = pathlib.Path(f"/proc/{first}/status").read_text(encoding="utf-8")
    expect("the daemon is process 1", re.search(r"^NSpid:.*\s1$", status, re.MULTILINE), status)
    expect("it is not root", not re.search(r"^Uid:\s+0\b", status, re.MULTILINE), status)
    expect("its state is its own", wait_until("the state file is there", (container.root / "var/lib/trunkwarden/state.db").exists, 30))
    wait_until("it reads everything", lambda: run("curl", "-fsS", f"http://{address}/-/ready")[0] == 0, 60)
    code, said = run("nsenter", "-t", first, "-m", "-p", "-i", "/usr/bin/trunkwarden", "status")
    expect("a command beside it gets an answer", code == 0 and "Account demo" in said, said)
    began = time.monotonic()
    daemon.child.send_signal(signal.SIGTERM)
    code = daemon.child.wait(30)
    expect("SIGTERM ends it with 0", code == 0 and "msg=stopping signal=SIGTERM" in daemon.said(), daemon.said()[-500:])
    expect("within 5 s", time.monotonic() - began < 5, time.monotonic() - began)


def child_of(process):
    """The process that runs in the container: the last of the only children."""
    listed = pathlib.Path(f"/proc/{process}/task/{process}/children").read_text(encoding="utf-8").split()
    return int(listed[0]) if listed else None


# --- from a repository --------------------------------------------------------------------------------------------------


class Signing:
    """A keyring with one key that signs."""

    def __init__(self, folder):
        folder.mkdir(mode=0o700)
        self.home = {"GNUPGHOME": str(folder)}
        must("gpg", "--batch", "--quiet", "--passphrase", "", "--quick-generate-key", "releases@example.com", "ed25519", "sign", "never",
             **self.home)

    def make(self, folder, *packages, options=()):
        return run(ROOT / "systemd/make_apt_repository", *options, folder, "releases@example.com", *packages, **self.home)

    def must_sign(self, release, text):
        """Puts this text, without the signature that it has, into the file, signed by this key."""
        plain = text.split("\n\n", 1)[1].split("-----BEGIN PGP SIGNATURE-----")[0]
        unsigned = release.with_suffix(".unsigned")
        unsigned.write_text(plain, encoding="utf-8")
        must("gpg", "--batch", "--yes", "--quiet", "--clearsign", "--output", release, unsigned, **self.home)
        unsigned.unlink()

    def end(self):
        run("gpgconf", "--kill", "gpg-agent", **self.home)


def later(package, folder, release, more=""):
    """The package as a later release of the same version, with a line more in a file when asked."""
    unpacked = folder / f"unpacked-{release}"
    must("dpkg-deb", "-R", package, unpacked)
    control = unpacked / "DEBIAN/control"
    control.write_text(re.sub(r"(?m)^(Version: .*)-\d+$", rf"\1-{release}", control.read_text(encoding="utf-8")), encoding="utf-8")
    if more:
        (unpacked / "usr/lib/sysusers.d/trunkwarden.conf").open("a").write(more)
    made = folder / f"release-{release}.deb"
    must("dpkg-deb", "--root-owner-group", "-Zgzip", "-z1", "-b", unpacked, made)
    return made


def is_a_repository(stage, container, package):
    signing, stranger = Signing(stage.scratch / "keys"), Signing(stage.scratch / "other-keys")
    try:
        installs_and_upgrades(stage, container, package, signing)
        refuses_what_was_changed(stage, container, signing, stranger)
    finally:
        signing.end()
        stranger.end()


def installs_and_upgrades(stage, container, package, signing):
    root, published = container.root, stage.scratch / "repository"
    container.must_inside("dpkg", "--purge", "trunkwarden")
    second = later(package, stage.scratch, 2)
    code, said = signing.make(published, package)
    expect("a repository is made", code == 0, said)

    keyrings, sources = root / "etc/apt/keyrings", root / "etc/apt/sources.list.d/trunkwarden.list"
    keyrings.mkdir(parents=True, exist_ok=True)
    (root / "etc/apt/sources.list").unlink()  # Debian's archive is not asked: only ours is
    shutil.copy(published / "trunkwarden.gpg", keyrings)
    sources.write_text(SOURCE)
    expect("apt takes its lists", updates(container, published), updates.said)
    said = container.inside("apt-get", "install", "-y", "trunkwarden", more=bound(published))[1][-500:]
    expect("apt installs the package", version_in(container).endswith("-1"), said)
    expect("the program runs", container.inside("/usr/bin/trunkwarden", "--version")[0] == 0)

    settings = root / "etc/trunkwarden/trunkwarden.yml"
    settings.write_text(settings.read_text(encoding="utf-8") + "# edited\n", encoding="utf-8")
    code, said = signing.make(published, second)
    expect("a version is added", code == 0 and len(list((published / "pool").glob("*.deb"))) == 2, said)
    expect("apt sees it", updates(container, published), updates.said)
    said = container.inside("apt-get", "upgrade", "-y", more=bound(published))[1]
    expect("apt upgrades to it", version_in(container).endswith("-2"), said)
    expect("edited settings stay", settings.read_text(encoding="utf-8").endswith("# edited\n"))
    before = f"trunkwarden={version_in(container)[:-1]}1"
    container.inside("apt-get", "install", "-y", "--allow-downgrades", before, more=bound(published))
    expect("the version before it is still to be had", version_in(container).endswith("-1"), version_in(container))

    other = later(package, stage.scratch / "keys", 2, "# another\n")
    code, said = signing.make(published, other)
    expect("a published version is not replaced", code != 0 and "give the new one a new version" in said, said)
    expect("and nothing is left of the attempt", updates(container, published) and not list(published.glob(".new*")), updates.said)


def refuses_what_was_changed(stage, container, signing, stranger):
    good = stage.scratch / "repository"

    def changed(name):
        copy = stage.scratch / name
        shutil.copytree(good, copy)
        return copy

    forged = changed("forged")
    code, said = stranger.make(forged, stage.scratch / "release-2.deb")
    expect("another key signs it", code == 0, said)
    expect("apt refuses the signature of another key", not updates(container, forged) and "NO_PUBKEY" in updates.said, updates.said)

    edited = changed("edited")
    release = edited / "dists/stable/InRelease"
    release.write_text(release.read_text(encoding="utf-8").replace("Suite: stable", "Suite: stabler"), encoding="utf-8")
    expect("apt refuses an InRelease that was changed", not updates(container, edited) and "BADSIG" in updates.said, updates.said)

    unsigned = changed("unsigned")
    (unsigned / "dists/stable/InRelease").unlink()
    expect("apt refuses a repository that is not signed", not updates(container, unsigned), updates.said)

    ending = changed("ending")
    code, said = signing.make(ending, options=("--valid-for=14",))
    expect("it is signed again without a package, with an end", code == 0, said)
    release = ending / "dists/stable/InRelease"
    until = re.search(r"(?m)^Valid-Until: (.*)$", release.read_text(encoding="utf-8"))
    left = email.utils.parsedate_to_datetime(until[1]) - datetime.datetime.now(datetime.timezone.utc) if until else None
    expect("the end is in 14 days", until and datetime.timedelta(days=13) < left <= datetime.timedelta(days=14), left)
    expect("apt takes it until then", updates(container, ending), updates.said)
    signing.must_sign(release, release.read_text(encoding="utf-8").replace(until[1], "Mon, 02 Nov 2020 10:00:00 +0000"))
    expect("apt refuses lists that are over", not updates(container, ending) and "expired" in updates.said, updates.said)
    code, said = signing.make(ending, options=("--valid-for=soon",))
    expect("days that are no number are refused", code != 0 and "a number of days" in said, said)

    lists = changed("lists")
    for file in (lists / "dists/stable/main").rglob("*"):
        if file.is_file():
            file.write_bytes(file.read_bytes().replace(b"Priority: optional", b"Priority: required") + b"\n")
    container.must_inside("sh", "-c", "rm -rf /var/lib/apt/lists/*")
    expect("apt refuses lists that were changed", not updates(container, lists), updates.said)

    packages = changed("packages")
    container.must_inside("dpkg", "--purge", "trunkwarden")
    for file in (packages / "pool").iterdir():
        data = bytearray(file.read_bytes())
        data[len(data) // 2] ^= 1
        file.write_bytes(data)
    expect("the lists of that one are good", updates(container, packages), updates.said)
    code, said = container.inside("apt-get", "install", "-y", "trunkwarden", more=bound(packages))
    expect("apt refuses a package that was changed", code != 0 and "Hash Sum mismatch" in said and not version_in(container), said)


def bound(published):
    return (f"--bind-ro={published}:/repository",)


def updates(container, published):
    """Whether apt takes the repository. `said` keeps its words."""
    checks = ("-o", "Acquire::Check-Date=true", "-o", "Acquire::Check-Valid-Until=true")  # as apt does without settings
    code, updates.said = container.inside("apt-get", "-o", "APT::Update::Error-Mode=any", *checks, "update", more=bound(published))
    return code == 0


def version_in(container):
    said = container.inside("dpkg-query", "-W", "-f", "${db:Status-Abbrev}${Version}\n", "trunkwarden")[1]
    found = re.search(r"^ii +(\S+)", said, re.MULTILINE)
    return found[1] if found else ""


if __name__ == "__main__":
    sys.exit(main(test, binaries=("--simulator",), needs=("systemd-nspawn", "mmdebstrap", "apt-ftparchive", "gpg", "curl", "nsenter"),
                  options=[("deb", {}), ("--cache", {"required": True})]))
