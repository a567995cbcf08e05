#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <fmt/format.h>
#include <optional>
#include <pwd.h>
#include <unistd.h>
#include <utility>
#include <vector>

#include "baseline/edit/edit.hpp"
#include "baseline/file/baseline_file.hpp"
#include "catalogue/catalogue.hpp"
#include "cli/command_table.hpp"
#include "cli/control_client.hpp"
#include "cli/error_output.hpp"
#include "cli/id_lookup.hpp"
#include "cli/report/terminal.hpp"
#include "findings/accepting.hpp"
#include "loading/loading.hpp"
#include "state/state_file.hpp"
#include "support/atomic_write.hpp"
#include "support/environment.hpp"
#include "support/escape.hpp"
#include "support/json_view.hpp"
#include "support/parse_date.hpp"
#include "support/text_file.hpp"
#include "support/unified_diff.hpp"
#include "support/yaml/yaml_events.hpp"

namespace trunkwarden {
namespace {

namespace json = boost::json;
using std::filesystem::path;

constexpr const char* accept_examples = R"(
Changes the baseline file so that these findings are trusted as they are, and
nothing else; prints the difference. Every byte it need not touch stays. IDs may
be cut short to "f-" and 6 digits where that names one finding.

Examples:
  trunkwarden baseline accept f-3b1c9a70d2e4 --reason "our new SBC" --dry-run
  trunkwarden baseline accept f-3b1c9a f-77e0aa --reason "trunk test" --expires 2027-01-31
)";

struct accept_options {
    std::vector<std::string> ids;  // of findings, or their beginnings
    std::string reason;
    std::string expires;      // as it was written; "": never
    std::string approved_by;  // "": the user who runs this
    bool dry_run = false;

    void add_to(CLI::App& app)
    {
        app.add_option("ID", ids, "The findings")->required();
        app.add_option("--reason", reason, "Why: it is written into the baseline")->required();
        app.add_option("--expires", expires, "The last day it is trusted, as 2027-01-31");
        app.add_option("--approved-by", approved_by, "Who approved it; else the user who runs this");
        app.add_flag("--dry-run", dry_run, "Print the difference only");
    }
};

// A baseline file, as it was read and as it is to be.
struct edited_file {
    const account_settings* account = nullptr;
    path file;
    std::string before;
    std::string after;
};

struct acceptance_verdict {
    std::string id;
    std::string title;
    std::string why;       // the finding was refused; "": it was accepted
    std::string to_paste;  // when refused: the entry that would trust it, "" when there is none
    bool was_covered = false;
    bool secrets = false;
};

struct outcome {
    std::vector<edited_file> files;
    std::vector<acceptance_verdict> verdicts;
    bool refused() const
    {
        return std::ranges::any_of(verdicts, [](const acceptance_verdict& one) { return !one.why.empty(); });
    }
};

// The user who runs this command, also behind sudo.
std::string login_name()
{
    if (const auto behind_sudo = environment_variable("SUDO_USER"); behind_sudo && !behind_sudo->empty())
        return *behind_sudo;
    passwd found{};
    passwd* known = nullptr;
    std::vector<char> names(16UL * 1024);
    if (::getpwuid_r(::getuid(), &found, names.data(), names.size(), &known) == 0 && known != nullptr)
        return known->pw_name;
    return {};
}

// The text becomes one line of the baseline, so it must not hold invisible characters.
result<std::string> one_line(const std::string& text, std::string_view option)
{
    constexpr std::size_t longest = 1000;
    if (text.find_first_not_of(' ') == std::string::npos)
        return bad_usage("{} is empty: readers of the baseline need it", option);
    if (text.size() > longest)
        return bad_usage("{} is longer than {} bytes", option, longest);
    if (printable(text, 8 * longest) != text)
        return bad_usage("{} holds characters that cannot be seen, or is not UTF-8: {}", option,
                         printable(text));
    return text;
}

result<acceptance_terms> terms_of(const accept_options& given)
{
    acceptance_terms out;
    out.today = std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now());
    const auto reason = one_line(given.reason, "--reason");
    if (!reason)
        return reason.error();
    out.reason = *reason;
    const auto name = given.approved_by.empty() ? login_name() : given.approved_by;
    if (const auto by = name.empty() ? result<std::string>(name) : one_line(name, "--approved-by"); by)
        out.approved_by = *by;
    else
        return by.error();
    if (given.expires.empty())
        return out;
    out.expires = parse_date(given.expires);
    if (!out.expires)
        return bad_usage("--expires must be a day of the calendar, written as 2027-03-31, not {}",
                         printable(given.expires));
    if (*out.expires < out.today)
        return bad_usage("--expires {} is over already", given.expires);
    return out;
}

json::array as_choices(const std::vector<finding>& findings)
{
    json::array out;
    for (const auto& one : findings)
        out.push_back({{"id", view(one.id)}, {"title", view(one.title)}});
    return out;
}

// The findings that are meant; the newest first when an id stands for one that was open before.
result<std::vector<finding>> chosen(const std::vector<std::string>& ids, const path& state_file)
{
    const auto open = read_findings(state_file, false);
    if (!open)
        return open.error();
    const auto all = read_findings(state_file, true);
    std::vector<finding> out;
    for (const auto& written : ids) {
        const auto id = look_up_id(written, as_choices(*open));
        if (!id) {
            if (all && id.error().kind == errc::not_found)
                if (const auto over = look_up_id(written, as_choices(*all)); over)
                    return bad_usage("{} is resolved: there is nothing to accept any more", *over);
            return id.error();
        }
        if (std::ranges::find(out, *id, &finding::id) == out.end())
            out.push_back(*std::ranges::find(*open, *id, &finding::id));
    }
    return out;
}

result<edited_file*> file_of(const finding& f, const settings& configured, std::vector<edited_file>& files)
{
    const auto account = std::ranges::find(configured.accounts, f.account, &account_settings::name);
    if (account == configured.accounts.end())
        return bad_usage("there is no account {} in {} any more", printable(f.account),
                         configured.file.string());
    const auto known = std::ranges::find(files, account->baseline_file, &edited_file::file);
    if (known != files.end())
        return &*known;
    auto text = read_text_file(account->baseline_file, max_yaml_bytes);
    if (!text)
        return text.error();
    files.push_back({&*account, account->baseline_file, *text, *text});
    return &files.back();
}

acceptance_verdict accept_one(const finding& f, const settings& configured, const acceptance_terms& terms,
                              std::vector<edited_file>& files)
{
    acceptance_verdict out{f.id, f.title, {}, {}};
    const auto wanted = acceptable_of(f);
    if (!wanted) {
        out.why = wanted.error().what;
        return out;
    }
    out.secrets = wanted->secrets;
    if (!wanted->in_baseline)
        return out;
    const auto file = file_of(f, configured, files);
    if (!file) {
        out.why = file.error().what;
        return out;
    }
    auto done = accept((*file)->after, catalogue, *f.what.type, wanted->seen, terms);
    out.was_covered = done.how == acceptance::outcome::covered;
    if (done.how == acceptance::outcome::refused) {
        out.why = fmt::format("{}: {}", (*file)->file.string(), done.why);
        out.to_paste = std::move(done.suggested_entry);
        return out;
    }
    (*file)->after = std::move(done.text);
    return out;
}

colour colour_of(std::string_view line)
{
    if (line.starts_with("@@"))
        return colour::cyan;
    if (line.starts_with("---") || line.starts_with("+++"))
        return colour::bold;
    if (line.starts_with('-'))
        return colour::red;
    return line.starts_with('+') ? colour::green : colour::plain;
}

// Line by line, so that nothing in it drives a terminal; into a pipe it goes as it is, for patch.
std::string for_terminal(std::string_view diff, styling style)
{
    if (::isatty(STDOUT_FILENO) == 0)
        return std::string(diff);
    std::string out;
    for (auto line : lines_of(diff)) {
        line = line.substr(0, line.find_last_not_of("\r\n") + 1);
        out += styled(printable(line, 4000), colour_of(line), style) + '\n';
    }
    return out;
}

std::string diff_of(const edited_file& file)
{
    return unified_diff(file.before, file.after, printable(file.file.relative_path().string(), 4000));
}

result<void> accept_secrets(const std::vector<acceptance_verdict>& verdicts, const path& socket)
{
    for (const auto& one : verdicts) {
        if (!one.secrets)
            continue;
        const auto answer =
            ask_api(socket, {"POST", fmt::format("/api/v1/findings/{}/accept-secrets", one.id), "{}"});
        if (!answer)
            return failure{
                answer.error().kind,
                fmt::format("{}: only the running daemon can take a changed secret for the right one: {}",
                            one.id, answer.error().what)};
    }
    return {};
}

result<void> expect_as_read(const edited_file& file)
{
    const auto now = read_text_file(file.file, max_yaml_bytes);
    if (!now)
        return now.error();
    if (*now != file.before)
        return bad_usage("{} changed meanwhile and was left as it is: try again", file.file.string());
    return {};
}

result<void> write(const edited_file& file)
{
    if (file.before == file.after)
        return {};
    if (auto as_read = expect_as_read(file); !as_read)
        return as_read;
    return atomic_write(file.file, file.after);
}

// Checks every file before it writes the first. When writing fails later, the sentence says what was done
// until then.
result<void> write_all(const outcome& what, const path& socket)
{
    for (const auto& file : what.files)
        if (auto as_read = expect_as_read(file); !as_read)
            return as_read;
    if (auto taken = accept_secrets(what.verdicts, socket); !taken)
        return taken;
    std::string done = std::ranges::any_of(what.verdicts, &acceptance_verdict::secrets)
                           ? "; the daemon took the changed secrets"
                           : "";
    for (const auto& file : what.files) {
        if (const auto written = write(file); !written)
            return failure{written.error().kind, written.error().what + done};
        if (file.before != file.after)
            done += fmt::format("; {} is written", file.file.string());
    }
    return {};
}

// The next step after a baseline was written, as a sentence: a signed one must be signed again.
std::string next_step(const edited_file& file)
{
    if (file.before == file.after)
        return "";
    if (file.account->baseline_public_key.empty())
        return " A running daemon reads it automatically.";
    return fmt::format(
        " It must be signed again; until then the previous one stays active. Look at everything that "
        "changed, then: minisign -Sm {}",
        file.file.string());
}

std::string as_json(const outcome& what, bool changed)
{
    json::array accepted;
    json::array refused;
    for (const auto& one : what.verdicts) {
        if (one.why.empty())
            accepted.push_back({{"id", view(one.id)}, {"title", view(one.title)}, {"secrets", one.secrets}});
        else
            refused.push_back({{"id", view(one.id)},
                               {"title", view(one.title)},
                               {"reason", view(one.why)},
                               {"entry", view(one.to_paste)}});
    }
    std::string diff;
    json::array names;
    for (const auto& file : what.files) {
        diff += diff_of(file);
        names.push_back(view(file.file.native()));
    }
    json::object out;
    out["changed"] = changed;
    out["file"] = names.size() == 1 ? names.front() : json::value(nullptr);
    out["files"] = std::move(names);
    out["diff"] = view(diff);
    out["accepted"] = std::move(accepted);
    out["refused"] = std::move(refused);
    return json::serialize(out) + '\n';
}

void tell_refusals(const outcome& what)
{
    for (const auto& one : what.verdicts) {
        if (one.why.empty())
            continue;
        fmt::print(stderr, "trunkwarden: {}: {}\n  {}\n", one.id, printable(one.title, 200),
                   printable(one.why, 1000));
        if (!one.to_paste.empty())
            fmt::print(stderr, "  The entry that would trust it:\n");
        for (auto line : lines_of(one.to_paste))
            fmt::print(stderr, "{}\n", printable(line.substr(0, line.find_last_not_of("\r\n") + 1), 4000));
    }
    fmt::print(stderr, "Nothing was written.\n");
}

void tell_success(const outcome& what, bool dry_run)
{
    for (const auto& file : what.files)
        fmt::print("{}", for_terminal(diff_of(file), styling_of(STDOUT_FILENO)));
    for (const auto& one : what.verdicts)
        fmt::print(stderr, "{}: {}{}\n", one.id, printable(one.title, 200),
                   one.was_covered ? " (the file trusts it already)" : "");
    for (const auto& file : what.files) {
        if (dry_run)
            fmt::print(stderr, "{}: nothing was written (--dry-run).\n", file.file.string());
        else
            fmt::print(stderr, "{}: {}.{}\n", file.file.string(),
                       file.before == file.after ? "not changed" : "written", next_step(file));
    }
}

int finish(const outcome& what, const accept_options& given, output_format output, const path& socket)
{
    const bool writes = !what.refused() && !given.dry_run;
    if (writes)
        if (const auto written = write_all(what, socket); !written)
            return fail(written.error().what);
    const bool changed = writes && std::ranges::any_of(what.files, [](const edited_file& file) {
                             return file.before != file.after;
                         });
    if (output == output_format::json)
        fmt::print("{}", as_json(what, changed));
    else if (what.refused())
        tell_refusals(what);
    else
        tell_success(what, given.dry_run);
    return what.refused() ? 1 : 0;
}

int accept_findings(const accept_options& given, const common_options& common)
{
    const auto read = load_settings(common.config_file);
    if (!read.problems.empty())
        return print_problems(read.problems);
    const auto terms = terms_of(given);
    if (!terms)
        return fail(terms.error().what);
    const auto findings = chosen(given.ids, read.value.state_file);
    if (!findings)
        return fail(findings.error().what);
    outcome what;
    what.files.reserve(read.value.accounts.size());  // pointers into it must hold
    for (const auto& one : *findings)
        what.verdicts.push_back(accept_one(one, read.value, *terms, what.files));
    for (const auto& file : what.files)
        if (const auto valid = parse_baseline(file.before, file.file.string(), catalogue);
            !valid.problems.empty())
            return print_problems(valid.problems);
    return finish(what, given, common.output, read.value.control_socket);
}

}  // namespace

const command_spec baseline_accept_command{"baseline accept", "Trust what findings show", accept_examples,
                                           with_options<accept_options, accept_findings>};

}  // namespace trunkwarden
