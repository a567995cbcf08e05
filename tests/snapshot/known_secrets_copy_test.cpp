#include <gtest/gtest.h>

#include <string>

#include "fakes/judging.hpp"
#include "snapshot/accepted_secrets.hpp"

namespace trunkwarden {
namespace {

class AcceptedSecretsCopy : public testing::Test {
protected:
    const resource_type& type = *find_resource("credential_connections");
    fakes::reader read{type};

    std::size_t password() const
    {
        std::size_t at = 0;
        while (type.fields[at].name != "password")
            ++at;
        return at;
    }
    object_list objects(const std::string& secret) const
    {
        return read(R"([{"id":"1","password":")" + secret + R"("}])");
    }
    void remember(accepted_secrets& by, const std::string& secret) const
    {
        for_each(objects(secret), [&](const object_view& object) { by.remember(type, object); });
    }
    bool changed(const accepted_secrets& by, const std::string& secret) const
    {
        bool out = false;
        for_each(objects(secret),
                 [&](const object_view& object) { out = by.changed(type, object, password()); });
        return out;
    }
    std::string fingerprint(const std::string& secret) const
    {
        std::string out;
        for_each(objects(secret),
                 [&](const object_view& object) { out = std::string(object.field(password())); });
        return out;
    }
};

TEST_F(AcceptedSecretsCopy, StaysAsItIsWhateverIsAcceptedMeanwhile)
{
    accepted_secrets known;
    remember(known, "CANARY-1");
    {
        const accepted_secrets copy = known;
        known.accept(type, "1", "password", fingerprint("CANARY-2"));
        EXPECT_TRUE(changed(copy, "CANARY-2"));
        EXPECT_FALSE(changed(copy, "CANARY-1"));
        EXPECT_FALSE(changed(known, "CANARY-2"));
        EXPECT_TRUE(changed(known, "CANARY-1"));
    }
    EXPECT_FALSE(changed(known, "CANARY-2")) << "also when the copy is gone";
    known.accept(type, "2", "password", "another");
    EXPECT_FALSE(changed(known, "CANARY-2")) << "and when all are together again";
    EXPECT_TRUE(changed(known, "CANARY-1"));
}

TEST_F(AcceptedSecretsCopy, DoesNotSeeWhatIsRestoredLater)
{
    accepted_secrets known;
    remember(known, "CANARY-1");
    const accepted_secrets copy = known;
    known.restore({{"credential_connections/1/password", fingerprint("CANARY-2")}});
    EXPECT_FALSE(changed(known, "CANARY-2"));
    EXPECT_TRUE(changed(known, "CANARY-1"));
    EXPECT_FALSE(changed(copy, "CANARY-1"));
}

}  // namespace
}  // namespace trunkwarden
