#include <CLI/CLI.hpp>
#include <csignal>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <string_view>
#include <unistd.h>

#include "baseline/lint/lint.hpp"
#include "catalogue/catalogue.hpp"
#include "cli/check_accounts.hpp"
#include "cli/command_table.hpp"
#include "cli/error_output.hpp"
#include "cli/read_use.hpp"
#include "cli/report/lint_report.hpp"
#include "cli/report/output.hpp"
#include "containment/plan_context.hpp"
#include "findings/finding.hpp"
#include "loading/loading.hpp"
#include "settings/settings_file.hpp"
#include "support/text_file.hpp"
#include "support/yaml/yaml_consumer.hpp"
#include "use/lint_use.hpp"

namespace trunkwarden {
namespace {

constexpr const char* lint_examples = R"(
Finds entries that are valid, but weak; prints FILE:LINE, the weakness and why
it is one. Reads the account to know what entries match; --offline judges by the
file alone. Exit code: 0 nothing to say, 1 the files are not valid, 2 something
to say.

Examples:
  trunkwarden baseline lint
  trunkwarden baseline lint --account production --offline
)";

struct lint_options {
    std::string account;   // "": every one
    bool offline = false;  // do not ask the API

    void add_to(CLI::App& app)
    {
        app.add_option("--account", account, "One account; else all");
        app.add_flag("--offline", offline, "Judge by the file alone, without asking the API");
    }
};

// Every resource of an account that could not be asked at all.
std::vector<linted_account::unread> nothing_read(const account_config& config, const std::string& why)
{
    std::vector<linted_account::unread> out;
    for (const auto& type : config.types)
        if (type.pages != paging::no_endpoint)
            out.push_back({std::string(type.name), why});
    return out;
}

// Reads the account. Returns the resources that could not be read.
std::vector<linted_account::unread> read_live(std::unique_ptr<account>& watched, result<secret> key)
{
    if (!key)
        return nothing_read(watched->config, key.error().message);
    account_list alone;
    alone.push_back(std::move(watched));
    std::vector<secret> keys;
    keys.push_back(*std::move(key));
    const auto read = check_accounts(alone, std::move(keys));
    watched = std::move(alone.front());
    if (!read)
        return nothing_read(watched->config, read.error().message);
    if (watched->view.organization.is == organization_check::verdict::refused)
        return nothing_read(watched->config, watched->view.organization.reason);
    std::vector<linted_account::unread> out;
    for (const auto& seen : watched->view.coverage)
        if (!seen.satisfied() && seen.type->pages != paging::no_endpoint)
            out.push_back({std::string(seen.type->name), seen.reason});
    return out;
}

// The limits beside the use of the last weeks.
void lint_use_of(account& watched, const secret& key, linted_account& out)
{
    const auto& trusted = watched.config.baseline;
    if (!trusted.spending.present && !trusted.traffic.present)
        return;
    const auto read = read_use_once(watched, key);
    lint_use(trusted.spending, trusted.traffic, read.seen, out.weaknesses);
    if (read.seen.rows.empty() && !read.not_read.empty())
        out.not_read.push_back({"traffic", fmt::format("{}", fmt::join(read.not_read, "; "))});
}

// Inbound calls count: anybody who can dial passes the limit, and all calls of the application are hung up.
void lint_hang_ups(const account_config& config, const quarantine_settings& policy,
                   std::vector<lint_issue>& to)
{
    finding passed;
    passed.account = config.settings.name;
    passed.deviation.type = &resource_of(resource_role::active_calls);
    passed.deviation.kind = deviation_kind::exceeded;
    if (config.baseline.active_calls.present && mode_for(policy, passed) == quarantine_mode::automatic)
        to.push_back(
            {config.baseline.active_calls.line, "active_calls", lint_issue_kind::weak_limit,
             "a rule of the quarantine hangs up in the mode auto, and inbound calls count: anybody who "
             "can dial passes the limit, and honest calls are hung up; let the rule say approve"});
}

// How many lines of the file have a mark of a capture; 0 where it cannot be read any more.
std::size_t count_marks(const std::string& file)
{
    constexpr std::string_view mark = "# REVIEW:";
    const auto text = read_text_file(file, max_yaml_bytes);
    std::size_t count = 0;
    for (auto at = text ? text->find(mark) : std::string::npos; at != std::string::npos;
         at = text->find(mark, at + mark.size()))
        ++count;
    return count;
}

linted_account lint_account(readable_account from, bool offline, const quarantine_settings& policy)
{
    auto& watched = from.watched;
    linted_account out{watched->config.settings.name, watched->config.baseline.file, {}, {}};
    out.marks = count_marks(out.file);
    if (!watched->config.baseline.spending.present)
        out.not_limited.emplace_back("spending");
    if (!watched->config.baseline.traffic.present)
        out.not_limited.emplace_back("traffic");
    for (const auto& type : watched->config.types)
        if (!is_judged(type, watched->config.baseline.entries_of(type)))
            out.not_limited.emplace_back(type.name);
    if (!watched->config.baseline.active_calls.present)
        out.not_limited.emplace_back("active_calls");
    std::vector<const object_list*> live;
    const auto key = from.key;
    if (!offline) {
        out.not_read = read_live(watched, std::move(from.key));
        for (std::size_t at = 0; at < watched->config.types.size(); ++at)
            live.push_back(watched->view.coverage[at].state == reading_state::complete
                               ? &watched->view.objects[at]
                               : nullptr);
    }
    const auto today = std::chrono::floor<std::chrono::days>(watched->io.now());
    const auto types = watched->config.types.all();
    out.weaknesses = lint(types, watched->config.baseline, today, live);
    lint_hang_ups(watched->config, policy, out.weaknesses);
    if (!offline && key)
        lint_use_of(*watched, *key, out);
    return out;
}

int lint_baselines(const lint_options& given, const common_options& common)
{
    std::signal(SIGPIPE, SIG_IGN);
    const auto configured = load_settings(common.config_file);
    if (!configured.problems.empty())
        return print_problems(configured.problems);
    auto loaded = load_baselines(configured.value, given.account, on_untrusted::refuse);
    if (!loaded.problems.empty())
        return print_problems(loaded.problems);
    std::vector<linted_account> linted;
    for (auto& account : loaded.accounts)
        linted.push_back(lint_account(std::move(account), given.offline, configured.value.quarantine));
    std::signal(SIGPIPE, SIG_DFL);  // a reader such as `head` that has seen enough ends us quietly

    print_remark("{}", not_read_text(linted));
    print_remark("{}", not_limited_text(linted));
    print_remark("{}", marks_text(linted));
    print_result("{}", common.output == output_format::json
                           ? lint_report_json(linted)
                           : fitted_for(STDOUT_FILENO, lint_report_text(linted, styling_of(STDOUT_FILENO))));
    return lint_exit_code(linted);
}

}  // namespace

const command_spec baseline_lint_command{.name = "baseline lint",
                                         .help = "Name what baselines leave open",
                                         .examples = lint_examples,
                                         .add_options = with_options<lint_options, lint_baselines>,
                                         .when_long = long_output::paged};

}  // namespace trunkwarden
