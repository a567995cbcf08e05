#!/usr/bin/env bash
# The checks that boot_test.sh runs inside the machine it booted: one line for each; the first that fails prints the
# journal.
set -euo pipefail
cd /
export SYSTEMD_PAGER='' LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin

readonly key=KEY_simulated_0123456789
readonly settings=/etc/trunkwarden/trunkwarden.yml

fail() {
    echo "FAILED: $1"
    systemctl status --no-pager --lines=0 trunkwarden.service || true
    journalctl --no-pager -u trunkwarden.service -n 60 -o short-precise || true
    journalctl --no-pager -u simulator.service -n 10 -o cat || true
    exit 1
}

# check SENTENCE COMMAND…: the command succeeds.
check() {
    local sentence=$1
    shift
    "$@" >/tmp/said 2>&1 || { cat /tmp/said; fail "$sentence"; }
    echo "ok: $sentence"
}

# soon SECONDS SENTENCE COMMAND…: it does so within that many seconds.
soon() {
    local seconds=$1 sentence=$2
    shift 2
    for _ in $(seq $((seconds * 10))); do
        if "$@" >/tmp/said 2>&1; then
            echo "ok: $sentence"
            return
        fi
        sleep 0.1
    done
    cat /tmp/said
    fail "$sentence (within $seconds s)"
}

is() { [ "$1" = "$2" ] || { echo "'$1', not '$2'"; return 1; }; }
not() { ! "$@"; }
property() { systemctl show --value -p "$1" trunkwarden.service; }
has() { [[ "$(property "$1")" =~ $2 ]] || { echo "$1 is '$(property "$1")'"; return 1; }; }
# To the end of its input: a pipe that breaks would look like a line that is not there.
journal_has() { journalctl --no-pager -u trunkwarden.service -o verbose --since "$began" | grep -E "$1" >/dev/null; }
says() {
    local words=$1
    shift
    { "$@" 2>&1 || true; } | tee /dev/stderr | grep -F "$words" >/dev/null
}
simulate() { curl -fsS --cacert /etc/trunkwarden/ca.pem -d "$2" "https://127.0.0.1:18443/_simulator/$1"; }
open_findings() {
    trunkwarden findings --output=json |
        python3 -c 'import json, sys; print(" ".join(sorted(one["id"] for one in json.load(sys.stdin))))'
}
runs_anew() { is "$(property ActiveState)" active && not is "$(property MainPID)" "$before" && not has MainPID '^0$'; }
swept() { has StatusText '^1 account, [0-9]+ findings?, last complete reading ' && curl -fsS http://127.0.0.1:10979/-/ready; }
began=$(date '+%F %T')

# ---- installed
installing=$SECONDS
check "the package installs" dpkg -i /trial/release-1.deb
check "it is not enabled by that" not systemctl is-enabled trunkwarden.service
check "nor started" is "$(property ActiveState)" inactive
check "/etc/trunkwarden is for root and the group" is "$(stat -c '%a %U %G' /etc/trunkwarden)" "2750 root _trunkwarden"
check "the credentials are for root" is "$(stat -c '%a %U %G' /etc/trunkwarden/credentials)" "700 root root"
check "it knows which version it is" trunkwarden --version

# Quick, so that a restart that must not happen would.
mkdir -p /etc/systemd/system/trunkwarden.service.d
printf '[Service]\nRestartSec=500ms\n' >/etc/systemd/system/trunkwarden.service.d/trial.conf
systemctl daemon-reload

# ---- settings that are not valid: those that are shipped name no account
check "without an account it does not start" not systemctl start trunkwarden.service
sleep 2
check "it ended with 78" is "$(property ExecMainStatus)" 78
check "and was not started again" is "$(property NRestarts) $(property ActiveState)" "0 failed"
systemctl reset-failed trunkwarden.service

# ---- an account
systemd-run --quiet --unit=simulator /trial/simulator --account /trial/account.yml --port 18443 \
    --ca-file /etc/trunkwarden/ca.pem
soon 10 "the simulator answers" test -s /etc/trunkwarden/ca.pem
# A receiver of alerts.
systemd-run --quiet --unit=receiver python3 -c '
import http.server
class Receiver(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        open("/run/told", "ab").write(body + b"\n")
        self.send_response(200)
        self.end_headers()
http.server.HTTPServer(("127.0.0.1", 18080), Receiver).serve_forever()'
soon 10 "a receiver listens" bash -c 'exec 3<>/dev/tcp/127.0.0.1/18080'
# As install.md has it: the key in a file of root's, in a folder that the service does not see.
(umask 077 && echo "$key" >/root/telnyx.key)
check "without root it says so" says "run it as root" runuser -u nobody -- trunkwarden init --yes
check "what the service does not see is refused" says "does not see /root" trunkwarden init --yes --account production \
    --api-key-file /root/telnyx.key --api-url https://127.0.0.1:18443/v2 --ca-file /root/ca.pem
check "nothing was written" not test -e /etc/trunkwarden/baseline.yml
check "init sets up the first account, and starts the service" trunkwarden init --account production --api-key-file /root/telnyx.key \
    --api-url https://127.0.0.1:18443/v2 --ca-file /etc/trunkwarden/ca.pem --sink webhook=http://127.0.0.1:18080/soc --yes
check "the receiver got a test message" grep -q '"event":"test"' /run/told
check "the key is root's only" is "$(stat -c '%a %U' /etc/trunkwarden/credentials/production)" "600 root"
check "settings and baseline belong to the group" is \
    "$(stat -c '%a %U %G' "$settings" /etc/trunkwarden/baseline.yml | sort -u)" "640 root _trunkwarden"
check "it is enabled" systemctl is-enabled trunkwarden.service
soon 20 "it reads everything" swept
check "the doctor finds nothing wrong" trunkwarden doctor
check "commands by hand read the same key" trunkwarden check
cat >>"$settings" <<'END'
poll:
  interval: 2s
  audit_interval: 1s
  requests_per_second: 50
END

# ---- it runs
check "it is active" systemctl is-active trunkwarden.service
soon 20 "it says how it goes, and reads everything" swept
echo "    $(property StatusText)"
check "it runs as _trunkwarden" is "$(stat -c %U "/proc/$(property MainPID)")" _trunkwarden
check "it cannot read the credential where it is kept" \
    not runuser -u _trunkwarden -- cat /etc/trunkwarden/credentials/production
check "its state is its own" is "$(stat -c '%a %U' /var/lib/trunkwarden) $(stat -c '%a %U' /var/lib/trunkwarden/state.db)" \
    "700 _trunkwarden 600 _trunkwarden"
check "no shell can be run where it runs" not nsenter -t "$(property MainPID)" -m -- /bin/sh -c true
check "a program can be run where nobody forbade it" nsenter -t 1 -m -- /bin/sh -c true

# ---- who may ask it
useradd -G _trunkwarden dana
useradd eve
check "root may ask it" trunkwarden status
check "a member of the group may ask it" runuser -u dana -- trunkwarden status
check "another user may not" not runuser -u eve -- trunkwarden status
check "and sees the findings" runuser -u dana -- trunkwarden findings
check "who may not see the findings is told who may" says "sudo" runuser -u eve -- trunkwarden findings

# ---- something to lose
check "the account is attacked" simulate attack '{"name": "add_ip"}'
found() { [ -n "$(open_findings)" ]; }
soon 15 "the attack is found" found
soon 30 "the receiver is notified" grep -q '"event":"opened"' /run/told
took=$((SECONDS - installing))
echo "    from the package to the first true alert: $took s (the goal on an idle machine: 2 min)"
sleep 3  # everything that follows from it
known=$(open_findings)
echo "    open: $known"
same_findings() { is "$(open_findings)" "$known"; }

# ---- a reload
before=$(property MainPID)
sed -i 's/interval: 2s/interval: 3s/' "$settings"
soon 10 "an edit is taken" journal_has 'poll\.interval'
check "systemctl reload works in the sandbox" systemctl reload trunkwarden.service
soon 5 "it is ready again after that" has ActiveState '^active$'
cp "$settings" "$settings.good"
echo 'nonsense: 1' >>"$settings"
refused() { ! systemctl reload trunkwarden.service; }
check "systemctl reload says that files are refused" refused
soon 10 "and so does its status" has StatusText '^edited files are not taken .*nonsense'
check "it goes on with the old ones" has ActiveState '^active$'
mv "$settings.good" "$settings"
check "and takes the next ones" systemctl reload trunkwarden.service
check "both without a restart" is "$(property MainPID)" "$before"

# ---- killed
before=$(property MainPID)
kill -KILL "$before"
soon 10 "killed, it is started again" runs_anew
soon 20 "and reads everything" swept
check "with the findings it had" same_findings

# ---- hung
printf '[Service]\nWatchdogSec=3s\n' >/etc/systemd/system/trunkwarden.service.d/watchdog.conf
systemctl daemon-reload
check "it restarts" systemctl restart trunkwarden.service
sleep 4
check "the watchdog leaves it alone while it is well" is "$(property NRestarts)" 0
before=$(property MainPID)
kill -STOP "$before"
soon 15 "hung, it is started again" runs_anew
soon 5 "by the watchdog" journal_has 'Watchdog timeout'
soon 20 "and reads everything" swept
check "with the findings it had" same_findings
rm /etc/systemd/system/trunkwarden.service.d/watchdog.conf
systemctl daemon-reload

# ---- stopped
started=$(date +%s%N)
check "it stops" systemctl stop trunkwarden.service
took=$((($(date +%s%N) - started) / 1000000))
check "within 5 s ($took ms)" test "$took" -lt 5000
check "of its own will" is "$(property Result) $(property ExecMainStatus)" "success 0"

# ---- upgraded
edited=$(sha256sum "$settings")
check "an upgrade does not ask" dpkg -i /trial/release-2.deb
check "nor starts what was stopped" is "$(property ActiveState)" inactive
check "the edited settings are kept" is "$(sha256sum "$settings")" "$edited"
check "it starts" systemctl start trunkwarden.service
before=$(property MainPID)
check "an upgrade with other settings keeps the edited ones" dpkg --force-confold -i /trial/release-3.deb
check "byte by byte" is "$(sha256sum "$settings")" "$edited"
check "the new ones lie beside them" test -s "$settings.dpkg-dist"
soon 10 "what ran was restarted" runs_anew
soon 20 "and reads everything" swept
check "with the findings it had" same_findings

# ---- nothing shows the key
check "the key is in no journal" not grep -q "$key" <(journalctl --no-pager -o verbose)
check "nor in the state" not grep -rq "$key" /var/lib/trunkwarden

# ---- removed
check "it can be removed" dpkg -r trunkwarden
check "and is stopped" not systemctl is-active trunkwarden.service
check "settings and state stay" test -s "$settings" -a -s /var/lib/trunkwarden/state.db
check "it comes back" dpkg -i /trial/release-3.deb
check "enabled, as it was" systemctl is-enabled trunkwarden.service

# ---- purged
mkdir /var/lib/trunkwarden/lockdown-production-20261126T120000Z
echo evidence >/var/lib/trunkwarden/lockdown-production-20261126T120000Z/report.md
check "it can be purged" dpkg -P trunkwarden
rm -rf /etc/systemd/system/trunkwarden.service.d  # was ours
find /etc /usr /var /run -xdev \( -name '*trunkwarden*' -o -path '*/trunkwarden/*' \) | sort >/tmp/left
printf '%s\n' /etc/trunkwarden /etc/trunkwarden/{baseline.yml,ca.pem,credentials,credentials/production} /var/lib/trunkwarden \
    /var/lib/trunkwarden/lockdown-production-20261126T120000Z{,/report.md} | sort >/tmp/may_be_left
check "purged, it leaves what operators put there, and evidence" diff /tmp/may_be_left /tmp/left

# ---- by Ansible, on a host that has nothing of it
if ! command -v ansible-playbook >/dev/null; then
    echo "skipped: ansible-core is not installed (.ci/install installs it); all else is fine"
    exit 0
fi
rm -rf /var/lib/trunkwarden
mv /etc/trunkwarden/ca.pem /trial/ca.pem
rm -rf /etc/trunkwarden
mkdir -p /trial/site
cat >/trial/site/trunkwarden.yml <<'END'
accounts:
  - name: production
    api_key_credential: telnyx_production
    baseline_file: baseline.yml
    api_url: https://127.0.0.1:18443/v2
    ca_file: ca.pem
END
cat >/trial/site/play.yml <<'END'
- hosts: localhost
  connection: local
  roles:
    - role: trunkwarden
      vars:
        trunkwarden_package: /trial/release-3.deb
        trunkwarden_settings: /trial/site/trunkwarden.yml
        trunkwarden_files: [/trial/baseline.yml, /trial/ca.pem]
        trunkwarden_credentials: {production: "{{ lookup('env', 'TELNYX_KEY') }}"}
END
play() {
    HOME=/root TELNYX_KEY=${1:-$key} ANSIBLE_ROLES_PATH=/trial/ansible/roles ANSIBLE_NOCOLOR=1 \
        ansible-playbook -i localhost, "${@:2}" /trial/site/play.yml
}
changes_nothing() { play "$key" | tee /dev/stderr | grep -E ' changed=0 .* failed=0 ' >/dev/null; }
check "the shipped example is a playbook" env HOME=/root ANSIBLE_ROLES_PATH=/trial/ansible/roles \
    ansible-playbook --syntax-check -i watchers, /trial/ansible/example.yml
mkdir -p /trial/site/{one,two}
cp /trial/baseline.yml /trial/site/one
cp /trial/baseline.yml /trial/site/two
same_names() { not play "$key" -e '{"trunkwarden_files": ["/trial/site/one/baseline.yml", "/trial/site/two/baseline.yml"]}'; }
settings_twice() { not play "$key" -e '{"trunkwarden_files": ["/trial/site/trunkwarden.yml"]}'; }
check "two baselines of the same name are refused" same_names
check "and a file with the name of the settings" settings_twice
check "before anything is installed" not test -e /usr/bin/trunkwarden
check "the role installs it, and starts the service" play
check "enabled" systemctl is-enabled trunkwarden.service
soon 20 "it reads everything" swept
check "the key is root's only" is "$(stat -c '%a %U' /etc/trunkwarden/credentials/production)" "600 root"
check "settings and baseline belong to the group" is \
    "$(stat -c '%a %U %G' "$settings" /etc/trunkwarden/baseline.yml | sort -u)" "640 root _trunkwarden"
check "a second run changes nothing" changes_nothing
before=$(property MainPID)
shows_no_key() { play KEY_another_0123456789 -vvv | tee /tmp/played | not grep -F KEY_another_0123456789; }
check "another key is taken, and is not shown" shows_no_key
check "it restarts it" runs_anew
check "the right one does, too" play
before=$(property MainPID)
echo 'nonsense: 1' >>/trial/site/trunkwarden.yml
check "settings that are not valid end the play, with the reason" says "nonsense" play
check "and the service goes on" is "$(property ActiveState) $(property MainPID)" "active $before"
