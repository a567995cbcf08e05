#include <algorithm>
#include <array>
#include <fmt/format.h>

#include "settings/reading_context.hpp"

namespace trunkwarden {

namespace {

constexpr std::array<std::string_view, 4> modes{"off", "dry_run", "approve", "auto"};
constexpr std::array<std::string_view, 7> finding_kinds{"unknown",   "changed", "missing", "weakened",
                                                        "recreated", "blind",   "expired"};

quarantine_rule read_rule(const yaml_node& node, const reading_context& context,
                          std::span<const std::string_view> accounts)
{
    yaml_section section(&node, "a rule", context.problems);
    quarantine_rule rule;
    if (!section.usable())
        return rule;
    section.read_choice("resource", rule.resource, context.resources);
    section.read_choice("kind", rule.kind, finding_kinds);
    section.read_choice("account", rule.account, accounts);
    section.require_choice("mode", rule.mode, modes);
    section.refuse_unknown_keys();
    return rule;
}

}  // namespace

void read_quarantine(const yaml_node* node, const reading_context& context, settings& into)
{
    constexpr unsigned most_actions = 10'000;
    constexpr unsigned most_cycles = 1'000;
    auto& quarantine = into.quarantine;
    std::vector<std::string_view> accounts;
    for (const auto& account : into.accounts)
        accounts.push_back(account.name);

    yaml_section section(node, "quarantine", context.problems);
    section.read_choice("mode", quarantine.mode, modes);
    for (const auto& item : section.take_list("rules"))
        quarantine.rules.push_back(read_rule(item, context, accounts));
    section.read("allow_irreversible", quarantine.allow_irreversible);
    section.read_whole("max_actions_per_cycle", quarantine.max_actions_per_cycle, 0, most_actions);
    section.read_whole("max_actions_per_hour", quarantine.max_actions_per_hour, 0, most_actions);
    section.read_number("max_fraction", quarantine.max_fraction, 0, 1);
    section.read_whole("warmup_cycles", quarantine.warmup_cycles, 0, most_cycles);
    section.refuse_unknown_keys();
}

}  // namespace trunkwarden
