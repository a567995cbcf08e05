#include "baseline/match.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "baseline/accepts.hpp"
#include "baseline/sample_types.hpp"
#include "fakes/times.hpp"

namespace trunkwarden {
namespace {

using samples::entries_of;
using field_indices = std::vector<std::uint16_t>;

using fakes::today;

// Judges one object, given by its heading and the values of its first fields.
class judged {
public:
    judged(std::string_view resource, const object_heading& heading, std::vector<std::string> values)
        : type_(samples::type(resource)), page_(type_.fields.size())
    {
        values.resize(type_.fields.size());
        page_.add(heading, values);
    }

    judgement by(std::string_view entries, day on = today)
    {
        trusted_ = entries_of(type_.name, entries);
        return judge(type_, trusted_, page_[0], on);
    }

private:
    const resource_type& type_;
    object_page page_;
    entry_list trusted_;  // judgements point into it
};

judged ip(const std::string& address, const std::string& connection = "c1")
{
    return {"ips", {"i1", "i1", address, ""}, {address, connection, "5060"}};
}

TEST(Judge, CoversAnObjectThatARuleDescribes)
{
    auto object = ip("203.0.113.7");
    const auto verdict =
        object.by("- {ip_address: 203.0.113.8}\n- {ip_address: 203.0.113.7, connection_id: c1}\n");
    EXPECT_EQ(verdict.verdict, trust::covered);
    EXPECT_EQ(verdict.by->line, 4U);
}

TEST(Judge, DoesNotKnowAnObjectThatOnlyPartOfARuleDescribes)
{
    auto object = ip("203.0.113.7");
    const auto verdict =
        object.by("- {ip_address: 203.0.113.7, connection_id: c2}\n- {connection_id: c1, port: 1}\n");
    EXPECT_EQ(verdict.verdict, trust::unknown);
    EXPECT_EQ(verdict.by, nullptr);
    EXPECT_EQ(object.by("[]\n").verdict, trust::unknown);
}

TEST(Judge, CoversTheAddressesOfANetwork)
{
    EXPECT_EQ(ip("198.51.100.15").by("- {ip_address: 198.51.100.0/28}\n").verdict, trust::covered);
    EXPECT_EQ(ip("198.51.100.16").by("- {ip_address: 198.51.100.0/28}\n").verdict, trust::unknown);
    EXPECT_EQ(ip("2001:db8::5").by("- {ip_address: [198.51.100.0/28, '2001:db8::/64']}\n").verdict,
              trust::covered);
    EXPECT_EQ(ip("sip.example.com").by("- {ip_address: 0.0.0.0/0}\n").verdict, trust::unknown);
}

TEST(Judge, SaysWhichFieldsOfAPinnedObjectDiffer)
{
    auto object = ip("203.0.113.7");
    const auto verdict = object.by("- {id: i1, ip_address: 203.0.113.8, connection_id: c1, port: [1, 2]}\n");
    EXPECT_EQ(verdict.verdict, trust::differs);
    EXPECT_EQ(verdict.differing, (field_indices{0, 2}));
    EXPECT_EQ(verdict.by->line, 3U);
}

TEST(Judge, PrefersTheEntryWithTheIdToAnyRule)
{
    EXPECT_EQ(ip("203.0.113.7").by("- {ip_address: 203.0.113.7}\n- {id: i1, port: 1}\n").verdict,
              trust::differs);
}

TEST(Judge, CoversAnObjectThatOneOfItsEntriesDescribes)
{
    auto object = ip("203.0.113.7");
    const auto covered = object.by("- {id: i1, port: 1}\n- {id: [i0, i1], port: 5060}\n");
    EXPECT_EQ(covered.verdict, trust::covered);
    EXPECT_EQ(covered.by->line, 4U);
    const auto differs = object.by("- {id: i1, port: 1}\n- {id: i1, connection_id: c9}\n");
    EXPECT_EQ(differs.verdict, trust::differs);
    EXPECT_EQ(differs.by->line, 3U);
    EXPECT_EQ(differs.differing, field_indices{2});
}

TEST(Judge, TrustsThroughTheEndOfTheDayAnEntryExpires)
{
    for (const std::string entry :
         {"- {id: i1, expires: 2026-11-22}\n", "- {port: 5060, expires: 2026-11-22}\n"}) {
        EXPECT_EQ(ip("203.0.113.7").by(entry, today).verdict, trust::covered) << entry;
        auto object = ip("203.0.113.7");
        const auto after = object.by(entry, today + std::chrono::days(1));
        EXPECT_EQ(after.verdict, trust::expired) << entry;
        EXPECT_EQ(after.by->line, 3U) << entry;
    }
}

TEST(Judge, FallsBackToRulesWhenTheEntryWithTheIdRanOut)
{
    const std::string expired = "- {id: i1, expires: 2026-01-01}\n";
    EXPECT_EQ(ip("203.0.113.7").by(expired + "- {port: 5060}\n").verdict, trust::covered);
    EXPECT_EQ(ip("203.0.113.7").by(expired + "- {port: 1}\n").verdict, trust::expired);
    EXPECT_EQ(ip("203.0.113.7").by(expired + "- {id: i1, port: 1}\n").verdict, trust::differs);
    EXPECT_EQ(ip("203.0.113.7").by("- {id: i1, port: 1}\n" + expired).verdict, trust::differs);
    auto object = ip("203.0.113.7");
    EXPECT_EQ(object.by(expired + "- {port: 5060, expires: 2026-01-01}\n").by->line, 3U);
}

TEST(Judge, PrefersARuleInForceToAnEarlierOneThatRanOut)
{
    auto object = ip("203.0.113.7");
    const auto verdict = object.by("- {port: 5060, expires: 2026-01-01}\n- {connection_id: c1}\n");
    EXPECT_EQ(verdict.verdict, trust::covered);
    EXPECT_EQ(verdict.by->line, 4U);
}

TEST(Judge, TakesTheFirstRuleOfTheFileWhicheverIndexFindsIt)
{
    auto object = ip("203.0.113.7");
    const std::string by_network = "- {ip_address: 203.0.113.0/24}\n";
    const std::string by_address = "- {ip_address: 203.0.113.7}\n";
    const std::string by_connection = "- {connection_id: c1}\n";
    EXPECT_EQ(object.by(by_network + by_address + by_connection).by->line, 3U);
    EXPECT_EQ(object.by("- {port: 1}\n" + by_connection + by_address + by_network).by->line, 4U);
    EXPECT_EQ(object.by("- {ip_address: 203.0.113.9}\n" + by_address + by_connection).by->line, 4U);
}

judged number(const std::string& number, const std::string& connection = "c1")
{
    return {"phone_numbers", {number, "1293", number, ""}, {number, connection}};
}

TEST(Judge, FindsANumberByItsSpellingAndByItsAddress)
{
    EXPECT_EQ(number("+14155550100").by("- {phone_number: +14155550100, connection_id: c1}\n").verdict,
              trust::covered);
    EXPECT_EQ(number("+14155550100").by("- {id: +14155550100, connection_id: c1}\n").verdict, trust::covered);
    EXPECT_EQ(number("+14155550100").by("- {id: 1293, connection_id: c1}\n").verdict, trust::covered);
    EXPECT_EQ(number("+14155550100").by("- {id: 1293, connection_id: c2}\n").verdict, trust::differs);
    EXPECT_EQ(number("+14155550100").by("- {id: 1293, phone_number: +14155550999}\n").verdict,
              trust::differs);
    EXPECT_EQ(number("+14155550100").by("- {id: 1294}\n- {phone_number: +14155550101}\n").verdict,
              trust::unknown);
    auto object = number("+14155550100");
    EXPECT_EQ(object.by("- {id: 1293}\n- {phone_number: +14155550100}\n").by->line, 3U);
    EXPECT_EQ(object.by("- {phone_number: +14155550100}\n- {id: 1293}\n").by->line, 3U);
}

TEST(Judge, CoversNumbersByAWildcard)
{
    EXPECT_EQ(number("+14155550100").by("- {phone_number: +1415*, connection_id: c1}\n").verdict,
              trust::covered);
    EXPECT_EQ(number("+14165550100").by("- {phone_number: +1415*, connection_id: c1}\n").verdict,
              trust::unknown);
}

judged profile(const std::string& destinations, const std::string& limit)
{
    return {"outbound_voice_profiles", {"p1", "p1", "p", ""}, {destinations, limit}};
}

TEST(Judge, ComparesAmountsAsNumbersAndSetsAsSets)
{
    const std::string entry =
        "- {id: p1, whitelisted_destinations: [us, CA, US], daily_spend_limit: '50.00'}\n";
    EXPECT_EQ(profile("CA\x1fUS", "50").by(entry).verdict, trust::covered);
    EXPECT_EQ(profile("CA\x1fUS", "50.01").by(entry).differing, field_indices{1});
    EXPECT_EQ(profile("CA\x1fNO\x1fUS", "50").by(entry).differing, field_indices{0});
    EXPECT_EQ(profile("CA", "").by(entry).differing, (field_indices{0, 1}));
    EXPECT_EQ(profile("", "").by("- {id: p1, whitelisted_destinations: [], daily_spend_limit: }\n").verdict,
              trust::covered);
}

TEST(Judge, JudgesTheOneObjectOfAResourceByAnyOfItsEntries)
{
    judged off("auto_recharge", {"auto_recharge", "auto_recharge", "", ""}, {"false", "10"});
    EXPECT_EQ(off.by("- {enabled: false}\n").verdict, trust::covered);
    EXPECT_EQ(off.by("- {enabled: true}\n").verdict, trust::differs);
    EXPECT_EQ(off.by("- {enabled: true}\n- {enabled: false, threshold_amount: 10.0}\n").verdict,
              trust::covered);
}

TEST(Accepts, SearchesLongListsOfEveryForm)
{
    std::string list;
    for (int at = 100; at > 0; --at)
        list += "203.0.113." + std::to_string(at) + ", ";
    const auto entries = entries_of("ips", "- {ip_address: [" + list + "198.51.100.0/28, '']}\n");
    const auto& wanted = entries.entries()[0].where[0];
    EXPECT_EQ(wanted.any_of.size(), 102U);
    for (const std::string_view good : {"203.0.113.1", "203.0.113.57", "203.0.113.100", "198.51.100.3", ""})
        EXPECT_TRUE(accepts(value_kind::ip, wanted, good)) << good;
    for (const std::string_view bad : {"203.0.113.101", "198.51.100.16", "203.0.113.", "x"})
        EXPECT_FALSE(accepts(value_kind::ip, wanted, bad)) << bad;
}

TEST(Accepts, ComparesLongListsOfAmountsAsNumbers)
{
    std::string list;
    for (int at = 0; at < 100; ++at)
        list += std::to_string(at) + ".50, ";
    const auto entries = entries_of("ips", "- {port: [" + list + "]}\n");
    EXPECT_TRUE(accepts(value_kind::number, entries.entries()[0].where[0], "57.5"));
    EXPECT_FALSE(accepts(value_kind::number, entries.entries()[0].where[0], "57"));
}

TEST(Accepts, KeepsShortListsInTheOrderOfTheFile)
{
    const auto entries = entries_of("ips", "- {connection_id: [c, a, b]}\n");
    EXPECT_EQ(entries.entries()[0].where[0].any_of[0].text, "c");
}

}  // namespace
}  // namespace trunkwarden
