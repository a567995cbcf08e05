#include "catalogue/allowed_writes.hpp"

#include <algorithm>
#include <cctype>
#include <optional>

#include "support/ascii.hpp"

namespace trunkwarden {
namespace {

std::optional<unsigned char> hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return static_cast<unsigned char>(c - '0');
    if (c >= 'A' && c <= 'F')
        return static_cast<unsigned char>(c - 'A' + 10);
    if (c >= 'a' && c <= 'f')
        return static_cast<unsigned char>(c - 'a' + 10);
    return std::nullopt;
}

// Nothing when an escape is broken.
std::optional<std::string> decoded(std::string_view segment)
{
    std::string out;
    for (std::size_t at = 0; at < segment.size(); ++at) {
        if (segment[at] != '%') {
            out += segment[at];
            continue;
        }
        if (at + 2 >= segment.size())
            return std::nullopt;
        const auto high = hex_digit(segment[at + 1]);
        const auto low = hex_digit(segment[at + 2]);
        if (!high || !low)
            return std::nullopt;
        out += static_cast<char>(*high * 16 + *low);
        at += 2;
    }
    return out;
}

// A character that a segment of a path may contain without an escape (RFC 3986 3.3); not ";", which some
// servers cut off.
bool is_plain(char c)
{
    constexpr std::string_view others = "-._~!$&'()*+,=:@%";
    return is_letter_or_digit(c) || others.find(c) != std::string_view::npos;
}

// Whether it can only be the id of one object: a server that resolves it further must not end elsewhere.
bool is_one_id(std::string_view segment)
{
    const auto id = decoded(segment);
    if (!id || id->empty() || *id == "." || *id == ".." || !std::ranges::all_of(segment, is_plain))
        return false;
    return std::ranges::none_of(
        *id, [](unsigned char c) { return c == '/' || c == '\\' || c == '%' || std::iscntrl(c) != 0; });
}

bool fits(std::string_view path, std::string_view target)
{
    while (!path.empty() && !target.empty()) {
        if (path.front() != '/' || target.front() != '/')
            return false;
        path.remove_prefix(1);
        target.remove_prefix(1);
        const auto wanted = path.substr(0, path.find('/'));
        const auto given = target.substr(0, target.find('/'));
        if (wanted.starts_with('{') ? !is_one_id(given) : wanted != given)
            return false;
        path.remove_prefix(wanted.size());
        target.remove_prefix(given.size());
    }
    return path.empty() && target.empty();
}

}  // namespace

allowed_writes::allowed_writes(std::span<const resource_type> types)
{
    for (const auto& type : types) {
        const auto own = std::string(type.path) + "/{id}";
        const auto add = [this, &own, &type](std::string_view method, std::string_view path) {
            const bool leads_nowhere = path.empty() && type.path.empty();  // "/{id}" would be all lists
            if (method.empty() || leads_nowhere)
                return;
            shape allowed{std::string(method), path.empty() ? own : std::string(path)};
            if (std::ranges::find(shapes_, allowed) == shapes_.end())
                shapes_.push_back(std::move(allowed));
        };
        add(type.contain.method, type.contain.path);
        add(type.contain.undo_method, type.contain.undo_path);
        add(type.restore.method, type.restore.path);
        if (!type.restore.other_path.empty())
            add(type.restore.method, type.restore.other_path);
        add(type.rotate.method, type.rotate.path);
    }
}

bool allowed_writes::allows(std::string_view method, std::string_view target) const
{
    return std::ranges::any_of(shapes_, [method, target](const shape& allowed) {
        return allowed.method == method && fits(allowed.path, target);
    });
}

}  // namespace trunkwarden
