#include "account/account.hpp"

#include <gtest/gtest.h>

#include <optional>

namespace trunkwarden {
namespace {

TEST(Account, FindsAResourceByItsNameAndTheListThatShowsIt)
{
    account_settings settings;
    settings.name = "test";
    const auto watched = make_account(settings, {}, {});
    const auto place = place_of_resource(watched->config, "ips");
    ASSERT_TRUE(place);
    EXPECT_EQ(watched->config.types[*place].name, "ips");
    EXPECT_EQ(place_of_resource(watched->config, "gateways"), std::nullopt);

    const auto* list = list_with(watched->view, *place);
    ASSERT_NE(list, nullptr);
    EXPECT_EQ(list->from.path, "/ips");
    const auto hidden = place_of_resource(watched->config, "two_factor");
    ASSERT_TRUE(hidden);
    EXPECT_EQ(list_with(watched->view, *hidden), nullptr) << "no endpoint shows it";
}

}  // namespace
}  // namespace trunkwarden
