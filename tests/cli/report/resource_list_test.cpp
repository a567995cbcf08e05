#include "cli/report/resource_list.hpp"

#include <boost/json/parse.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <vector>

#include "catalogue/catalogue.hpp"
#include "cli/finding_filter.hpp"
#include "settings/sample_extra_resources.hpp"

namespace trunkwarden {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::Not;

settings configured_with(const std::vector<extra_resource>& extra)
{
    settings out;
    out.file = "trunkwarden.yml";
    out.extra_resources = extra;
    out.types = watched_types(extra);
    return out;
}

TEST(ResourceList, HasExtraResourcesAndTheRequestsThatTheyCost)
{
    const auto text = resource_list(
        output_format::text, configured_with({examples::storage_buckets(), examples::inbound_channels()}));
    EXPECT_THAT(text, HasSubstr("\nstorage_buckets "));
    EXPECT_THAT(text, HasSubstr("watched: region, settings.public, access_key\n"));
    EXPECT_THAT(text, HasSubstr("contained by: nothing: alert only\n"));
    EXPECT_THAT(
        text,
        HasSubstr("2 of them are extra resources in the settings (trunkwarden.yml): at least 4 requests a "
                  "minute more for each account.\n"));
    EXPECT_THAT(resource_list(output_format::text), Not(HasSubstr("extra resource")));
}

TEST(ResourceList, CountsTheCostByTheInterval)
{
    auto configured = configured_with({examples::storage_buckets()});
    configured.poll.interval = std::chrono::seconds(10);
    EXPECT_THAT(
        resource_list(output_format::text, configured),
        HasSubstr(
            "1 of them is an extra resource in the settings (trunkwarden.yml): at least 6 requests a minute"));
}

TEST(ResourceList, SaysInJsonWhichAreExtra)
{
    const auto all =
        boost::json::parse(resource_list(output_format::json, configured_with({examples::storage_buckets()})))
            .as_array();
    ASSERT_EQ(all.size(), catalogue.size() + 1);
    EXPECT_FALSE(all.front().as_object().contains("extra"));
    const auto& last = all.back().as_object();
    EXPECT_EQ(last.at("resource").as_string(), "storage_buckets");
    EXPECT_TRUE(last.at("extra").as_bool());
    EXPECT_EQ(last.at("requests_per_minute").as_double(), 2.0);
    EXPECT_FALSE(last.at("containment").at("possible").as_bool());
}

TEST(ResourceList, HasExtraResourcesInMarkdown)
{
    const auto page = resource_list(output_format::markdown, configured_with({examples::storage_buckets()}));
    EXPECT_THAT(page, HasSubstr("\n## storage_buckets\n"));
    EXPECT_THAT(page, HasSubstr("| `settings.public` | flag | high |"));
}

TEST(ResourceWords, HaveTheExtraResourcesOfTheSettingsThatWereRead)
{
    type_of(examples::storage_buckets());
    EXPECT_THAT(words_for_resources(), Contains("storage_buckets"));
    EXPECT_THAT(words_for_resources(), Contains("ips"));
}

}  // namespace
}  // namespace trunkwarden
