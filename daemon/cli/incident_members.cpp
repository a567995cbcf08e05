#include "cli/incident_members.hpp"

#include <boost/json/array.hpp>

#include <fmt/format.h>
#include <map>
#include <utility>

#include "cli/finding_filter.hpp"
#include "findings/finding_state.hpp"
#include "findings/ledger.hpp"
#include "support/json_member.hpp"
#include "support/parse_time.hpp"
#include "support/yaml/quoted_text.hpp"

namespace trunkwarden {
namespace {

namespace json = boost::json;

void add_member(incident_members& to, const json::object& finding)
{
    const auto status = string_at(finding, "status");
    if (status == name_of(finding_status::acknowledged))
        ++to.acknowledged;
    else if (status == name_of(finding_status::contained))
        ++to.contained;
    else
        to.open.push_back({printable_at(finding, "id"), printable_at(finding, "state"),
                           printable_at(finding, "title"),
                           parse_time(string_at(finding, "since")).value_or(time_point::max())});
}

std::string names_of_all(const std::map<std::string, incident_members>& incidents)
{
    std::vector<std::string> names;
    names.reserve(incidents.size());
    for (const auto& [name, members] : incidents)
        names.push_back(name);
    return list_of_words(std::move(names));
}

}  // namespace

result<incident_members> members_of_incident(std::string_view written, const json::value& findings)
{
    const auto filter = parse_filter({.incidents = {std::string(written)}}, {});
    if (!filter)
        return filter.error();
    if (!findings.is_array())
        return failure{errc::not_understood, "the daemon's list of findings is not understood"};
    std::map<std::string, incident_members> all;
    std::map<std::string, incident_members> meant;
    for (const auto& item : findings.get_array()) {
        const auto incident = item.is_object() ? printable_at(item.get_object(), "incident") : std::string();
        if (incident.empty())
            continue;
        all[incident].incident = incident;
        if (!incident.starts_with(written))
            continue;
        meant[incident].incident = incident;
        add_member(meant[incident], item.get_object());
    }
    if (meant.size() == 1)
        return std::move(meant.begin()->second);
    if (!meant.empty())
        return bad_usage("{} begins the ids of {} incidents, {}: write more of the one that is meant",
                         quoted_text(written), meant.size(), names_of_all(meant));
    return failure{
        errc::not_found,
        all.empty()
            ? fmt::format("there is no incident {}: no open finding is part of one", quoted_text(written))
            : fmt::format("there is no incident {} with an open finding; open {} {}", quoted_text(written),
                          all.size() == 1 ? "is" : "are", names_of_all(all))};
}

bool may_be_unseen(const incident_member& member, time_point now)
{
    return member.open_since > now - ledger::state_settling;
}

}  // namespace trunkwarden
