#include "status/shown_records.hpp"

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>

#include <utility>

#include "findings/finding_record.hpp"
#include "state/action_record.hpp"
#include "support/json_member.hpp"
#include "support/json_view.hpp"

namespace trunkwarden {
namespace {

namespace json = boost::json;

finding without_fingerprints(finding f)
{
    for (auto& field : f.deviation.fields)
        field.fingerprint.clear();
    if (f.contained_as)
        for (auto& field : f.contained_as->fields)
            field.fingerprint.clear();
    return f;
}

failure not_of_this_version()
{
    return {errc::not_understood,
            "the daemon's findings are not understood: is it a trunkwarden of another version? "
            "(systemctl restart trunkwarden)"};
}

const json::array* list_at(const json::object& object, std::string_view name)
{
    const auto* const found = object.if_contains(view(name));
    return found == nullptr ? nullptr : found->if_array();
}

result<finding> shown_finding_in(const json::value& item)
{
    if (!item.is_object())
        return not_of_this_version();
    auto read = finding_of(string_at(item.get_object(), "record"));
    if (!read)
        return not_of_this_version();
    read->state = string_at(item.get_object(), "state");
    return read;
}

result<action> shown_action_in(const json::value& item)
{
    const auto* const record = item.if_string();
    if (record == nullptr)
        return not_of_this_version();
    auto read = action_of({record->data(), record->size()});
    if (!read)
        return not_of_this_version();
    return read;
}

}  // namespace

json::object records_json(const daemon_status& status, const std::vector<action>& actions)
{
    json::array accounts;
    json::array findings;
    for (const auto& account : status.accounts) {
        accounts.emplace_back(view(account.name));
        for (const auto& finding : account.findings) {
            json::object shown;
            shown["record"] = record_of(without_fingerprints(finding));
            shown["state"] = view(finding.state);
            findings.push_back(std::move(shown));
        }
    }
    json::array undoable;
    for (const auto& action : actions)
        if (action.state == action_state::done && action.undo != undoing::impossible)
            undoable.emplace_back(record_of(action));
    json::object out;
    out["accounts"] = std::move(accounts);
    out["findings"] = std::move(findings);
    out["actions"] = std::move(undoable);
    return out;
}

result<shown_records> records_in(const json::value& json)
{
    const auto* const object = json.if_object();
    const auto* const accounts = object == nullptr ? nullptr : list_at(*object, "accounts");
    const auto* const findings = object == nullptr ? nullptr : list_at(*object, "findings");
    const auto* const actions = object == nullptr ? nullptr : list_at(*object, "actions");
    if (accounts == nullptr || findings == nullptr || actions == nullptr)
        return not_of_this_version();
    shown_records out;
    for (const auto& name : *accounts) {
        if (!name.is_string())
            return not_of_this_version();
        out.accounts.emplace_back(name.get_string().data(), name.get_string().size());
    }
    for (const auto& each : *findings) {
        auto read = shown_finding_in(each);
        if (!read)
            return read.error();
        out.findings.push_back(*std::move(read));
    }
    for (const auto& each : *actions) {
        auto read = shown_action_in(each);
        if (!read)
            return read.error();
        out.actions.push_back(*std::move(read));
    }
    return out;
}

}  // namespace trunkwarden
