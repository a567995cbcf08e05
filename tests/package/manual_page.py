"""A manual page as scdoc renders it, cut up into what can be compared."""

import dataclasses
import re


@dataclasses.dataclass
class Paragraph:
    section: str
    subsection: str
    depth: int
    literal: bool
    roff: str

    @property
    def text(self):
        return plain(self.roff)

    @property
    def bold(self):
        return [plain(found) for found in re.findall(r"\\fB(.*?)\\fR", self.roff, re.DOTALL)]

    @property
    def italic(self):
        return [plain(found) for found in re.findall(r"\\fI(.*?)\\fR", self.roff, re.DOTALL)]


def plain(roff):
    text = re.sub(r"\\f[BIR]|\\&", "", roff)
    return re.sub(r"\\\(aq", "'", text).replace("\\-", "-").replace("\\\\", "\\").replace("\\e", "\\")


def paragraphs(roff):
    """The paragraphs that scdoc made of a page."""
    done, lines, depth, section, subsection, literal = [], [], 0, "", "", False

    def flush():
        if lines:
            done.append(Paragraph(section, subsection, depth, literal, "\n".join(lines)))
        lines.clear()

    for line in roff.split('.\\" Begin generated content:')[-1].splitlines():
        request, _, rest = line.partition(" ")
        if not line.startswith("."):
            lines.append(line)
            continue
        flush()
        if request == ".SH":
            section, subsection = plain(rest).strip('"'), ""
        elif request == ".SS":
            subsection = plain(rest).strip('"')
        elif request in (".RS", ".RE"):
            depth += 1 if request == ".RS" else -1
        elif request in (".nf", ".fi"):
            literal = request == ".nf"
    flush()
    return done


def definitions(page):
    """(what is defined, all that is said of it) for each line in bold with something indented under it."""
    for at, head in enumerate(page):
        if head.depth == 0 and not head.literal and head.roff.startswith("\\fB"):
            body = []
            for below in page[at + 1:]:
                if below.depth == 0 or below.literal:
                    break
                body.append(below)
            if body:
                yield head, body


def options_in(text):
    return set(re.findall(r"(?<![\w-])--[a-z][\w.-]*\w", text))
