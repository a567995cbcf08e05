#!/usr/bin/env python3
"""Writes what the program is made of as a CycloneDX 1.5 document.

    systemd/make_sbom.py --binary build/release/trunkwarden --build-folder build/release --version 0.1.0 --revision 9cb80f4
                         --time 1764172800 --output sbom.cdx.json

Every component is a Debian package with the version that was installed when the program was built:

* shared libraries, as the dynamic linker finds them;
* static libraries, as the link command names them;
* headers that the compiler read, as Ninja has them on record: most of Boost and all of CLI11 come this way.

A file of no package is an error: a component that nobody can name must not pass in silence.
"""
import argparse
import datetime
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import uuid

NAMESPACE = uuid.UUID("6f2d1f0a-6f0b-5c0e-9a59-5d3f0c6a7e11")  # of our serial numbers; any will do
OBJECTS_OF = ("CMakeFiles/trunkwarden_core.dir/", "CMakeFiles/trunkwarden.dir/")


def output_of(*command):
    done = subprocess.run([str(each) for each in command], capture_output=True, text=True, check=False,
                          env={**os.environ, "LC_ALL": "C"})
    if done.returncode != 0:
        sys.exit(f"{command[0]}: {done.stderr.strip()[:2000]}")
    return done.stdout


def needed_by(binary):
    return re.findall(r"\(NEEDED\)\s+Shared library: \[(.+?)\]", output_of("readelf", "-dW", binary))


def of_another_machine(binary):
    """The folder of the libraries of a program that was made for another machine; None for one of this machine."""
    machine = re.search(r"Machine:\s+(.+)", output_of("readelf", "-hW", binary))[1]
    return pathlib.Path("/usr/lib/aarch64-linux-gnu") if machine == "AArch64" and os.uname().machine != "aarch64" else None


def libraries_in(folder, binary):
    """All that a program loads from a folder, as the dynamic linker of that machine would."""
    found, waiting = set(), [binary]
    while waiting:
        for name in needed_by(waiting.pop()):
            file = folder / name
            if not file.exists():
                sys.exit(f"{binary} needs {name}, which is not in {folder}")
            if str(file) not in found:
                found.add(str(file))
                waiting.append(file)
    return found


def shared_libraries(binary):
    """{file: whether the program itself names it}"""
    named = set(needed_by(binary))
    if folder := of_another_machine(binary):
        return {file: pathlib.Path(file).name in named for file in libraries_in(folder, binary)}
    found = re.findall(r"^\s*(?:(\S+) => )?(/\S+) \(0x", output_of("ldd", binary), re.MULTILINE)
    if not found:
        sys.exit(f"{binary} is linked to no shared library")
    return {file: (name or pathlib.Path(file).name) in named for name, file in found}


def static_libraries(build_folder, binary):
    inputs = output_of("ninja", "-C", build_folder, "-t", "query", binary.name)
    return [each for each in re.findall(r"\S+\.a$", inputs, re.MULTILINE) if each.startswith("/")]


def headers(build_folder):
    """Of a copy: Ninja may be at work, and repairs a log that it finds half written."""
    with tempfile.TemporaryDirectory(prefix="trunkwarden-sbom-") as copy:
        for name in ("build.ninja", "CMakeFiles/rules.ninja", ".ninja_deps"):
            target = pathlib.Path(copy) / name
            target.parent.mkdir(exist_ok=True)
            shutil.copyfile(build_folder / name, target)
        log = output_of("ninja", "-C", copy, "-t", "deps")
    read, ours = set(), False
    for line in log.splitlines():
        if line and not line[0].isspace():
            ours = line.startswith(OBJECTS_OF)
        elif ours and line.strip().startswith("/"):
            read.add(line.strip())
    if not read:
        sys.exit(f"{build_folder}: Ninja knows of no header: build the program with it first")
    return read


def spellings(file):
    """dpkg knows a file by one of its names: /lib is /usr/lib, and links lead elsewhere."""
    real = os.path.realpath(file)
    return {file, os.path.normpath(file), real, real.removeprefix("/usr"), "/usr" + os.path.normpath(file)}


def owners(files):
    """{file: package}"""
    asked = {name: file for file in files for name in spellings(file)}
    names, owner = sorted(asked), {}
    for at in range(0, len(names), 500):
        # Exit code 1 when one of them is unknown: one spelling of each always is.
        said = subprocess.run(["dpkg-query", "--search", *names[at:at + 500]], capture_output=True, text=True, check=False,
                              env={**os.environ, "LC_ALL": "C"}).stdout
        for line in said.splitlines():
            packages, _, name = line.partition(": ")
            if name in asked and not line.startswith("diversion "):
                owner.setdefault(asked[name], packages.split(", ")[0])
    for file in files:
        if file not in owner:
            sys.exit(f"{file} belongs to no Debian package")
    return owner


def component(package, uses):
    name, version, architecture, source, source_version = output_of(
        "dpkg-query", "--show", "--showformat=${Package}\t${Version}\t${Architecture}\t${source:Package}\t${source:Version}",
        package).split("\t")
    purl = f"pkg:deb/debian/{name}@{version.replace('+', '%2B').replace(':', '%3A')}?arch={architecture}&distro=debian-12"
    return {"type": "library", "bom-ref": purl, "name": name, "version": version, "purl": purl,
            "properties": [{"name": "debian:source", "value": source}, {"name": "debian:source-version", "value": source_version},
                           {"name": "trunkwarden:used-as", "value": ", ".join(sorted(uses))}]}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, kind in (("binary", pathlib.Path), ("build-folder", pathlib.Path), ("version", str), ("revision", str),
                       ("time", int), ("output", pathlib.Path)):
        parser.add_argument(f"--{name}", type=kind, required=True)
    given = parser.parse_args()
    source = pathlib.Path(__file__).resolve().parent.parent

    uses = {}
    for file, directly in shared_libraries(given.binary).items():
        uses.setdefault(file, set()).add("shared library" if directly else "shared library of a library")
    for file in static_libraries(given.build_folder, given.binary):
        uses.setdefault(file, set()).add("static library")
    for file in headers(given.build_folder):
        if not pathlib.Path(file).resolve().is_relative_to(source):
            uses.setdefault(file, set()).add("headers")
    by_package = {}
    for file, package in owners(sorted(uses)).items():
        by_package.setdefault(package, set()).update(uses[file])

    components = sorted((component(package, used) for package, used in by_package.items()), key=lambda each: each["bom-ref"])
    reference = f"pkg:generic/trunkwarden@{given.version}"
    document = {
        "$schema": "http://cyclonedx.org/schema/bom-1.5.schema.json", "bomFormat": "CycloneDX", "specVersion": "1.5",
        "serialNumber": f"urn:uuid:{uuid.uuid5(NAMESPACE, json.dumps([given.version, given.revision, components]))}", "version": 1,
        "metadata": {
            "timestamp": datetime.datetime.fromtimestamp(given.time, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "component": {"type": "application", "bom-ref": reference, "name": "trunkwarden", "version": given.version,
                          "licenses": [{"license": {"id": "Apache-2.0"}}],
                          "properties": [{"name": "trunkwarden:revision", "value": given.revision}]}},
        "components": components,
        "dependencies": [{"ref": reference, "dependsOn": [each["bom-ref"] for each in components]}]}
    given.output.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
