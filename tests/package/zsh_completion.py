"""The offers of a zsh completion, asked of a real zsh: Tab is pressed in one that runs on a terminal of its own."""

import os
import pathlib
import pty
import re
import select
import subprocess
import tempfile
import time

# The text that would be added to the line is printed instead. Settings of the host are left out.
SETUP = r"""
PROMPT= RPROMPT=
fpath=({folder} $fpath)
autoload -Uz compinit && compinit -u -D
trunkwarden() { {daemon} }
bindkey -e
bindkey '^I' complete-word
before-offers() { print -r -- '<OFFERS>' }
after-offers() { print -r -- '</OFFERS>' }
compadd() {
    if [[ ${@[1,(i)(-|--)]} == *-(O|A|D)\ * ]]; then
        builtin compadd "$@"
        return
    fi
    local -a offers
    builtin compadd -O offers "$@"
    (( ! $#offers )) || print -rl -- 'OFFER '$IPREFIX$^offers
    return $(( ! $#offers ))
}
reset-offers() { compprefuncs=(before-offers) comppostfuncs=(after-offers) }
zle -N reset-offers
bindkey '^X^R' reset-offers
zle-line-init() { print 'READY' }
zle -N zle-line-init
"""
DEADLINE = 20.0


class ZshCompletion:
    """A zsh that has read the completion of one folder; for `with`. daemon: commands in the place of trunkwarden."""

    def __init__(self, folder, daemon):
        self.scratch = tempfile.TemporaryDirectory(prefix="trunkwarden-zsh-")
        setup = SETUP.replace("{folder}", str(pathlib.Path(folder).resolve())).replace("{daemon}", daemon)
        (pathlib.Path(self.scratch.name) / ".zshrc").write_text(setup, encoding="utf-8")
        self.terminal, other_end = pty.openpty()
        environment = {"PATH": os.environ["PATH"], "ZDOTDIR": self.scratch.name, "HOME": self.scratch.name,
                       "TERM": "dumb", "LC_ALL": "C.UTF-8"}
        self.zsh = subprocess.Popen(["zsh", "-d", "-i", "+m"], stdin=other_end, stdout=other_end, stderr=other_end,
                                    cwd=self.scratch.name, env=environment, start_new_session=True)
        os.close(other_end)

    def __enter__(self):
        self.read_to("READY")
        return self

    def __exit__(self, *_):
        self.zsh.kill()
        self.zsh.wait()
        os.close(self.terminal)
        self.scratch.cleanup()

    def read_to(self, mark):
        said, end = "", time.monotonic() + DEADLINE
        while mark not in said:
            ready, _, _ = select.select([self.terminal], [], [], max(0.0, end - time.monotonic()))
            if not ready:
                raise TimeoutError(f"zsh has not said {mark} within {DEADLINE:.0f} s: {said[-500:]!r}")
            said += os.read(self.terminal, 65536).decode("utf-8", "replace")
        return said

    def offers(self, line):
        """The words that Tab after this line offers."""
        os.write(self.terminal, b"\x15\x18\x12" + line.encode() + b"\t")
        said = self.read_to("</OFFERS>")
        return set(re.findall(r"OFFER (.*?)\r?\n", said.split("<OFFERS>")[-1]))
