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

// Of one that is named by his address.
std::string details_of(const actor& by, const std::string& user, user_ids form)
{
    if (by.is_monitor.value_or(false))
        return form == user_ids::whole ? joined(role_of(by), user) : std::string();
    return has_left(by) ? user : joined(role_of(by), user);
}

std::string remark_on(const actor& by)
{
    if (by.is_monitor.value_or(false))
        return ", whose key trunkwarden uses";
    return has_left(by) ? ", who is not a user of this account any more" : "";
}

std::string in_brackets(const std::string& text)
{
    return text.empty() ? text : fmt::format(" ({})", text);
}

}  // namespace

std::string words_of(const actor& by, user_ids form)
{
    const auto user = by.user_id.empty() ? std::string() : "user " + id_of(by, form);
    const auto remark = remark_on(by);
    if (!by.email.empty())
        return address_of(by) + in_brackets(details_of(by, user, form)) + remark;
    if (user.empty())
        return role_of(by) + remark;
    return user + (remark.empty() ? in_brackets(role_of(by)) : remark);
}

std::string name_of_actor(const actor& by)
{
    return by.email.empty() ? words_of(by) : address_of(by);
}

}  // namespace trunkwarden
