#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <fmt/format.h>
#include <optional>
#include <unistd.h>
#include <utility>
#include <vector>

#include "baseline/edit/edit.hpp"
#include "baseline/file/baseline_file.hpp"
#include "cli/acceptance_output.hpp"
#include "cli/command_table.hpp"
#include "cli/control_client.hpp"
#include "cli/error_output.hpp"
#include "cli/id_lookup.hpp"
#include "cli/lenient_settings.hpp"
#include "cli/one_line.hpp"
#include "cli/prompts.hpp"
#include "cli/report/output.hpp"
#include "findings/accepting.hpp"
#include "findings/finding_state.hpp"
#include "state/state_file.hpp"
#include "support/atomic_write.hpp"
#include "support/environment.hpp"
#include "support/escape.hpp"
#include "support/json_view.hpp"
#include "support/parse_date.hpp"
#include "support/text_file.hpp"
#include "support/yaml/yaml_events.hpp"
#include "web/peer_names.hpp"

namespace trunkwarden {
namespace {

namespace json = boost::json;
using std::filesystem::path;

constexpr const char* accept_examples = R"(
Changes the baseline file so that these findings are trusted as they are shown,
and nothing else; prints the difference, and asks. With --yes, or without a
terminal, each ID needs the state that you looked at, as "trunkwarden findings"
and messages print it behind the id; a finding that is in another state by now
is refused. IDs may be cut short to "f-" and 6 digits where that names one.

Examples:
  trunkwarden baseline accept f-3b1c9a70d2e4 --reason "our new SBC"
  trunkwarden baseline accept f-3b1c9a f-77e0aa --reason "trunk test" --expires 2027-01-31
  trunkwarden baseline accept f-3b1c9a70d2e4.3fa9 --reason "our new SBC" --yes
)";

struct accept_options {
    std::vector<std::string> ids;  // of findings, or their beginnings, also with their states
    std::string reason;
    std::string expires;      // as it was written; "": never
    std::string approved_by;  // "": the user who runs this
    bool yes = false;
    bool dry_run = false;

    void add_to(CLI::App& app)
    {
        app.add_option("ID", ids, "The findings")->required();
        app.add_option("--reason", reason, "Why: it is written into the baseline")->required();
        app.add_option("--expires", expires, "The last day it is trusted, as 2027-01-31");
        app.add_option("--approved-by", approved_by,
                       "The person who approved it; else the user who runs this");
        app.add_flag("--yes", yes, "Do not ask; each ID needs its state");
        app.add_flag("--dry-run", dry_run, "Print the difference only");
    }
};

// The user who runs this command, also behind sudo.
std::string login_name()
{
    if (const auto behind_sudo = environment_variable("SUDO_USER"); behind_sudo && !behind_sudo->empty())
        return *behind_sudo;
    return name_of_user(::getuid());
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
    for (const auto& finding : findings)
        out.push_back({{"id", view(finding.id)}, {"title", view(finding.title)}});
    return out;
}

// A finding as it was read once. All that follows is about this reading: the shown text is the written one.
struct chosen_finding {
    finding about;
    bool state_was_named = false;
};

// The open finding that is meant. `all` has the resolved ones, too, as far as they can be read.
result<finding> find_meant(const std::string& written, const std::vector<finding>& open,
                           const result<std::vector<finding>>& all)
{
    const auto id = look_up_id(written, as_choices(open));
    if (id)
        return *std::ranges::find(open, *id, &finding::id);
    if (all && id.error().kind == errc::not_found)
        if (const auto over = look_up_id(written, as_choices(*all)); over)
            return bad_usage("{} is resolved: there is nothing to accept any more", *over);
    return id.error();
}

// The findings that are meant. Fails when one of them is in another state than the one that was named.
result<std::vector<chosen_finding>> chosen(const std::vector<std::string>& ids, const state_place& state)
{
    const auto open = read_findings(state, false);
    if (!open)
        return open.error();
    const auto all = read_findings(state, true);
    std::vector<chosen_finding> out;
    out.reserve(ids.size());
    for (const auto& written : ids) {
        const auto meant = split_state(written);
        if (!meant)
            return meant.error();
        const auto found = find_meant(meant->id, *open, all);
        if (!found)
            return found.error();
        const bool names_state = !meant->state.empty();
        if (names_state && meant->state != found->state)
            return in_another_state(*found, meant->state);
        const auto known = std::ranges::find_if(
            out, [&found](const chosen_finding& chosen) { return chosen.about.id == found->id; });
        if (known == out.end())
            out.push_back({*found, names_state});
        else if (names_state)
            known->state_was_named = true;
    }
    return out;
}

// Nobody is shown the difference and asked, so the state has to say what was looked at before.
result<void> expect_named_states(const std::vector<chosen_finding>& findings)
{
    for (const auto& [about, state_was_named] : findings)
        if (!state_was_named)
            return bad_usage(
                "{} needs the state that you looked at, because nobody is asked (--yes, or no terminal): "
                "\"trunkwarden baseline accept {} --reason TEXT --dry-run\" shows the edit, and the id with the "
                "state, as in {}.3fa9",
                about.id, about.id, about.id);
    return {};
}

// Between the look and the write a person thinks, and the object may change.
result<void> expect_same_states(const std::vector<chosen_finding>& shown, const state_place& state)
{
    const auto open = read_findings(state, false);
    if (!open)
        return open.error();
    for (const auto& chosen : shown) {
        const auto now = std::ranges::find(*open, chosen.about.id, &finding::id);
        if (now == open->end())
            return bad_usage("{} is resolved meanwhile: there is nothing to accept any more",
                             chosen.about.id);
        if (now->state != chosen.about.state)
            return in_another_state(*now, chosen.about.state);
        if (const auto still = acceptable_of(*now); !still)
            return bad_usage("{}: {}", chosen.about.id, still.error().message);
    }
    return {};
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
    acceptance_verdict out{f.id, f.state, f.title};
    const auto wanted = acceptable_of(f);
    if (!wanted) {
        out.why = wanted.error().message;
        return out;
    }
    out.secrets = wanted->secrets;
    if (!wanted->in_baseline)
        return out;
    const auto& type = *f.deviation.type;
    if (type.is_extra && std::ranges::find(configured.extra_resources, type.name, &extra_resource::name) ==
                             configured.extra_resources.end()) {
        out.why = fmt::format("{} is not in extra_resources of {} any more, so no baseline can have it",
                              type.name, configured.file.string());
        return out;
    }
    if (terms.expires && wanted->seen.was == untrusted_object::state::gone) {
        out.why =
            "it is missing: no entry is left that could end on a day; leave --expires out, or leave the entry in "
            "the baseline and acknowledge the finding with --until";
        return out;
    }
    const auto file = file_of(f, configured, files);
    if (!file) {
        out.why = file.error().message;
        return out;
    }
    auto done = accept((*file)->after, configured.types.all(), type, wanted->seen, terms);
    out.was_covered = done.result == acceptance::outcome::covered;
    if (done.result == acceptance::outcome::refused) {
        out.why = fmt::format("{}: {}", (*file)->file.string(), done.why);
        out.to_paste = std::move(done.suggested_entry);
        return out;
    }
    (*file)->after = std::move(done.text);
    return out;
}

result<void> accept_secrets(const std::vector<acceptance_verdict>& verdicts, const path& socket)
{
    for (const auto& verdict : verdicts) {
        if (!verdict.secrets)
            continue;
        const json::object body{{"state", view(verdict.state)}};
        const auto answer = ask_api(
            socket,
            {"POST", fmt::format("/api/v1/findings/{}/accept-secrets", verdict.id), json::serialize(body)});
        if (!answer)
            return failure{
                answer.error().kind,
                fmt::format("{}: only the running daemon can take a changed secret for the right one: {}",
                            verdict.id, answer.error().message)};
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
result<void> write_all(const acceptance_outcome& outcome, const path& socket)
{
    for (const auto& file : outcome.files)
        if (auto as_read = expect_as_read(file); !as_read)
            return as_read;
    if (auto taken = accept_secrets(outcome.verdicts, socket); !taken)
        return taken;
    std::string done = outcome.takes_secrets() ? "; the daemon took the changed secrets" : "";
    for (const auto& file : outcome.files) {
        if (const auto written = write(file); !written)
            return failure{written.error().kind, written.error().message + done};
        if (file.before != file.after)
            done += fmt::format("; {} is written", file.file.string());
    }
    return {};
}

// The source of the consent to the difference: a person who sees it at a terminal and is asked, or the states
// that the command was given.
enum class consent : std::uint8_t { to_ask, by_state };

consent consent_for(const accept_options& given, output_format output)
{
    const bool has_terminal = stdin_is_a_terminal() && ::isatty(STDOUT_FILENO) != 0;
    return !given.yes && output != output_format::json && has_terminal ? consent::to_ask : consent::by_state;
}

int show_only(const acceptance_outcome& outcome, output_format output)
{
    if (output == output_format::json)
        print_result("{}", acceptance_json(outcome, false));
    else if (outcome.refused())
        print_refusals(outcome);
    else {
        print_difference(outcome);
        print_end(outcome, acceptance_end::only_shown);
    }
    return outcome.refused() ? 1 : 0;
}

int write_or_refuse(const std::vector<chosen_finding>& findings, const acceptance_outcome& outcome,
                    const settings& configured, consent by, output_format output)
{
    if (by == consent::to_ask) {
        print_difference(outcome);
        if ((outcome.changes_files() || outcome.takes_secrets()) &&
            !ask_whether("Trust this from now on?", false)) {
            print_remark("Nothing was written.\n");
            return 1;
        }
    }
    if (const auto same = expect_same_states(findings, configured); !same)
        return fail(same.error().message + "; nothing was written");
    if (const auto written = write_all(outcome, configured.control_socket); !written)
        return fail(written.error().message);
    if (output == output_format::json) {
        print_result("{}", acceptance_json(outcome, outcome.changes_files()));
        return 0;
    }
    if (by == consent::by_state)
        print_difference(outcome);
    print_end(outcome, acceptance_end::written);
    return 0;
}

// "our new SBC, approved by dana, until 2027-01-31"
std::string reason_in_words(const acceptance_terms& terms)
{
    auto out = terms.reason;
    if (!terms.approved_by.empty())
        out += fmt::format(", approved by {}", terms.approved_by);
    if (terms.expires)
        out += fmt::format(", until {}", iso_date(*terms.expires));
    return out;
}

// The daemon's history says by whom and why a finding is trusted; without a daemon nobody keeps it. The
// daemon itself notes that it took changed secrets, and does not know the reason.
void note_in_history(const std::vector<chosen_finding>& findings, const acceptance_terms& terms,
                     const path& socket)
{
    for (const auto& chosen : findings) {
        const auto wanted = acceptable_of(chosen.about);
        if (!wanted || (!wanted->in_baseline && !wanted->secrets))
            continue;
        const auto sentence = printable(fmt::format("{}: {}; {}",
                                                    wanted->in_baseline ? "the baseline was made to trust it"
                                                                        : "its changed secrets are trusted",
                                                    reason_in_words(terms), chosen.about.title),
                                        900);
        const json::object body{{"account", view(chosen.about.account)},
                                {"resource", view(chosen.about.deviation.type->name)},
                                {"finding", view(chosen.about.id)},
                                {"sentence", view(sentence)}};
        if (!ask_api(socket, {"POST", "/api/v1/history", json::serialize(body)}))
            return;
    }
}

int accept_findings(const accept_options& given, const common_options& common)
{
    const auto configured = read_leniently(common);
    const auto terms = terms_of(given);
    if (!terms)
        return fail(terms.error().message);
    const auto findings = chosen(given.ids, configured);
    if (!findings)
        return fail(findings.error().message);
    const auto by = consent_for(given, common.output);
    if (by == consent::by_state && !given.dry_run)
        if (const auto named = expect_named_states(*findings); !named)
            return fail(named.error().message);
    acceptance_outcome outcome;
    outcome.files.reserve(configured.accounts.size());  // pointers into it must hold
    for (const auto& chosen : *findings)
        outcome.verdicts.push_back(accept_one(chosen.about, configured, *terms, outcome.files));
    for (const auto& file : outcome.files)
        if (const auto valid = parse_baseline(file.before, file.file.string(), configured.types.all());
            !valid.problems.empty())
            return print_problems(valid.problems);
    if (given.dry_run || outcome.refused())
        return show_only(outcome, common.output);
    const auto code = write_or_refuse(*findings, outcome, configured, by, common.output);
    if (code == 0)
        note_in_history(*findings, *terms, configured.control_socket);
    return code;
}

}  // namespace

const command_spec baseline_accept_command{"baseline accept", "Trust what findings show", accept_examples,
                                           with_options<accept_options, accept_findings>};

}  // namespace trunkwarden
