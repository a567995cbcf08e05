#include "baseline/capture/capture.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fmt/format.h>
#include <random>

#include "baseline/match.hpp"
#include "fakes/judging.hpp"
#include "snapshot/canonical.hpp"

namespace trunkwarden {
namespace {

using testing::HasSubstr;
using testing::Not;

// An account of which most lists are empty.
class sample_account {
public:
    sample_account() : objects_(catalogue.size()) {}

    sample_account& with(std::string_view resource, const std::string& items)
    {
        return with(resource, fakes::objects(*find_resource(resource), items));
    }
    sample_account& with(std::string_view resource, object_list objects)
    {
        objects_[static_cast<std::size_t>(find_resource(resource) - catalogue.data())] = std::move(objects);
        return *this;
    }

    capture_request request() const
    {
        capture_request out;
        out.account = "production";
        out.organization_id = "3c1c7f0e-53a6-4f64-9b0c-5e2f1d9a7b10";
        out.command = "trunkwarden baseline capture --account production";
        out.on = fakes::today;
        out.types = catalogue;
        out.objects = objects_;
        out.name_of = [](std::string_view id) { return id == "77" ? "office\npbx" : ""; };
        return out;
    }

    std::string text() const { return capture(request()).value().text; }

private:
    std::vector<object_list> objects_;
};

constexpr const char* two_addresses = R"([
    {"id": "22", "ip_address": "198.51.100.5", "port": 5070, "connection_id": "77"},
    {"id": "21", "ip_address": "198.51.100.4", "port": 5060, "connection_id": "77"}])";

TEST(Capture, BeginsWithAHeaderThatSaysWhatItIs)
{
    const auto text = sample_account().text();
    EXPECT_TRUE(text.starts_with(
        "# yaml-language-server: $schema=/usr/share/trunkwarden/schema/baseline.schema.json\n"))
        << text;
    EXPECT_THAT(text, HasSubstr("account production"));
    EXPECT_THAT(text, HasSubstr("Organisation 3c1c7f0e-53a6-4f64-9b0c-5e2f1d9a7b10"));
    EXPECT_THAT(text, HasSubstr("2026-11-22"));
    EXPECT_THAT(text, HasSubstr("trunkwarden baseline capture --account production"));
    EXPECT_THAT(text, HasSubstr("\nversion: 1\norganization_id: \"3c1c7f0e-53a6-4f64-9b0c-5e2f1d9a7b10\""));
}

TEST(Capture, PinsNoOrganisationThatIsNotKnown)
{
    const sample_account account;
    auto asked = account.request();
    asked.organization_id.clear();
    EXPECT_THAT(capture(asked)->text, Not(HasSubstr("\norganization_id")));
}

TEST(Capture, WritesOneEntryForEachObjectByNameWithTheNamesOfWhatItPointsTo)
{
    EXPECT_THAT(
        sample_account().with("ips", two_addresses).text(),
        HasSubstr("\n# An address that may send calls without any password. Adding one is the commonest "
                  "way to steal a trunk.\n"
                  "ips:\n"
                  "  - id: 21\n"
                  "    ip_address: \"198.51.100.4\"\n"
                  "    port: 5060\n"
                  "    connection_id: 77   # office\\u{a}pbx\n"
                  "  - id: 22\n"));
}

TEST(Capture, GroupsNumbersWithTheSameSettings)
{
    const auto text = sample_account()
                          .with("phone_numbers", R"([
        {"id": "1", "phone_number": "+14155550103", "connection_id": "77", "status": "active"},
        {"id": "2", "phone_number": "+14155550101", "connection_id": "77", "status": "active"},
        {"id": "3", "phone_number": "+14155550102", "connection_id": "78", "status": "active"}])")
                          .text();
    EXPECT_THAT(text, HasSubstr("  - phone_number: [\"+14155550101\", \"+14155550103\"]\n"
                                "    connection_id: 77   # office\\u{a}pbx\n"));
    EXPECT_THAT(text, HasSubstr("  - phone_number: \"+14155550102\"\n    connection_id: 78\n"));
}

TEST(Capture, KeepsANumberWithoutItsPlusOutOfTheGroups)
{
    const auto text = sample_account()
                          .with("phone_numbers", R"([
        {"id": "1", "phone_number": "72345", "status": "active"},
        {"id": "2", "phone_number": "+14155550101", "status": "active"},
        {"id": "3", "phone_number": "72346", "status": "active"}])")
                          .text();
    EXPECT_THAT(text, HasSubstr("  - id: 72345\n"));
    EXPECT_THAT(text, HasSubstr("  - id: 72346\n"));
    EXPECT_THAT(text, HasSubstr("  - phone_number: \"+14155550101\"\n"));
}

TEST(Capture, NamesSectionsWithNothingInThemAtTheEnd)
{
    const auto text = sample_account().with("ips", two_addresses).text();
    EXPECT_THAT(text, HasSubstr("# Nothing there, and so nothing trusted: credential_connections,"));
    EXPECT_THAT(text, Not(HasSubstr("\nfqdns:")));
}

TEST(Capture, SaysWhatWasNotRead)
{
    const sample_account account;
    auto asked = account.request();
    asked.not_read = {"api_keys", "two_factor"};
    const auto text = capture(asked)->text;
    EXPECT_THAT(text, HasSubstr("accepted_blind_spots in the settings says, and so not in here: api_keys, "
                                "two_factor.\n"));
    EXPECT_THAT(text, Not(HasSubstr("\ntwo_factor:")));
}

TEST(Capture, AttestsNothingForAnybody)
{
    const auto made = capture(sample_account().request());
    EXPECT_THAT(made->text, HasSubstr("# REVIEW: nobody has attested it"));
    EXPECT_THAT(made->text, HasSubstr("\ntwo_factor:\n  required: false\n"));
    EXPECT_EQ(made->marks, 1U);
    const auto read = parse_baseline(made->text, "b.yml", catalogue);
    EXPECT_FALSE(read.value.two_factor.attested);
}

TEST(Capture, KeepsWhatSomebodyAttested)
{
    const sample_account account;
    auto asked = account.request();
    asked.two_factor.present = true;
    asked.two_factor.attested = fakes::today;
    asked.two_factor.attested_by = "dana: \"operations\"";
    asked.two_factor.max_age = std::chrono::hours(36);
    const auto made = capture(asked);
    const auto read = parse_baseline(made->text, "b.yml", catalogue).value.two_factor;
    EXPECT_TRUE(read.required);
    EXPECT_EQ(read.attested, fakes::today);
    EXPECT_EQ(read.attested_by, "dana: \"operations\"");
    EXPECT_EQ(read.max_age, std::chrono::hours(36));
    EXPECT_EQ(made->marks, 0U);
}

TEST(Capture, KeepsTheLimitsOnSpendingAndMakesNone)
{
    const sample_account account;
    auto asked = account.request();
    EXPECT_THAT(capture(asked)->text, Not(HasSubstr("\nspending:")));
    asked.spending.present = true;
    asked.spending.max_per_minute = parse_amount("3.5");
    asked.spending.max_top_ups_per_day = 0;
    asked.spending.max_single_charge = whole_units(60);
    const auto made = capture(asked);
    EXPECT_EQ(parse_baseline(made->text, "b.yml", catalogue).value.spending, asked.spending);
}

TEST(Capture, KeepsTheTrafficThatWasTrustedAndMakesNone)
{
    const sample_account account;
    auto asked = account.request();
    EXPECT_THAT(capture(asked)->text, Not(HasSubstr("\ntraffic:")));
    asked.traffic.present = true;
    asked.traffic.entries.emplace_back();
    asked.traffic.entries.back().destinations = {"NO", "US"};
    asked.traffic.entries.back().max_cost_per_hour = parse_amount("3.5");
    const auto made = capture(asked);
    EXPECT_EQ(parse_baseline(made->text, "b.yml", catalogue).value.traffic, asked.traffic) << "NO is Norway";
}

TEST(Capture, SaysThatCountriesWereNotLookedAt)
{
    const sample_account account;
    auto asked = account.request();
    asked.countries_not_known = "/usr/share/tor/geoip does not exist";
    EXPECT_THAT(
        capture(asked)->text,
        HasSubstr("# Countries of addresses were not looked at: /usr/share/tor/geoip does not exist.\n"));
}

TEST(Capture, MarksWhatDeservesASecondLookAndCountsIt)
{
    sample_account account;
    account.with("organization_users", R"([
        {"id": "1", "email": "a@example.com", "organization_user_bypasses_sso": true, "last_sign_in_at": null}])");
    const auto made = capture(account.request());
    EXPECT_EQ(made->marks, 3U);  // two-factor is one
    EXPECT_EQ(made->entries, 1U);
    EXPECT_THAT(made->text, HasSubstr("organization_users:\n"
                                      "  # REVIEW: never used so far: last_sign_in_at is empty\n"
                                      "  - id: 1\n"
                                      "    email: a@example.com\n"));
    EXPECT_THAT(made->text, HasSubstr("    # REVIEW: organization_user_bypasses_sso is on\n"
                                      "    organization_user_bypasses_sso: true\n"));
}

TEST(Capture, RefusesWhatItCannotWriteAndNamesTheObject)
{
    sample_account account;
    account.with("ips", R"([{"id": "21", "ip_address": "198.51.100.4", "port": 5060, "connection_id": "77"},
                            {"id": "22", "ip_address": "a.b.c.d", "port": 5060, "connection_id": "77"}])");
    const auto made = capture(account.request());
    ASSERT_FALSE(made);
    EXPECT_THAT(made.error().message, HasSubstr("ips 22 cannot be written"));

    account.with("ips", R"([{"id": "23", "ip_address": "198.51.100.0/28", "port": 5060}])");
    const auto network = capture(account.request());
    ASSERT_FALSE(network);
    EXPECT_THAT(network.error().message, HasSubstr("ips 23 cannot be written"));
}

TEST(Capture, IsTheSameWhicheverOrderTheApiListsThingsIn)
{
    std::string numbers = "[";
    std::string backwards = "]";
    for (int at = 0; at < 50; ++at) {
        const auto number =
            fmt::format(R"({{"id": "{0}", "phone_number": "+1415555{0:04}", "status": "{1}"}})", at,
                        at % 3 == 0 ? "active" : "pending");
        numbers += (at == 0 ? "" : ",") + number;
        backwards = (at == 49 ? "" : ",") + number + backwards;
    }
    EXPECT_EQ(sample_account().with("phone_numbers", numbers + "]").text(),
              sample_account().with("phone_numbers", "[" + backwards).text());
}

// Every value that the API holds comes back.

class any_object {
public:
    explicit any_object(unsigned seed) : random_(seed) {}

    std::string value_for(value_kind kind)
    {
        switch (kind) {
            case value_kind::flag:
                return one_of({"true", "false", ""});
            case value_kind::number:
            case value_kind::money:
                return one_of({"", "0", "10", "0.25", "50.00", "1e-05", "-3", "1e+20", "007"});
            case value_kind::ip:
                return one_of({"", "198.51.100.4", "2001:db8::1", "fe80::1", "::1"});
            case value_kind::cidr:
                return one_of({"", "198.51.100.0/28", "198.51.100.9/28", "192.0.2.1", "2001:db8::/32"});
            case value_kind::e164:
                return one_of({"", "+14155550199", "100", "desk_1", "*67", "sip:desk@sbc.example.com",
                               "sip:+14155550199@sip.telnyx.com", "+37190001234", "4155550100", "#31#"});
            default:
                return text();
        }
    }

    std::string canonical_value(value_kind kind)
    {
        if (kind == value_kind::country_set)
            return canonical_set(kind, {one_of({"US", "no", "", "*"}), one_of({"CA", "NO", "gb"})});
        if (!holds_a_set(kind))
            return canonical(kind, value_for(kind));
        std::vector<std::string> members;
        for (auto count = random_() % 4; count > 0; --count)
            members.push_back(text());
        return canonical_set(kind, std::move(members));
    }

    std::string text()
    {
        static const std::vector<std::string> pieces{
            "a",  "B",    " ", "\"", "'", "\\", "*", ":",    ": ",   " #",  "\n",  "\t",         "\r",
            ",",  "[",    "]", "{",  "}", "&",  "!", "|",    "-",    "é",   "日",  "\u202e",     "\u0085",
            "\b", "\x7f", "0", "~",  "%", "@",  "?", "null", "true", "012", "1e3", "2026-11-22", "://"};
        if (random_() % 6 == 0)
            return one_of({"null", "true", "NO", "012", "1e3", "2026-11-22", "~", "", "*", "\\*", "yes"});
        std::string out;
        for (auto length = random_() % 6; length > 0; --length)
            out += pieces[random_() % pieces.size()];
        return out;
    }

    // Without its identity field, which is a number.
    std::vector<std::string> values_of(const resource_type& type)
    {
        std::vector<std::string> out;
        for (const auto& field : type.fields)
            out.push_back(canonical_value(field.kind));
        return out;
    }

private:
    std::string one_of(std::vector<std::string> from) { return from[random_() % from.size()]; }

    std::mt19937 random_;
};

object_list random_objects(const resource_type& type, unsigned seed)
{
    any_object any(seed);
    auto page = std::make_shared<object_page>(type.fields.size());
    const std::size_t many = type.pages == paging::one_object ? 1 : 12;
    for (std::size_t at = 0; at < many; ++at) {
        auto values = any.values_of(type);
        object_heading heading;
        heading.id = type.id.empty() ? std::string(type.name) : fmt::format("{}{}", any.text(), at);
        for (std::size_t field = 0; field < type.fields.size(); ++field)
            if (type.fields[field].name == type.id)
                heading.id = values[field] =
                    at % 5 == 4 ? fmt::format("7{}", at) : fmt::format("+1415555{:04}", at);
        heading.address = heading.id;
        heading.label = any.text();
        heading.never_used = at % 3 == 0;
        page->add(heading, values);
    }
    return {page};
}

class CaptureOfAnything : public testing::TestWithParam<unsigned> {};

TEST_P(CaptureOfAnything, IsReadBackAndCoversEveryObject)
{
    sample_account account;
    std::vector<object_list> all;
    for (const auto& type : catalogue) {
        all.push_back(type.pages == paging::no_endpoint
                          ? object_list{}
                          : random_objects(type, GetParam() * 100 + static_cast<unsigned>(all.size())));
        account.with(type.name, all.back());
    }
    auto asked = account.request();
    any_object any(GetParam());
    asked.organization_id = any.text();
    asked.name_of = [&any](std::string_view) { return any.text(); };

    const auto made = capture(asked);

    ASSERT_TRUE(made) << made.error().message;
    const auto read = parse_baseline(made->text, "b.yml", catalogue);
    ASSERT_TRUE(read.problems.empty()) << to_string(read.problems.front()) << "\n" << made->text;
    EXPECT_EQ(read.value.organization_id, asked.organization_id);
    const accepted_secrets secrets;
    for (std::size_t resource = 0; resource < catalogue.size(); ++resource) {
        const auto& type = catalogue[resource];
        for (const auto& wrong : diff(type, {read.value.entries_of(type), secrets, fakes::today},
                                      all[resource], extent::complete))
            ADD_FAILURE() << type.name << " " << wrong.id << ": " << made->text;
        // Nothing but the object itself is covered: a star is a star.
        for (const auto& entry : read.value.entries_of(type).entries()) {
            EXPECT_FALSE(entry.pins.empty()) << type.name;
            for (const auto& some : entry.where)
                for (const auto& value : some.any_of)
                    EXPECT_EQ(value.kind, accepted_value::form::exact) << type.name << " " << value.text;
        }
    }
}

INSTANTIATE_TEST_SUITE_P(Seeds, CaptureOfAnything, testing::Range(1U, 25U));

TEST(Capture, SaysWhichSecretsTheAccountDoesNotShow)
{
    const auto text = [](const std::string& password) {
        return sample_account()
            .with("credential_connections",
                  R"([{"id": "1", "connection_name": "sbc", "password": ")" + password + "\"}]")
            .text();
    };
    EXPECT_THAT(text("********"), HasSubstr("password is not shown by the API"));
    EXPECT_THAT(text("CANARY"), Not(HasSubstr("is not shown by the API")));
}

capture_request with_proposed_limits(const sample_account& account)
{
    auto asked = account.request();
    traffic_entry entry;
    entry.connection_id = "77";
    entry.destinations = {"CA", "NO", "US"};
    entry.max_calls_per_hour = 290;
    asked.proposed.traffic.present = true;
    asked.proposed.traffic.entries.push_back(entry);
    asked.proposed.traffic_figures.emplace_back("the busiest hours of 31 days had 143 calls");
    asked.proposed.spending.present = true;
    asked.proposed.spending.max_per_hour = whole_units(9);
    asked.proposed.spending_figures = "the dearest hour of 31 days cost 4.20";
    asked.proposed.active_calls.present = true;
    asked.proposed.active_calls.limits.push_back(
        {.connection_id = "77", .max_calls = 40, .max_call_minutes = 120, .reason = {}});
    asked.proposed.calls_figures.emplace_back("about 20 ran at the same time");
    asked.proposed.not_proposed.emplace_back("messaging: GET /usage_reports: forbidden");
    return asked;
}

TEST(Capture, ProposesLimitsOnUseWithTheirFigures)
{
    const sample_account account;
    const auto asked = with_proposed_limits(account);
    const auto done = capture(asked);
    ASSERT_TRUE(done) << done.error().message;
    EXPECT_THAT(done->text,
                HasSubstr("# REVIEW: the dearest hour of 31 days cost 4.20: twice that, rounded up."));
    EXPECT_THAT(done->text, HasSubstr("\nspending:\n  max_per_hour: \"9.00\"\n"));
    EXPECT_THAT(done->text, HasSubstr("had 143 calls: twice that, rounded up."));
    EXPECT_THAT(done->text, HasSubstr("  - product: sip-trunking\n    connection_id: 77\n"
                                      "    destinations: [CA, NO, US]\n    max_calls_per_hour: 290\n"));
    EXPECT_THAT(done->text, HasSubstr("# REVIEW: not proposed: messaging: GET /usage_reports: forbidden."));
    EXPECT_THAT(done->text, HasSubstr("about 20 ran at the same time: twice that, rounded up."));
    EXPECT_THAT(done->text,
                HasSubstr("  - connection_id: 77\n    max_calls: 40\n    max_call_minutes: 120\n"));
    const auto read = parse_baseline(done->text, "b.yml", catalogue);
    EXPECT_EQ(read.value.traffic.entries.size(), 1U);
    EXPECT_EQ(read.value.active_calls.limits, asked.proposed.active_calls.limits);
    EXPECT_TRUE(read.value.spending.present);
}

TEST(Capture, KeepsLimitsOnUseThatPeopleWrote)
{
    const sample_account account;
    auto asked = with_proposed_limits(account);
    asked.spending.present = true;
    asked.spending.max_per_hour = whole_units(25);
    asked.traffic.present = true;
    asked.traffic.entries.emplace_back().connection_id = "99";
    asked.active_calls.present = true;
    asked.active_calls.limits.push_back({.connection_id = "99", .max_calls = 7, .reason = "a campaign"});
    const auto text = capture(asked).value().text;
    EXPECT_THAT(text, HasSubstr("max_per_hour: \"25.00\""));
    EXPECT_THAT(text, Not(HasSubstr("9.00")));
    EXPECT_THAT(text, Not(HasSubstr("290")));
    EXPECT_THAT(text, Not(HasSubstr("not proposed")));
    EXPECT_THAT(
        text, HasSubstr("active_calls:\n  - connection_id: 99\n    max_calls: 7\n    reason: a campaign\n"));
    EXPECT_THAT(text, Not(HasSubstr("max_calls: 40")));
}

}  // namespace
}  // namespace trunkwarden
