#!/usr/bin/env python3
"""The Debian package holds what it should, and nothing else.

    tests/package/package_test.py build/release/trunkwarden_0.1.0-1_amd64.deb

Contents, modes, owners, dependencies, links into its own documents, the list of components, lintian; no simulator, no path of
this host and no key. Packed again under another umask, time zone and locale, it is the same, byte by byte.
Exits 77 (skipped) where there is no package, or an older one than the files it is made of, or no dpkg-deb or lintian.
"""
import gzip
import json
import os
import pathlib
import re
import subprocess
import sys
import tarfile
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "monitoring"))
from shared import ROOT, arguments, need, report, run, skip  # noqa: E402

DOC = "usr/share/doc/trunkwarden"
SHARE = "usr/share/trunkwarden"
MANUALS = sorted((ROOT / "docs/man").glob("*.scd"))
FROM_OPERATORS = {f"{SHARE}/geoip", f"{SHARE}/geoip6"}  # countries of addresses, for those who want them
SCRIPTS = ("postinst", "prerm", "postrm")
SECRET = re.compile(rb"\bKEY[0-9A-F]{10,}_\w{10,}|-----BEGIN [A-Z ]*PRIVATE KEY-----\n[A-Za-z0-9+/=]{16}")


def expected():
    """Every file of the package, as the source tree has it."""
    files = {"usr/bin/trunkwarden", "usr/lib/systemd/system/trunkwarden.service", "usr/lib/sysusers.d/trunkwarden.conf",
             "usr/lib/tmpfiles.d/trunkwarden.conf", "etc/trunkwarden/trunkwarden.yml", "usr/share/lintian/overrides/trunkwarden",
             f"{SHARE}/schema/trunkwarden.schema.json", f"{SHARE}/schema/baseline.schema.json",
             f"{SHARE}/prometheus/trunkwarden.rules.yml", f"{SHARE}/prometheus/prometheus.example.yml",
             f"{SHARE}/alertmanager/alertmanager.example.yml", f"{SHARE}/grafana/trunkwarden.json",
             f"{DOC}/examples/trunkwarden.yml", f"{DOC}/examples/baseline.example.yml", f"{DOC}/copyright",
             f"{DOC}/changelog.gz", f"{DOC}/changelog.Debian.gz", f"{DOC}/sbom.cdx.json"}
    for page in (ROOT / "docs").rglob("*.md"):
        if page != ROOT / "docs/changelog.md":
            files.add(f"{DOC}/{page.relative_to(ROOT / 'docs')}")
    for source in MANUALS:
        files.add(f"usr/share/man/man{source.stem.rpartition('.')[2]}/{source.stem}.gz")
    for source, target in (("trunkwarden.bash", "bash-completion/completions/trunkwarden"),
                           ("_trunkwarden", "zsh/vendor-completions/_trunkwarden")):
        if (ROOT / "config/completions" / source).exists():
            files.add(f"usr/share/{target}")
    return files


def contents(members):
    files = {each.name.removeprefix("./") for each in members if not each.isdir()}
    for name in sorted(expected() - files):
        yield f"{name} is not in it"
    for name in sorted(files - expected()):
        yield f"{name} is in it"
    for each in members:
        wanted = 0o755 if each.isdir() or each.name == "./usr/bin/trunkwarden" else 0o644
        if not (each.isdir() or each.isfile()):
            yield f"{each.name} is neither a file nor a folder"
        if each.mode != wanted:
            yield f"{each.name} has mode {each.mode:04o}, not {wanted:04o}"
        if (each.uname, each.gname, each.uid, each.gid) != ("root", "root", 0, 0):
            yield f"{each.name} belongs to {each.uname}:{each.gname}"


def control(folder, fields):
    conffiles = (folder / "DEBIAN/conffiles").read_text().split()
    in_etc = sorted(f"/{each.relative_to(folder)}" for each in (folder / "etc").rglob("*") if each.is_file())
    if conffiles != in_etc:
        yield f"conffiles: {conffiles}, but in /etc there is {in_etc}"
    for script in SCRIPTS:
        file = folder / "DEBIAN" / script
        if file.read_bytes() != (ROOT / "systemd/debian" / script).read_bytes() or file.stat().st_mode & 0o777 != 0o755:
            yield f"{script} is not the one of systemd/debian, with mode 0755"
        code, said = run("sh", "-n", file)
        if code != 0:
            yield f"{script}: {said}"
    for key, pattern in (("Package", "trunkwarden"), ("Version", r"\d+\.\d+\.\d+-\d+"), ("Section", "net"), ("Priority", "optional"),
                         ("Maintainer", r".+ <.+@.+>")):
        if not re.fullmatch(pattern, fields.get(key, "")):
            yield f"{key}: {fields.get(key)}"


def needed_libraries(program):
    return re.findall(r"\(NEEDED\)\s+Shared library: \[(.+?)\]", run("readelf", "-dW", program)[1])


def packages_of(program):
    """{library: the Debian package it comes from}"""
    said = run("ldd", program)[1]
    found = {pathlib.PurePath(name or file).name: file for name, file in re.findall(r"(?:(\S+) => )?(/\S+) \(0x", said)}
    owners = {}
    for library in needed_libraries(program):
        file = found.get(library, "/")
        real = os.path.realpath(file)
        said = run("dpkg-query", "--search", file, real, real.removeprefix("/usr"))[1]
        owners[library] = next(iter(re.findall(r"^([\w.+-]+)(?::\w+)?(?:, \S+)*: /", said, re.MULTILINE)), "")
    return owners


def dependencies(folder, fields):
    depends = set(re.findall(r"([a-z0-9][a-z0-9.+-]+)(?: \(|,| \||$)", fields["Depends"]))
    owners = packages_of(folder / "usr/bin/trunkwarden")
    if len(owners) < 8:
        yield f"it is linked to {sorted(owners)} only"
    for library, package in owners.items():
        provided = run("dpkg-query", "--show", "--showformat=${Provides}", package)[1]
        if not depends & {package, *re.findall(r"([a-z0-9][a-z0-9.+-]+)", provided)}:
            yield f"it needs {library}, but does not depend on {package or 'whatever has it'}"
    # Certificates are always verified; the scripts call these two.
    for package in ("ca-certificates", "init-system-helpers", "libcurl4", "systemd"):
        if package not in depends:
            yield f"it does not depend on {package}"


def program(folder):
    file = folder / "usr/bin/trunkwarden"
    sections = run("readelf", "-SW", file)[1]
    for section in (".symtab", ".debug_info"):
        if f" {section} " in sections:
            yield f"the program is not stripped: {section}"
    dynamic = run("readelf", "-dW", file)[1]
    for flag in ("NOW", "PIE"):
        if not re.search(rf"\bFLAGS_1\b.*\b{flag}\b", dynamic):
            yield f"the program is not linked with {flag}"
    if re.search(r"RPATH|RUNPATH", dynamic):
        yield "the program looks for libraries in folders of its own"
    if b"/_simulator/" in file.read_bytes():
        yield "the simulator is part of the program"


def of_this_host(folder):
    """Paths of the build, and keys."""
    build_path = str(ROOT).encode()
    for file in sorted(each for each in folder.rglob("*") if each.is_file()):
        data = gzip.decompress(file.read_bytes()) if file.suffix == ".gz" else file.read_bytes()
        name = file.relative_to(folder)
        if "simulator" in name.name:
            yield f"{name} has to do with the simulator"
        if build_path in data:
            yield f"{name} names {ROOT}"
        if SECRET.search(data):
            yield f"{name} holds what looks like a key"


def links(folder):
    """Every file that findings, rules, the unit and manuals point to is there."""
    naming = [*(ROOT / "daemon").rglob("*.?pp"), *(ROOT / "config").rglob("*.yml"), *(ROOT / "systemd").rglob("trunkwarden.*"), *MANUALS]
    seen = 0
    for file in naming:
        for path in re.findall(r"/(usr/share/(?:doc/)?trunkwarden/[\w./-]*\w)", file.read_text(encoding="utf-8")):
            seen += 1
            if path not in FROM_OPERATORS and not (folder / path).exists():
                yield f"{file.relative_to(ROOT)} names /{path}, which is not in the package"
    if seen < 20:
        yield f"only {seen} links into the package were found"


def components(folder):
    document = json.loads((folder / DOC / "sbom.cdx.json").read_text(encoding="utf-8"))
    if (document["bomFormat"], document["specVersion"]) != ("CycloneDX", "1.5"):
        yield "sbom.cdx.json is no CycloneDX 1.5"
    named = {each["name"]: each for each in document["components"]}
    if len(named) != len(document["components"]):
        yield "sbom.cdx.json names a package twice"
    if sorted(document["dependencies"][0]["dependsOn"]) != sorted(each["bom-ref"] for each in document["components"]):
        yield "sbom.cdx.json: components and dependencies differ"
    # Linked, header-only, static
    for package in {*packages_of(folder / "usr/bin/trunkwarden").values(), "libboost1.81-dev", "libcli11-dev", "libsqlitecpp-dev"}:
        if package not in named:
            yield f"sbom.cdx.json does not name {package}"
            continue
        version = run("dpkg-query", "--show", "--showformat=${Version}", package)[1]
        if named[package]["version"] != version:
            yield f"sbom.cdx.json has {package} {named[package]['version']}, but {version} is installed"


def judged_by_lintian(deb):
    # Manuals are made from docs/man; without sources of them there is nothing to complain about.
    quiet = [] if MANUALS else ["--suppress-tags", "no-manual-page"]
    root = ["--allow-root"] if os.getuid() == 0 else []
    code, said = run("lintian", "--fail-on", "error,warning", *root, *quiet, deb)
    if code != 0 or re.search(r"^[EW]: ", said, re.MULTILINE):
        yield f"lintian: {said}"


def packed_again(deb):
    config = deb.parent / "package/CPackConfig.cmake"
    if not config.exists():
        yield f"{config} is not there: was the package made elsewhere?"
        return
    with tempfile.TemporaryDirectory(prefix="trunkwarden-package-") as folder:
        done = subprocess.run([str(ROOT / "systemd/pack"), "cpack", str(config), folder], capture_output=True, text=True, timeout=240,
                              check=False, umask=0o077,
                              env={**os.environ, "TZ": "Asia/Kathmandu", "LC_ALL": "C", "SOURCE_DATE_EPOCH": "1"})
        made = pathlib.Path(folder) / deb.name
        if done.returncode != 0 or not made.exists():
            yield f"cpack: {done.stdout}{done.stderr}"
        elif made.read_bytes() != deb.read_bytes():
            yield "packed again, the package is another one"


def newest_source():
    listed = subprocess.run(["git", "ls-files", "-z", "CMakeLists.txt", "CMakePresets.json", "config", "daemon", "docs", "systemd"],
                            cwd=ROOT, capture_output=True, text=True, check=False).stdout
    files = [ROOT / name for name in listed.split("\0") if name and (ROOT / name).exists() and name != "systemd/README.md"]
    return max(files, key=lambda each: each.stat().st_mtime, default=None)


def main():
    deb = arguments(("deb", {"type": pathlib.Path})).deb.resolve()
    need("dpkg-deb", "lintian", "readelf", "cpack")
    if not deb.is_file():
        skip(f"there is no package {deb}: cmake --build --preset release --target package makes it")
    newest = newest_source()
    if newest and newest.stat().st_mtime > deb.stat().st_mtime:
        skip(f"{deb.name} is older than {newest.relative_to(ROOT)}: cmake --build --preset release --target package makes it anew")

    with tempfile.TemporaryDirectory(prefix="trunkwarden-package-") as scratch:
        folder = pathlib.Path(scratch) / "unpacked"
        code, said = run("dpkg-deb", "-R", deb, folder)
        if code != 0:
            return report([f"dpkg-deb: {said}"], "")
        tar = pathlib.Path(scratch) / "data.tar"
        with tar.open("wb") as into:
            subprocess.run(["dpkg-deb", "--fsys-tarfile", str(deb)], stdout=into, check=True)
        with tarfile.open(tar) as packed:
            members = packed.getmembers()
        fields = dict(re.findall(r"^([A-Za-z-]+): (.*)$", run("dpkg-deb", "-f", deb)[1], re.MULTILINE))
        found = [*contents(members), *control(folder, fields), *dependencies(folder, fields), *program(folder), *of_this_host(folder),
                 *links(folder), *components(folder), *judged_by_lintian(deb), *packed_again(deb)]
    return report(found, f"{deb.name}: {len(members)} files and folders, as they should be; the same when packed again")


if __name__ == "__main__":
    sys.exit(main())
