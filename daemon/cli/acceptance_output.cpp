#include "cli/acceptance_output.hpp"

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <fmt/format.h>
#include <string_view>
#include <unistd.h>
#include <utility>

#include "cli/error_output.hpp"
#include "cli/report/output.hpp"
#include "cli/report/terminal.hpp"
#include "findings/finding_state.hpp"
#include "support/escape.hpp"
#include "support/json_view.hpp"
#include "support/unified_diff.hpp"

namespace trunkwarden {
namespace {

namespace json = boost::json;

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
    if (::isatty(STDOUT_FILENO) == 0 && styling_of(STDOUT_FILENO) == styling::off)
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

}  // namespace

bool acceptance_outcome::refused() const
{
    return std::ranges::any_of(verdicts,
                               [](const acceptance_verdict& verdict) { return verdict.why.has_value(); });
}

bool acceptance_outcome::changes_files() const
{
    return std::ranges::any_of(files, [](const edited_file& file) { return file.before != file.after; });
}

bool acceptance_outcome::takes_secrets() const
{
    return std::ranges::any_of(verdicts, &acceptance_verdict::secrets);
}

std::string acceptance_json(const acceptance_outcome& outcome, bool changed)
{
    json::array accepted;
    json::array refused;
    for (const auto& verdict : outcome.verdicts) {
        json::object about{
            {"id", view(verdict.id)}, {"state", view(verdict.state)}, {"title", view(verdict.title)}};
        if (!verdict.why) {
            about["secrets"] = verdict.secrets;
            accepted.push_back(std::move(about));
        } else {
            about["reason"] = view(*verdict.why);
            about["entry"] = view(verdict.to_paste);
            refused.push_back(std::move(about));
        }
    }
    std::string diff;
    json::array names;
    for (const auto& file : outcome.files) {
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

void print_refusals(const acceptance_outcome& outcome)
{
    for (const auto& verdict : outcome.verdicts) {
        if (!verdict.why)
            continue;
        say_beside(fmt::format("trunkwarden: {}: {}\n  {}", verdict.id, printable(verdict.title, 200),
                               printable(*verdict.why, 1000)));
        if (!verdict.to_paste.empty())
            print_remark("  The entry that would trust it:\n");
        for (auto line : lines_of(verdict.to_paste))
            print_remark("{}\n", printable(line.substr(0, line.find_last_not_of("\r\n") + 1), 4000));
    }
    print_remark("Nothing was written.\n");
}

void print_difference(const acceptance_outcome& outcome)
{
    for (const auto& file : outcome.files)
        print_result("{}", for_terminal(diff_of(file), styling_of(STDOUT_FILENO)));
    flush_result();
    for (const auto& verdict : outcome.verdicts)
        say_beside(fmt::format(
            "{}: {}{}{}", id_with_state(verdict.id, verdict.state), printable(verdict.title, 200),
            verdict.was_covered ? " (the file trusts it already)" : "",
            verdict.secrets ? " (the running daemon takes the changed secret for the right one)" : ""));
}

void print_end(const acceptance_outcome& outcome, acceptance_end end)
{
    for (const auto& file : outcome.files) {
        if (end == acceptance_end::only_shown)
            print_remark("{}: nothing was written (--dry-run).\n", file.file.string());
        else
            print_remark("{}: {}.{}\n", file.file.string(),
                         file.before == file.after ? "not changed" : "written", next_step(file));
    }
}

}  // namespace trunkwarden
