#include "account/account_types.hpp"

#include <gtest/gtest.h>

#include <string>

#include "account/account.hpp"
#include "catalogue/catalogue.hpp"
#include "catalogue/plain_path.hpp"

namespace trunkwarden {
namespace {

bool may_be_elsewhere(const resource_type& type)
{
    return type.role == resource_role::api_keys || !plain_path(type.path).empty();
}

TEST(AccountTypes, AreThoseOfTheCatalogueWhereNoAccountReadsThemElsewhere)
{
    const account_types types;
    ASSERT_EQ(types.size(), catalogue.size());
    std::size_t own = 0;
    for (std::size_t at = 0; at < types.size(); ++at) {
        EXPECT_EQ(types[at].name, catalogue[at].name);
        EXPECT_EQ(&types[at] != &catalogue[at], may_be_elsewhere(catalogue[at])) << types[at].name;
        own += may_be_elsewhere(catalogue[at]) ? 1U : 0U;
    }
    EXPECT_LE(own, 5U) << "each is several kilobytes of every account";
}

TEST(AccountTypes, ChangeInTheirPlaceAndInOneAccountOnly)
{
    account_settings settings;
    settings.name = "a";
    const auto changed = make_account(settings, {}, {});
    const auto other = make_account(settings, {}, {});
    const auto place = place_of_role(changed->config, resource_role::api_keys);
    const auto* const before = &changed->config.types[place];
    const auto path = before->path;
    read_api_keys_from(changed->config, changed->view, undocumented_api_keys);
    EXPECT_EQ(&changed->config.types[place], before) << "coverage and findings point at it";
    EXPECT_EQ(before->path, undocumented_api_keys);
    EXPECT_EQ(other->config.types[place].path, path);
    EXPECT_EQ(resource_of(resource_role::api_keys).path, path);
}

TEST(AccountTypes, OfAPlainPathChangeAndComeBack)
{
    account_settings settings;
    settings.name = "a";
    const auto watched = make_account(settings, {}, {});
    std::size_t tried = 0;
    for (auto& list : watched->view.lists) {
        const auto plain = plain_path(list.from.path);
        if (plain.empty())
            continue;
        ++tried;
        const std::string documented = list.from.path;
        const std::string expected(plain);
        read_list_at(watched->config, list, list_path::plain);
        EXPECT_EQ(list.from.path, expected);
        read_list_at(watched->config, list, list_path::documented);
        EXPECT_EQ(list.from.path, documented);
    }
    EXPECT_GT(tried, 0U);
}

}  // namespace
}  // namespace trunkwarden
