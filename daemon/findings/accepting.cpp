#include "findings/accepting.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "findings/finding_state.hpp"
#include "findings/watch_cause.hpp"
#include "snapshot/accepted_secrets.hpp"
#include "support/optional_reason.hpp"

namespace trunkwarden {
namespace {

optional_reason why_not(const finding& f)
{
    const auto& deviation = f.deviation;
    if (f.status == finding_status::resolved)
        return "it is resolved: there is nothing to accept any more";
    if (f.status == finding_status::contained)
        return "the object was made harmless because of it: undo that first, then accept it";
    if (deviation.from_event)
        return fmt::format(
            "it is an event, not a setting, so that it cannot be accepted: look into it, then \"trunkwarden "
            "ack {}\"",
            id_with_state(f));
    if (is_watch_cause(*deviation.type))
        return "it is about the watch itself, and no entry of a baseline ends it: do what its title asks for";
    if (deviation.kind == deviation_kind::blind)
        return fmt::format(
            "it says that {} cannot be read: correct that, or put \"accepted_blind_spots: [{}]\" into "
            "the settings of account {}",
            deviation.type->name, deviation.type->name, f.account);
    if (deviation.kind == deviation_kind::exceeded && deviation.type->role == resource_role::registrations)
        return fmt::format(
            "two clients that share a password are no object that an entry could cover: give each a password of its "
            "own, or \"trunkwarden ack {}\"",
            id_with_state(f));
    if (deviation.kind == deviation_kind::exceeded)
        return fmt::format(
            "it tells of what was used: look into it; if that was right, raise {} under {} in the baseline, "
            "or \"trunkwarden ack {}\"",
            deviation.type->role == resource_role::traffic ? std::string_view("the limit that it names")
            : deviation.fields.empty()                     ? std::string_view(deviation.id)
                                                           : std::string_view(deviation.fields.front().field),
            deviation.type->name, id_with_state(f));
    if (deviation.type->role == resource_role::traffic)
        return fmt::format(
            "it tells of calls that were made: look into it; if they were right, write an entry for them under "
            "traffic in the baseline, or \"trunkwarden ack {}\"",
            id_with_state(f));
    if (deviation.type->pages == paging::no_endpoint)
        return "no endpoint shows it: look at the portal, then write the day into the baseline, as "
               "\"two_factor: "
               "{attested: 2026-11-25, attested_by: NAME}\"";
    return {};
}

// A finding that came back after containment keeps the id it had: it shows the kind it had then. One that
// came back as another object was never anything else.
bool is_about_a_whole_object(const finding& f)
{
    if (f.deviation.kind != deviation_kind::recreated)
        return f.deviation.kind == deviation_kind::unknown || f.deviation.kind == deviation_kind::expired;
    auto before = f.deviation;
    before.kind = deviation_kind::unknown;
    return finding_id(f.account, before) == f.id || finding_id(f.account, f.deviation) == f.id;
}

untrusted_object::state sort_of(const finding& f)
{
    if (f.deviation.kind == deviation_kind::missing)
        return untrusted_object::state::gone;
    return f.deviation.kind == deviation_kind::expired ? untrusted_object::state::expired
                                                       : untrusted_object::state::there;
}

// Takes what differs, and counts it if a baseline can hold it. Secrets are kept elsewhere, and so is the use
// of an API key.
result<void> take_difference(const resource_type& type, const field_difference& differs, bool whole,
                             std::size_t& in_baseline, acceptable& out)
{
    const bool is_a_use = !type.last_used.empty() && differs.field == type.last_used;
    if (is_a_use || differs.field == use_without_owner) {
        out.secrets = true;
        return {};
    }
    const auto* const field = std::ranges::find(type.fields, differs.field, &watched_field::name);
    if (field == type.fields.end())
        return bad_usage("this version does not watch {} of {}", differs.field, type.name);
    if (field->kind == value_kind::secret) {
        out.secrets = out.secrets || !whole;
        return {};
    }
    if (!differs.canonical_value)
        return bad_usage(
            "it was recorded by an earlier version, without the exact values: let the daemon see it "
            "again (restart it and wait for a sweep), then accept it");
    out.seen.values[static_cast<std::size_t>(field - type.fields.begin())] = *differs.canonical_value;
    ++in_baseline;
    return {};
}

}  // namespace

result<acceptable> acceptable_of(const finding& f)
{
    if (auto why = why_not(f))
        return bad_usage(*std::move(why));
    const auto& type = *f.deviation.type;
    acceptable out;
    out.seen = {sort_of(f), f.deviation.id, f.deviation.address, {}, f.id};
    out.seen.values.resize(type.fields.size());
    const bool whole = is_about_a_whole_object(f);
    for (std::size_t at = 0; whole && at < type.fields.size(); ++at)
        if (type.fields[at].kind != value_kind::secret)
            out.seen.values[at] = "";  // a finding lists what is set
    std::size_t in_baseline = 0;
    for (const auto& differs : f.deviation.fields)
        if (auto taken = take_difference(type, differs, whole, in_baseline, out); !taken)
            return taken.error();
    out.in_baseline = !out.secrets || in_baseline > 0;
    return out;
}

}  // namespace trunkwarden
