#include "watch/action_log.hpp"

#include <algorithm>
#include <map>
#include <string>

#include "findings/open_finding.hpp"

namespace trunkwarden {

void log_action(logger& log, const action& one)
{
    const std::vector<log_field> fields{{"account", one.account},
                                        {"action", one.id},
                                        {"state", name_of(one.state)},
                                        {"mode", name_of(one.mode)},
                                        {"finding", one.finding},
                                        {"resource", one.resource},
                                        {"resource_id", one.object_id},
                                        {"does", one.summary},
                                        {"held", one.held},
                                        {"outcome", one.outcome},
                                        {"decided_by", one.decided_by}};
    const bool calm = one.state == action_state::dry_run || one.state == action_state::planned ||
                      one.state == action_state::rejected || one.state == action_state::stale;
    log.write(calm ? log_level::info : log_level::warn, "quarantine action", fields);
}

std::size_t count_failed(const std::vector<action>& actions, const ledger& findings)
{
    std::map<std::string, action_state> last;
    for (const auto& one : actions)
        last[one.finding] = one.state;
    return static_cast<std::size_t>(std::ranges::count_if(last, [&findings](const auto& one) {
        const bool is_bad = one.second == action_state::failed || one.second == action_state::unverified;
        return is_bad && open_finding(findings, one.first) != nullptr;
    }));
}

}  // namespace trunkwarden
