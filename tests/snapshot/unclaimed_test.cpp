#include "snapshot/unclaimed.hpp"

#include <gtest/gtest.h>

#include "fakes/judging.hpp"

namespace trunkwarden {
namespace {

const resource_type& connections = *find_resource("connections");
constexpr const char* three =
    R"([{"id":"1","record_type":"ip_connection"},{"id":"2","record_type":"push_to_talk_connection"},)"
    R"({"id":"3","record_type":"fqdn_connection"}])";

std::vector<std::string> ids(const object_list& objects)
{
    std::vector<std::string> out;
    for (const auto& page : objects)
        for (std::size_t row = 0; row < page->size(); ++row)
            out.emplace_back((*page)[row].id());
    return out;
}

TEST(Unclaimed, AreTheObjectsThatNoTypedListShows)
{
    const auto rest = unclaimed(connections, fakes::objects(connections, three),
                                {.ids = {"1", "3"}, .unread_record_types = {}});
    EXPECT_EQ(ids(rest), std::vector<std::string>{"2"});
}

TEST(Unclaimed, LeaveOutWhatAListThatCouldNotBeReadMayShow)
{
    const auto rest = unclaimed(connections, fakes::objects(connections, three),
                                {.ids = {}, .unread_record_types = {"fqdn_connection"}});
    EXPECT_EQ(ids(rest), (std::vector<std::string>{"1", "2"}));
}

}  // namespace
}  // namespace trunkwarden
