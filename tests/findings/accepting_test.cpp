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
    out.deviation.type = find_resource(resource);
    out.deviation.id = "77";
    out.deviation.kind = kind;
    out.id = finding_id(out.account, out.deviation);
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

std::optional<std::string> value_of(const acceptable& acceptable, const finding& f, std::string_view name)
{
    const auto* const at = std::ranges::find(f.deviation.type->fields, name, &watched_field::name);
    return acceptable.seen.values[static_cast<std::size_t>(at - f.deviation.type->fields.begin())];
}

TEST(Acceptable, KnowsThatAnUnknownObjectHasNothingInTheFieldsThatAreNotListed)
{
    auto f = about("ips", deviation_kind::unknown);
    f.deviation.fields.push_back(field("ip_address", "203.0.113.9"));
    const auto acceptable = acceptable_of(f);
    ASSERT_TRUE(acceptable) << acceptable.error().message;
    EXPECT_EQ(value_of(*acceptable, f, "ip_address"), "203.0.113.9");
    EXPECT_EQ(value_of(*acceptable, f, "connection_id"), "");
}

TEST(Acceptable, KnowsOfAChangedObjectOnlyWhatDiffers)
{
    auto f = about("ips", deviation_kind::changed);
    f.deviation.fields.push_back(field("ip_address", "203.0.113.9"));
    const auto acceptable = acceptable_of(f);
    ASSERT_TRUE(acceptable) << acceptable.error().message;
    EXPECT_EQ(value_of(*acceptable, f, "connection_id"), std::nullopt);
}

TEST(Acceptable, TellsThatASecretIsTheDaemonsToTake)
{
    auto f = about("credential_connections", deviation_kind::changed);
    f.deviation.fields.push_back(field("password", std::nullopt));
    const auto acceptable = acceptable_of(f);
    ASSERT_TRUE(acceptable) << acceptable.error().message;
    EXPECT_TRUE(acceptable->secrets);
    EXPECT_FALSE(acceptable->in_baseline);
    f.deviation.fields.push_back(field("active", "false"));
    EXPECT_TRUE(acceptable_of(f)->in_baseline);
}

TEST(Acceptable, RefusesARecordWithoutExactValues)
{
    auto f = about("ips", deviation_kind::changed);
    f.deviation.fields.push_back(field("ip_address", std::nullopt));
    const auto acceptable = acceptable_of(f);
    ASSERT_FALSE(acceptable);
    EXPECT_NE(acceptable.error().message.find("see it again"), std::string::npos);
}

TEST(Acceptable, TakesWhatCameBackForWhatItWasBefore)
{
    auto f = about("ips", deviation_kind::unknown);
    f.deviation.kind = deviation_kind::recreated;
    f.deviation.fields.push_back(field("ip_address", "203.0.113.9"));
    EXPECT_EQ(value_of(*acceptable_of(f), f, "connection_id"), "");
    f.id = about("ips", deviation_kind::changed).id;
    EXPECT_EQ(value_of(*acceptable_of(f), f, "connection_id"), std::nullopt);
}

TEST(Acceptable, SaysWhatEndsAFindingThatNoEntryEnds)
{
    const auto why = [](const finding& f) {
        const auto acceptable = acceptable_of(f);
        return acceptable ? std::string() : acceptable.error().message;
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
    EXPECT_NE(why(about("registrations", deviation_kind::exceeded)).find("a password of its own"),
              std::string::npos);
    auto whole = about("ips", deviation_kind::blind);
    whole.deviation.type = &watch_cause::api_key;
    EXPECT_NE(why(whole).find("about the watch itself"), std::string::npos);
    auto event = about("organization_users", deviation_kind::changed);
    event.deviation.from_event = true;
    EXPECT_NE(why(event).find("trunkwarden ack " + event.id), std::string::npos);
    auto harmless = about("ips", deviation_kind::unknown);
    harmless.status = finding_status::contained;
    EXPECT_NE(why(harmless).find("undo that first"), std::string::npos);
    harmless.status = finding_status::resolved;
    EXPECT_NE(why(harmless).find("resolved"), std::string::npos);
}

}  // namespace
}  // namespace trunkwarden
