#include "account/account_people.hpp"

#include <utility>

namespace trunkwarden {

void account_people::see_all(const object_list& users, time_point began)
{
    listed_users now{{}, began};
    for_each(users, [&](const object_view& user) {
        now.ids.emplace(user.id());
        remember(user.id(), user.label());
    });
    listed_ = std::move(now);
}

void account_people::remember(std::string_view user_id, std::string_view email)
{
    if (user_id.empty() || email.empty())
        return;
    if (const auto known = emails_.find(user_id); known != emails_.end())
        known->second = email;
    else if (emails_.size() < max_remembered)
        emails_.emplace(user_id, email);
}

void account_people::see_monitor(std::string user_id, std::string_view email)
{
    if (user_id.empty())
        return;
    remember(user_id, email);
    monitor_ = std::move(user_id);
}

std::optional<bool> account_people::is_user(std::string_view user_id) const
{
    return listed_ ? std::optional(listed_->ids.contains(user_id)) : std::nullopt;
}

void account_people::name(actor& who) const
{
    if (who.user_id.empty())
        return;
    if (const auto known = emails_.find(who.user_id); known != emails_.end())
        who.email = known->second;
    if (!monitor_.empty())
        who.is_monitor = who.user_id == monitor_;
    // A list from before the change may be too old to have its author.
    if (listed_ && listed_->ids.contains(who.user_id))
        who.is_user = true;
    else if (listed_ && listed_->since > who.at)
        who.is_user = false;
}

}  // namespace trunkwarden
