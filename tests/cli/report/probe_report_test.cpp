#include "cli/report/probe_report.hpp"

#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

#include "cli/report/layouts.hpp"

namespace trunkwarden {
namespace {

// Two lists that answered, of which the second was refused, and a third that was not asked for.
std::vector<probed_account> two_of_three()
{
    probed_list read;
    read.request = "GET /ips?page[number]=1&page[size]=25";
    read.outcome = "200";
    read.understood = true;
    read.items = 2;
    read.headers = {"content-type", "x-ratelimit-limit"};
    read.around = {"meta", "meta.total_pages"};
    read.watched = {"id", "ip_address"};
    read.not_watched = {"new_member"};
    read.not_seen = {"port"};
    probed_list refused;
    refused.request = "GET /iam/grants?page[number]=1&page[size]=25";
    refused.outcome = "403";
    refused.headers = {"content-type"};
    return {{{read, refused}, 3}};
}

TEST(ProbeReport, ComparesEachAnswerWithTheCatalogue)
{
    EXPECT_EQ(probe_report_text(two_of_three(), examples::wide),
              "account 1: 2 of 3 lists answered\n"
              "  headers of every answer: content-type\n"
              "\n"
              "GET /ips?page[number]=1&page[size]=25 200, 2 items\n"
              "  headers of this answer only: x-ratelimit-limit\n"
              "  beside the items: meta meta.total_pages\n"
              "  watched: id ip_address\n"
              "  not in the catalogue: new_member\n"
              "  in the catalogue, in none of these items: port\n"
              "\n"
              "GET /iam/grants?page[number]=1&page[size]=25 403\n");
}

TEST(ProbeReport, SaysWhyAnAnswerIsNotUnderstood)
{
    probed_list strange;
    strange.request = "GET /ips";
    strange.outcome = "200";
    strange.fault = "the answer is not JSON";
    EXPECT_EQ(probe_report_text({{{strange}, 1}}, examples::wide),
              "account 1: 1 of 1 lists answered\n"
              "\n"
              "GET /ips 200\n"
              "  not understood: the answer is not JSON\n");
}

TEST(ProbeReport, HasTheSameInJson)
{
    const auto report = boost::json::parse(probe_report_json(two_of_three())).as_object();
    const auto& account = report.at("accounts").at(0);
    EXPECT_EQ(account.at("lists_asked_for").to_number<int>(), 3);
    const auto& list = account.at("lists").at(0);
    EXPECT_TRUE(list.at("understood").as_bool());
    EXPECT_TRUE(list.at("fault").is_null());
    EXPECT_EQ(list.at("not_in_the_catalogue").as_array(), boost::json::array({"new_member"}));
    EXPECT_EQ(list.at("in_none_of_the_items").as_array(), boost::json::array({"port"}));
    EXPECT_EQ(account.at("lists").at(1).at("outcome").as_string(), "403");
}

}  // namespace
}  // namespace trunkwarden
