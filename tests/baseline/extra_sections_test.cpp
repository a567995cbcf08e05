#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "baseline/capture/capture.hpp"
#include "baseline/compare/semantic_diff.hpp"
#include "baseline/edit/edit.hpp"
#include "baseline/file/baseline_file.hpp"
#include "baseline/file/baseline_schema.hpp"
#include "baseline/lint/lint.hpp"
#include "catalogue/catalogue.hpp"
#include "catalogue/watched_types.hpp"
#include "fakes/judging.hpp"
#include "settings/sample_extra_resources.hpp"
#include "support/pretty_json.hpp"

// The sections of extra resources in a baseline: read, captured, linted, and known to editors.

namespace trunkwarden {
namespace {

using testing::HasSubstr;
using testing::Not;

const watched_types with_buckets(std::vector{examples::storage_buckets()});

const resource_type& buckets_type()
{
    return *with_buckets.extra().front();
}

constexpr const char* two_buckets = R"([
    {"id": "b1", "name": "photos", "region": "us-east-1", "settings": {"public": false}, "access_key": "s3cr3t"},
    {"id": "b2", "name": "logs", "region": "eu-1", "settings": {"public": false}, "access_key": "s4cr4t"}])";

std::string text_of_problems(const std::string& sections, std::span<const resource_type> types)
{
    std::string out;
    for (const auto& found : parse_baseline("version: 1\n" + sections, "b.yml", types).problems)
        out += to_string(found) + '\n';
    return out;
}

TEST(ExtraSections, AreReadOnlyWhereTheSettingsHaveTheResource)
{
    const std::string section =
        "storage_buckets:\n  - {id: b1, region: us-east-1, settings: {public: false}}\n";
    EXPECT_EQ(text_of_problems(section, with_buckets.all()), "");
    EXPECT_THAT(text_of_problems(section, catalogue),
                HasSubstr("b.yml:2:1: unknown key \"storage_buckets\""));
}

TEST(ExtraSections, RefuseFieldsThatAreNotWatchedAndSecrets)
{
    EXPECT_THAT(text_of_problems("storage_buckets:\n  - {id: b1, owner: dana}\n", with_buckets.all()),
                HasSubstr("b.yml:3:14: unknown key \"owner\""));
    EXPECT_THAT(text_of_problems("storage_buckets:\n  - {id: b1, access_key: s3cr3t}\n", with_buckets.all()),
                testing::AllOf(HasSubstr("b.yml:3:"), Not(HasSubstr("s3cr3t"))));
}

TEST(ExtraSections, AreCapturedAndTrustWhatWasThere)
{
    std::vector<object_list> objects(catalogue.size() + 1);
    objects.back() = fakes::objects(buckets_type(), two_buckets);
    capture_request request;
    request.account = "production";
    request.command = "trunkwarden baseline capture --account production";
    request.on = fakes::today;
    request.types = with_buckets.all();
    request.objects = objects;
    request.name_of = [](std::string_view) { return ""; };
    const auto captured = capture(request);
    ASSERT_TRUE(captured) << captured.error().message;
    EXPECT_THAT(captured->text, HasSubstr("\n# An extra resource of the settings: /storage/buckets.\n"
                                          "storage_buckets:\n"));
    EXPECT_THAT(captured->text, HasSubstr("    region: us-east-1\n"));
    EXPECT_THAT(captured->text, Not(HasSubstr("s3cr3t")));
    EXPECT_EQ(
        text_of_problems(captured->text.substr(captured->text.find("storage_buckets:")), with_buckets.all()),
        "");
}

std::string linted(const std::string& items)
{
    const auto trusted = parse_baseline(
        "version: 1\nstorage_buckets:\n  - {id: b1, region: us-east-1, settings.public: false}\n", "b.yml",
        with_buckets.all());
    const auto objects = fakes::objects(buckets_type(), items);
    std::vector<const object_list*> live(catalogue.size() + 1, nullptr);
    live.back() = &objects;
    std::string out;
    for (const auto& found : lint(with_buckets.all(), trusted.value, fakes::today, live))
        if (found.kind == lint_issue_kind::never_shown)
            out += std::to_string(found.line) + ": " + found.message + '\n';
    return out;
}

TEST(ExtraSections, AreLintedForFieldsThatNoObjectHas)
{
    EXPECT_EQ(linted(two_buckets), "");
    EXPECT_EQ(linted("[]"), "") << "nothing is known of fields where there is no object";
    EXPECT_EQ(
        linted(R"([{"id": "b1", "name": "photos", "location": "us-east-1", "settings": {"public": false}}])"),
        "3: no object of storage_buckets has a value in region, access_key: if the API calls it something "
        "else, no change of it is ever seen; correct extra_resources in the settings\n");
    EXPECT_EQ(
        linted(
            R"([{"id": "b1", "region": "us", "access_key": "x"}, {"id": "b2", "settings": {"public": true}}])"),
        "")
        << "one object that has it is enough";
}

TEST(ExtraSections, AreInTheSchemaWithTheirFields)
{
    const auto schema = pretty_json(baseline_schema(with_buckets.all()));
    EXPECT_THAT(schema, HasSubstr("\"storage_buckets\""));
    EXPECT_THAT(schema, HasSubstr("region (text): "));
    EXPECT_THAT(pretty_json(baseline_schema(catalogue)), Not(HasSubstr("storage_buckets")));
}

// The settings with other fields came into force, and the baseline that goes with them did not.
TEST(ExtraSections, TrustNothingByFieldsThatTheResourceHasNoMore)
{
    const std::string text = "version: 1\nstorage_buckets:\n  - {id: b1, region: us-east-1}\n";
    const auto trusted = parse_baseline(text, "b.yml", with_buckets.all()).value;
    ASSERT_EQ(trusted.entries_of(buckets_type()).entries().size(), 1U);

    auto edited = examples::storage_buckets();
    edited.fields.erase(edited.fields.begin());
    const watched_types without_region(std::vector{edited});
    EXPECT_EQ(trusted.entries_of(*without_region.extra().front()).entries().size(), 0U);

    auto of_another_kind = examples::storage_buckets();
    of_another_kind.fields.front().kind = extra_kind::set;
    EXPECT_EQ(trusted.entries_of(type_of(of_another_kind)).entries().size(), 0U);

    auto with_another_id = examples::storage_buckets();
    with_another_id.id = "name";
    EXPECT_EQ(trusted.entries_of(type_of(with_another_id)).entries().size(), 0U);

    auto less_severe = examples::storage_buckets();
    less_severe.when_unknown = severity::low;
    less_severe.fields.front().when_changed = severity::info;
    EXPECT_EQ(trusted.entries_of(type_of(less_severe)).entries().size(), 1U) << "its fields are the same";
}

TEST(ExtraSections, AreGoneAndNewInTheDiffWhereTheFieldsAreOthers)
{
    const auto before = parse_baseline(
                            "version: 1\nstorage_buckets:\n  - {id: b1}\n"
                            "  - {id: b2, region: us-east-1, settings.public: false}\n",
                            "b.yml", with_buckets.all())
                            .value;
    auto edited = examples::storage_buckets();
    edited.fields.erase(edited.fields.begin());
    const watched_types without_region(std::vector{edited});
    const auto after = parse_baseline("version: 1\nstorage_buckets:\n  - {id: b2, settings.public: false}\n",
                                      "b.yml", without_region.all())
                           .value;
    std::vector<std::string> told;
    const auto changes = semantic_diff(without_region.all(), before, after);
    for (const auto& change : changes.shown())
        told.push_back(change.sentence);
    EXPECT_EQ(told, (std::vector<std::string>{"no longer trusts anything on storage_buckets by what was "
                                              "written for the fields that it had before",
                                              "now trusts b2 on storage_buckets"}));
}

TEST(ExtraSections, TakeAnAcceptedObject)
{
    untrusted_object seen;
    seen.id = "b2";
    seen.address = "b2";
    seen.values = {"eu-1", "false", std::nullopt};
    acceptance_terms terms;
    terms.reason = "our logs";
    terms.today = fakes::today;
    const auto done = accept("version: 1\n", with_buckets.all(), buckets_type(), seen, terms);
    EXPECT_EQ(done.result, acceptance::outcome::edited) << done.why;
    EXPECT_THAT(done.text, HasSubstr("storage_buckets:\n"));
}

}  // namespace
}  // namespace trunkwarden
