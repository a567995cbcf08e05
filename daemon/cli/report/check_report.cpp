#include "cli/report/check_report.hpp"

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <fmt/format.h>

#include "account/not_proven.hpp"
#include "catalogue/names.hpp"
#include "cli/report/findings_report.hpp"
#include "cli/report/unwatched_accounts.hpp"
#include "findings/coverage_json.hpp"
#include "findings/finding_json.hpp"
#include "findings/finding_ocsf.hpp"
#include "findings/watch_cause.hpp"
#include "snapshot/hidden_secrets.hpp"
#include "support/escape.hpp"
#include "support/first_of.hpp"
#include "support/json_view.hpp"
#include "support/plural.hpp"
#include "use/exposure.hpp"

namespace trunkwarden {
namespace {

namespace json = boost::json;

std::vector<const finding*> findings_of(const account_config& config, const account_memory& memory)
{
    std::vector<const finding*> out;
    const auto add = [&](std::string_view resource) {
        const auto open = memory.findings.open().find(resource);
        if (open != memory.findings.open().end())
            for (const auto& [id, finding] : open->second)
                out.push_back(&finding);
    };
    for (const auto* cause : watch_causes())
        add(cause->name);
    for (const auto& type : config.types)  // in the order of the catalogue: money first
        add(type.name);
    return out;
}

std::string value_or(const std::optional<std::string>& value, std::string_view otherwise)
{
    return value ? printable(*value, 120) : std::string(otherwise);
}

void write_fields(const finding& f, styling style, std::string& out)
{
    std::size_t width = 0;
    for (const auto& field : f.deviation.fields)
        width = std::max(width, width_of(field.field));
    const bool compares =
        f.deviation.kind == deviation_kind::changed || f.deviation.kind == deviation_kind::weakened;
    for (const auto& field : f.deviation.fields) {
        const bool hides =
            compares && are_two_secrets(field.expected.value_or(""), field.actual.value_or(""));
        out += fmt::format("      {}  {}", padded(field.field, width),
                           hides ? std::string(secret_was_changed) : value_or(field.actual, "(empty)"));
        if (compares && !hides)
            out += styled(fmt::format("   expected: {}", value_or(field.expected, "(empty)")), colour::dim,
                          style);
        out += '\n';
    }
}

void write_finding(const finding& f, styling style, std::string& out)
{
    const auto level = fmt::format("{:<8}", name_of(f.deviation.level));
    out += fmt::format("  {}  {}\n", styled(level, colour_of(f.deviation.level), style),
                       styled(printable(f.title, 400), colour::bold, style));
    out += styled(fmt::format("      {}  {}  {}  id {}\n", f.id, f.deviation.type->name,
                              name_of(f.deviation.kind), printable(f.deviation.id)),
                  colour::dim, style);
    write_fields(f, style, out);
    if (f.deviation.exposure)
        out += styled(fmt::format("      exposure: {}\n", words_of(*f.deviation.exposure)), colour::yellow,
                      style);
}

void write_findings(const account& watched, styling style, std::string& out)
{
    auto findings = findings_of(watched.config, watched.memory);
    std::ranges::stable_sort(findings, [](const finding* a, const finding* b) {
        return a->deviation.level != b->deviation.level
                   ? a->deviation.level > b->deviation.level
                   : is_less(b->deviation.exposure, a->deviation.exposure);
    });
    for (const auto* finding : findings)
        write_finding(*finding, style, out);
    if (!findings.empty())
        out += '\n';
}

colour colour_of(reading_state state)
{
    switch (state) {
        case reading_state::complete:
            return colour::green;
        case reading_state::accepted:
            return colour::dim;
        default:
            return colour::red;
    }
}

bool is_refused(const account_view& view)
{
    return view.organization.is == organization_check::verdict::refused;
}

bool says_more(const coverage& coverage)
{
    return coverage.state != reading_state::complete || coverage.type->pages != paging::no_endpoint;
}

void write_coverage(const account& watched, styling style, std::string& out)
{
    if (is_refused(watched.view)) {
        out += "  Not read: " + printable(watched.view.organization.reason, 400) + "\n\n";
        return;
    }
    std::size_t width = 0;
    for (const auto& coverage : watched.view.coverage)
        width = std::max(width, coverage.type->name.size());
    out += "  Coverage\n";
    for (const auto& coverage : watched.view.coverage) {
        const auto state = fmt::format("{:<{}}", name_of(coverage.state), says_more(coverage) ? 11 : 0);
        out += fmt::format("    {:<{}}  {}", coverage.type->name, width,
                           styled(state, colour_of(coverage.state), style));
        if (coverage.state != reading_state::complete)
            out += "  " + printable(coverage.reason, 300);
        else if (coverage.type->pages != paging::no_endpoint)
            out += "  " + plural(coverage.items, "object");
        if (!coverage.not_shown.empty())
            out += "; " + words_for_hidden(coverage.not_shown);
        out += '\n';
    }
    for (const auto& sentence : not_proven(watched))
        out += fmt::format("    {:<{}}  {}\n", "not proven", width, sentence);
    if (!watched.view.organization.reason.empty())
        out += fmt::format("    {:<{}}  {}  {}\n", "organization_id", width,
                           styled("not known  ", colour::red, style),
                           printable(watched.view.organization.reason, 300));
    out += '\n';
}

std::size_t objects_read(const account_view& view)
{
    std::size_t total = 0;
    for (const auto& coverage : view.coverage)
        total += coverage.items;
    return total;
}

// Sums over all accounts.
struct tally {
    std::size_t findings = 0;
    std::size_t critical = 0;
    std::size_t objects = 0;
    std::size_t resources = 0;
    std::vector<std::string> unseen;  // the resources that could not be read, by name

    void add(const account& watched);
    void add_unseen(const account& watched);
};

void tally::add_unseen(const account& watched)
{
    if (is_refused(watched.view)) {
        unseen.push_back("account " + watched.config.settings.name);
        return;
    }
    for (const auto& seen : watched.view.coverage)
        if (!seen.satisfied())
            unseen.emplace_back(seen.type->name);
    if (!watched.view.organization.reason.empty())
        unseen.emplace_back("organization_id");
}

void tally::add(const account& watched)
{
    findings += watched.memory.findings.size();
    objects += objects_read(watched.view);
    resources += watched.view.coverage.size();
    critical += static_cast<std::size_t>(
        std::ranges::count_if(findings_of(watched.config, watched.memory),
                              [](const finding* f) { return f->deviation.level == severity::critical; }));
    add_unseen(watched);
}

std::string verdict_line(const account_list& accounts, styling style)
{
    tally all;
    for (const auto& account : accounts)
        all.add(*account);
    const auto found = all.findings == 0
                           ? std::string("nothing unexpected")
                           : fmt::format("{}, {} critical", plural(all.findings, "finding"), all.critical);
    if (!all.unseen.empty()) {
        const bool saw_something = all.objects > 0 || all.findings > 0;
        return styled(
            fmt::format("Cannot say that all is well: {} could not be read.{}\n", first_of(all.unseen, 5),
                        saw_something ? " In what was read: " + found + "." : std::string{}),
            colour::red, style);
    }
    const auto extent_of_it = std::pair(plural(all.objects, "object"), plural(all.resources, "resource"));
    if (all.findings > 0)
        return styled(fmt::format("{} in {} of {}.\n", found, extent_of_it.first, extent_of_it.second),
                      colour::red, style);
    return styled(
        fmt::format("All {} read, {}: nothing unexpected.\n", extent_of_it.second, extent_of_it.first),
        colour::green, style);
}

json::object json_of(const account& watched, const link_settings& to)
{
    json::array seen;
    for (const auto& coverage : watched.view.coverage)
        seen.push_back(to_json(coverage));
    json::array findings;
    for (const auto* finding : findings_of(watched.config, watched.memory))
        findings.push_back(to_json(*finding, to));
    json::object out;
    out["account"] = view(watched.config.settings.name);
    out["complete"] = watched.complete();
    if (!watched.view.organization.reason.empty())
        out["reason"] = view(watched.view.organization.reason);
    out["coverage"] = std::move(seen);
    boost::json::array sentences;
    for (const auto& sentence : not_proven(watched))
        sentences.emplace_back(view(sentence));
    out["not_proven"] = std::move(sentences);
    out["findings"] = std::move(findings);
    return out;
}

bool all_complete(const account_list& accounts)
{
    return std::ranges::all_of(accounts, [](const auto& account) { return account->complete(); });
}

}  // namespace

std::string check_report_text(const account_list& accounts, styling style)
{
    std::string out;
    for (const auto& account : accounts) {
        out += styled(fmt::format("Account {}", account->config.settings.name), colour::bold, style) + "\n\n";
        write_findings(*account, style, out);
        write_coverage(*account, style, out);
    }
    if (const auto unwatched = unwatched_accounts(accounts); !unwatched.empty())
        out += styled(fmt::format("Not watched: {}: {}. Add an account with managed_account_id for each.\n",
                                  plural(unwatched.size(), "managed account"), names_of_accounts(unwatched)),
                      colour::yellow, style);
    return out + verdict_line(accounts, style);
}

std::string check_report_json(const account_list& accounts, const link_settings& to)
{
    json::array list;
    for (const auto& account : accounts)
        list.push_back(json_of(*account, to));
    json::array unwatched;
    for (const auto& account : unwatched_accounts(accounts))
        unwatched.push_back(json::object{{"account", view(account.manager)},
                                         {"id", view(account.id)},
                                         {"name", view(printable(account.name))}});
    json::object out;
    out["complete"] = all_complete(accounts);
    out["accounts"] = std::move(list);
    out["unwatched_managed_accounts"] = std::move(unwatched);
    return json::serialize(out) + '\n';
}

std::string check_report_ocsf(const account_list& accounts, time_point now, const link_settings& to)
{
    json::array out;
    for (const auto& watched : accounts)
        for (const auto* found : findings_of(watched->config, watched->memory))
            out.push_back(to_ocsf(to_json(*found, to), "", now));
    return json::serialize(out) + '\n';
}

int check_exit_code(const account_list& accounts)
{
    const bool found = std::ranges::any_of(
        accounts, [](const auto& account) { return account->memory.findings.size() > 0; });
    return (found ? 2 : 0) + (all_complete(accounts) ? 0 : 4);
}

}  // namespace trunkwarden
