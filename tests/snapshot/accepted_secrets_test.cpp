#include "snapshot/accepted_secrets.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "catalogue/catalogue.hpp"
#include "fakes/judging.hpp"

namespace trunkwarden {
namespace {

class AcceptedSecrets : public testing::Test {
protected:
    object_list with_password(const std::string& text) const
    {
        return read(R"([{"id":"1","password":")" + text + "\"}]");
    }
    bool changed(const object_list& seen) const { return secrets.changed(type, (*seen[0])[0], password); }
    std::string fingerprint(const object_list& seen) const
    {
        return std::string((*seen[0])[0].field(password));
    }

    const resource_type& type = *find_resource("credential_connections");
    const fakes::reader read{type};
    const std::size_t password = static_cast<std::size_t>(
        std::ranges::find(type.fields, "password", &watched_field::name) - type.fields.begin());
    accepted_secrets secrets;
};

TEST_F(AcceptedSecrets, TheFirstOneSeenIsTheAcceptedOneUntilAnotherIsTaken)
{
    const auto first = with_password("CANARY-1");
    const auto second = with_password("CANARY-2");
    EXPECT_FALSE(changed(first));
    secrets.remember(type, (*first[0])[0]);
    secrets.remember(type, (*second[0])[0]);
    EXPECT_FALSE(changed(first));
    EXPECT_TRUE(changed(second)) << "seeing it again does not accept it";

    secrets.accept(type, "1", "password", fingerprint(second));
    EXPECT_FALSE(changed(second));
    EXPECT_TRUE(changed(first)) << "the one before is not accepted any more";
}

TEST_F(AcceptedSecrets, WhatIsAcceptedIsHandedOutOnceToBeKeptAndIsAcceptedWhenItComesBack)
{
    secrets.remember(type, (*with_password("CANARY-1")[0])[0]);
    secrets.take_new();
    const auto second = with_password("CANARY-2");
    secrets.accept(type, "1", "password", fingerprint(second));
    const auto kept = secrets.take_new();
    ASSERT_EQ(kept.size(), 1U);
    EXPECT_EQ(kept.begin()->first, "credential_connections/1/password");
    EXPECT_EQ(kept.begin()->second, fingerprint(second));
    EXPECT_TRUE(secrets.take_new().empty());

    accepted_secrets later;
    later.restore(kept);
    EXPECT_FALSE(later.changed(type, (*second[0])[0], password));
    EXPECT_TRUE(later.changed(type, (*with_password("CANARY-3")[0])[0], password));
}

TEST_F(AcceptedSecrets, AcceptingOneTouchesNoOtherObjectAndNoOtherField)
{
    const auto first = with_password("CANARY-1");
    secrets.remember(type, (*first[0])[0]);
    secrets.accept(type, "2", "password", "hmac:2");
    secrets.accept(type, "1", "other", "hmac:3");
    EXPECT_FALSE(changed(first));
}

}  // namespace
}  // namespace trunkwarden
