#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "end_to_end/watched_account.hpp"

// The playbook on a large account that a thief has filled, and in which he spoils every fifth list.

namespace trunkwarden::end_to_end {
namespace {

using testing::HasSubstr;

struct filled_list {
    std::string_view path;
    std::string_view resource;
    std::string_view name;      // the member that takes the name of an object
    std::string_view switched;  // the member that is false afterwards; "": the object is removed
    std::size_t objects;
};

constexpr std::size_t in_whole_lists = 100;
constexpr std::size_t more_than_a_page = 300;
constexpr std::size_t on_a_page = 250;

constexpr filled_list half_read{"/texml_applications", "texml_applications", "friendly_name", "active",
                                more_than_a_page};
constexpr filled_list poisoned{"/credential_connections", "credential_connections", "connection_name",
                               "active", in_whole_lists};
constexpr filled_list never_agreeing{"/fax_applications", "fax_applications", "application_name", "active",
                                     in_whole_lists};
constexpr std::array filled{
    half_read,
    poisoned,
    never_agreeing,
    filled_list{"/call_control_applications", "call_control_applications", "application_name", "active",
                in_whole_lists},
    filled_list{"/outbound_voice_profiles", "outbound_voice_profiles", "name", "enabled", in_whole_lists},
    filled_list{"/messaging_profiles", "messaging_profiles", "name", "enabled", in_whole_lists},
    filled_list{"/fqdns", "fqdns", "fqdn", "", in_whole_lists},
    filled_list{"/ips", "ips", "ip_address", "", in_whole_lists},
};
// Spoiled beside them: ten of the 50 lists that are read.
constexpr std::array refused{"/verify_profiles", "/short_codes", "/wireguard_peers", "/verified_numbers"};
constexpr std::array never_agreeing_either{"/managed_accounts", "/notification_channels",
                                           "/access_ip_ranges"};

std::string name_in(const filled_list& list, std::size_t number)
{
    if (list.name == "ip_address")
        return fmt::format("192.0.2.{}", number + 1);
    return list.name == "fqdn" ? fmt::format("sip{}.attacker.example", number)
                               : fmt::format("his-{}", number);
}

using made_objects = std::map<std::string_view, std::vector<std::string>>;  // ids, by resource

class LockdownOfALargeAccount : public testing::Test {
protected:
    static simulator::account filled_account(made_objects& made)
    {
        auto state = demo_account();
        const simulator::author nobody{.user_id = {}, .audited = false};
        for (const auto& list : filled)
            for (std::size_t number = 0; number < list.objects; ++number) {
                json::object fields{{json::string_view(list.name), name_in(list, number)}};
                if (list.switched.empty())
                    fields["connection_id"] = state.at(list.path, 0).at("connection_id");
                const auto object = state.create(list.path, std::move(fields), nobody);
                made[list.resource].push_back(json::value_to<std::string>(object.at("id")));
            }
        return state;
    }

    void spoil_lists()
    {
        on.fault(
            fmt::format(R"({{"kind": "status", "status": 403, "path": "{}", "page": "2"}})", half_read.path));
        on.fault(fmt::format(
            R"({{"kind": "replaced_text", "path": "{}", "from": "\"id\":\"{}\"", "to": "\"id\":null"}})",
            poisoned.path, made_.at(poisoned.resource).back()));
        on.fault(fmt::format(R"({{"kind": "lying_total", "path": "{}"}})", never_agreeing.path));
        for (const char* path : refused)
            on.fault(fmt::format(R"({{"kind": "status", "status": 403, "path": "{}"}})", path));
        for (const char* path : never_agreeing_either)
            on.fault(fmt::format(R"({{"kind": "lying_total", "path": "{}"}})", path));
    }

    // The objects in the list that the thief made, and that still work for him.
    std::set<std::string> still_harmful(const filled_list& list)
    {
        const auto state = on.control("state", fmt::format(R"({{"path": "{}"}})", list.path));
        std::map<std::string, json::object> there;
        for (const auto& item : state.at("data").as_array())
            there.emplace(json::value_to<std::string>(item.at("id")), item.as_object());
        std::set<std::string> out;
        for (const auto& id : made_.at(list.resource)) {
            const auto found = there.find(id);
            if (found != there.end() &&
                (list.switched.empty() || found->second.at(json::string_view(list.switched)).as_bool()))
                out.insert(id);
        }
        return out;
    }
    outcome lock_down(std::vector<std::string> more = {}) const
    {
        more.insert(more.begin(), {"lockdown", "--account", "production", "--apply", "--yes"});
        return run_binary(on.command_line(std::move(more)));
    }
    static bool is_named(const outcome& applied, std::string_view resource)
    {
        return applied.out.find(fmt::format("Not seen: {} could not be read", resource)) != std::string::npos;
    }

    made_objects made_;
    watched_account on{
        {.poll = "{requests_per_second: 10000, concurrency: 8, timeout: 5s}",
         .account_extra = "    api_keys: {own_key_id: d6a1f5ce-3c58-4f0c-a9b7-7f2f7c6b0a01}\n"},
        with_demo_key(),
        filled_account(made_)};
};

TEST_F(LockdownOfALargeAccount, PutsRightWhateverItCanSeeAndNamesTheListsThatItCouldNot)
{
    std::size_t objects = 0;
    for (const auto& list : filled) {
        ASSERT_EQ(still_harmful(list).size(), list.objects) << list.path;
        objects += list.objects;
    }
    ASSERT_EQ(objects, 1000U);
    spoil_lists();

    const auto applied = lock_down();

    EXPECT_EQ(applied.exit_code, 1) << "not everything was seen";
    EXPECT_THAT(applied.err, HasSubstr("objects that were not seen are not put right"));
    EXPECT_EQ(applied.out.find("\nfailed  "), std::string::npos) << "what was seen is right";
    for (const auto& list : filled) {
        const auto left = still_harmful(list);
        const auto named = is_named(applied, list.resource);
        if (list.path == half_read.path) {
            EXPECT_TRUE(named);
            EXPECT_LE(left.size(), more_than_a_page - on_a_page + 10)
                << "what the demo's account has comes first";
            EXPECT_GE(left.size(), more_than_a_page - on_a_page);
        } else if (list.path == poisoned.path) {
            EXPECT_TRUE(named);
            EXPECT_EQ(left, std::set{made_.at(list.resource).back()}) << "the object without an id";
        } else {
            EXPECT_EQ(named, list.path == never_agreeing.path) << list.path;
            EXPECT_TRUE(left.empty()) << list.path << ": " << left.size();
        }
    }
    for (const auto* path : {"verify_profiles", "short_codes", "wireguard_peers", "verified_numbers",
                             "managed_accounts", "notification_channels", "access_ip_ranges"})
        EXPECT_TRUE(is_named(applied, path)) << path;

    on.control("clear_faults");
    const auto again = lock_down({"--rotate-again"});
    EXPECT_EQ(again.exit_code, 0) << again.err;
    EXPECT_EQ(again.out.find("Not seen: "), std::string::npos);
    for (const auto& list : filled)
        EXPECT_TRUE(still_harmful(list).empty()) << list.path;
}

}  // namespace
}  // namespace trunkwarden::end_to_end
