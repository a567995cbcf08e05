"""Faults that check_manuals.py has to catch, planted one at a time."""

import copy
import shutil
import sys

from command_help import Command
from completion_offers import BASH_COMPLETION

MANUAL, SETTINGS, BASELINE = "trunkwarden(8)", "trunkwarden.yml(5)", "trunkwarden-baseline(5)"


def replaced(text, old, new):
    if text.count(old) < 1:
        sys.exit(f"the self-test finds no {old!r} to plant a fault at")
    return text.replace(old, new, 1)


def in_page(page, old, new):
    def plant(world):
        world.sources[page] = replaced(world.sources[page], old, new)
    return plant


def in_bash(old, new):
    def plant(world):
        world.bash = replaced(world.bash, old, new)
    return plant


def in_zsh(old, new):
    def plant(world):
        world.zsh = replaced(world.zsh, old, new)
    return plant


def new_option(world):
    world.commands["check",].options["--fast"] = False


def new_command(world):
    world.commands["rewind",] = Command({"--help": False})
    world.commands[()].subcommands.append("rewind")


def new_step(world):
    world.commands["lockdown",].steps.append("trunks")


def new_level(world):
    world.commands[()].choices["--log.level"].add("trace")


def new_key(world):
    world.settings["properties"]["poll"]["properties"]["jitter"] = {"type": ["string"], "default": "1s"}


def new_default(world):
    world.settings["properties"]["poll"]["properties"]["interval"]["default"] = "45s"


def new_limit(world):
    world.settings["properties"]["poll"]["properties"]["concurrency"]["maximum"] = 128


def new_requirement(world):
    world.settings.setdefault("required", []).append("control_socket")


def new_resource(world):
    world.baseline["properties"]["sim_cards"] = copy.deepcopy(world.baseline["properties"]["ips"])


# (the planted fault, the expected words about it)
FAULTS = [
    (in_page(MANUAL, "*--sweeps* _N_\n", "*--sweeps _N_\n"), "trunkwarden(8): scdoc: "),
    (new_command, "trunkwarden(8) does not describe the command rewind"),
    (new_option, "trunkwarden(8), check does not describe --fast"),
    (new_step, "trunkwarden(8), lockdown does not name the step trunks"),
    (new_level, "trunkwarden(8), OPTIONS: --log.level also takes trace"),
    (in_page(MANUAL, "Default: *logfmt*", "Default: *json*"),
     "trunkwarden(8), OPTIONS: --log.format does not have its default"),
    (in_page(MANUAL, "## reload\n", "## restart\n"), "trunkwarden(8) describes restart, which is no command"),
    (in_page(MANUAL, "## doctor\n", "## status doctor\n"), "trunkwarden(8) does not describe the command doctor"),
    (in_page(MANUAL, "*--offline*\n\tJudges", "*--local*\n\tJudges"),
     "baseline lint describes --local, which there is not"),
    (in_page(MANUAL, "*trunkwarden unack* _ID_", "*trunkwarden unack*"), "unack: its first line does not have ID"),
    (in_page(MANUAL, "*--reason* _TEXT_ [*--until* _TIME_]", "*--reason* _TEXT_"),
     "ack: its first line does not have --until"),
    (in_page(MANUAL, "*--all*\n\tAlso what resolved", "*--all* _N_\n\tAlso what resolved"),
     "findings: --all takes no value"),
    (in_page(MANUAL, "\tRequired. The account, by", "\tThe account, by"), "baseline capture: --account is required"),
    (in_page(MANUAL, "Changes nothing without *--apply*.", "Changes nothing without *--force*."),
     "lockdown: it has no option --force"),
    (in_page(MANUAL, "asks nobody: for", "asks nobody (*--quiet*): for"), "baseline lint: there is no option --quiet"),
    (in_page(MANUAL, "trunkwarden quarantine undo a-5d20c1", "trunkwarden quarantine revert a-5d20c1"),
     "no command trunkwarden quarantine revert"),
    (in_page(MANUAL, "--until 4h", "--expires 4h"), "trunkwarden ack has no option --expires"),
    (in_page(MANUAL, ' --reason "new SBC, OPS-1234" --dry-run', " --dry-run"),
     "trunkwarden baseline accept needs --reason"),
    (in_page(MANUAL, "*/run/trunkwarden/control.sock*", "*/run/trunkwarden.sock*"),
     "FILES does not have /run/trunkwarden/control.sock"),
    (new_key, "trunkwarden.yml(5) does not describe poll.jitter"),
    (new_default, "the default of poll.interval is 45s, not 30s"),
    (new_limit, "poll.concurrency takes 1 to 128"),
    (new_requirement, "control_socket is required"),
    (in_page(SETTINGS, "*web* _map_", "*web* _map_, default *on*"), "the default of web is None, not on"),
    (in_page(SETTINGS, ", default *5m*", ""), "the default of poll.large_interval is 5m, not None"),
    (in_page(SETTINGS, "*poll.timeout*", "*poll.time_out*"),
     "trunkwarden.yml(5) describes poll.time_out, which is no key"),
    (in_page(SETTINGS, "webhook, slack, pagerduty or email.", "webhook, pagerduty or email."),
     "alerts.sinks[].type may also be slack"),
    (in_page(SETTINGS, "*trunkwarden alerts test* tries", "*trunkwarden alerts try* tries"),
     "no command trunkwarden alerts try"),
    (in_page(SETTINGS, "url_file: slack_url", "url: slack_url"),
     "trunkwarden.yml(5), EXAMPLES: an example is not valid"),
    (new_resource, "trunkwarden-baseline(5) does not describe sim_cards"),
    (in_page(BASELINE, "*portouts*\n", "*port_outs*\n"),
     "trunkwarden-baseline(5) describes port_outs, which is no key"),
    (in_page(BASELINE, "default *30d*", "default *90d*"), "the default of two_factor.max_age is 30d, not 90d"),
    (in_page(BASELINE, "'sale \\\\*today\\\\*'", '"sale \\\\*today\\\\*"'), "an example is not valid: it is no YAML"),
    (in_page(BASELINE, "ip_address: 192.0.2.20", "ip_adress: 192.0.2.20"),
     "Exceptions that end: an example is not valid"),
]
GROFF_FAULTS = [(in_page(MANUAL, "Asks nothing: takes", "Asks " + 200 * "n" + ": takes"), "trunkwarden(8): troff: ")]
BASH_FAULTS = [
    (new_option, "bash, without bash-completion: 'trunkwarden check --' does not offer --fast"),
    (new_command, "bash, without bash-completion: 'trunkwarden ' does not offer rewind"),
    (new_level, "'trunkwarden --log.level=' does not offer trace"),
    (in_bash("--offline", "--local"), "trunkwarden.bash: there is no option --local"),
    (in_bash("--yes --only", "--only"),
     "bash, without bash-completion: 'trunkwarden lockdown --' does not offer --yes"),
    (in_bash('"list show', '"list explain show'), "'trunkwarden quarantine ' offers explain, which there is not"),
    (in_bash("--reason | --resource", "--resource"), "'trunkwarden ack --reason -' offers --until"),
    (in_bash("    local options=", "    trunkwarden status\n    local options="), "CALLED trunkwarden status"),
    (in_bash("COMPREPLY=()", "COMPREPLY=() nothing"), "nothing: command not found"),
]
ZSH_FAULTS = [
    (new_option, "zsh: 'trunkwarden check --' does not offer --fast"),
    (in_zsh("'--yes[ask nothing]'", "'--yes[ask nothing]' '--fast[x]'"),
     "zsh: 'trunkwarden init --' offers --fast, which there is not"),
    (in_zsh("'thaw:", "'melt:"), "zsh: 'trunkwarden quarantine ' offers melt, which there is not"),
    (in_zsh("(debug info", "(info"), "zsh: 'trunkwarden --log.level=' does not offer debug"),
    (in_zsh("'--offline[", "'--local["), "_trunkwarden: there is no option --local"),
]


def self_test(world, problems_of, check_schemas):
    in_no_shell = [*FAULTS, *(GROFF_FAULTS if shutil.which("groff") else [])]
    kinds = {(): in_no_shell, ("bash",): BASH_FAULTS, ("zsh",): ZSH_FAULTS}
    faults = [(plant, expected, shells) for shells, some in kinds.items() for plant, expected in some]
    if BASH_COMPLETION.is_file():
        expected = "bash, with bash-completion: 'trunkwarden check --' does not offer --fast"
        faults.append((new_option, expected, ("bash",)))
    if not shutil.which("zsh"):
        faults = [fault for fault in faults if fault[2] != ("zsh",)]
    missed = [f"there is a fault before any was planted: {said}" for said in problems_of(world, check_schemas)]
    for plant, expected, shells in faults:
        broken = copy.deepcopy(world)
        plant(broken)
        said = problems_of(broken, check_schemas, shells)
        if not any(expected in sentence for sentence in said):
            missed.append(f"not caught: {expected}; said was {said[:3]}")
    return missed, f"{len(faults)} planted faults are caught"
