#include "watch/action_log.hpp"

#include <algorithm>
#include <map>
#include <string>

#include "findings/open_finding.hpp"

namespace trunkwarden {

void log_action(logger& log, const action& action)
{
    const std::vector<log_field> fields{{"account", action.account},
                                        {"action", action.id},
                                        {"state", name_of(action.state)},
                                        {"mode", name_of(action.mode)},
                                        {"finding", action.finding},
                                        {"resource", action.resource},
                                        {"resource_id", action.object_id},
                                        {"does", action.summary},
                                        {"held", action.held},
                                        {"outcome", action.outcome},
                                        {"decided_by", action.decided_by}};
    const bool calm = action.state == action_state::dry_run || action.state == action_state::planned ||
                      action.state == action_state::rejected || action.state == action_state::stale;
    log.write(calm ? log_level::info : log_level::warn, "quarantine action", fields);
}

std::size_t count_failed(const std::vector<action>& actions, const ledger& findings)
{
    std::map<std::string, action_state> last;
    for (const auto& action : actions)
        last[action.finding] = action.state;
    return static_cast<std::size_t>(std::ranges::count_if(last, [&findings](const auto& pair) {
        const bool is_bad = pair.second == action_state::failed || pair.second == action_state::unverified;
        return is_bad && open_finding(findings, pair.first) != nullptr;
    }));
}

}  // namespace trunkwarden
