#include "containment/lockdown_plan.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <set>
#include <tuple>

#include "baseline/match.hpp"
#include "containment/expired_object.hpp"
#include "containment/requests.hpp"
#include "support/escape.hpp"

namespace trunkwarden {
namespace {

lockdown_item item_of(const lockdown_account& account, lockdown_step step, std::size_t resource,
                      const object_view& object)
{
    lockdown_item out;
    out.step = step;
    out.resource = resource;
    out.kind = account.types[resource].name;
    out.object_id = object.id();
    out.address = object.address();
    out.label = account.types[resource].id.empty() ? std::string(account.types[resource].noun)
                                                   : std::string(object.label());
    return out;
}

std::string what_of(const resource_type& type, const std::string& label)
{
    return type.id.empty() ? std::string(type.noun) : fmt::format("{} {}", type.noun, label);
}

lockdown_item containing(const lockdown_account& account, lockdown_step step, std::size_t resource,
                         const object_view& object)
{
    const auto& type = account.types[resource];
    auto out = item_of(account, step, resource, object);
    out.work = lockdown_work::contain;
    out.words = fmt::format("{} {}", containing_verb(type.contain), what_of(type, out.label));
    out.undo = type.contain.undo;
    out.impact = type.contain.impact;
    out.leave = protected_because(type, object, account.self);
    if (!type.contain.possible())
        out.leave = "the API has no request for it";
    return out;
}

std::string field_names(const resource_type& type, const judgement& judged)
{
    std::string out;
    for (const auto at : judged.differing)
        out += fmt::format("{}{}", out.empty() ? "" : ", ", type.fields[at].name);
    return out;
}

lockdown_item restoring(const lockdown_account& account, lockdown_step step, std::size_t resource,
                        const object_view& object, const judgement& judged)
{
    const auto& type = account.types[resource];
    auto out = item_of(account, step, resource, object);
    out.work = lockdown_work::restore;
    out.words = fmt::format("put back {} of {}", field_names(type, judged), what_of(type, out.label));
    out.undo = undoing::exact;
    out.impact = "everything that relies on the changed values";
    if (!type.restore.possible())
        out.leave = "the API has no request that writes values back: put it right in the portal";
    else if (!type.restore.only_by_hand.empty())
        out.leave = std::string(type.restore.only_by_hand);
    else
        out.leave = why_nothing_is_restored(type, judged);
    return out;
}

// An object that is off gets a new secret, too: it may be on again tomorrow, and an item of this run may
// switch it on.
lockdown_item rotating(const lockdown_account& account, std::size_t resource, const object_view& object)
{
    const auto& type = account.types[resource];
    auto out =
        item_of(account, type.rotate.chooses() ? lockdown_step::sip_credentials : lockdown_step::v1_secrets,
                resource, object);
    out.work = lockdown_work::rotate;
    out.words = fmt::format("new {} for {}", type.rotate.secret, what_of(type, out.label));
    out.undo = undoing::impossible;
    out.impact = type.rotate.impact;
    return out;
}

// Trusted ones, too: they pay for the thief's calls as long as they are on.
std::optional<lockdown_item> capping(const lockdown_account& account, lockdown_step step,
                                     std::size_t resource, const object_view& object)
{
    if (is_switched_off(account.types[resource], object))
        return std::nullopt;
    auto out = containing(account, step, resource, object);
    out.work = lockdown_work::cap;
    return out;
}

}  // namespace

// Some of the playbook is for the quarantine only.
std::optional<lockdown_step> lockdown_step_of(playbook step)
{
    switch (step) {
        case playbook::outbound_profiles:
            return lockdown_step::outbound_profiles;
        case playbook::forwarding:
            return lockdown_step::forwarding;
        case playbook::applications:
            return lockdown_step::applications;
        case playbook::sip_addresses:
            return lockdown_step::addresses;
        case playbook::messaging:
            return lockdown_step::messaging;
        case playbook::sip_credentials:
            return lockdown_step::sip_credentials;
        case playbook::access:
            return lockdown_step::access;
        case playbook::api_keys:
            return lockdown_step::api_keys;
        case playbook::recharge:
            return lockdown_step::recharge;
        default:
            return std::nullopt;
    }
}

bool is_switched_off(const resource_type& type, const object_view& object)
{
    if (!type.contain.possible())
        return false;
    const auto& off = type.contain.expected_state;
    for (std::size_t at = 0; at < type.fields.size(); ++at)
        if (!off.path.empty() && type.fields[at].path == off.path)
            return object.field(at) == off.value;
    for (std::size_t at = 0; at < type.fields.size(); ++at)
        if (type.fields[at].name == "active" || type.fields[at].name == "enabled")
            return object.field(at) == "false";
    return false;
}

std::string lockdown_item::key() const
{
    constexpr auto works = word_table<lockdown_work>("contain", "restore", "rotate", "cap");
    return fmt::format("{}/{}/{}", kind, object_id, works[work]);
}

std::string_view purpose_of(lockdown_step step)
{
    constexpr auto words = word_table<lockdown_step>(
        "Keep what the account looks like now, before anything changes",
        "Outbound voice profiles back to the baseline, unknown ones off: stops the money",
        "Call forwarding, number translation and routing back to the baseline",
        "Unknown applications and connections off, changed ones back",
        "Unknown SIP addresses, hosts and access control entries removed",
        "Messaging profiles back, unknown ones off",
        "Unknown users, OAuth grants and clients removed, single sign-on back",
        "Unknown API keys off, never the one in use here",
        "New passwords for credential, UAC and FQDN connections, unknown credentials deleted",
        "New V1 secrets for messaging profiles", "Auto-recharge off");
    return words[step];
}

bool needs_no_baseline(lockdown_step step)
{
    return step == lockdown_step::evidence || step == lockdown_step::outbound_profiles ||
           step == lockdown_step::recharge;
}

std::optional<lockdown_item> lockdown_item_for(const lockdown_account& account, std::size_t resource,
                                               const object_view& object)
{
    const auto& type = account.types[resource];
    const auto step = lockdown_step_of(type.step);
    if (!step)
        return std::nullopt;
    if (*step == lockdown_step::recharge ||
        (account.basis == lockdown_basis::nothing && needs_no_baseline(*step)))
        return capping(account, *step, resource, object);
    if (account.basis == lockdown_basis::nothing)
        return std::nullopt;
    const auto judged = judge(type, account.trusted.entries_of(type), object, account.today);
    switch (judged.verdict) {
        case trust::unknown:
            // An object that is off already is harmless.
            if (is_switched_off(type, object) || has_expired(type, object, account.today))
                return std::nullopt;
            return containing(account, *step, resource, object);
        case trust::differs:
            return restoring(account, *step, resource, object, judged);
        case trust::expired: {
            auto out = containing(account, *step, resource, object);
            out.leave =
                fmt::format("an entry of the baseline trusted it until {}: renew the entry, or remove it",
                            iso_date(*judged.by->expires));
            return out;
        }
        default:
            return std::nullopt;
    }
}

std::vector<lockdown_item> plan_lockdown(const lockdown_account& account,
                                         const std::vector<object_list>& objects)
{
    std::vector<lockdown_item> out;
    for (std::size_t resource = 0; resource < account.types.size(); ++resource)
        for_each(objects[resource], [&](const object_view& object) {
            const auto& type = account.types[resource];
            if (auto item = lockdown_item_for(account, resource, object))
                out.push_back(std::move(*item));
            if (!type.rotate.possible() || account.basis == lockdown_basis::nothing)
                return;
            if (judge(type, account.trusted.entries_of(type), object, account.today).verdict !=
                trust::unknown)
                out.push_back(rotating(account, resource, object));
        });
    // Trusted objects before unknown ones, of which a thief can make as many as he likes.
    std::ranges::stable_sort(out, {}, [](const lockdown_item& lockdown_item) {
        return std::tuple(lockdown_item.step, lockdown_item.work == lockdown_work::rotate, lockdown_item.undo,
                          lockdown_item.work == lockdown_work::contain);
    });
    return out;
}

namespace {

bool is_rotated(const lockdown_account& account, const resource_type& type, const object_view& object)
{
    return type.rotate.possible() &&
           judge(type, account.trusted.entries_of(type), object, account.today).verdict != trust::unknown;
}

// Whether a rotation of this run makes that secret at another object: one that answers about each object of
// `type`, as the authentication of an FQDN connection does.
bool is_rotated_elsewhere(const lockdown_account& account, const std::vector<object_list>& all,
                          const resource_type& type, std::string_view id, std::string_view secret)
{
    bool out = false;
    for (std::size_t resource = 0; resource < account.types.size(); ++resource) {
        const auto& other = account.types[resource];
        const bool answers_about_it = std::ranges::any_of(
            other.asks_about, [&type](const auto& about) { return about.resource == type.name; });
        if (answers_about_it && other.rotate.secret == secret)
            for_each(all[resource], [&](const object_view& object) {
                out = out || (object.id() == id && is_rotated(account, other, object));
            });
    }
    return out;
}

// The secrets that an object has and no rotation of this run makes, by the names of their fields.
std::vector<std::string_view> secrets_without_rotation(const lockdown_account& account,
                                                       const std::vector<object_list>& all,
                                                       const resource_type& type, const object_view& object)
{
    std::vector<std::string_view> out;
    for (std::size_t at = 0; at < type.fields.size(); ++at) {
        const auto& field = type.fields[at];
        if (field.kind == value_kind::secret && !object.field(at).empty() &&
            field.path != type.rotate.secret &&
            !is_rotated_elsewhere(account, all, type, object.id(), field.path))
            out.push_back(field.name);
    }
    return out;
}

// A sentence about one resource; nothing when all its secrets of trusted objects are rotated.
optional_reason secrets_of_resource(const lockdown_account& account, const std::vector<object_list>& all,
                                    std::size_t resource)
{
    const auto& type = account.types[resource];
    constexpr std::size_t most_names = 10;
    std::set<std::string_view> fields;
    std::vector<std::string> names;
    std::size_t more = 0;
    for_each(all[resource], [&](const object_view& object) {
        const auto secrets = secrets_without_rotation(account, all, type, object);
        if (secrets.empty() ||
            judge(type, account.trusted.entries_of(type), object, account.today).verdict == trust::unknown)
            return;
        fields.insert(secrets.begin(), secrets.end());
        if (names.size() < most_names)
            names.push_back(printable(object.label().empty() ? object.id() : object.label()));
        else
            ++more;
    });
    if (names.empty())
        return std::nullopt;
    return fmt::format("Make new ones by hand: {} of {} ({}{})", fmt::join(fields, ", "), type.name,
                       fmt::join(names, ", "), more == 0 ? std::string() : fmt::format(" and {} more", more));
}

}  // namespace

std::vector<std::string> secrets_to_make_by_hand(const lockdown_account& account,
                                                 const std::vector<object_list>& objects)
{
    std::vector<std::string> out;
    if (account.basis == lockdown_basis::nothing)
        return out;
    for (std::size_t resource = 0; resource < account.types.size(); ++resource)
        if (auto sentence = secrets_of_resource(account, objects, resource))
            out.push_back(*std::move(sentence));
    return out;
}

std::vector<std::string> what_people_do()
{
    return {
        "Secure the mailbox of the account's owner: Telnyx sends sign-in links to it",
        "Change the password of every portal user, the owner's first (portal.telnyx.com: Account, Security)",
        "Switch two-factor authentication on for every user, and make new backup codes (Account, Security)",
        "Remove unknown users that are left, and look at the groups of the others (Account, Users)",
        "End all portal sessions, and look at single sign-on (Account, Security; Account, SSO)",
        "Make new API keys for what needs them, delete all others, trunkwarden's last (Account, API Keys)",
        "Give the new SIP passwords to phones and PBXs: credentials.txt in the folder of the incident",
        "Change by hand the passwords with which UAC connections register at a PBX (Voice, SIP Trunking)",
        "Delete and make again telephony credentials that are trusted but may have been read",
        "Set a port-out PIN for every number, and stop port-outs that nobody ordered (Numbers)",
        "Replace integration secrets and WireGuard peers, each in its place",
        "Look for the way in: every system that held an API key or a SIP password, the PBX first",
        "Open a ticket with Telnyx support: access log, review of the charges (support@telnyx.com)",
    };
}

}  // namespace trunkwarden
