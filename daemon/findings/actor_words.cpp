#include "findings/actor_words.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <string_view>

#include "support/escape.hpp"
#include "support/mail_address.hpp"

namespace trunkwarden {
namespace {

constexpr std::size_t longest_name = 120;

std::string id_of(const actor& by, user_ids form)
{
    constexpr std::size_t shown = 4;
    auto id = printable(by.user_id, longest_name);
    const bool is_ascii = std::ranges::all_of(id, [](char c) { return c > ' ' && c <= '~'; });
    if (form == user_ids::whole || id.size() <= 3 * shown || !is_ascii)
        return id;
    return fmt::format("{}…{}", id.substr(0, shown), id.substr(id.size() - shown));
}

// A user chooses his address. One that could be read as a part of the sentence is put into quotes.
std::string address_of(const actor& by)
{
    auto out = printable(by.email, longest_name);
    return is_mail_address(by.email) ? out : fmt::format("\"{}\"", out);
}

std::string role_of(const actor& by)
{
    if (by.made_by == "organization_member")
        return "member";
    if (by.made_by == "account_owner")
        return "owner";
    if (by.made_by == "account_manager")
        return "account manager";
    return by.made_by == "telnyx" ? "Telnyx" : printable(by.made_by, longest_name);
}

// Telnyx's own people and those of a managing account are on no list of users.
bool has_left(const actor& by)
{
    return by.is_user == false && (by.made_by == "organization_member" || by.made_by == "account_owner");
}

std::string joined(std::string_view first, std::string_view second)
{
    return fmt::format("{}{}{}", first, first.empty() || second.empty() ? "" : ", ", second);
}

}  // namespace

std::string words_of(const actor& by, user_ids form)
{
    const auto user = by.user_id.empty() ? std::string() : "user " + id_of(by, form);
    const auto role = role_of(by);
    const bool is_monitor = by.is_monitor.value_or(false);
    const bool is_gone = !is_monitor && has_left(by);
    const auto head = !by.email.empty() ? address_of(by) : !user.empty() ? user : role;
    std::string details;
    if (!by.email.empty() && is_gone)
        details = user;
    else if (!by.email.empty() && (!is_monitor || form == user_ids::whole))
        details = joined(role, user);
    else if (by.email.empty() && !user.empty() && !is_gone && !is_monitor)
        details = role;
    return fmt::format("{}{}{}", head, details.empty() ? "" : fmt::format(" ({})", details),
                       is_monitor ? ", whose key trunkwarden uses"
                       : is_gone  ? ", who is not a user of this account any more"
                                  : "");
}

}  // namespace trunkwarden
