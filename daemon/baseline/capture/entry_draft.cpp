#include "baseline/capture/entry_draft.hpp"

#include <optional>

#include "baseline/wildcard.hpp"
#include "snapshot/canonical.hpp"
#include "support/yaml/yaml_scalar.hpp"

namespace trunkwarden {

namespace {

// In these a star has no other meaning.
bool needs_escape(value_kind kind)
{
    return kind != value_kind::ip && kind != value_kind::cidr && kind != value_kind::country_set;
}

std::string as_written(value_kind kind, std::string_view value)
{
    return needs_escape(kind) ? escaped(value) : std::string(value);
}

entry_draft::line line_for(const watched_field& field, std::string_view value)
{
    entry_draft::line out;
    out.key = field.name;
    if (!holds_a_set(field.kind)) {
        out.values.push_back(as_written(field.kind, value));
        return out;
    }
    out.style = entry_draft::form::set;
    for (const auto member : members_of(value))
        out.values.push_back(as_written(field.kind, member));
    return out;
}

bool is_list(const entry_draft::line& line)
{
    return line.style == entry_draft::form::set || line.values.size() > 1;
}

// The day of `expires` is one wherever it is read; elsewhere a text that looks like a day stays a text.
std::string scalar_of(const entry_draft::line& line, std::string_view value)
{
    return line.key == "expires" ? std::string(value) : yaml_scalar(value);
}

constexpr std::size_t max_line = 110;

// [a, b]; "" when that is too long for a line.
std::string on_one_line(const entry_draft::line& line)
{
    constexpr std::size_t max_values = 32;
    if (line.values.size() > max_values)
        return {};
    std::string out = "[";
    for (const auto& value : line.values)
        out += (out.size() > 1 ? ", " : "") + yaml_scalar(value);
    out += ']';
    return out.size() + line.key.size() > max_line ? std::string{} : out;
}

std::optional<std::size_t> field_named(const resource_type& type, std::string_view name)
{
    for (std::size_t at = 0; at < type.fields.size(); ++at)
        if (!name.empty() && type.fields[at].name == name)
            return at;
    return std::nullopt;
}

// A number is read as one only with its plus; anything else that the API calls a number is written as an id.
bool is_identity(value_kind kind, std::string_view value)
{
    return kind == value_kind::e164 ? value.starts_with('+') : !value.empty();
}

// Adds the text behind "key:", with the comment and the end of the line.
void add_value(const entry_draft::line& line, const entry_style& style, std::string& out)
{
    const auto behind = line.behind.empty() ? std::string{} : "   # " + line.behind;
    const auto list = is_list(line) ? on_one_line(line) : std::string{};
    if (!is_list(line) || !list.empty()) {
        const auto single = line.values.empty() ? std::string_view{} : line.values.front();
        (((out += ' ') += list.empty() ? scalar_of(line, single) : list) += behind) += style.newline;
        return;
    }
    (out += behind) += style.newline;
    for (const auto& value : line.values) {
        out.append(style.indent + 4, ' ');
        ((out += "- ") += yaml_scalar(value)) += style.newline;
    }
}

}  // namespace

entry_draft draft_of(const resource_type& type, std::string_view id, std::span<const std::string_view> values)
{
    entry_draft out;
    const auto add = [&](std::size_t field) {
        if (type.fields[field].kind != value_kind::secret)
            out.lines.push_back(line_for(type.fields[field], values[field]));
    };
    const auto identity = field_named(type, type.id);
    const bool by_identity = identity && is_identity(type.fields[*identity].kind, values[*identity]);
    if (by_identity)
        add(*identity);
    else if (!type.id.empty())
        out.lines.push_back({"id", {escaped(id)}});
    const auto name = field_named(type, type.label);
    if (name && name != identity)
        add(*name);
    for (std::size_t field = 0; field < type.fields.size(); ++field)
        if (field != identity && field != name)
            add(field);
    return out;
}

std::string entry_text(const entry_draft& draft, const entry_style& style)
{
    std::string out;
    bool first = true;
    for (const auto& line : draft.lines) {
        for (const auto& note : line.above) {
            out.append(style.indent + (first ? 0 : 2), ' ');
            ((out += "# ") += note) += style.newline;
        }
        out.append(style.indent, ' ');
        out += first ? "- " : "  ";
        add_value(line, style, (out += line.key) += ':');
        first = false;
    }
    return out;
}

}  // namespace trunkwarden
