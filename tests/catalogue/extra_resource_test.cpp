#include "catalogue/extra_resource.hpp"

#include <boost/json/value.hpp>
#include <boost/json/value_to.hpp>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "catalogue/allowed_writes.hpp"
#include "catalogue/catalogue.hpp"
#include "catalogue/watched_types.hpp"
#include "fakes/official_document.hpp"
#include "fakes/paths.hpp"
#include "findings/watch_cause.hpp"
#include "loading/loading.hpp"
#include "settings/sample_extra_resources.hpp"

namespace trunkwarden {
namespace {

TEST(ExtraResourceType, HasNoRequestThatChangesAnything)
{
    for (const auto& extra : {examples::storage_buckets(), examples::inbound_channels()}) {
        const auto& type = type_of(extra);
        EXPECT_TRUE(type.is_extra);
        EXPECT_FALSE(type.contain.possible());
        EXPECT_FALSE(type.restore.possible());
        EXPECT_FALSE(type.rotate.possible());
        EXPECT_EQ(type.step, playbook::none);
        const std::vector<resource_type> alone{type};
        EXPECT_TRUE(allowed_writes(alone).shapes().empty());
    }
}

// A product that an account does not have may be a path that somebody mistyped.
TEST(ExtraResourceType, IsUnknownAndNotEmptyWhereTheApiDoesNotKnowIt)
{
    EXPECT_EQ(type_of(examples::storage_buckets()).use, product_use::of_every_account);
}

TEST(ExtraResourceType, OfTheSameResourceIsTheSameOne)
{
    const auto& first = type_of(examples::storage_buckets());
    auto other = examples::storage_buckets();
    other.fields.pop_back();
    const auto& second = type_of(other);
    EXPECT_NE(&first, &second);
    EXPECT_EQ(first.fields.size(), 3U) << "findings point at it still";
    EXPECT_EQ(find_resource("storage_buckets"), &second) << "the newest";
    EXPECT_EQ(&type_of(examples::storage_buckets()), &first);
    EXPECT_EQ(find_resource("storage_buckets"), &first) << "it is the newest again";
}

TEST(ExtraResourceType, StandsInForOneThatIsGoneUnderNoName)
{
    const auto& gone = stand_in_for("a_list_of_before");
    EXPECT_EQ(gone.name, "a_list_of_before");
    EXPECT_TRUE(gone.is_extra);
    EXPECT_EQ(&stand_in_for("a_list_of_before"), &gone);
    EXPECT_EQ(find_resource("a_list_of_before"), nullptr);
}

TEST(WatchedTypes, AreTheCatalogueWithTheExtraResourcesBehindIt)
{
    const watched_types none;
    EXPECT_EQ(none.all().data(), catalogue.data());
    const std::vector both{examples::storage_buckets(), examples::inbound_channels()};
    const watched_types types(both);
    ASSERT_EQ(types.all().size(), catalogue.size() + 2);
    for (std::size_t at = 0; at < catalogue.size(); ++at)
        EXPECT_EQ(types.all()[at].name, catalogue[at].name);
    EXPECT_EQ(types.all().back().name, "inbound_channels");
    EXPECT_TRUE(types == watched_types(both));
    EXPECT_FALSE(types == none);
}

TEST(WatchedTypes, HaveNoNameOfACauseThatFindingsHave)
{
    for (const auto* cause : watch_causes()) {
        const auto text =
            "accounts: [{name: a, api_key_env: K, baseline_file: b.yml}]\n"
            "extra_resources: [{name: " +
            std::string(cause->name) + ", path: /x, fields: [{name: y}]}]\n";
        EXPECT_EQ(parse_settings(text, "s.yml", resource_names()).problems.size(), 1U) << cause->name;
    }
}

// The examples of docs/extra-resources.md are about lists that Telnyx has, with fields that they have.
class ExamplesOfExtraResources : public fakes::official_document {
protected:
    static settings examples_in_the_guide()
    {
        std::ifstream in(fakes::in_project("docs/extra-resources.md"));
        const std::string page{std::istreambuf_iterator<char>(in), {}};
        const auto begin = page.find("```yaml\nextra_resources:");
        if (begin == std::string::npos)
            return {};
        const auto text = page.substr(begin + 8, page.find("```", begin + 8) - begin - 8);
        auto read = parse_settings("accounts: [{name: a, api_key_env: K, baseline_file: b.yml}]\n" + text,
                                   "s.yml", resource_names());
        for (const auto& found : read.problems)
            ADD_FAILURE() << to_string(found);
        return std::move(read.value);
    }

    // The schema behind a reference.
    const boost::json::object& resolved(const boost::json::value& schema) const
    {
        const auto* reference = schema.as_object().if_contains("$ref");
        if (reference == nullptr)
            return schema.as_object();
        const auto pointer = boost::json::value_to<std::string>(*reference).substr(1);
        return resolved(document_.at_pointer(pointer));
    }
    // The schema of one object of a list, or the only one.
    const boost::json::object& object_at(const std::string& path) const
    {
        const auto& ok = resolved(document_.at_pointer("/paths/" + escaped(path) + "/get/responses/200"));
        const auto& body = resolved(ok.at("content").at("application/json").at("schema"));
        const auto& data = resolved(body.at("properties").at("data"));
        return data.contains("items") ? resolved(data.at("items")) : data;
    }
    static std::string escaped(std::string path)
    {
        for (auto at = path.find('/'); at != std::string::npos; at = path.find('/', at + 2))
            path.replace(at, 1, "~1");
        return path;
    }
};

TEST_F(ExamplesOfExtraResources, AreListsOfTheApiWithTheirFields)
{
    const auto configured = examples_in_the_guide();
    ASSERT_EQ(configured.extra_resources.size(), 3U);
    for (const auto& extra : configured.extra_resources) {
        const auto& properties = object_at(extra.path).at("properties").as_object();
        std::vector<std::string> names;
        for (const auto& field : extra.fields)
            names.push_back(field.name);
        if (extra.pages != extra_paging::one_object)
            names.insert(names.end(), {extra.id, extra.label});
        for (const auto& name : names)
            EXPECT_TRUE(properties.contains(name.substr(0, name.find('.')))) << extra.name << ": " << name;
    }
}

}  // namespace
}  // namespace trunkwarden
