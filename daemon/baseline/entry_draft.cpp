#include "baseline/entry_draft.hpp"

#include "baseline/wildcard.hpp"
#include "snapshot/canonical.hpp"
#include "support/yaml_scalar.hpp"

namespace trunkwarden {

namespace {

// In these a star would be read as a wildcard; a number or an address has none.
bool needs_escape(value_kind kind)
{
    return kind != value_kind::ip && kind != value_kind::cidr && kind != value_kind::e164 &&
           kind != value_kind::country_set;
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
    out.how = entry_draft::form::set;
    for (const auto member : members_of(value))
        out.values.push_back(as_written(field.kind, member));
    return out;
}

bool is_list(const entry_draft::line& line)
{
    return line.how == entry_draft::form::set || line.values.size() > 1;
}

constexpr std::size_t longest_line = 110;

// [a, b]; "" when that is too long for a line.
std::string on_one_line(const entry_draft::line& line)
{
    constexpr std::size_t most_values = 32;
    if (line.values.size() > most_values)
        return {};
    std::string out = "[";
    for (const auto& value : line.values)
        out += (out.size() > 1 ? ", " : "") + yaml_scalar(value);
    out += ']';
    return out.size() + line.key.size() > longest_line ? std::string{} : out;
}

}  // namespace

entry_draft draft_of(const resource_type& type, std::string_view id, std::span<const std::string_view> values)
{
    entry_draft out;
    bool names_itself = type.id.empty();
    for (const auto& field : type.fields)
        names_itself = names_itself || field.name == type.id;
    if (!names_itself)
        out.lines.push_back({"id", {escaped(id)}});
    for (std::size_t at = 0; at < type.fields.size(); ++at)
        if (type.fields[at].kind != value_kind::secret)
            out.lines.push_back(line_for(type.fields[at], values[at]));
    return out;
}

std::string entry_text(const entry_draft& draft, const entry_style& style)
{
    std::string out;
    for (const auto& line : draft.lines) {
        out.append(style.indent, ' ');
        out += out.size() == style.indent ? "- " : "  ";
        out += line.key;
        out += ':';
        if (!is_list(line)) {
            ((out += ' ') += yaml_scalar(line.values.empty() ? std::string_view{} : line.values.front())) +=
                style.newline;
            continue;
        }
        if (const auto list = on_one_line(line); !list.empty()) {
            ((out += ' ') += list) += style.newline;
            continue;
        }
        out += style.newline;
        for (const auto& value : line.values) {
            out.append(style.indent + 4, ' ');
            ((out += "- ") += yaml_scalar(value)) += style.newline;
        }
    }
    return out;
}

}  // namespace trunkwarden
