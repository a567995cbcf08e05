#include "findings/accepting.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "catalogue/catalogue.hpp"
#include "findings/watch_cause.hpp"

namespace trunkwarden {
namespace {

finding about(std::string_view resource, deviation_kind kind)
{
    finding out;
    out.account = "production";
    out.what.type = find_resource(resource);
    out.what.id = "77";
    out.what.kind = kind;
    out.id = finding_id(out.account, out.what);
    return out;
}

field_difference field(std::string name, std::optional<std::string> exact)
{
    field_difference out;
    out.field = std::move(name);
    out.actual = exact;
    out.canonical_value = std::move(exact);
    return out;
}

std::optional<std::string> value_of(const acceptable& what, const finding& f, std::string_view name)
{
    const auto* const at = std::ranges::find(f.what.type->fields, name, &watched_field::name);
    return what.seen.values[static_cast<std::size_t>(at - f.what.type->fields.begin())];
}

TEST(Acceptable, KnowsThatAnUnknownObjectHasNothingInTheFieldsThatAreNotListed)
{
    auto f = about("ips", deviation_kind::unknown);
    f.what.fields.push_back(field("ip_address", "203.0.113.9"));
    const auto what = acceptable_of(f);
    ASSERT_TRUE(what) << what.error().what;
    EXPECT_EQ(value_of(*what, f, "ip_address"), "203.0.113.9");
    EXPECT_EQ(value_of(*what, f, "connection_id"), "");
}

TEST(Acceptable, KnowsOfAChangedObjectOnlyWhatDiffers)
{
    auto f = about("ips", deviation_kind::changed);
    f.what.fields.push_back(field("ip_address", "203.0.113.9"));
    const auto what = acceptable_of(f);
    ASSERT_TRUE(what) << what.error().what;
    EXPECT_EQ(value_of(*what, f, "connection_id"), std::nullopt);
}

TEST(Acceptable, TellsThatASecretIsTheDaemonsToTake)
{
    auto f = about("credential_connections", deviation_kind::changed);
    f.what.fields.push_back(field("password", std::nullopt));
    const auto what = acceptable_of(f);
    ASSERT_TRUE(what) << what.error().what;
    EXPECT_TRUE(what->secrets);
    EXPECT_FALSE(what->in_baseline);
    f.what.fields.push_back(field("active", "false"));
    EXPECT_TRUE(acceptable_of(f)->in_baseline);
}

TEST(Acceptable, RefusesARecordWithoutExactValues)
{
    auto f = about("ips", deviation_kind::changed);
    f.what.fields.push_back(field("ip_address", std::nullopt));
    const auto what = acceptable_of(f);
    ASSERT_FALSE(what);
    EXPECT_NE(what.error().what.find("see it again"), std::string::npos);
}

TEST(Acceptable, TakesWhatCameBackForWhatItWasBefore)
{
    auto f = about("ips", deviation_kind::unknown);
    f.what.kind = deviation_kind::recreated;
    f.what.fields.push_back(field("ip_address", "203.0.113.9"));
    EXPECT_EQ(value_of(*acceptable_of(f), f, "connection_id"), "");
    f.id = about("ips", deviation_kind::changed).id;
    EXPECT_EQ(value_of(*acceptable_of(f), f, "connection_id"), std::nullopt);
}

TEST(Acceptable, SaysWhatEndsAFindingThatNoEntryEnds)
{
    const auto why = [](const finding& f) {
        const auto what = acceptable_of(f);
        return what ? std::string() : what.error().what;
    };
    EXPECT_NE(why(about("ips", deviation_kind::blind)).find("accepted_blind_spots: [ips]"),
              std::string::npos);
    EXPECT_NE(why(about("two_factor", deviation_kind::expired)).find("attested"), std::string::npos);
    EXPECT_NE(why(about("spending", deviation_kind::exceeded)).find("under spending in the baseline"),
              std::string::npos);
    EXPECT_NE(why(about("traffic", deviation_kind::unknown)).find("write an entry for them under traffic"),
              std::string::npos);
    EXPECT_NE(
        why(about("traffic", deviation_kind::exceeded)).find("raise the limit that it names under traffic"),
        std::string::npos);
    auto whole = about("ips", deviation_kind::blind);
    whole.what.type = &watch_cause::api_key;
    EXPECT_NE(why(whole).find("about the watch itself"), std::string::npos);
    auto event = about("organization_users", deviation_kind::changed);
    event.what.from_event = true;
    EXPECT_NE(why(event).find("trunkwarden ack " + event.id), std::string::npos);
    auto harmless = about("ips", deviation_kind::unknown);
    harmless.status = finding_status::contained;
    EXPECT_NE(why(harmless).find("undo that first"), std::string::npos);
    harmless.status = finding_status::resolved;
    EXPECT_NE(why(harmless).find("resolved"), std::string::npos);
}

}  // namespace
}  // namespace trunkwarden
