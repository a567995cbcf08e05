#include <gtest/gtest.h>

#include <string>

#include "catalogue/catalogue.hpp"
#include "fakes/paths.hpp"
#include "fetch/object_target.hpp"
#include "fetch/paging.hpp"
#include "simulator/demo_server.hpp"
#include "snapshot/page_parser.hpp"

// The daemon reads one object where the audit log names it: alone it has to look as it does in its list.

namespace trunkwarden::simulator {
namespace {

std::string padded_body(demo_server& demo, const std::string& target)
{
    auto body = demo.client.get(target).body;
    body.reserve(body.size() + body_padding);
    return body;
}

std::string all_of(const resource_type& type, const object_view& object)
{
    std::string out(object.id());
    for (std::size_t at = 0; at < type.fields.size(); ++at) {
        out.append("\n").append(type.fields[at].name).append("=").append(object.field(at));
    }
    return out;
}

std::string list_target(const resource_type& type)
{
    return page_target({.path = std::string(type.path),
                        .query = std::string(type.query),
                        .pages = type.pages,
                        .page_size = type.page_size},
                       1);
}

TEST(SimulatorObjects, HaveRunningCallsOnlyWhereTheirConnectionIsThere)
{
    demo_server demo;
    EXPECT_EQ(demo.client.get("/connections/1494404757140276710/active_calls").status, 200U);
    EXPECT_EQ(demo.client.get("/connections/1494404757140279999/active_calls").status, 404U);
}

TEST(SimulatorObjects, LookAloneAsInTheirList)
{
    demo_server demo;
    demo.control("attack", R"({"name": "start_portout"})");  // the demo account has none that is pending
    fingerprinter secrets;
    for (const auto& type : catalogue) {
        if (!object_target(type, "1") || type.role == resource_role::active_calls) {
            continue;  // a call is in no list of the account, only in that of its application
        }
        page_parser parser({&type}, secrets);
        const auto list = parser.parse(padded_body(demo, list_target(type)));
        ASSERT_TRUE(list) << type.name << ": " << list.error().message;
        const auto& objects = *list->objects.at(0);
        ASSERT_GT(objects.size(), 0U) << type.name << ": the demo account has none";
        for (std::size_t row = 0; row < objects.size(); ++row) {
            const auto target = object_target(type, objects[row].address());
            ASSERT_TRUE(target) << type.name;
            const auto alone = parser.parse_one(padded_body(demo, *target));
            ASSERT_TRUE(alone) << *target << ": " << alone.error().message;
            ASSERT_EQ(alone->objects.at(0)->size(), 1U) << *target;
            EXPECT_EQ(all_of(type, (*alone->objects[0])[0]), all_of(type, objects[row])) << *target;
            EXPECT_EQ((*alone->objects[0])[0].address(), objects[row].address()) << *target;
        }
    }
}

TEST(SimulatorObjects, ComeWrappedOrNotAsTheApiDocumentsIt)
{
    demo_server demo;
    const auto first = [&demo](const std::string& path) {
        return demo.read(path + "/" + text_at(demo.read(path), "/data/0/id"));
    };
    EXPECT_NE(text_at(first("/ips"), "/data/ip_address"), "(missing)");
    EXPECT_NE(text_at(first("/ai/assistants"), "/name"), "(missing)");
    EXPECT_NE(text_at(first("/access_ip_address"), "/ip_address"), "(missing)");
}

// A monitor learns from it which user it must never remove.
TEST(SimulatorWhoami, NamesTheUserToWhomTheKeyBelongs)
{
    demo_server demo;
    const auto said = demo.read("/whoami");
    const auto id = text_at(said, "/data/user_id");
    EXPECT_EQ(text_at(said, "/data/user_email"), "dana@example.com");
    EXPECT_EQ(text_at(demo.read("/organizations/users/" + id), "/data/email"), "dana@example.com");

    auto other = load_account(fakes::in_project("config/demo/account.yml"));
    other.set_key_owner("6b6d4a52-0d4c-4f0e-8a55-2f1b6f3a9c02");
    EXPECT_EQ(other.whoami().at("user_id"), "6b6d4a52-0d4c-4f0e-8a55-2f1b6f3a9c02");
    EXPECT_EQ(other.whoami().at("user_email"), "lee@example.com");
    other.remove("/organizations/users", "6b6d4a52-0d4c-4f0e-8a55-2f1b6f3a9c02", other.key_owner());
    EXPECT_FALSE(other.whoami().contains("user_email")) << "of nobody there is no email";
}

}  // namespace
}  // namespace trunkwarden::simulator
