"""Mistakes that tired people make, and places that are no terminal of today."""

import json
import re


def types_what_everybody_types(desk):
    """Each of them gets an error message, on one screen, and nothing happens."""
    chosen = json.loads(desk.pipes("trunkwarden findings --output=json")[0])[0]
    for line, words in (
            ("trunkwarden findings f-0123456789ab", "f-0123456789ab"),
            ("trunkwarden explain f-0123456789ab", "f-0123456789ab"),
            (f"trunkwarden ack {chosen['id']}.0000 --reason 'as of yesterday'", chosen["state"]),
            ("trunkwarden ack f-0123456789ab --reason 'as of yesterday'", "f-0123456789ab"),
            ("trunkwarden ack i-0123456789ab --reason 'the incident'", "--incident"),
            ("trunkwarden ack --incident i-0123456789ab --reason 'another one'", "i-0123456789ab"),
            ("trunkwarden history --incident i-0123456789ab", "i-0123456789ab"),
            ("trunkwarden quarantine approve a-0123456789ab", "a-0123456789ab"),
            ("trunkwarden findings --account prod", "production"),
            ("trunkwarden findings production", "--account"),
            ("trunkwarden lockdown --account prod", "production"),
            ("trunkwarden lockdown --account production --only recharg", "recharge"),
            ("trunkwarden quarantine undo", "ID")):
        terminal = desk.sits_down_at(line)
        code = terminal.exit_code()
        desk.heard.append((line, terminal.raw))
        screen = terminal.screen()
        desk.sees(f"{line!r} is refused", code == 1, f"{code}\n{screen}")
        desk.sees(f"and {words!r} shows the way out", words in screen and screen.count("\n") < 24, screen)


def works_without_a_terminal(desk):
    out, err = desk.pipes("trunkwarden findings")
    desk.sees("a pipe gets no colours, no progress", "\x1b" not in out + err and err == "", out + err)
    on_screen = desk.types("trunkwarden findings")
    ids = re.compile(r"f-[0-9a-f]{12}\.[0-9a-f]{4}")
    desk.sees("but the same findings", ids.findall(out) == ids.findall(on_screen) and ids.findall(out), out)
    out, err = desk.pipes("trunkwarden lockdown --account production")
    desk.sees("a plan in a pipe is silent about its progress", "lists read" not in out + err and "\x1b" not in out + err, out + err)
    out, err = desk.pipes("trunkwarden lockdown --account production --apply", code=1)
    desk.sees("nobody is there to type the name: nothing is changed", "--yes" in err, out + err)
    chosen = json.loads(desk.pipes("trunkwarden findings --output=json")[0])[0]
    out, err = desk.pipes(f"trunkwarden baseline accept {chosen['id']} --reason 'from a script'", code=1)
    desk.sees("nobody is asked: accept wants the state", "state" in err, out + err)
    plain = desk.sits_down_at("trunkwarden findings", NO_COLOR="1")
    desk.leaves(plain, 0)
    desk.sees("NO_COLOR is obeyed", "\x1b[" not in plain.raw, plain.raw)
    out, err = desk.pipes("trunkwarden findings --color=always")
    desk.sees("--color=always colours a pipe", "\x1b[" in out, out + err)


def works_in_other_locales(desk):
    expected = re.findall(r"f-[0-9a-f]{12}", desk.pipes("trunkwarden findings")[0])
    for variables in ({"LANG": "C"}, {"LC_ALL": "POSIX"}, {"LC_ALL": "de_DE.ISO-8859-1"}, {"TERM": "dumb"}):
        screen = desk.types("trunkwarden findings", **variables)
        desk.sees(f"with {variables} the same is shown", re.findall(r"f-[0-9a-f]{12}", screen) == expected, screen)
        desk.types("trunkwarden status", **variables)
    line = f"trunkwarden ack {expected[0]} --reason 'gr\udcfc\udcdfe'"  # as a terminal of ISO-8859-1 sends it
    out, err = desk.pipes(line, code=1, LC_ALL="de_DE.ISO-8859-1")
    desk.sees("a reason that is not UTF-8 is refused, and not kept", "UTF-8" in err, out + err)
