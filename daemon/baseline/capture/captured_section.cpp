#include "baseline/capture/captured_section.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <tuple>
#include <unordered_map>

#include "baseline/wildcard.hpp"
#include "destinations/destination.hpp"
#include "snapshot/canonical.hpp"
#include "support/escape.hpp"

namespace trunkwarden {

namespace {

constexpr std::size_t max_name = 60;

// Resources whose objects name themselves by a number.
bool is_grouped(const resource_type& type)
{
    return std::ranges::any_of(type.fields, [&type](const watched_field& field) {
        return field.name == type.id && field.kind == value_kind::e164;
    });
}

std::vector<std::string_view> values_of(const resource_type& type, const object_view& object)
{
    std::vector<std::string_view> out;
    for (std::size_t at = 0; at < type.fields.size(); ++at)
        out.push_back(object.field(at));
    return out;
}

// The meaning of a value beyond itself: the name behind an id, the country behind a number.
std::string meaning(const resource_type& type, const watched_field& field, std::string_view value,
                    const capture_request& from)
{
    if (value.empty() || field.name == type.id)
        return {};
    if (field.kind == value_kind::identifier)
        return printable(from.name_of(value), max_name);
    if (field.kind != value_kind::e164)
        return {};
    const auto reached = weigh_destination(value);
    return reached.risk == destination_risk::malformed || reached.risk == destination_risk::special
               ? std::string{}
               : printable(describe(reached), max_name);
}

entry_draft::line& line_of(entry_draft& draft, std::string_view field)
{
    const auto found = std::ranges::find(draft.lines, field, &entry_draft::line::key);
    return found == draft.lines.end() ? draft.lines.front() : *found;
}

captured_entry entry_for(const resource_type& type, const object_view& object, const capture_request& from,
                         const address_origins& origins)
{
    const auto values = values_of(type, object);
    captured_entry out{draft_of(type, object.id(), values), std::string(object.label()),
                       std::string(object.id())};
    for (std::size_t at = 0; at < type.fields.size(); ++at)
        if (auto behind = meaning(type, type.fields[at], values[at], from); !behind.empty())
            line_of(out.draft, type.fields[at].name).behind = std::move(behind);
    for (const auto& mark : review_marks(type, object, origins)) {
        line_of(out.draft, mark.field).above.push_back("REVIEW: " + mark.why);
        ++out.marks;
    }
    return out;
}

// All fields but the id and secrets: each value by its length, so that no text can look like two.
std::string settings_of(const resource_type& type, const object_view& object)
{
    std::string out;
    for (std::size_t at = 0; at < type.fields.size(); ++at)
        if (type.fields[at].name != type.id && type.fields[at].kind != value_kind::secret)
            out += fmt::format("{}:{}", object.field(at).size(), object.field(at));
    return out;
}

class groups {
public:
    groups(const resource_type& type, const capture_request& from, const address_origins& origins)
        : type_(type), from_(from), origins_(origins)
    {
    }

    void add(const object_view& object)
    {
        const auto known = by_settings_.find(settings_of(type_, object));
        if (known == by_settings_.end())
            begin(object);
        else
            join(object, entries_[known->second]);
    }

    std::vector<captured_entry> take()
    {
        for (auto& each : entries_) {
            auto& names = each.draft.lines.front().values;
            std::ranges::sort(names);
            each.name = each.id = names.front();
        }
        return std::move(entries_);
    }

private:
    void begin(const object_view& object)
    {
        entries_.push_back(entry_for(type_, object, from_, origins_));
        entries_.back().draft.lines.front().style = entry_draft::form::any_of;
        if (entries_.back().draft.lines.front().key ==
            type_.id)  // else it is named by an id, and stays alone
            by_settings_.emplace(settings_of(type_, object), entries_.size() - 1);
    }

    // A name that is no number with its plus cannot be listed with numbers.
    void join(const object_view& object, captured_entry& group)
    {
        if (object.id().starts_with('+'))
            group.draft.lines.front().values.push_back(escaped(object.id()));
        else
            begin(object);
    }

    const resource_type& type_;
    const capture_request& from_;
    const address_origins& origins_;
    std::vector<captured_entry> entries_;
    std::unordered_map<std::string, std::size_t> by_settings_;
};

}  // namespace

std::vector<captured_entry> entries_for(const resource_type& type, const object_list& objects,
                                        const capture_request& from, const address_origins& origins)
{
    std::vector<captured_entry> out;
    if (is_grouped(type)) {
        groups grouped(type, from, origins);
        for_each(objects, [&grouped](const object_view& object) { grouped.add(object); });
        out = grouped.take();
    } else {
        for_each(objects,
                 [&](const object_view& object) { out.push_back(entry_for(type, object, from, origins)); });
    }
    std::ranges::stable_sort(out, {},
                             [](const captured_entry& entry) { return std::tie(entry.name, entry.id); });
    return out;
}

}  // namespace trunkwarden
