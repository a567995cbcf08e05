#include <gtest/gtest.h>

#include <fmt/format.h>
#include <ostream>
#include <string>
#include <vector>

#include "catalogue/catalogue.hpp"
#include "settings/sample_resources.hpp"
#include "settings/settings_changes.hpp"
#include "settings/settings_file.hpp"

// extra_resources in the settings: what they become, and which are refused.

namespace trunkwarden {
namespace {

using strings = std::vector<std::string>;

// With an account on the first line, so that the text begins on the second.
settings_reading extra_reading(const std::string& resources, const std::string& more = {})
{
    return parse_settings(fmt::format("accounts: [{{name: a, api_key_env: K, baseline_file: b.yml{}}}]\n"
                                      "extra_resources:\n{}",
                                      more, resources),
                          "s.yml", examples::resources);
}

strings faults_of(const settings_reading& read)
{
    strings out;
    for (const auto& found : read.problems)
        out.push_back(to_string(found).substr(std::string_view("s.yml:").size()));
    return out;
}

constexpr const char* sim_cards =
    "  - {name: sim_cards, path: /sim_cards, label: iccid, when_unknown: critical,\n"
    "     fields: [{name: status.value, kind: choice, when_changed: high}, {name: sim_card_group_id, kind: id},\n"
    "              {name: tags, kind: set}]}\n";

TEST(ExtraResources, BecomeEntriesLikeThoseOfTheCatalogueInEveryAccount)
{
    const auto read = extra_reading(sim_cards);
    ASSERT_EQ(faults_of(read), strings{});
    const auto& types = read.value.types;
    ASSERT_EQ(types.extra().size(), 1U);
    const auto& type = *types.extra()[0];
    EXPECT_EQ(type.name, "sim_cards");
    EXPECT_EQ(type.path, "/sim_cards");
    EXPECT_EQ(type.id, "id");
    EXPECT_EQ(type.label, "iccid");
    EXPECT_EQ(type.pages, paging::numbered);
    EXPECT_EQ(type.when_unknown, severity::critical);
    ASSERT_EQ(type.fields.size(), 3U);
    EXPECT_EQ(type.fields[0].name, "status.value");
    EXPECT_EQ(type.fields[0].kind, value_kind::choice);
    EXPECT_EQ(type.fields[0].when_changed, severity::high);
    EXPECT_EQ(type.fields[1].kind, value_kind::identifier);
    EXPECT_EQ(type.fields[1].when_changed, severity::medium);
    EXPECT_EQ(type.fields[2].kind, value_kind::text_set);
    EXPECT_TRUE(read.value.accounts[0].types == types);
    EXPECT_EQ(types.all().size(), catalogue.size() + 1);
    EXPECT_EQ(types.all().back().name, "sim_cards");
}

TEST(ExtraResources, AreTheSameWhenTheSettingsAreReadAgain)
{
    EXPECT_TRUE(extra_reading(sim_cards).value == extra_reading(sim_cards).value)
        << "a reload starts no watch again";
}

TEST(ExtraResources, MayBeOneObject)
{
    const auto read = extra_reading(
        "  - {name: channels, path: /inbound_channels, paging: one_object,\n"
        "     fields: [{name: channels, kind: number}]}\n");
    ASSERT_EQ(faults_of(read), strings{});
    const auto& type = *read.value.types.extra().at(0);
    EXPECT_EQ(type.pages, paging::one_object);
    EXPECT_EQ(type.id, "");
    EXPECT_EQ(type.object_path, "/inbound_channels");
}

TEST(ExtraResources, MayBeAcceptedBlindSpotsAlsoInAFileOfAccountsDir)
{
    const auto read = extra_reading(sim_cards, ", accepted_blind_spots: [sim_cards]");
    ASSERT_EQ(faults_of(read), strings{});
    EXPECT_EQ(read.value.accounts[0].accepted_blind_spots, strings{"sim_cards"});
    const auto other = parse_account_file(
        "name: b\napi_key_env: K\nbaseline_file: b.yml\naccepted_blind_spots: [sim_cards]\n", "b.yml",
        read.value, examples::resources);
    EXPECT_TRUE(other.problems.empty());
    EXPECT_TRUE(other.value.types == read.value.types);
}

TEST(ExtraResources, AreNoneWhenThereAreNone)
{
    const auto read =
        parse_settings("accounts: [{name: a, api_key_env: K, baseline_file: b.yml}]\nextra_resources: []\n",
                       "s.yml", examples::resources);
    EXPECT_EQ(faults_of(read), strings{});
    EXPECT_EQ(read.value.types.all().data(), catalogue.data()) << "nothing is copied";
}

struct bad_extra {
    std::string text;
    std::string problem;
};

void PrintTo(const bad_extra& bad, std::ostream* out)
{
    *out << bad.text;
}

// `beginning` up to the fields.
bad_extra bad_entry(const std::string& beginning, const std::string& problem)
{
    return {"  - {" + beginning + ",\n     fields: [{name: region}]}\n", problem};
}

bad_extra bad_fields(const std::string& fields, const std::string& problem)
{
    return {"  - {name: buckets, path: /storage/buckets,\n     fields: [" + fields + "]}\n", problem};
}

class ExtraResourcesRefuse : public testing::TestWithParam<bad_extra> {};

TEST_P(ExtraResourcesRefuse, WithThePlaceAndASentence)
{
    EXPECT_EQ(faults_of(extra_reading(GetParam().text)), strings{GetParam().problem});
}

const std::string other_path =
    "path must be a path below api_url, such as /billing_groups: letters, digits, _ and - between slashes, "
    "without host, query or {id}, not ";

INSTANTIATE_TEST_SUITE_P(
    Names, ExtraResourcesRefuse,
    testing::Values(
        bad_entry("path: /storage/buckets",
                  "3:5: an extra resource needs name: the word for it in baselines and findings"),
        bad_entry("name: Buckets, path: /storage/buckets",
                  "3:6: name must be small letters, digits and _, with a letter first, not \"Buckets\""),
        bad_entry("name: 9buckets, path: /storage/buckets",
                  "3:6: name must be small letters, digits and _, with a letter first, not \"9buckets\""),
        bad_entry("name: ips, path: /storage/buckets",
                  "3:6: the name \"ips\" is taken already: \"trunkwarden resources\" lists those that are"),
        bad_entry(
            "name: wireguard_peers, path: /storage/buckets",
            "3:6: the name \"wireguard_peers\" is taken already: \"trunkwarden resources\" lists those that "
            "are"),
        bad_entry(
            "name: state_file, path: /storage/buckets",
            "3:6: the name \"state_file\" is taken already: \"trunkwarden resources\" lists those that are"),
        bad_entry(
            "name: version, path: /storage/buckets",
            "3:6: the name \"version\" is taken already: \"trunkwarden resources\" lists those that are"),
        bad_entry("name: buckets, path: /storage/buckets, nam: x",
                  "3:45: unknown key \"nam\"; did you mean \"name\"?")));

INSTANTIATE_TEST_SUITE_P(
    Paths, ExtraResourcesRefuse,
    testing::Values(
        bad_entry("name: buckets",
                  "3:5: an extra resource needs path: where the API lists it, below api_url"),
        bad_entry("name: buckets, path: \"https://evil.example/buckets\"",
                  "3:21: " + other_path + "\"https://evil.example/buckets\""),
        bad_entry("name: buckets, path: //evil.example/buckets",
                  "3:21: " + other_path + "\"//evil.example/buckets\""),
        bad_entry("name: buckets, path: /../admin", "3:21: " + other_path + "\"/../admin\""),
        bad_entry("name: buckets, path: \"/buckets?all=1\"", "3:21: " + other_path + "\"/buckets?all=1\""),
        bad_entry("name: buckets, path: \"/ips/{id}\"", "3:21: " + other_path + "\"/ips/{id}\""),
        bad_entry("name: buckets, path: /buckets/", "3:21: " + other_path + "\"/buckets/\""),
        bad_entry(
            "name: buckets, path: /ips",
            "3:21: \"/ips\" is watched already, as ips: an extra resource is a list that the catalogue does not "
            "have"),
        bad_entry(
            "name: buckets, path: /IPs",
            "3:21: \"/IPs\" is watched already, as ips: an extra resource is a list that the catalogue does not "
            "have"),
        bad_entry(
            "name: buckets, path: /v2/ips",
            "3:21: \"/v2/ips\" is watched already, as ips: an extra resource is a list that the catalogue does "
            "not have"),
        bad_entry("name: buckets, path: /v2/buckets",
                  "3:21: path must be a path below api_url, which has /v2 already, not \"/v2/buckets\""),
        bad_entry("name: buckets, path: /api_keys",
                  "3:21: \"/api_keys\" is watched already, as api_keys: an extra resource is a list that the "
                  "catalogue does not have"),
        bad_entry(
            "name: buckets, path: /buckets, paging: endless",
            "3:45: paging cannot be \"endless\"; known here: numbered, unpaginated, bare_array, one_object")));

INSTANTIATE_TEST_SUITE_P(
    WhatIsShown, ExtraResourcesRefuse,
    testing::Values(
        bad_entry("name: buckets, path: /buckets, id: \"a b\"",
                  "3:37: id must be the path of a field, such as name or settings.name, not \"a b\""),
        bad_entry(
            "name: buckets, path: /buckets, label: access_token",
            "3:37: label cannot be \"access_token\": it is shown in findings and messages, and that is a "
            "secret"),
        bad_entry("name: buckets, path: /buckets, paging: one_object, id: name",
                  "3:57: id does not apply where paging is one_object: there is only one"),
        bad_extra{
            "  - {name: buckets, path: /buckets, label: code,\n     fields: [{name: code, kind: secret}]}\n",
            "3:37: label cannot be \"code\": it is shown in findings and messages, and that is a secret"}));

INSTANTIATE_TEST_SUITE_P(
    Fields, ExtraResourcesRefuse,
    testing::Values(
        bad_extra{"  - {name: buckets, path: /buckets}\n",
                  "3:5: an extra resource needs fields: those that are compared"},
        bad_fields("{kind: text}", "4:15: a field needs name: where its value is in one object"),
        bad_fields("{name: a..b}",
                   "4:16: name must be the path of a field, such as region or settings.region, not "
                   "\"a..b\""),
        bad_fields("{name: reason}",
                   "4:16: a field cannot be \"reason\": entries of a baseline use that word for "
                   "something else"),
        bad_fields("{name: id}",
                   "4:16: a field cannot be \"id\": entries of a baseline use that word for something "
                   "else"),
        bad_fields("{name: auth.password}",
                   "4:16: the field \"auth.password\" looks like a secret, which would be "
                   "shown: give it kind: secret"),
        bad_fields("{name: private_key}",
                   "4:16: the field \"private_key\" looks like a secret, which would be shown: "
                   "give it kind: secret"),
        bad_fields("{name: credentials.value}",
                   "4:16: the field \"credentials.value\" looks like a secret, which would be shown: "
                   "give it kind: secret"),
        bad_fields("{name: webhook-secret}",
                   "4:16: the field \"webhook-secret\" looks like a secret, which would be shown: "
                   "give it kind: secret"),
        bad_fields("{name: apiKey}",
                   "4:16: the field \"apiKey\" looks like a secret, which would be shown: "
                   "give it kind: secret"),
        bad_fields("{name: SIPPassword2.value}",
                   "4:16: the field \"SIPPassword2.value\" looks like a secret, which would be shown: "
                   "give it kind: secret"),
        bad_fields("{name: a}, {name: a.b}", "4:6: the fields \"a\" and \"a.b\" overlap: keep one of them"),
        bad_fields("{name: a}, {name: a}", "4:6: the fields \"a\" and \"a\" overlap: keep one of them"),
        bad_fields(
            "{name: a, kind: colour}",
            "4:31: kind cannot be \"colour\"; known here: text, choice, id, flag, number, money, ip, cidr, "
            "host, e164, url, countries, set, time, secret"),
        bad_fields("{name: a, when_changed: bad}",
                   "4:39: when_changed cannot be \"bad\"; known here: info, low, medium, high, critical")));

TEST(ExtraResources, MayShowWhatOnlyResemblesASecret)
{
    EXPECT_EQ(
        faults_of(extra_reading("  - {name: a, path: /a, fields: [{name: public_key}, {name: publicKey},\n"
                                "     {name: pinned}, {name: keyboard.layout}, {name: tokenizer}]}\n")),
        strings{});
}

// Commands that read wrong settings as far as they can must not ask another host, nor show a secret.
TEST(ExtraResources, WithFaultsAreLeftOut)
{
    const auto read = extra_reading(
        "  - {name: a, path: //evil.example/a, fields: [{name: x}]}\n"
        "  - {name: b, path: /b, fields: [{name: password}]}\n" +
        std::string(sim_cards));
    EXPECT_EQ(read.problems.size(), 2U);
    ASSERT_EQ(read.value.types.extra().size(), 1U);
    EXPECT_EQ(read.value.types.extra()[0]->name, "sim_cards");
}

TEST(ExtraResources, RefuseAListThatIsThereTwice)
{
    EXPECT_EQ(faults_of(extra_reading("  - {name: a, path: /buckets, fields: [{name: x}]}\n"
                                      "  - {name: b, path: /Buckets, fields: [{name: y}]}\n")),
              strings{"4:15: \"/Buckets\" is watched already, as a: put the fields of both into one"});
    EXPECT_EQ(
        faults_of(extra_reading("  - {name: a, path: /buckets, fields: [{name: x}]}\n"
                                "  - {name: a, path: /others, fields: [{name: y}]}\n")),
        strings{"4:6: the name \"a\" is taken already: \"trunkwarden resources\" lists those that are"});
}

TEST(ExtraResources, AreTwentyAtMostWithSixtyFourFields)
{
    std::string many;
    for (int at = 0; at < 21; ++at)
        many += fmt::format("  - {{name: list_{0}, path: /list_{0}, fields: [{{name: x}}]}}\n", at);
    EXPECT_EQ(faults_of(extra_reading(many)),
              strings{"23:5: there are more than 20 extra resources: each of them is a request in every "
                      "poll.interval"});
    std::string wide = "  - {name: wide, path: /wide, fields: [{name: f0}";
    for (int at = 1; at < 65; ++at)
        wide += fmt::format(", {{name: f{}}}", at);
    EXPECT_EQ(faults_of(extra_reading(wide + "]}\n")),
              strings{"3:31: 65 fields are more than 64: watch those that matter"});
}

TEST(ExtraResources, HaveNoRulesOfTheQuarantine)
{
    EXPECT_EQ(
        faults_of(extra_reading(std::string(sim_cards) +
                                "quarantine: {rules: [{resource: sim_cards, mode: auto}]}\n")),
        strings{"6:23: sim_cards is an extra resource: it is reported, and never contained, so a rule has no "
                "effect"});
}

TEST(ExtraResources, SayInAReloadWhatIsWatchedLess)
{
    const auto sentences = [](const settings& before, const settings& after) {
        strings out;
        const auto all = changes_of_settings(before, after);
        for (const auto& change : all.shown())
            out.push_back((change.direction == config_change::way::wider ? "wider: " : "narrower: ") +
                          change.sentence);
        return out;
    };
    const auto with = extra_reading(sim_cards).value;
    const auto without = parse_settings("accounts: [{name: a, api_key_env: K, baseline_file: b.yml}]\n",
                                        "s.yml", examples::resources)
                             .value;
    EXPECT_EQ(sentences(with, without),
              strings{"wider: extra resource sim_cards removed: it is not watched any more"});
    EXPECT_EQ(sentences(without, with), strings{"narrower: extra resource sim_cards added"});
    auto other = with;
    other.extra_resources[0].path = "/sims";
    other.extra_resources[0].when_unknown = severity::low;
    other.extra_resources[0].fields.pop_back();
    other.extra_resources[0].fields[0].when_changed = severity::critical;
    other.extra_resources[0].fields[1].kind = extra_kind::text;
    other.extra_resources[0].fields.push_back({.name = "type"});
    EXPECT_EQ(sentences(with, other),
              (strings{"wider: extra resource sim_cards: path /sim_cards → /sims",
                       "wider: extra resource sim_cards: when_unknown critical → low",
                       "wider: extra resource sim_cards: field tags removed: it is not compared any more",
                       "narrower: extra resource sim_cards: status.value.when_changed high → critical",
                       "wider: extra resource sim_cards: sim_card_group_id.kind id → text",
                       "narrower: extra resource sim_cards: field type added"}));
}

}  // namespace
}  // namespace trunkwarden
