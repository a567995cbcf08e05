#include "watch/registrations_watch.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <string>
#include <utility>

#include "baseline/accepts.hpp"
#include "baseline/match.hpp"
#include "snapshot/field_of.hpp"

namespace trunkwarden {
namespace {

constexpr std::string_view address_field = "ua_ip";
constexpr std::string_view connection_field = "connection_id";

// Whether the entry that covers it accepts every address.
bool may_be_anywhere(const account_config& config, const account_io& io, const resource_type& type,
                     const object_view& object)
{
    const auto today = std::chrono::floor<std::chrono::days>(io.now());
    const auto judged = judge(type, config.baseline.entries_of(type), object, today);
    if (judged.verdict != trust::covered || judged.by == nullptr)
        return false;
    const auto* const field = std::ranges::find(type.fields, address_field, &watched_field::name);
    const auto* wanted = constraint_on(*judged.by, static_cast<std::size_t>(field - type.fields.begin()));
    return wanted == nullptr || std::ranges::any_of(wanted->any_of, [](const accepted_value& accepted) {
               return accepted.text == "*";
           });
}

}  // namespace

void see_registrants(account& account, const resource_type& type, const object_list& objects,
                     const observation& observation)
{
    auto& known = account.memory.sip_registrants;
    for_each(objects, [&](const object_view& object) {
        if (may_be_anywhere(account.config, account.io, type, object))
            known.forget(object.id());
        else
            known.see(object.id(), field_of(type, object, connection_field),
                      field_of(type, object, address_field), observation.at);
    });
    known.forget_old(observation.at);
}

void add_shared_passwords(const account& account, const resource_type& type, time_point now,
                          std::vector<deviation>& to)
{
    if (!is_judged(type, account.config.baseline.entries_of(type)))
        return;
    for (const auto& [user_name, connection, addresses] : account.memory.sip_registrants.shared(now)) {
        deviation out;
        out.type = &type;
        out.id = out.label = out.address = user_name;
        out.kind = deviation_kind::exceeded;
        out.level = severity::high;
        out.fields.push_back({.field = std::string(address_field),
                              .expected = "one client",
                              .actual = fmt::format("[{}]", fmt::join(addresses, ", ")),
                              .weight = out.level});
        out.fields.push_back({.field = std::string(connection_field),
                              .expected = std::nullopt,
                              .actual = connection,
                              .weight = out.level});
        out.note = fmt::format("{} addresses take turns within an hour: as many clients know its password",
                               addresses.size());
        to.push_back(std::move(out));
    }
}

}  // namespace trunkwarden
