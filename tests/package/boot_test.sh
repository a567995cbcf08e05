#!/usr/bin/env bash
# The package on a real systemd: boots one over a throw-away overlay of this host's root, installs the package there, and lets
# boot_checks.sh live through everything that happens to a service. Takes a minute or two and changes nothing on this host.
#
#   tests/package/boot_test.sh PACKAGE.deb SIMULATOR
#
# Exits 77 (skipped) without root, systemd-nspawn, overlay mounts, the package or the simulator.
set -euo pipefail
cd "$(dirname "$0")"

skip() {
    echo "skipped: $1"
    exit 77
}

[ $# -eq 2 ] || { sed -n '2,7s/^# \{0,1\}//p' "$0" >&2; exit 1; }
package=$1 simulator=$2
[ -f "$package" ] || skip "there is no package $package: cmake --build --preset release --target package makes it"
[ -x "$simulator" ] || skip "there is no simulator $simulator: cmake --build --preset release makes it"
[ "$(id -u)" -eq 0 ] || skip "only root can boot a systemd of its own"
for program in systemd-nspawn nsenter dpkg-deb curl; do
    command -v "$program" >/dev/null || skip "$program is not installed (.ci/install installs it)"
done
! dpkg-query -W -f '${Status}' trunkwarden 2>/dev/null | grep -q ' installed$' || skip "trunkwarden is installed on this host"

work=$(mktemp -d) root='' machine='' first=''

# Ends what we booted, by its id, and takes down what we mounted.
cleanup() {
    local folder
    if [ -n "$machine" ]; then
        [ -z "$first" ] || nsenter -t "$first" -m -u -i -n -p systemctl --no-block poweroff 2>/dev/null || true
        for _ in {1..100}; do
            kill -0 "$machine" 2>/dev/null || break
            sleep 0.1
        done
        kill -KILL "$machine" 2>/dev/null || true
        wait "$machine" 2>/dev/null || true
    fi
    [ -z "$root" ] || umount "$root" 2>/dev/null || umount -l "$root" || true
    umount "$work" 2>/dev/null || umount -l "$work" 2>/dev/null || true
    rmdir "$work" 2>/dev/null || true
    # systemd-nspawn leaves empty groups behind where it could not register.
    for folder in /sys/fs/cgroup/{systemd,unified}/{payload,supervisor}; do
        [ ! -d "$folder" ] || find "$folder" -depth -type d -exec rmdir {} \; 2>/dev/null || true
    done
}
trap cleanup EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

mount -t tmpfs -o size=1G,mode=0755 tmpfs "$work" 2>/dev/null || skip "tmpfs cannot be mounted here"
mkdir "$work"/{upper,work,root}
mount -t overlay overlay -o "lowerdir=/,upperdir=$work/upper,workdir=$work/work" "$work/root" 2>/dev/null ||
    skip "overlays cannot be mounted here"
root=$work/root

# A second version, and a third that ships other settings: for the upgrades.
mkdir "$root/trial"
for release in 1 2 3; do
    rm -rf "$work/unpacked"
    dpkg-deb -R "$package" "$work/unpacked"
    sed -i "s/^\(Version: .*\)-[0-9]*$/\1-$release/" "$work/unpacked/DEBIAN/control"
    [ "$release" -ne 3 ] || echo "# Another line." >>"$work/unpacked/etc/trunkwarden/trunkwarden.yml"
    dpkg-deb --root-owner-group -Zgzip -z1 -b "$work/unpacked" "$root/trial/release-$release.deb" >/dev/null
done
rm -rf "$work/unpacked"
cp -r boot_checks.sh ../../config/demo/account.yml ../../config/demo/baseline.yml ../../config/ansible "$root/trial/"
touch "$root/trial/simulator"

# This host as a machine: an identity of its own, services that start, and none but ours.
: >"$root/etc/machine-id"
rm -f "$root/usr/sbin/policy-rc.d"
for unit in systemd-networkd-wait-online systemd-firstboot prometheus prometheus-alertmanager postgresql; do
    ln -sf /dev/null "$root/etc/systemd/system/$unit.service"
done

inside() { nsenter -t "$first" -m -u -i -n -p -C "$@"; }
has_booted() {
    first=$(pgrep -P "$machine" | head -n 1) || return 1
    inside systemctl is-system-running 2>/dev/null | grep -qE 'running|degraded'
}

systemd-nspawn --quiet --keep-unit --register=no --link-journal=no --console=pipe --private-network \
    --bind-ro="$(realpath "$simulator"):/trial/simulator" -D "$root" --boot systemd.unit=multi-user.target \
    </dev/null >"$work/boot.log" 2>&1 &
machine=$!
for _ in {1..300}; do
    ! has_booted || break
    kill -0 "$machine" 2>/dev/null || { tail -n 20 "$work/boot.log"; skip "systemd-nspawn cannot boot here"; }
    sleep 0.1
done
has_booted || { tail -n 20 "$work/boot.log"; skip "systemd has not booted within 30 s here"; }
echo "booted: $(inside systemctl --version | head -n 1)"
inside bash /trial/boot_checks.sh
