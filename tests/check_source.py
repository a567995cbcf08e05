#!/usr/bin/env python3
"""Rules that no compiler checks. Prints FILE:LINE: the fault; exits 1 when there is one.

    tests/check_source.py              checks the sources below the working directory, and the comments of scripts and settings
    tests/check_source.py --self-test  shows each rule code that breaks it and code that does not
    tests/check_source.py --graph      draws, as text, which folder of daemon/ includes which

Why each rule is there: docs/common-errors.md.
"""
import io
import pathlib
import re
import sys
import tokenize

from check_docs import HEADLESS as HEADLESS_PROSE, PLAINER

# The folders of daemon/ in the order in which data flows: a file includes its own folder and those before it. The files directly
# in daemon/ ("") compose the rest.
FLOW = ["support", "support/async", "support/yaml", "destinations", "catalogue", "settings", "postgres", "fetch", "snapshot", "audit",
        "baseline", "baseline/file", "baseline/compare", "baseline/lint", "baseline/capture", "baseline/edit",
        "diff", "use", "findings", "account", "containment", "state", "metrics", "alerts", "status", "watch", "web", "loading", "reload",
        "", "cli/report", "cli"]
RANK = {folder: rank for rank, folder in enumerate(FLOW)}
# These are side by side, and do not include each other.
APART = {"baseline/compare": {"baseline/file"}, "baseline/lint": {"baseline/file", "baseline/compare"},
         "baseline/capture": {"baseline/compare"}, "baseline/edit": {"baseline/compare", "baseline/lint"}}

ROOTS = ("daemon", "tests")

# Files that hold comments, beside the sources. One without a suffix counts when it begins with "#".
COMMENTED_ROOTS = (*ROOTS, "config", ".ci", "systemd")
COMMENTED = {".py", ".sh", ".bash", ".yml", ".cmake", ".mjs", ".cjs", ".service", ".sysusers", ".tmpfiles"}
WITHOUT_COMMENTS = {"corpus", "node_modules", "__pycache__"}
WITH_SLASHES = {".hpp", ".cpp", ".inc", ".mjs", ".cjs"}

# Beast costs half a minute to compile, so it stays behind plain interfaces.
MAY_USE_BEAST = {"daemon/fetch/https_client.cpp", "daemon/fetch/connection.hpp", "daemon/fetch/decoded_body.hpp",
                 "daemon/web/byte_stream.cpp", "daemon/web/http_server.cpp"}

# The tables that the compiler checks are made of one that it does not.
MAY_INDEX_BY_ENUM = {"daemon/support/enum_names.hpp"}
# The file that records, checks and verifies every request that changes an account.
CHANGES_ACCOUNTS = "daemon/containment/action_executor.cpp"
SHOWS_LOCAL_TIMES = "daemon/cli/report/local_time.cpp"  # beside UTC, on a terminal

# A look-up of a name and a look at a disk block and cannot be cancelled: their threads are left behind on purpose.
MAY_DETACH = {"daemon/alerts/mail_client.cpp", "daemon/cli/state_checks.cpp", "daemon/fetch/resolver.cpp"}

LINES_OF_A_FILE = 400
LINES_OF_A_FUNCTION = 70

# Data, one row a line: there is no thought in them that a cut would show.
TABLES_OF_DATA = {"daemon/destinations/premium_ranges.hpp", "tests/simulator/endpoints.cpp"}

LITERAL_OR_COMMENT = re.compile(
    r'//[^\n]*|/\*.*?\*/|R"([^(\s]*)\(.*?\)\1"|"(?:\\.|[^"\\\n])*"|(?<![0-9A-Za-z_])\'(?:\\.|[^\'\\\n])+\'', re.DOTALL)


# The beginning of a line or of a sentence. Mid-sentence these words are small; a question may begin with one.
HEADLESS = (r"(?:^[ \t*-]*|[.!?:;][)*_\"'`]*\s+\**|[ \t]\()(What|Whoever|Whatever|Whichever|Who|Whose|Whom)\b"
            r"(?![^.?!]*\?)")
HEADLESS_LITERAL = re.compile(r"(what|who|whose|whom)\b(?![^.?!]*\?)")  # messages begin with a small letter
WORDS_OF_A_CAPTION = 6  # "What to do first" is no sentence
HEADLESS_BEHIND_CODE = re.compile(r"// ?(what|who|whose|whom|whoever|whatever|whichever)\b")
# Refused in comments beside check_docs.PLAINER.
PLAINER_IN_COMMENTS = {r"let(?:s|ting)? go": "release", r"taken for(?! granted)": "treat as",
                       r"(?:takes?|took|taking) (?:it|them|this|that|these|those|him|her) for": "treat as"}


def blank(found):
    return re.sub(r"[^\n]", " ", found[0])


def code_of(text):
    """The text with comments and literals blanked, so that words in them count for nothing; includes stay readable."""
    return LITERAL_OR_COMMENT.sub(blank, text)


def without_comments(text):
    """The text with comments blanked; literals stay."""
    return LITERAL_OR_COMMENT.sub(lambda found: blank(found) if found[0].startswith(("//", "/*")) else found[0], text)


def python_comments(text):
    """Where the comments and docstrings of a Python program begin and end, as indexes."""
    starts = [0, *(found.end() for found in re.finditer(r"\n", text))]
    tokens = [each for each in tokenize.generate_tokens(io.StringIO(text).readline) if each.type != tokenize.NL]
    code = [each for each in tokens if each.type != tokenize.COMMENT]
    between = {tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT}
    docs = [each for before, each, after in zip([None, *code], code, code[1:])
            if each.type == tokenize.STRING and after.type == tokenize.NEWLINE and (before is None or before.type in between)]
    for each in (*docs, *(one for one in tokens if one.type == tokenize.COMMENT)):
        yield starts[each.start[0] - 1] + each.start[1], starts[each.end[0] - 1] + each.end[1]


def comments_of(path, text):
    """The words of comments and docstrings; everything else is blanked, and lines keep their numbers."""
    if path.suffix in WITH_SLASHES:
        spans = [found.span() for found in LITERAL_OR_COMMENT.finditer(text) if found[0].startswith(("//", "/*"))]
    elif path.suffix == ".py" or re.match(r"#!.*python", text):
        spans = sorted(python_comments(text))
    else:
        spans = [found.span() for found in re.finditer(r"(?:^|(?<=\s))#.*", text, re.MULTILINE)]
    words, end = [], 0
    for start, stop in spans:
        comment = re.sub(r"^[/*#!<\"']+|^[ \t]*//+", blank, text[start:stop], flags=re.MULTILINE)
        words += [re.sub(r"[^\n]+", blank, text[end:start]), comment]
        end = stop
    return "".join(words)


def lines_in(text):
    """How many lines are not blank."""
    return sum(1 for line in text.splitlines() if line.strip())


def line_of(text, at):
    return text.count("\n", 0, at) + 1


def each(pattern, text):
    return ((line_of(text, found.start()), found) for found in re.finditer(pattern, text, re.MULTILINE))


def includes_follow_the_data(path, text, _code):
    if path.parts[0] != "daemon" or path.name == "main.cpp":
        return
    folder = "/".join(path.parts[1:-1])
    if folder not in RANK:
        yield 1, f"daemon/{folder}/ has no place in the flow: give it one in tests/check_source.py"
        return
    for line, found in each(r'^\s*#\s*include\s+"([^"]+)"', text):
        used = "/".join(found[1].split("/")[:-1])
        if used not in RANK:
            yield line, f'"{used}/" is no folder of daemon/: include from daemon/ downwards'
        elif RANK[used] > RANK[folder] or used in APART.get(folder, ()):
            yield line, f"{folder or 'daemon'}/ must not include {used or 'daemon'}/: data flows the other way"


def end_of_group(code, at):
    """The index after the bracket that closes the one at `at`."""
    depth = 0
    for end in range(at, len(code)):
        depth += {"(": 1, "[": 1, "{": 1, ")": -1, "]": -1, "}": -1}.get(code[end], 0)
        if depth == 0:
            return end + 1
    return len(code)


def operand_of(code, at):
    """The code from `at`, just after a co_await, to where its expression, or that of a caller around it, continues."""
    depth = 0
    for end in range(at, len(code)):
        depth += {"(": 1, "[": 1, "{": 1, ")": -1, "]": -1, "}": -1}.get(code[end], 0)
        in_template = re.search(r"\w<[^()<>;]*$", code[at:end]) if code[end] == "," else None
        if depth < 0 or (depth == 0 and code[end] in ";," and not in_template):
            return code[at:end]
    return code[at:]


def lambdas_in(code):
    """Where each lambda that captures starts, and from its parameters to the end of its body."""
    for found in re.finditer(r"(?<![\w\])\[])\[(?!\[)", code):
        end_of_captures = end_of_group(code, found.start())
        at = end_of_captures
        if not code[found.end():at - 1].strip():
            continue
        parameters = re.match(r"\s*\(", code[at:])
        if parameters:
            at = end_of_group(code, at + parameters.end() - 1)
        opening = re.match(r"(?!\s*[=:])[^{};()]*\{", code[at:])
        if opening:
            yield found.start(), code[end_of_captures:end_of_group(code, at + opening.end() - 1)]


def nothing_is_built_inside_co_await(_path, _text, code):
    for found in re.finditer(r"\bco_await\b", code):
        waited = operand_of(code, found.end())
        for _start, _rest in lambdas_in(waited):
            yield line_of(code, found.start()), "name this lambda before the co_await: g++ 12 destroys it twice"
            break
        else:
            brace = waited.find("{")
            if brace >= 0:
                yield line_of(code, found.end() + brace), "name this value before the co_await: g++ 12 destroys it twice"


def coroutines_are_named_functions(_path, _text, code):
    for start, rest in lambdas_in(code):
        if re.search(r"\bco_(await|return|yield)\b", rest):
            yield line_of(code, start), "make this coroutine a named function: a lambda's captures end before it does"


def headers_start_with_pragma_once(path, _text, code):
    if path.suffix == ".hpp" and not code.lstrip().startswith("#pragma once"):
        yield 1, "a header starts with #pragma once"


def only_commands_print(path, _text, code):
    if path.parts[0] == "daemon" and path.parts[1] not in ("cli", "main.cpp"):
        for line, found in each(r"\bstd::(cout|cerr|clog|puts|printf)\b|\bfmt::print\b", code):
            yield line, f"{found[0]}: only cli/ and main.cpp print; return it, or log it"


def nothing_is_detached(path, _text, code):
    for line, found in each(r"(?<!\w)detached(?:_t)?(?!\w)|\.\s*detach\(\)", code):
        if path.as_posix() not in MAY_DETACH or found[0].startswith("detached"):
            yield line, "nothing is detached: await it or join it, so that it ends when its owner does"


def nothing_is_left_for_later(_path, text, _code):
    for line, found in each(r"\b(TODO|FIXME|XXX)\b", text):
        yield line, f"{found[0]}: do it, or open an issue"


def beast_stays_where_it_is(path, text, _code):
    if path.parts[0] == "daemon" and path.as_posix() not in MAY_USE_BEAST:
        for line, _found in each(r"^\s*#\s*include\s+<boost/beast", text):
            yield line, "Beast stays in " + ", ".join(sorted(MAY_USE_BEAST))


def only_settings_read_the_environment(path, _text, code):
    if path.parts[0] == "daemon" and path.parts[1] not in ("settings", "support", "cli"):
        for line, found in each(r"\b(secure_)?getenv\b", code):
            yield line, f"{found[0]}: only settings/, support/ and cli/ read the environment"


def tables_of_enums_are_checked(path, _text, code):
    if path.parts[0] == "daemon" and path.as_posix() not in MAY_INDEX_BY_ENUM:
        for line, _found in each(r"\b\w+\[\s*static_cast<\s*(std::)?size_t\s*>\(\s*[\w.]+\s*\)\s*\]", code):
            yield line, "make this a table_for the enum (support/enum_names.hpp): the compiler checks its size"


def no_stage_compares_a_resources_name(path, text, _code):
    if path.parts[0] == "daemon":
        for line, _found in each(r'type_?(->|\.)name\s*[!=]=\s*"|"\s*[!=]=[\s\w.*>-]*type_?(->|\.)name\b'
                                 r'|\bfind_resource\(\s*"|"[^"\n]*",\s*&resource_type::name', text):
            yield line, "ask for the resource's role (catalogue/resource_type.hpp), not for its name"


def files_are_short(path, text, _code):
    lines = lines_in(without_comments(text))
    if lines > LINES_OF_A_FILE and path.as_posix() not in TABLES_OF_DATA:
        yield 1, f"{lines} lines of code, where {LINES_OF_A_FILE} are the most: cut the file where its thought has a seam"


def functions_are_short(_path, text, code):
    uncommented = without_comments(text)
    for found in re.finditer(r"^[ \t]*\{[ \t]*$", code, re.MULTILINE):  # as clang-format opens a function
        start = code.index("{", found.start())
        lines = lines_in(uncommented[start + 1:end_of_group(code, start) - 1])
        if lines > LINES_OF_A_FUNCTION:
            yield line_of(code, start), f"a function of {lines} lines, where {LINES_OF_A_FUNCTION} are the most: cut it"


def one_file_changes_accounts(path, _text, code):
    if path.parts[0] != "daemon" or path.parts[1] == "fetch" or path.as_posix() == CHANGES_ACCOUNTS:
        return
    caller = r"(?:->|\.)\s*send\s*\(" if re.search(r"\bapi_(write|client)\b", code) else r"\bapi\w*\s*(?:\(\)\s*)?(?:->|\.)\s*send\s*\("
    for line, _found in each(caller, code):
        yield line, f"only {CHANGES_ACCOUNTS} sends requests that change an account: give it an action"


def comments_name_their_subject(path, text, _code):
    for _line, found in each(HEADLESS, comments_of(path, text)):
        yield line_of(text, found.start(1)), f'a sentence begins with "{found[1]}": begin with the noun that is meant'
    for comment in LITERAL_OR_COMMENT.finditer(text) if path.suffix in WITH_SLASHES else ():
        found = HEADLESS_BEHIND_CODE.match(comment[0])
        if found and text[text.rfind("\n", 0, comment.start()) + 1:comment.start()].strip():
            yield line_of(text, comment.start()), f'a comment behind code begins with "{found[1]}": begin with the noun that is meant'


def own_expressions_in(words, refused):
    """Each expression that only the project uses: where it begins, and how to say it. It may be on two lines."""
    for expression, plainer in refused.items():
        for found in re.finditer(rf"\b(?:{expression})\b".replace(" ", r"\s+"), words, re.IGNORECASE):
            yield found.start(), f'"{" ".join(found[0].split())}": say it plainly ({plainer})'


def comments_are_plain_english(path, text, _code):
    for at, sentence in own_expressions_in(comments_of(path, text), PLAINER | PLAINER_IN_COMMENTS):
        yield line_of(text, at), sentence


def literals_in(text):
    """Where each literal begins, and its text; literals that only white space parts are one."""
    found, end = [], None
    for one in LITERAL_OR_COMMENT.finditer(text):
        if one[0].startswith(("//", "/*", "'")):
            continue
        words = re.sub(r'^R"[^(]*\(|\)[^)"]*"$', "", one[0]) if one[0].startswith("R") else one[0][1:-1].replace("\\n", "\n")
        if end is not None and not text[end:one.start()].strip():
            found[-1][1] += words
        else:
            found.append([one.start(), words])
        end = one.end()
    return found


def literals_are_plain_english(path, text, _code):
    if path.parts[0] != "daemon":
        return
    for at, words in literals_in(text):
        if " " not in words:  # a name of the contract
            continue
        for _place, sentence in own_expressions_in(words, PLAINER):
            yield line_of(text, at), sentence
        headless = HEADLESS_PROSE.search(words) or HEADLESS_LITERAL.match(words)
        if headless and len(re.findall(r"[\w']+", words)) > WORDS_OF_A_CAPTION:
            yield line_of(text, at), f'a sentence begins with "{headless[1]}": begin with the noun that is meant'


def times_are_utc(path, _text, code):
    if path.parts[0] == "daemon" and str(path) != SHOWS_LOCAL_TIMES:
        for line, found in each(r"\b(localtime(_r)?|mktime|strftime|put_time|get_time|current_zone|locate_zone|zoned_time)\b", code):
            yield line, f"{found[0]}: times are UTC everywhere, and written by support/clock.hpp"


NO_NOUN = re.compile(r"\b(one|of|what|how)\b(?=\s*[,;=)({:\[\]])")
TYPE_BEFORE = re.compile(r"(?:(\w+)|[>\]])(?: const)?(?: [&*]*|[&*]+ ?)$|auto&{0,2} ?\[[\w, ]*$")
STATEMENTS = {"return", "co_return", "co_await", "co_yield", "else", "case", "throw", "new", "delete", "goto", "not", "and", "or"}


def names_are_nouns(_path, _text, code):
    for name in NO_NOUN.finditer(code):
        before = TYPE_BEFORE.search(code[code.rfind("\n", 0, name.start()) + 1:name.start()])
        if before and before[1] not in STATEMENTS:
            yield line_of(code, name.start()), f"{name[1]} is no name: take a noun, and a verb for a function"


RULES = [includes_follow_the_data, nothing_is_built_inside_co_await, coroutines_are_named_functions,
         headers_start_with_pragma_once, only_commands_print, nothing_is_detached, nothing_is_left_for_later,
         beast_stays_where_it_is, only_settings_read_the_environment, tables_of_enums_are_checked, no_stage_compares_a_resources_name,
         files_are_short, functions_are_short, one_file_changes_accounts, times_are_utc, comments_name_their_subject,
         comments_are_plain_english, literals_are_plain_english, names_are_nouns]

# rule: ([(path, code that breaks it)], [(path, code that does not)])
EXAMPLES = {
    names_are_nouns: (
        [("daemon/use/a.cpp", "for (const auto& one : all) {}"), ("daemon/use/a.cpp", "void f(const finding& of, int how);"),
         ("daemon/use/a.hpp", "#pragma once\nstruct a {\n    std::string what;\n};\n"), ("tests/use/a.cpp", "int of(int a);"),
         ("daemon/use/a.cpp", "f([](const auto* one) { return one->b; });"), ("daemon/use/a.cpp", "for (auto& [id, one] : all) {}"),
         ("daemon/use/a.hpp", "#pragma once\nenum class how : int { a };"), ("daemon/use/a.cpp", "char** one = x;"),
         ("daemon/use/a.cpp", "std::vector<int> of{1};"), ("daemon/use/a.cpp", "measure how = measure::contain;")],
        [("daemon/use/a.cpp", "log(error.what());"), ("daemon/use/a.cpp", "// one of what\nint a;"), ("daemon/use/a.cpp", 'say("one, of what");'),
         ("daemon/use/a.cpp", "return what;\n"), ("daemon/use/a.cpp", "int of_all = 1; auto one_of = 2;"), ("daemon/use/a.cpp", "f(one, a->what());")]),
    includes_follow_the_data: (
        [("daemon/fetch/a.cpp", '#include "diff/diff.hpp"\n'),
         ("daemon/support/a.hpp", '#pragma once\n#include "settings/settings.hpp"\n'),
         ("daemon/metrics/a.cpp", '#include "alerts/message.hpp"\n'),
         ("daemon/findings/a.cpp", '#include "daemon.hpp"\n'),
         ("daemon/watch/sweep.cpp", '#include "web/routes.hpp"\n'),
         ("daemon/a.cpp", '#include "cli/report/terminal.hpp"\n'),
         ("daemon/support/a.cpp", '#include "support/yaml/problem.hpp"\n'),
         ("daemon/baseline/a.cpp", '#include "baseline/file/baseline_file.hpp"\n'),
         ("daemon/baseline/edit/a.cpp", '#include "baseline/lint/lint.hpp"\n'),
         ("daemon/diff/a.cpp", '#include "../web/routes.hpp"\n'),
         ("daemon/extras/a.cpp", "int a;\n")],
        [("daemon/fetch/a.cpp", '#include "catalogue/catalogue.hpp"\n#include "settings/settings.hpp"\n'),
         ("daemon/baseline/a.cpp", '#include "snapshot/objects.hpp"\n#include "baseline/match.hpp"\n'),
         ("daemon/settings/a.cpp", '#include "catalogue/catalogue.hpp"\n'),
         ("daemon/watch/sweep.cpp", '#include "watch/sweep.hpp"\n#include "status/daemon_status.hpp"\n'),
         ("daemon/daemon.cpp", '#include "status_collector.hpp"\n#include "web/web_listeners.hpp"\n'),
         ("daemon/baseline/edit/a.cpp", '#include "baseline/capture/capture.hpp"\n'),
         ("daemon/main.cpp", '#include "cli/command_table.hpp"\n'),
         ("daemon/cli/a.cpp", '#include "daemon.hpp"\n'),
         ("tests/diff/a_test.cpp", '#include "web/routes.hpp"\n')]),
    nothing_is_built_inside_co_await: (
        [("daemon/a.cpp", "co_await f(agg{1, text});"), ("daemon/a.cpp", "co_await f({1, 2});"),
         ("daemon/a.cpp", "auto x = co_await f(\n    {.a = b});"),
         ("tests/a_test.cpp", "co_await (a() || b(limits{}));"),
         ("daemon/a.cpp", "co_await f([copy](int) noexcept { return copy; });"),
         ("daemon/a.cpp", "co_await f<int, int>({1});"), ("daemon/a.cpp", "if (co_await f(x{})) {\n}")],
        [("daemon/a.cpp", "const agg named{1, text};\nco_await f(named);"), ("daemon/a.cpp", "if (co_await f(x)) {\n}"),
         ("daemon/a.cpp", "co_await f(make(1), std::move(named), list[0]);"), ("daemon/a.cpp", 'co_await f("{}");'),
         ("daemon/a.cpp", "// co_await f({1})\n"), ("daemon/a.cpp", "while (!(co_await f(x)).done) {\n}"),
         ("daemon/a.cpp", "call(co_await f(x), {1, 2});")]),
    coroutines_are_named_functions: (
        [("daemon/a.cpp", "auto f = [s]() -> asio::awaitable<void> { co_return; };"),
         ("daemon/a.cpp", "spawn([this] { co_await run(); });"),
         ("tests/a_test.cpp", "g([&](std::function<int()> n) -> task<int> { co_return n(); });"),
         ("daemon/a.cpp", "return [=](int n) mutable { if (n) { co_return; } };")],
        [("daemon/a.cpp", "task<> f(int n)\n{\n    list[n] = 1;\n    co_await g(n);\n}"),
         ("daemon/a.cpp", "const auto [a, b] = co_await f(x);\nif (a) {\n    co_return;\n}"),
         ("daemon/a.cpp", "for (auto& [a, b] : all) {\n    co_await f(a);\n}"),
         ("daemon/a.cpp", "[[nodiscard]] task<> f()\n{\n    co_return;\n}"),
         ("daemon/a.cpp", "if (a) [[likely]] {\n    co_return;\n}"),
         ("daemon/a.cpp", "auto f = [](int n) -> task<> { co_return; };"),
         ("daemon/a.cpp", "task<> f()\n{\n    auto g = [this](int n) { return n; };\n    co_await h(g);\n}")]),
    headers_start_with_pragma_once: (
        [("daemon/a.hpp", "#include <string>\n#pragma once\n"), ("tests/fakes/a.hpp", "int a;\n")],
        [("daemon/a.hpp", "// What it is.\n#pragma once\n"), ("daemon/a.cpp", "int a;\n")]),
    only_commands_print: (
        [("daemon/web/a.cpp", "std::cout << 1;"), ("daemon/watch/sweep.cpp", "std::cerr << 1;"),
         ("daemon/diff/a.cpp", 'fmt::print("x");')],
        [("daemon/cli/a.cpp", "std::cout << 1;"), ("daemon/main.cpp", "std::cerr << 1;"),
         ("daemon/diff/a.cpp", '// std::cout\nauto s = "std::cerr";'), ("tests/a_test.cpp", "std::cout << 1;")]),
    nothing_is_detached: (
        [("daemon/a.cpp", "asio::co_spawn(io, f(), asio::detached);"),
         ("tests/a_test.cpp", "co_spawn(io, f(), detached);"),
         ("daemon/a.cpp", "std::thread(f).detach();"),
         ("daemon/fetch/resolver.cpp", "co_spawn(io, f(), asio::detached);")],
        [("daemon/a.cpp", "// nothing is detached\nauto semidetached = 1;"),
         ("daemon/fetch/resolver.cpp", "t.detach();")]),
    nothing_is_left_for_later: (
        [("daemon/a.cpp", "int a;  // " + "TO" + "DO: more"), ("tests/a_test.cpp", "// FIX" + "ME")],
        [("daemon/a.cpp", 'auto name = "/tmp/trunkwarden-' + "X" * 6 + '";')]),
    beast_stays_where_it_is: (
        [("daemon/web/routes.cpp", "#include <boost/beast/http.hpp>\n"),
         ("daemon/a.hpp", "#include <boost/beast.hpp>\n")],
        [("daemon/web/http_server.cpp", "#include <boost/beast/http.hpp>\n"),
         ("tests/simulator/server.cpp", "#include <boost/beast/http.hpp>\n")]),
    only_settings_read_the_environment: (
        [("daemon/fetch/a.cpp", 'std::getenv("HOME");'), ("daemon/daemon.cpp", 'secure_getenv("HOME");')],
        [("daemon/settings/a.cpp", 'std::getenv("HOME");'), ("daemon/support/a.cpp", 'getenv("X");'),
         ("daemon/fetch/a.cpp", "// no getenv here\n")]),
    tables_of_enums_are_checked: (
        [("daemon/a.cpp", "return names[static_cast<std::size_t>(kind)];"),
         ("daemon/a.hpp", "#pragma once\nauto x = words[static_cast<size_t>(one.state)];")],
        [("daemon/a.cpp", "return names_of<severity>[level];"),
         ("daemon/a.cpp", "return reached[static_cast<std::size_t>(middle + diagonal)];"),
         ("daemon/support/enum_names.hpp", "#pragma once\nreturn values[static_cast<std::size_t>(at)];"),
         ("tests/a_test.cpp", "return names[static_cast<std::size_t>(i)];")]),
    no_stage_compares_a_resources_name: (
        [("daemon/a.cpp", 'if (what.type->name != "connections")'), ("daemon/a.cpp", 'return type.name == "api_keys";'),
         ("daemon/a.cpp", 'return "api_keys" == one.type->name;'), ("daemon/a.cpp", 'return *find_resource("two_factor");'),
         ("daemon/a.cpp", 'std::ranges::find(types, "api_keys", &resource_type::name);')],
        [("daemon/a.cpp", "return type.role == resource_role::api_keys;"), ("daemon/a.cpp", "find_resource(name);"),
         ("daemon/a.cpp", 'if (member.name == "required")'), ("daemon/a.cpp", "one.resource == about.what.type->name"),
         ("tests/a_test.cpp", 'out.type = find_resource("ips");')]),
    times_are_utc: (
        [("daemon/a.cpp", "::localtime_r(&now, &parts);"), ("daemon/cli/a.cpp", "const auto at = std::mktime(&parts);"),
         ("daemon/web/a.cpp", "out << std::put_time(&parts, form);")],
        [("daemon/a.cpp", "return rfc3339(at);"), ("daemon/a.cpp", "const bool is_localtime_shown = false;"),
         ("tests/a_test.cpp", "std::mktime(&parts);")]),
    files_are_short: (
        [("daemon/a.cpp", "int a;\n" * 401), ("tests/a_test.cpp", 'const char* text = R"(' + "a\n" * 401 + ')";\n'),
         ("daemon/destinations/other_ranges.hpp", "#pragma once\n" + "{1},\n" * 400)],
        [("daemon/a.cpp", "// Why.\n\nint a;\n" * 400), ("daemon/a.cpp", "/* one\n" + "two\n" * 500 + "*/\n"),
         ("tests/simulator/endpoints.cpp", "{1},\n" * 500)]),
    functions_are_short: (
        [("daemon/a.cpp", "void f()\n{\n" + "    g();\n" * 71 + "}\n"),
         ("daemon/a.cpp", "a::a(int b)\n    : b_(b)\n{\n" + "    g();\n" * 71 + "}\n"),
         ("daemon/a.hpp", "#pragma once\nclass a {\n    void f()\n    {\n" + "        g();\n" * 71 + "    }\n};\n"),
         ("tests/a_test.cpp", 'TEST(A, B)\n{\n    f(R"(' + "a\n" * 71 + ')");\n}\n')],
        [("daemon/a.cpp", "void f()\n{\n" + "    g();\n" * 70 + "}\n"),
         ("daemon/a.cpp", "void f()\n{\n" + "    // why\n\n    g();\n" * 70 + "}\n"),
         ("daemon/a.cpp", ("void f()\n{\n" + "    g();\n" * 40 + "}\n") * 2),
         ("daemon/a.hpp", "#pragma once\nclass a {\n" + "    int b;\n" * 80 + "};\n")]),
    one_file_changes_accounts: (
        [("daemon/containment/lockdown.cpp", "co_await watched.api->send(std::move(request));"),
         ("daemon/watch/a.cpp", "api_client& to = *io.api;\nco_await to.send(std::move(one));"),
         ("daemon/cli/a.cpp", "api_write request;\nco_await client.send(request);"),
         ("daemon/web/a.cpp", "of.api_.send(one);")],
        [("daemon/containment/action_executor.cpp", "co_await account_.api->send(std::move(request));"),
         ("daemon/fetch/https_api_client.cpp", "api_write one;\nco_await http_->send(std::move(request));"),
         ("daemon/cli/alerts_command.cpp", "co_await client.send(request);"),
         ("daemon/containment/a.cpp", "api_write request_for(x);\nbegin(send_later);")]),
    comments_name_their_subject: (
        [("daemon/a.hpp", "// What the member says.\n"), ("daemon/a.cpp", "int a;  // What it is\n"),
         ("daemon/a.cpp", "// It stops. Whoever runs it\n// may go.\n"), ("tests/a_test.cpp", "// The rest:\n// Whatever is left.\n"),
         ("daemon/a.cpp", "/* The whole.\n * What is left. */\n"), ("daemon/a.inc", "// (Who can get in.)\n"),
         ("daemon/a.hpp", "int a;  // what it is\n"), ("tests/a.cpp", "if (a)  // whoever it is\n"),
         ("tests/a.py", '"""What it tests."""\n'), ("tests/a.py", 'def f():\n    """It says. Who hears?\n\n    Whom it tells."""\n'),
         ("tests/a.py", "a = 1  # Whose it is.\n"), ("tests/a", '#!/usr/bin/env python3\n"""A test.\n\nWhat came out."""\n'),
         ("config/a.yml", "a: 1\n# Who is told.\n"), (".ci/run", "#!/bin/sh\n# What it does.\n")],
        [("daemon/a.hpp", "// The text of the member; what follows is cut.\n"), ("daemon/a.cpp", 'auto a = "// What it means";\n'),
         ("daemon/a.cpp", "// What is it? A number.\n"), ("daemon/a.cpp", "// The text,\n// what it is.\n"), ("daemon/a.cpp", "Whoever a;\n"),
         ("tests/a.py", 'TEXT = "What it means."\nf("""\nWho is it.\n""")\n'), ("tests/a.py", '"""The offers, and what they mean."""\n'),
         ("config/a.yml", 'a: "What it is."\n'), ("config/a.yml", "a: b#What\n")]),
    comments_are_plain_english: (
        [("daemon/a.hpp", "// The baseline in force.\n"), ("daemon/a.cpp", "// The others go\n// on.\n"),
         ("daemon/a.cpp", "int a;  // it ends by itself\n"), ("tests/a_test.cpp", "// A URL that others take for a path; it\n// goes on.\n"),
         ("daemon/a.hpp", "/* A finding is told\n * once. */\n"), ("daemon/a.inc", "// The edit lets more pass.\n"),
         ("daemon/a.cpp", "// A slash: some take it for a host.\n"), ("daemon/a.cpp", "// It must not be taken\n// for empty.\n"),
         ("daemon/a.hpp", "// Lets go of something large.\n"), ("daemon/a.hpp", "// Any object, whatever its id.\n"),
         ("daemon/a.hpp", "// The heaviest first.\n"), ("tests/a.py", '"""It asks anew."""\n'), ("tests/a.py", "a = 1  # in force\n"),
         ("config/a.yml", "a: 1  # it goes on\n"), ("tests/a", "#!/bin/sh\n# What stays mended.\n")],
        [("daemon/a.hpp", "// The active baseline continues alone.\n"), ("daemon/a.cpp", "is_in_force(a);  // the action is active\n"),
         ("daemon/a.cpp", "// The server was told to stop.\n"), ("daemon/a.cpp", "// It was told\n// to stop.\n"),
         ("daemon/a.cpp", "// The next\nauto in_force = go;  // on\n"), ("daemon/a.cpp", 'auto a = "it goes on";  // a message\n'),
         ("daemon/a.cpp", "// A look-up can take for ever; never take it as granted, as it is never taken for granted.\n"),
         ("tests/a.py", 'TEXT = "in force"\n'), ("config/a.yml", 'a: "whatever"\n')]),
    literals_are_plain_english: (
        [("daemon/a.cpp", 'f("the state file cannot be written; the watch goes on");'),
         ("daemon/a.cpp", 'f("the last good one stays in "\n  "force");'), ("daemon/a.hpp", "#pragma once\nauto a = R\"(\nIt reads keys anew.\n)\";"),
         ("daemon/a.cpp", 'f("what happened cannot be written to the file {}");'),
         ("daemon/a.cpp", 'f("What began before this time may be missing");'),
         ("daemon/a.cpp", 'f("it is not HTTPS: what is between can answer, too");'),
         ("daemon/a.cpp", 'f("It is gone.\\nWho made it is not known to anybody");')],
        [("daemon/a.cpp", 'f("What to do first");'), ("daemon/a.cpp", 'f("What to do first about account {}:");'),
         ("daemon/a.cpp", 'f("heaviest");'), ("daemon/a.cpp", "f(\"it says what changed\");  // the watch goes on\n"),
         ("daemon/a.cpp", 'f("what is it that you want to do next?");'), ("daemon/a.cpp", 'f("stays in", 1, "force");'),
         ("tests/a_test.cpp", 'f("the watch goes on");')]),
}


def errors_in(path, text, rules):
    code = code_of(text)
    for rule in rules:
        for line, sentence in rule(path, text, code):
            yield f"{path.as_posix()}:{line}: {sentence}"


def units_in(texts):
    """Each unit (a header and its source) of the files {path below the root: text}, and the units that it includes."""
    graph = {}
    for path, text in sorted(texts.items()):
        unit = path.rsplit(".", 1)[0]
        used = {found[1].rsplit(".", 1)[0] for _line, found in each(r'^\s*#\s*include\s+"([^"]+)"', text)}
        graph.setdefault(unit, set()).update(used - {unit})
    return graph


def units_below(root):
    return units_in({file.relative_to(root).as_posix(): file.read_text(encoding="utf-8") for file in sources_below(root)})


def circles_in(graph):
    """Sets of units (a header and its source) that reach each other."""
    reach = {}
    for start in graph:
        seen, waiting = set(), [start]
        while waiting:
            for used in graph.get(waiting.pop(), ()):
                if used not in seen:
                    seen.add(used)
                    waiting.append(used)
        reach[start] = seen
    found = []
    for unit in sorted(graph):
        if unit in reach[unit] and not any(unit in circle for circle in found):
            found.append(sorted(other for other in reach[unit] if unit in reach.get(other, ())))
    return found


def circles_below(root):
    for circle in circles_in(units_below(root)):
        yield (f"{root}/: {', '.join(circle)} include each other in a circle: give what they share a header of its own, or let a "
               "file above them bring them together")


def draw_graph():
    graph = units_below("daemon")
    folder_of = lambda unit: unit.rpartition("/")[0]  # noqa: E731
    for folder in FLOW:
        uses = {}
        for unit, used in graph.items():
            if folder_of(unit) == folder:
                for other in used:
                    if folder_of(other) != folder:
                        uses[folder_of(other)] = uses.get(folder_of(other), 0) + 1
        listed = ", ".join(f"{other or 'daemon'} {uses[other]}" for other in FLOW if other in uses)
        print(f"{folder or 'daemon':<18} {listed}")
    circles = circles_in(graph)
    print(f"\n{len(graph)} units, {sum(map(len, graph.values()))} arrows, {len(circles)} circles")
    for circle in circles:
        print("  " + " ".join(circle))


def sources_below(root):
    return [file for ending in ("*.hpp", "*.cpp", "*.inc") for file in sorted(pathlib.Path(root).rglob(ending))]


def holds_comments(file):
    if not file.is_file() or WITHOUT_COMMENTS & set(file.parts):
        return False
    return file.suffix in COMMENTED or file.name == "CMakeLists.txt" or (not file.suffix and file.read_bytes().startswith(b"#"))


def other_files_with_comments():
    below = [file for root in COMMENTED_ROOTS for file in sorted(pathlib.Path(root).rglob("*"))]
    return [file for file in (pathlib.Path("CMakeLists.txt"), *below) if holds_comments(file)]


def check():
    files = [file for root in ROOTS for file in sources_below(root)]
    if not files:
        return ["tests/check_source.py: no sources below the working directory: run it in the project's root"]
    errors = [error for file in files for error in errors_in(file, file.read_text(encoding="utf-8"), RULES)]
    for file in other_files_with_comments():
        errors += errors_in(file, file.read_text(encoding="utf-8", errors="replace"),
                            [comments_name_their_subject, comments_are_plain_english])
    return errors + [error for root in ROOTS for error in circles_below(root)]


# Files {path: text}, and the circles of units among them.
CIRCLES = [
    ({"a.hpp": '#include "b.hpp"\n', "b.hpp": '#include "a.hpp"\n'}, [["a", "b"]]),
    ({"x/part.hpp": '#include "x/whole.hpp"\n', "x/whole.hpp": "", "x/whole.cpp": '#include "x/whole.hpp"\n#include "x/part.hpp"\n'},
     [["x/part", "x/whole"]]),
    ({"a.cpp": '#include "b.hpp"\n', "b.cpp": '#include "c.hpp"\n', "c.hpp": '#include "a.hpp"\n', "user.cpp": '#include "a.hpp"\n'},
     [["a", "b", "c"]]),
    ({"a.hpp": '#include "b.hpp"\n', "b.hpp": '#include "a.hpp"\n', "c.hpp": '#include "d.hpp"\n', "d.hpp": '#include "c.hpp"\n'},
     [["a", "b"], ["c", "d"]]),
    ({"a.hpp": "", "a.cpp": '#include "a.hpp"\n#include "shared.hpp"\n', "b.hpp": '#include "a.hpp"\n', "shared.hpp": ""}, []),
    ({"a.cpp": '#include <a.hpp>\n#include "b.hpp"\n', "b.hpp": '// #include "a.hpp"\n'}, []),
]


def self_test():
    for rule in RULES:
        name = rule.__name__.replace("_", " ")
        if rule not in EXAMPLES:
            yield f"no example breaks the rule: {name}"
            continue
        bad, good = EXAMPLES[rule]
        for path, text in bad:
            if not list(errors_in(pathlib.PurePath(path), text, [rule])):
                yield f"not caught: {name}: {path}: {text!r}"
        for path, text in good:
            for error in errors_in(pathlib.PurePath(path), text, [rule]):
                yield f"wrongly caught: {name}: {error}: {text!r}"
    for texts, circles in CIRCLES:
        found = circles_in(units_in(texts))
        if found != circles:
            yield f"circles of units: {found} instead of {circles} in {texts}"


if __name__ == "__main__":
    if sys.argv[1:] not in ([], ["--self-test"], ["--graph"]):
        sys.exit(__doc__)
    if sys.argv[1:] == ["--graph"]:
        draw_graph()
        sys.exit(0)
    found_errors = list(self_test() if sys.argv[1:] else check())
    print("\n".join(found_errors), end="\n" if found_errors else "")
    sys.exit(1 if found_errors else 0)
