#include "watch/use_status.hpp"

#include <chrono>
#include <string>
#include <utility>

#include "baseline/match.hpp"
#include "snapshot/field_of.hpp"
#include "use/spending_window.hpp"

namespace trunkwarden {
namespace {

const coverage& coverage_of_role(const account_config& config, const account_view& view, resource_role role)
{
    return view.coverage[place_of_role(config, role)];
}

std::optional<std::vector<registered_client>> registered_in(const account& watched)
{
    const auto place = place_of_role(watched.config, resource_role::registrations);
    if (!watched.view.coverage[place].was_read())
        return std::nullopt;
    const auto& type = watched.config.types[place];
    const auto& trusted = watched.config.baseline.entries_of(type);
    const auto today = std::chrono::floor<std::chrono::days>(watched.io.now());
    std::vector<registered_client> out;
    for_each(watched.view.objects[place], [&](const object_view& object) {
        out.push_back({std::string(object.id()), std::string(object.label()),
                       std::string(field_of(type, object, "ua_ip")),
                       judge(type, trusted, object, today).verdict == trust::covered});
    });
    return out;
}

}  // namespace

use_summary use_of(const account& watched)
{
    use_summary out;
    const auto& spending = watched.memory.spending;
    if (watched.config.baseline.spending.present) {
        out.money = money_in(spending.record, 2 * watched.config.poll.usage_interval + reading_slack,
                             watched.io.now());
        if (out.money && spending.failed) {
            out.money->available.reset();
            out.money->lasts.reset();
        }
    }
    out.registered = registered_in(watched);
    if (const auto& calls = coverage_of_role(watched.config, watched.view, resource_role::active_calls);
        calls.state == reading_state::complete)
        out.running_calls = calls.items;
    const auto& traffic = watched.memory.traffic;
    if (watched.config.baseline.traffic.present && traffic.read_at)
        out.calls =
            calls_summary{calls_by_country(traffic.record, watched.io.now()),
                          coverage_of_role(watched.config, watched.view, resource_role::traffic).state !=
                              reading_state::complete};
    return out;
}

}  // namespace trunkwarden
