#include <boost/json/value.hpp>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <map>

#include "catalogue/catalogue.hpp"
#include "fakes/official_document.hpp"
#include "support/json_view.hpp"

// The paths of the catalogue beside those of Telnyx's OpenAPI document, where that is at hand.

namespace trunkwarden {
namespace {

namespace json = boost::json;

// The API description is older than Telnyx IAM, the authentication of FQDN connections, and WhatsApp.
bool is_younger(const resource_type& type)
{
    if (type.role == resource_role::active_calls)
        return true;  // GET /calls/{id} is in another part of the description
    return type.path.starts_with("/iam/") || type.path.starts_with("/whatsapp/") ||
           type.path.ends_with("/fqdn_authentication");
}

class OfficialPaths : public fakes::official_document {
protected:
    void SetUp() override
    {
        official_document::SetUp();
        if (IsSkipped())
            return;
        for (const auto& [path, operations] : document_.at("paths").as_object())
            if (operations.as_object().contains("get"))
                readable_[fakes::with_one_name_for_ids({path.data(), path.size()})] = &operations;
    }

    std::map<std::string, const json::value*> readable_;
};

TEST_F(OfficialPaths, HaveAGetForEveryObjectThatIsReadAlone)
{
    for (const auto& type : catalogue) {
        if (type.object_path == only_in_list || is_younger(type))
            continue;
        const auto path =
            type.object_path.empty() ? std::string(type.path) + "/{id}" : std::string(type.object_path);
        EXPECT_TRUE(readable_.contains(path)) << type.name << ": GET " << path;
    }
}

TEST_F(OfficialPaths, HaveNoneForObjectsThatAreSeenInTheirListOnly)
{
    for (const auto& type : catalogue)
        if (type.object_path == only_in_list && type.name != "managed_accounts") {
            EXPECT_FALSE(readable_.contains(std::string(type.path) + "/{id}")) << type.name;
        }
}

TEST_F(OfficialPaths, HaveAGetForEveryList)
{
    for (const auto& type : catalogue)
        if (type.pages != paging::no_endpoint && !is_younger(type)) {
            EXPECT_TRUE(readable_.contains(std::string(type.path))) << type.name << ": GET " << type.path;
        }
}

}  // namespace
}  // namespace trunkwarden
