#include "support/pretty_json.hpp"

#include <boost/json/serialize.hpp>

#include <algorithm>
#include <fmt/format.h>
#include <string_view>
#include <utility>

namespace trunkwarden {

namespace {

namespace json = boost::json;

constexpr std::size_t widest = 120;

template <class Items, class Write>
std::string joined(const Items& items, Write write)
{
    std::string out;
    for (const auto& item : items)
        out += (out.empty() ? "" : ", ") + write(item);
    return out;
}

std::string on_one_line(const json::value& value)
{
    if (const auto* array = value.if_array())
        return fmt::format("[{}]", joined(*array, on_one_line));
    if (const auto* object = value.if_object())
        return fmt::format("{{{}}}", joined(*object, [](const json::key_value_pair& member) {
                               return fmt::format("{}: {}", json::serialize(json::value(member.key())),
                                                  on_one_line(member.value()));
                           }));
    if (const auto* number = value.if_double())
        return fmt::format("{}", *number);  // Boost.JSON writes 5E-1
    return json::serialize(value);
}

// Words side by side, as many as fit.
void write_filled(const json::array& words, std::size_t indent, std::string& out)
{
    std::string line;
    for (const auto& word : words) {
        const auto next = on_one_line(word) + (&word == &words.back() ? "" : ",");
        if (indent + line.size() + next.size() + 1 > widest)
            out += fmt::format("\n{}{}", std::string(indent, ' '), std::exchange(line, std::string()));
        line += (line.empty() ? "" : " ") + next;
    }
    out += fmt::format("\n{}{}", std::string(indent, ' '), line);
}

void write(const json::value& value, std::size_t indent, std::string& out)
{
    const auto line = on_one_line(value);
    if (indent + line.size() <= widest || value.is_primitive()) {
        out += line;
        return;
    }
    const auto margin = std::string(indent + 2, ' ');
    std::string_view separator = "\n";
    if (const auto* array = value.if_array()) {
        out += '[';
        if (std::ranges::all_of(*array, &json::value::is_primitive)) {
            write_filled(*array, indent + 2, out);
        } else {
            for (const auto& item : *array) {
                out += fmt::format("{}{}", std::exchange(separator, ",\n"), margin);
                write(item, indent + 2, out);
            }
        }
        out += fmt::format("\n{}]", std::string(indent, ' '));
        return;
    }
    out += '{';
    for (const auto& member : value.get_object()) {
        out += fmt::format("{}{}{}: ", std::exchange(separator, ",\n"), margin,
                           json::serialize(json::value(member.key())));
        write(member.value(), indent + 2, out);
    }
    out += fmt::format("\n{}}}", std::string(indent, ' '));
}

}  // namespace

std::string pretty_json(const boost::json::value& value)
{
    std::string out;
    write(value, 0, out);
    return out + '\n';
}

}  // namespace trunkwarden
