#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <string>
#include <string_view>
#include <vector>

#include "catalogue/catalogue.hpp"
#include "catalogue/plain_path.hpp"
#include "settings/settings_rules.hpp"
#include "support/ascii.hpp"
#include "support/optional_reason.hpp"
#include "support/yaml/quoted_text.hpp"

namespace trunkwarden {
namespace {

constexpr std::size_t most_extra_resources = 20;  // each is a request in every poll.interval
constexpr std::size_t most_extra_fields = decltype(resource_type::fields)::capacity;
constexpr std::size_t longest_name = 63;
constexpr std::size_t longest_path = 200;

// Findings about the watch itself, and keys of a baseline.
constexpr std::array<std::string_view, 9> names_in_use{"account",      "api",        "api_key",
                                                       "organization", "state_file", "baseline_file",
                                                       "clock",        "version",    "organization_id"};

// Beside fields, these are the keys of an entry of a baseline.
constexpr std::array<std::string_view, 5> words_of_entries{"id", "reason", "approved_by", "expires",
                                                           "ticket"};

// Where keys are listed beside the catalogue's place.
constexpr std::string_view other_list_of_keys = "/api_keys";

bool is_name(std::string_view text)
{
    return !text.empty() && text.size() <= longest_name && is_lower(text.front()) &&
           std::ranges::all_of(text, [](char c) { return is_lower(c) || is_digit(c) || c == '_'; });
}

bool is_word_of_a_path(std::string_view text)
{
    return !text.empty() &&
           std::ranges::all_of(text, [](char c) { return is_letter_or_digit(c) || c == '_' || c == '-'; });
}

// Whether each part between separators is right; a text that is too long has none that is.
template <class Holds>
bool every_part(std::string_view text, char separator, Holds holds)
{
    if (text.size() > longest_path)
        return false;
    for (;;) {
        const auto end = text.find(separator);
        if (!holds(text.substr(0, end)))
            return false;
        if (end == std::string_view::npos)
            return true;
        text.remove_prefix(end + 1);
    }
}

bool is_field_path(std::string_view text)
{
    return every_part(text, '.', [](std::string_view part) {
        return is_word_of_a_path(part) && !is_digit(part.front()) && part.front() != '-';
    });
}

bool is_api_path(std::string_view text)
{
    return text.starts_with('/') && every_part(text.substr(1), '/', is_word_of_a_path);
}

// Below /v2 once more, or in other letters, it may be the same list.
std::string plainly(std::string_view path)
{
    const auto plain = plain_path(path);
    return to_lower(plain.empty() ? path : plain);
}

// The resource of the catalogue that is read there; "" when none is.
std::string_view resource_read_at(std::string_view path)
{
    if (plainly(path) == other_list_of_keys)
        return resource_of(resource_role::api_keys).name;
    const auto* const end = catalogue.data() + catalogue.size();
    const auto* const found = std::find_if(catalogue.data(), end, [&path](const resource_type& type) {
        return !type.path.empty() && plainly(type.path) == plainly(path);
    });
    return found == end ? std::string_view() : found->name;
}

// The words of a name, in small letters: "api" and "key" of apiKey, api-key and API_KEY2.
std::vector<std::string> words_in(std::string_view name)
{
    std::vector<std::string> out(1);
    for (std::size_t at = 0; at < name.size(); ++at) {
        const bool begins = is_upper(name[at]) && at > 0 &&
                            (!is_upper(name[at - 1]) || (at + 1 < name.size() && is_lower(name[at + 1])));
        if (begins || !is_letter(name[at]))
            out.emplace_back();
        if (is_letter(name[at]))
            out.back() += to_lower(name[at]);
    }
    std::erase(out, "");
    return out;
}

// Whether the value, or one that holds it, has the name of a secret.
bool sounds_secret(std::string_view path)
{
    constexpr std::array<std::string_view, 15> secrets{
        "password", "passwords", "passwd",     "passphrase",  "secret", "secrets", "token", "tokens",
        "pin",      "pins",      "credential", "credentials", "key",    "keys",    "apikey"};
    return !every_part(path, '.', [&secrets](std::string_view part) {
        const auto words = words_in(part);
        for (std::size_t at = 0; at < words.size(); ++at) {
            const bool is_public = at > 0 && words[at - 1] == "public";
            if (!is_public && std::ranges::find(secrets, words[at]) != secrets.end())
                return false;
        }
        return true;
    });
}

bool is_part_of(std::string_view a, std::string_view b)
{
    return names_field_or_group(a, b) || names_field_or_group(b, a);
}

optional_reason fault_of_name(const reading_context& context, std::string_view name)
{
    if (!is_name(name))
        return fmt::format("name must be small letters, digits and _, with a letter first, not {}",
                           quoted_text(name));
    const bool is_taken = std::ranges::find(context.resources, name) != context.resources.end() ||
                          std::ranges::find(names_in_use, name) != names_in_use.end() ||
                          std::ranges::find(catalogue, name, &resource_type::name) != catalogue.end();
    if (is_taken)
        return fmt::format("the name {} is taken already: \"trunkwarden resources\" lists those that are",
                           quoted_text(name));
    return std::nullopt;
}

optional_reason fault_of_path(const settings& so_far, const std::string& path)
{
    if (!is_api_path(path))
        return fmt::format(
            "path must be a path below api_url, such as /billing_groups: letters, digits, _ and - between "
            "slashes, without host, query or {{id}}, not {}",
            quoted_text(path));
    if (const auto known = resource_read_at(path); !known.empty())
        return fmt::format(
            "{} is watched already, as {}: an extra resource is a list that the catalogue does "
            "not have",
            quoted_text(path), known);
    if (!plain_path(path).empty())
        return fmt::format("path must be a path below api_url, which has /v2 already, not {}",
                           quoted_text(path));
    const auto before = std::ranges::find(so_far.extra_resources, plainly(path),
                                          [](const extra_resource& extra) { return plainly(extra.path); });
    if (before != so_far.extra_resources.end())
        return fmt::format("{} is watched already, as {}: put the fields of both into one", quoted_text(path),
                           before->name);
    return std::nullopt;
}

// Of id and label, which are shown everywhere.
optional_reason fault_of_shown(const extra_resource& extra, std::string_view key, const std::string& path)
{
    if (!is_field_path(path))
        return fmt::format("{} must be the path of a field, such as name or settings.name, not {}", key,
                           quoted_text(path));
    const bool is_secret = std::ranges::any_of(extra.fields, [&path](const extra_field& field) {
        return field.kind == extra_kind::secret && is_part_of(field.name, path);
    });
    if (is_secret || sounds_secret(path))
        return fmt::format("{} cannot be {}: it is shown in findings and messages, and that is a secret", key,
                           quoted_text(path));
    return std::nullopt;
}

// Reports a fault at its key. Returns whether there is none.
bool check_value(yaml_section& section, std::string_view key, optional_reason fault)
{
    if (!fault)
        return true;
    section.refuse(section.place_of(key), *std::move(fault));
    return false;
}

bool names_objects_well(yaml_section& section, const extra_resource& extra)
{
    if (extra.pages != extra_paging::one_object) {
        const bool id = check_value(section, "id", fault_of_shown(extra, "id", extra.id));
        const bool label = check_value(section, "label", fault_of_shown(extra, "label", extra.label));
        return id && label;
    }
    bool out = true;
    for (const std::string_view key : {"id", "label"})
        if (is_given(section, key)) {
            section.refuse(
                section.place_of(key),
                fmt::format("{} does not apply where paging is one_object: there is only one", key));
            out = false;
        }
    return out;
}

bool has_good_fields(yaml_section& section, const extra_resource& extra)
{
    const auto& fields = extra.fields;
    if (fields.size() > most_extra_fields) {
        section.refuse(section.place_of("fields"),
                       fmt::format("{} fields are more than {}: watch those that matter", fields.size(),
                                   most_extra_fields));
        return false;
    }
    bool out = std::ranges::none_of(fields, [](const extra_field& field) { return field.name.empty(); });
    for (auto a = fields.begin(); a != fields.end(); ++a)
        for (auto b = fields.begin(); b != a; ++b)
            if (!a->name.empty() && !b->name.empty() && is_part_of(a->name, b->name)) {
                section.refuse(section.place_of("fields"),
                               fmt::format("the fields {} and {} overlap: keep one of them",
                                           quoted_text(b->name), quoted_text(a->name)));
                out = false;
            }
    return out && !fields.empty();
}

}  // namespace

void check_extra_field(yaml_section& section, const reading_context&, extra_field& field)
{
    optional_reason fault;
    if (field.name.empty())
        return;  // said already
    if (!is_field_path(field.name))
        fault = fmt::format("name must be the path of a field, such as region or settings.region, not {}",
                            quoted_text(field.name));
    else if (std::ranges::find(words_of_entries, field.name) != words_of_entries.end())
        fault = fmt::format("a field cannot be {}: entries of a baseline use that word for something else",
                            quoted_text(field.name));
    else if (field.kind != extra_kind::secret && sounds_secret(field.name))
        fault = fmt::format("the field {} looks like a secret, which would be shown: give it kind: secret",
                            quoted_text(field.name));
    if (!check_value(section, "name", std::move(fault)))
        field.name.clear();
}

void check_extra_resource(yaml_section& section, const reading_context& context, extra_resource& extra)
{
    bool is_good = !extra.name.empty() && !extra.path.empty();  // else that was said
    if (context.so_far.extra_resources.size() == most_extra_resources) {
        section.refuse(
            section.at(),
            fmt::format("there are more than {} extra resources: each of them is a request in every "
                        "poll.interval",
                        most_extra_resources));
        is_good = false;
    }
    if (!extra.name.empty())
        is_good = check_value(section, "name", fault_of_name(context, extra.name)) && is_good;
    if (!extra.path.empty())
        is_good = check_value(section, "path", fault_of_path(context.so_far, extra.path)) && is_good;
    is_good = names_objects_well(section, extra) && is_good;
    is_good = has_good_fields(section, extra) && is_good;
    if (const auto* name = section.take("name"); name != nullptr && is_name(extra.name))
        context.resources.push_back(name->text);  // others may name it, if it has faults or not
    if (!is_good)
        extra.name.clear();
}

void check_quarantine_rule(yaml_section& section, const reading_context& context, quarantine_rule& rule)
{
    const auto& extra = context.so_far.extra_resources;
    if (!rule.resource.empty() &&
        std::ranges::find(extra, rule.resource, &extra_resource::name) != extra.end())
        section.refuse(section.place_of("resource"),
                       fmt::format("{} is an extra resource: it is reported, and never contained, so a rule "
                                   "has no effect",
                                   rule.resource));
}

}  // namespace trunkwarden
