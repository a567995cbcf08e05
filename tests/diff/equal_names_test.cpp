#include <gtest/gtest.h>

#include <fmt/format.h>
#include <string>
#include <vector>

#include "fakes/judging.hpp"

// Names that mean the same, in a baseline (YAML) and in an answer of the API (JSON): with each spelling on
// each side.

namespace trunkwarden {
namespace {

using strings = std::vector<std::string>;

const strings same_hosts{"sbc.acme.example", "SBC.Acme.EXAMPLE", "sbc.acme.example.", "SBC.ACME.EXAMPLE."};
const strings other_hosts{"sbc.acme.example.attacker.example",
                          "sbc.acme.exampl",
                          "sbc.acme.example:5061",
                          "x@sbc.acme.example",
                          "sip:sbc.acme.example",
                          "sbc.acme.example.."};
const strings same_places{"Sbc.acme.example:5061", "sbc.acme.example.:5061", "sbc.acme.example:5061"};
const strings other_places{"sbc.acme.example", "sbc.acme.example:5060", "sbc.acme.example:50610"};
const strings same_users{"Desk@acme.sip.telnyx.com", "Desk@ACME.sip.telnyx.com.", "Desk@acme.SIP.telnyx.com"};
const strings other_users{"desk@acme.sip.telnyx.com", "Desk@acme.sip.telnyx.com.attacker.example",
                          "Desk@acme.sip.telnyx.com@attacker.example"};
const strings same_labels{"acme-office", "ACME-office", "Acme-Office."};
const strings other_labels{"acme-office2", "acme_office", "acme"};
const strings same_urls{"https://hooks.acme.example/In", "https://HOOKS.acme.example:443/In",
                        "HTTPS://hooks.acme.example./In"};
const strings other_urls{"https://hooks.acme.example/in", "http://hooks.acme.example/In",
                         "https://hooks.acme.example:8443/In"};
const strings same_addresses{"203.0.113.7", "203.0.113.7/32", "::ffff:203.0.113.7", "::FFFF:203.0.113.7/128"};
const strings other_addresses{"203.0.113.70", "203.0.113.8", "::203.0.113.7"};
const strings same_six{"2001:db8::1", "2001:DB8:0:0::1", "2001:0db8::0001"};
const strings other_six{"2001:db8::2", "2001:db8::1:0"};

const strings same_targets{"sip:Desk@sbc.acme.example:5061", "SIP:Desk@SBC.Acme.EXAMPLE:5061",
                           "sip:Desk@sbc.acme.example.:5061"};
const strings other_targets{"sip:desk@sbc.acme.example:5061",
                            "sips:Desk@sbc.acme.example:5061",
                            "sip:Desk@sbc.acme.example",
                            "sip:Desk@sbc.acme.example.attacker.example:5061",
                            "sip:Desk@attacker.example:5061",
                            "sip:Desk@sbc.acme.example:5061;maddr=192.0.2.1",
                            "+14155550100"};

struct watched {
    std::string type;
    std::string field;
    const strings& same;
    const strings& others;    // none is equal to one of `same`
    std::string number = {};  // by which a baseline names the object, where it does not do so by id
};

std::vector<watched> watched_names()
{
    return {
        {"uac_connections", "external_uac_settings.proxy", same_hosts, other_hosts},
        {"uac_connections", "external_uac_settings.outbound_proxy", same_places, other_places},
        {"uac_connections", "internal_uac_settings.destination_uri", same_users, other_users},
        {"uac_connections", "inbound.sip_subdomain", same_labels, other_labels},
        {"texml_applications", "inbound.sip_subdomain", same_labels, other_labels},
        {"fqdns", "fqdn", same_hosts, other_hosts},
        {"texml_applications", "voice_url", same_urls, other_urls},
        {"number_translation", "translated_number", same_targets, other_targets, "+14155550170"},
        {"mobile_phone_numbers", "call_forwarding.forwards_to", same_targets, other_targets, "+14155550170"},
        {"ips", "ip_address", same_addresses, other_addresses},
        {"ips", "ip_address", same_six, other_six}};
}

// One object of the API with one field: "a.b" is a member b of a member a.
std::string item_with(const watched& watched, const std::string& value)
{
    auto path = watched.field;
    std::string item = fmt::format("\"{}\"", value);
    for (auto dot = path.rfind('.'); dot != std::string::npos; dot = path.rfind('.')) {
        item = fmt::format(R"({{"{}":{}}})", path.substr(dot + 1), item);
        path.resize(dot);
    }
    return fmt::format(R"([{{"id":"1","phone_number":"{}","{}":{}}}])", watched.number, path, item);
}

bool is_equal(const watched& watched, const std::string& trusted, const std::string& seen)
{
    const auto named = watched.number.empty() ? "id: 1" : fmt::format("phone_number: \"{}\"", watched.number);
    const auto entry =
        fmt::format("{}:\n  - {{{}, {}: \"{}\"}}\n", watched.type, named, watched.field, trusted);
    return fakes::judge_with(entry, watched.type.c_str(), item_with(watched, seen)).empty();
}

TEST(EqualNames, AreNoDeviationWhicheverSpellingStandsInTheBaseline)
{
    for (const auto& watched_name : watched_names())
        for (const auto& trusted : watched_name.same)
            for (const auto& seen : watched_name.same)
                EXPECT_TRUE(is_equal(watched_name, trusted, seen))
                    << watched_name.field << ": " << trusted << ", " << seen;
}

TEST(EqualNames, AreAmongTheTargetsOfAnAssistantToo)
{
    const auto is_equal = [](const std::string& trusted, const std::string& seen) {
        const auto entry =
            fmt::format("ai_assistants:\n  - {{id: 1, tools.transfer.targets.to: [\"{}\"]}}\n", trusted);
        const auto item = fmt::format(
            R"([{{"id":"1","tools":[{{"type":"transfer","transfer":{{"targets":[{{"to":"{}"}}]}}}}]}}])",
            seen);
        return fakes::judge_with(entry, "ai_assistants", item).empty();
    };
    for (const auto& trusted : same_targets) {
        for (const auto& seen : same_targets)
            EXPECT_TRUE(is_equal(trusted, seen)) << trusted << ", " << seen;
        for (const auto& seen : other_targets)
            EXPECT_FALSE(is_equal(trusted, seen)) << trusted << ", " << seen;
    }
}

TEST(EqualNames, AreNotMadeOfNamesThatMeanSomethingElse)
{
    for (const auto& watched_name : watched_names())
        for (const auto& same : watched_name.same)
            for (const auto& other : watched_name.others) {
                EXPECT_FALSE(is_equal(watched_name, same, other))
                    << watched_name.field << ": " << same << ", " << other;
                EXPECT_FALSE(is_equal(watched_name, other, same))
                    << watched_name.field << ": " << other << ", " << same;
            }
}

}  // namespace
}  // namespace trunkwarden
