#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "baseline/edit/edit.hpp"
#include "baseline/file/baseline_file.hpp"
#include "catalogue/catalogue.hpp"
#include "fakes/judging.hpp"
#include "snapshot/canonical.hpp"

// Accepting knows the resources of the catalogue, also those that were added last.

namespace trunkwarden {
namespace {

std::string usual_value(value_kind kind)
{
    switch (kind) {
        case value_kind::flag:
            return canonical(kind, "true");
        case value_kind::number:
        case value_kind::money:
            return canonical(kind, "5");
        case value_kind::ip:
            return canonical(kind, "203.0.113.9");
        case value_kind::cidr:
            return canonical(kind, "203.0.113.0/28");
        case value_kind::e164:
            return canonical(kind, "+14155550123");
        case value_kind::url:
            return canonical(kind, "https://example.com/hook");
        case value_kind::timestamp:
            return canonical(kind, "2026-11-25T10:00:00Z");
        case value_kind::country_set:
            return canonical_set(kind, {"US", "CA"});
        case value_kind::text_set:
            return canonical_set(kind, {"first", "second"});
        case value_kind::secret:
            return {};
        default:
            return canonical(kind, "any");
    }
}

// Each watched field has a value; secrets have none.
std::vector<std::string> usual_values(const resource_type& type)
{
    std::vector<std::string> out;
    for (const watched_field& field : type.fields)
        out.push_back(usual_value(field.kind));
    return out;
}

std::string usual_id(const resource_type& type)
{
    const auto* const field = std::ranges::find(type.fields, type.id, &watched_field::name);
    if (field != type.fields.end())
        return usual_value(field->kind);
    return type.id.empty() ? std::string(type.name) : "777";
}

untrusted_object unknown_object(const resource_type& type)
{
    untrusted_object out;
    out.id = out.address = usual_id(type);
    out.finding = "f-0123456789ab";
    for (std::size_t at = 0; at < type.fields.size(); ++at)
        out.values.push_back(type.fields[at].kind == value_kind::secret
                                 ? std::nullopt
                                 : std::optional(usual_value(type.fields[at].kind)));
    return out;
}

object_list object_as_seen(const resource_type& type)
{
    auto page = std::make_shared<object_page>(type.fields.size());
    object_heading heading;
    heading.id = heading.address = heading.label = usual_id(type);
    page->add(heading, usual_values(type));
    return {page};
}

TEST(AcceptByTheCatalogue, TrustsAnUnknownObjectOfEveryResource)
{
    const acceptance_terms terms{"it is ours", "dana", std::nullopt, fakes::today};
    const accepted_secrets secrets;
    for (const auto& type : catalogue) {
        if (type.pages == paging::no_endpoint)
            continue;
        const auto done = accept("version: 1\n", catalogue, type, unknown_object(type), terms);
        ASSERT_EQ(done.result, acceptance::outcome::edited) << type.name << ": " << done.why;
        const auto read = parse_baseline(done.text, "b.yml", catalogue);
        ASSERT_TRUE(read.problems.empty()) << to_string(read.problems.front()) << '\n' << done.text;
        const trusted_state trusted{read.value.entries_of(type), secrets, fakes::today};
        EXPECT_TRUE(diff(type, trusted, object_as_seen(type), extent::complete).empty()) << done.text;
        for (const auto& other : catalogue)
            EXPECT_EQ(read.value.entries_of(other).entries().size(), other.name == type.name ? 1U : 0U)
                << other.name << '\n'
                << done.text;
    }
}

}  // namespace
}  // namespace trunkwarden
