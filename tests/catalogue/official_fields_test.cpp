#include <boost/json/value.hpp>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <set>
#include <sstream>
#include <vector>

#include "catalogue/catalogue.hpp"
#include "fakes/official_document.hpp"

// The watched fields beside those of Telnyx's OpenAPI document, where that is at hand, and those of the
// fixtures, which have what was only seen in answers: each field of a watched resource is watched, or named
// as harmless in unwatched_fields.txt.

namespace trunkwarden {
namespace {

namespace json = boost::json;

// Resolves "#/components/schemas/Ip".
const json::object& resolved(const json::value& document, const json::object& schema)
{
    const auto* at = &schema;
    while (const auto* reference = at->if_contains("$ref"))
        at = &document.at_pointer(std::string_view(reference->as_string()).substr(1)).as_object();
    return *at;
}

// Collects the dotted names of everything that holds a value; arrays on the way are walked through.
class field_collector {
public:
    explicit field_collector(const json::value& document) : document_(document) {}

    std::set<std::string> members_of(const json::object& schema)
    {
        collect(schema, {}, 0);
        return std::move(fields_);
    }

private:
    static constexpr int deepest = 7;  // a schema may hold itself

    void collect(const json::object& unresolved, const std::string& name, int depth)
    {
        const auto& schema = resolved(document_, unresolved);
        if (depth > deepest)
            return;
        const auto before = fields_.size();
        for (const char* parts : {"allOf", "oneOf", "anyOf"})
            if (const auto* some = schema.if_contains(parts))
                for (const auto& part : some->as_array())
                    collect(part.as_object(), name, depth + 1);
        if (const auto* item = schema.if_contains("items"))
            collect(item->as_object(), name, depth + 1);
        if (const auto* members = schema.if_contains("properties"))
            for (const auto& [member, schema_of] : members->as_object())
                collect(schema_of.as_object(),
                        fmt::format("{}{}{}", name, name.empty() ? "" : ".", std::string(member)), depth + 1);
        if (fields_.size() == before && !name.empty())
            fields_.insert(name);
    }

    const json::value& document_;
    std::set<std::string> fields_;
};

// A line of unwatched_fields.txt.
struct harmless_field {
    std::string resource;  // or "*"
    std::string name;      // or "group.*"
    bool is_used = false;

    bool covers(std::string_view type, std::string_view field) const
    {
        if (resource != "*" && resource != type)
            return false;
        return name.ends_with(".*") ? field.starts_with(name.substr(0, name.size() - 1)) : field == name;
    }
};

std::vector<harmless_field> harmless_fields()
{
    std::ifstream in(fakes::in_project("tests/catalogue/unwatched_fields.txt"));
    std::vector<harmless_field> out;
    for (std::string line; std::getline(in, line);) {
        const auto why = line.find(": ");
        if (line.empty() || line.front() == '#')
            continue;
        EXPECT_NE(why, std::string::npos) << "without a reason: " << line;
        std::istringstream words(line.substr(0, why));
        std::string resource;
        words >> resource;
        for (std::string field; words >> field;)
            out.push_back({resource, field});
    }
    return out;
}

// Dotted names of everything in an answer that holds a value; arrays on the way are walked through.
void collect_members(const json::value& in, const std::string& name, std::set<std::string>& out)
{
    const auto* object = in.if_object();
    const auto* items = in.if_array();
    if (items != nullptr)
        for (const auto& item : *items)
            collect_members(item, name, out);
    if (object != nullptr)
        for (const auto& [member, value] : *object)
            collect_members(value, fmt::format("{}{}{}", name, name.empty() ? "" : ".", std::string(member)),
                            out);
    if (items == nullptr && object == nullptr)
        out.insert(name);
}

// Of the objects in its fixture.
std::set<std::string> fixture_fields_of(const resource_type& type)
{
    std::ifstream in(fakes::in_project(fmt::format("tests/fixtures/{}/page.json", type.name)));
    if (!in)
        return {};
    const auto page = json::parse(std::string{std::istreambuf_iterator<char>(in), {}});
    const auto* data = page.is_object() ? page.as_object().if_contains("data") : nullptr;
    std::set<std::string> out;
    collect_members(data != nullptr ? *data : page, {}, out);
    return out;
}

// Whether a reading takes it: beside the watched fields, or in a group that is watched as a whole.
bool is_read(const resource_type& type, std::string_view field)
{
    const auto others = {type.id,           type.address,   type.label,
                         type.label_suffix, type.last_used, type.last_used_also};
    return std::ranges::find(others, field) != others.end() ||
           std::ranges::find(type.other_labels, field) != type.other_labels.end() ||
           std::any_of(type.only_when.begin(), type.only_when.end(),
                       [field](const condition& condition) { return condition.path == field; }) ||
           std::any_of(type.fields.begin(), type.fields.end(), [field](const watched_field& group) {
               return names_field_or_group(group.path, field);
           });
}

// Watched itself, or in a part: of an array of objects a part may be enough.
bool is_watched(const resource_type& type, const std::string& field)
{
    return std::any_of(type.fields.begin(), type.fields.end(), [&field](const watched_field& watched) {
        return watched.path == field || watched.other_path == field || watched.path.starts_with(field + ".");
    });
}

class OfficialFields : public fakes::official_document {
protected:
    // The fields of one object of the list; none where the document has no such list.
    std::set<std::string> official_fields_of(const resource_type& type) const
    {
        const auto& paths = document_.at("paths").as_object();
        const auto wanted = fakes::with_one_name_for_ids(type.path);
        const auto* const path = std::ranges::find_if(paths, [&wanted](const auto& pair) {
            return fakes::with_one_name_for_ids(std::string_view(pair.key())) == wanted;
        });
        if (path == paths.end() || type.path.empty() || !path->value().as_object().contains("get"))
            return {};
        const auto& answer =
            resolved(document_, path->value().at("get").at("responses").at("200").as_object());
        const auto& content = answer.at("content").as_object().begin()->value();
        auto fields = field_collector(document_).members_of(content.at("schema").as_object());
        std::set<std::string> out;
        constexpr std::string_view wrapping = "data.";
        for (const auto& field : fields)
            if (field.starts_with(wrapping))
                out.insert(field.substr(wrapping.size()));
        return out.empty() ? fields : out;
    }
    std::set<std::string> all_fields_of(const resource_type& type) const
    {
        auto out = official_fields_of(type);
        out.merge(fixture_fields_of(type));
        return out;
    }
    bool is_seen_only_and_read(const resource_type& type, const std::string& field) const
    {
        return is_read(type, field) && !official_fields_of(type).contains(field);
    }
};

TEST_F(OfficialFields, AreWatchedOrNamedAsHarmless)
{
    auto harmless = harmless_fields();
    ASSERT_FALSE(harmless.empty());
    std::size_t compared = 0;
    for (const auto& type : catalogue)
        for (const auto& field : all_fields_of(type)) {
            ++compared;
            bool is_named = is_watched(type, field) || is_seen_only_and_read(type, field);
            for (auto& harmless_field : harmless)
                if (!is_watched(type, field) && harmless_field.covers(type.name, field))
                    is_named = harmless_field.is_used = true;
            EXPECT_TRUE(is_named) << type.name << " has a field " << field
                                  << ": watch it, or say in unwatched_fields.txt why it is harmless";
        }
    EXPECT_GT(compared, 700U) << "the document is not understood any more";
    for (const auto& harmless_field : harmless)
        EXPECT_TRUE(harmless_field.is_used) << harmless_field.resource << ' ' << harmless_field.name
                                            << " is no field any more, or is watched";
}

}  // namespace
}  // namespace trunkwarden
