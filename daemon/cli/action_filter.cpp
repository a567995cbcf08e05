#include "cli/action_filter.hpp"

#include <boost/json/array.hpp>

#include <algorithm>
#include <map>
#include <utility>

#include "support/json_member.hpp"
#include "support/parse_time.hpp"

namespace trunkwarden {
namespace {

namespace json = boost::json;

using findings_by_id = std::map<std::string_view, const json::object*>;

findings_by_id by_id(const json::value& findings)
{
    findings_by_id out;
    if (!findings.is_array())
        return out;
    for (const auto& item : findings.get_array())
        if (item.is_object())
            out.emplace(string_at(item.get_object(), "id"), &item.get_object());
    return out;
}

std::optional<std::string_view> text_or_nothing(const json::object& from, std::string_view member)
{
    const auto text = string_at(from, member);
    return text.empty() ? std::nullopt : std::optional(text);
}

std::optional<time_point> last_moment(const json::object& object)
{
    std::optional<time_point> out;
    for (const auto* member : {"planned_at", "decided_at", "sent_at", "ended_at"})
        out = std::max(out, parse_time(string_at(object, member)));
    return out;
}

filtered_object filtered_step(const json::object& step, const findings_by_id& findings)
{
    filtered_object out{.account = string_at(step, "account"),
                        .resource = text_or_nothing(step, "resource"),
                        .level = value_named<severity>(string_at(step, "severity")),
                        .moved = last_moment(step)};
    const auto about = findings.find(string_at(step, "finding"));
    if (about == findings.end())
        return out;
    const auto& finding = *about->second;
    out.resource = string_at(finding, "resource");
    out.kind = value_named<deviation_kind>(string_at(finding, "kind"));
    out.incident = string_at(finding, "incident");
    out.level = value_named<severity>(string_at(finding, "severity"));
    return out;
}

template <class Keep>
void keep_steps(json::object& report, Keep keep)
{
    for (const auto* member : {"actions", "refused"}) {
        auto* const list = report.if_contains(member);
        if (list == nullptr || !list->is_array())
            continue;
        json::array kept;
        for (auto& item : list->get_array())
            if (item.is_object() && keep(item.get_object()))
                kept.push_back(std::move(item));
        *list = std::move(kept);
    }
}

bool is_about(const json::object& step, const std::vector<std::string>& ids)
{
    return std::ranges::any_of(ids, [&step](const std::string& id) {
        return string_at(step, "id") == id || string_at(step, "finding") == id;
    });
}

}  // namespace

known_names names_in(const json::object& report, const json::value& findings)
{
    known_names out;
    for (const auto* member : {"actions", "refused"})
        for (const auto* object : objects_at(report, member))
            out.accounts.emplace(string_at(*object, "account"));
    for (const auto& [id, object] : by_id(findings)) {
        out.accounts.emplace(string_at(*object, "account"));
        if (const auto incident = string_at(*object, "incident"); !incident.empty())
            out.incidents.emplace(incident);
    }
    return out;
}

std::size_t filter_actions(json::object& report, const finding_filter& filter, const json::value& findings)
{
    const auto known = by_id(findings);
    std::size_t not_known = 0;
    keep_steps(report, [&](const json::object& step) {
        const auto verdict = judge_by_filter(filter, filtered_step(step, known));
        not_known += verdict == filter_verdict::not_known ? 1 : 0;
        return verdict == filter_verdict::passes;
    });
    return not_known;
}

void choose_actions(json::object& report, const std::vector<std::string>& ids)
{
    keep_steps(report, [&ids](const json::object& step) { return is_about(step, ids); });
}

std::vector<std::string> ids_without_action(const json::object& report, const std::vector<std::string>& ids)
{
    std::vector<std::string> out;
    for (const auto& id : ids) {
        bool found = false;
        for (const auto* member : {"actions", "refused"})
            found = found || std::ranges::any_of(
                                 objects_at(report, member),
                                 [&id](const json::object* object) { return is_about(*object, {id}); });
        if (!found)
            out.push_back(id);
    }
    return out;
}

}  // namespace trunkwarden
