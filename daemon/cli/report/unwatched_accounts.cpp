#include "cli/report/unwatched_accounts.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <iterator>

#include "support/escape.hpp"
#include "support/first_of.hpp"

namespace trunkwarden {

std::vector<unwatched_account> unwatched_accounts(const account& manager,
                                                  const std::set<std::string, std::less<>>& watched)
{
    std::vector<unwatched_account> out;
    if (const auto resource = place_of_resource(manager.config, "managed_accounts"))
        for_each(manager.view.objects[*resource], [&](const object_view& sub) {
            if (!watched.contains(sub.id()))
                out.push_back(
                    {manager.config.settings.name, std::string(sub.id()), std::string(sub.label())});
        });
    return out;
}

std::vector<unwatched_account> unwatched_accounts(const std::vector<std::unique_ptr<account>>& accounts)
{
    std::set<std::string, std::less<>> watched;
    for (const auto& account : accounts)
        watched.insert(account->config.settings.managed_account_id);
    std::vector<unwatched_account> out;
    for (const auto& account : accounts)
        std::ranges::move(unwatched_accounts(*account, watched), std::back_inserter(out));
    return out;
}

std::string names_of_accounts(const std::vector<unwatched_account>& all)
{
    constexpr std::size_t most = 5;
    return first_of(all, most, [](const unwatched_account& each) {
        return fmt::format("{} ({})", printable(each.name, 60), printable(each.id, 60));
    });
}

}  // namespace trunkwarden
