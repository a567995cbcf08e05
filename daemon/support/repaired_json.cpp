#include "support/repaired_json.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <fmt/format.h>
#include <optional>
#include <system_error>

#include "support/ascii.hpp"
#include "support/digest.hpp"
#include "support/escape.hpp"

namespace trunkwarden {
namespace {

constexpr std::string_view replacement = "\\ufffd";
constexpr std::string_view deep_value_start = "(nested too deeply, sha256 ";

bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

bool ends_word(char c)
{
    return is_space(c) || std::string_view(",:[]{}\"").find(c) != std::string_view::npos;
}

std::size_t digits_at(std::string_view text, std::size_t at)
{
    std::size_t count = 0;
    while (at + count < text.size() && is_digit(text[at + count]))
        ++count;
    return count;
}

// The parts of a number as JSON writes it.
struct number_parts {
    std::string_view whole;     // digits before the point
    std::string_view fraction;  // digits after it
    std::string_view exponent;  // with its sign
    bool is_integer = true;
};

// With its sign; "" when there is none.
std::string_view exponent_at(std::string_view text, std::size_t at)
{
    const std::size_t sign = text.substr(at).starts_with('-') || text.substr(at).starts_with('+') ? 1 : 0;
    const auto digits = digits_at(text, at + sign);
    return digits == 0 ? std::string_view() : text.substr(at, sign + digits);
}

std::optional<number_parts> parts_of_number(std::string_view text)
{
    number_parts out;
    std::size_t at = text.starts_with('-') ? 1 : 0;
    out.whole = text.substr(at, digits_at(text, at));
    if (out.whole.empty() || (out.whole.size() > 1 && out.whole.front() == '0'))
        return std::nullopt;
    at += out.whole.size();
    if (at < text.size() && text[at] == '.') {
        out.is_integer = false;
        out.fraction = text.substr(at + 1, digits_at(text, at + 1));
        if (out.fraction.empty())
            return std::nullopt;
        at += 1 + out.fraction.size();
    }
    if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
        out.is_integer = false;
        out.exponent = exponent_at(text, at + 1);
        if (out.exponent.empty())
            return std::nullopt;
        at += 1 + out.exponent.size();
    }
    if (at != text.size())
        return std::nullopt;
    return out;
}

// An exponent beyond what matters is cut: no page has so many digits that it would be made up for.
std::int64_t exponent_of(std::string_view text)
{
    constexpr std::size_t more_than_matters = 15;
    const bool negative = text.starts_with('-');
    if (!text.empty() && !is_digit(text.front()))
        text.remove_prefix(1);
    text.remove_prefix(std::min(text.find_first_not_of('0'), text.size()));
    std::int64_t value = 0;
    for (const char c : text.substr(0, more_than_matters))
        value = 10 * value + (c - '0');
    return negative ? -value : value;
}

bool fits_double(std::string_view text, const number_parts& parts)
{
    constexpr std::int64_t largest = 308;  // of 1.797e308
    std::int64_t order = exponent_of(parts.exponent);
    if (const auto first = parts.whole.find_first_not_of('0'); first != std::string_view::npos)
        order += static_cast<std::int64_t>(parts.whole.size() - first) - 1;
    else if (const auto next = parts.fraction.find_first_not_of('0'); next != std::string_view::npos)
        order -= static_cast<std::int64_t>(next) + 1;
    else
        return true;  // zero
    if (order != largest)
        return order < largest;
    double value = 0;
    return std::from_chars(text.data(), text.data() + text.size(), value).ec == std::errc();
}

template <class Integer>
bool fits(std::string_view text)
{
    Integer value = 0;
    return std::from_chars(text.data(), text.data() + text.size(), value).ec == std::errc();
}

bool is_number(std::string_view text)
{
    const auto parts = parts_of_number(text);
    if (!parts)
        return false;
    if (!parts->is_integer)
        return fits_double(text, *parts);
    return text.starts_with('-') ? fits<std::int64_t>(text) : fits<std::uint64_t>(text);
}

// Behind a string that begins at `at`; the end of the text when it does not end.
std::size_t end_of_string(std::string_view text, std::size_t at)
{
    for (++at; at < text.size() && text[at] != '"'; ++at)
        if (text[at] == '\\')
            ++at;
    return std::min(at + 1, text.size());
}

// Behind the array or object that begins at `at`.
std::size_t end_of_container(std::string_view text, std::size_t at)
{
    std::size_t open = 0;
    while (at < text.size()) {
        const char c = text[at];
        at = c == '"' ? end_of_string(text, at) : at + 1;
        if (c == '[' || c == '{')
            ++open;
        if ((c == ']' || c == '}') && --open == 0)
            break;
    }
    return at;
}

std::optional<unsigned> code_unit_at(std::string_view text, std::size_t at)
{
    constexpr std::size_t length = 6;  // \uXXXX
    if (at + length > text.size() || text[at] != '\\' || text[at + 1] != 'u')
        return std::nullopt;
    unsigned unit = 0;
    const char* const digits = text.data() + at + 2;
    const auto read = std::from_chars(digits, digits + 4, unit, 16);
    if (read.ec != std::errc() || read.ptr != digits + 4)
        return std::nullopt;
    return unit;
}

class repairing {
public:
    repairing(std::string_view text, std::size_t deepest) : text_(text), deepest_(deepest)
    {
        out_.reserve(text.size() + text.size() / 8 + 64);
    }

    std::string whole()
    {
        while (at_ < text_.size())
            take_token();
        return std::move(out_);
    }

private:
    void take_token()
    {
        const char c = text_[at_];
        if (c == '"')
            take_string();
        else if (c == '[' || c == '{')
            take_opening();
        else if (!ends_word(c))
            take_word();
        else {
            if ((c == ']' || c == '}') && depth_ > 0)
                --depth_;
            out_ += c;
            ++at_;
        }
    }

    // An empty one is no depth to a parser.
    bool is_empty_container() const
    {
        auto next = at_ + 1;
        while (next < text_.size() && is_space(text_[next]))
            ++next;
        return next < text_.size() && text_[next] == (text_[at_] == '[' ? ']' : '}');
    }

    void take_opening()
    {
        if (depth_ < deepest_ || is_empty_container()) {
            ++depth_;
            out_ += text_[at_++];
            return;
        }
        const auto end = end_of_container(text_, at_);
        out_ += '"' + deep_value_of(text_.substr(at_, end - at_)) + '"';
        at_ = end;
    }

    void take_word()
    {
        auto end = at_;
        while (end < text_.size() && !ends_word(text_[end]))
            ++end;
        const auto word = text_.substr(at_, end - at_);
        const bool is_known = word == "true" || word == "false" || word == "null" || is_number(word);
        if (is_known || depth_ == 0) {  // a page of HTML does not become JSON
            out_ += word;
            at_ = end;
            return;
        }
        out_ += '"';
        while (at_ < end)
            if (text_[at_] == '\\') {
                out_ += "\\\\";
                ++at_;
            } else {
                take_character();
            }
        out_ += '"';
    }

    void take_string()
    {
        out_ += text_[at_++];
        while (at_ < text_.size() && text_[at_] != '"')
            if (text_[at_] == '\\')
                take_escape();
            else
                take_character();
        if (at_ < text_.size())
            out_ += text_[at_++];
    }

    void take_character()
    {
        const char c = text_[at_];
        if (static_cast<unsigned char>(c) < 0x20) {
            out_ += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
            ++at_;
            return;
        }
        const auto length = static_cast<unsigned char>(c) < 0x80
                                ? std::size_t{1}
                                : first_character(text_.substr(at_, 4)).length;
        if (length == 0)
            out_ += replacement;
        else
            out_ += text_.substr(at_, length);
        at_ += std::max<std::size_t>(1, length);
    }

    void take_escape()
    {
        const auto unit = code_unit_at(text_, at_);
        if (unit) {
            take_code_unit(*unit);
            return;
        }
        const bool is_known = at_ + 1 < text_.size() &&
                              std::string_view(R"("\/bfnrt)").find(text_[at_ + 1]) != std::string_view::npos;
        if (is_known)
            out_ += text_.substr(at_, 2);
        else
            out_ += replacement;
        at_ += is_known ? 2 : 1;
    }

    void take_code_unit(unsigned unit)
    {
        constexpr std::size_t length = 6;
        const bool is_high = unit >= 0xd800 && unit < 0xdc00;
        const bool is_low = unit >= 0xdc00 && unit < 0xe000;
        const auto next = is_high ? code_unit_at(text_, at_ + length) : std::nullopt;
        const bool is_pair = next && *next >= 0xdc00 && *next < 0xe000;
        const auto taken = is_pair ? 2 * length : length;
        if ((is_high && !is_pair) || is_low)
            out_ += replacement;
        else
            out_ += text_.substr(at_, taken);
        at_ += taken;
    }

    std::string_view text_;
    std::size_t deepest_;
    std::size_t at_ = 0;
    std::size_t depth_ = 0;
    std::string out_;
};

// At the comma or bracket behind an item of an array.
std::size_t end_of_item(std::string_view text, std::size_t at)
{
    while (at < text.size() && text[at] != ',' && text[at] != ']') {
        const char c = text[at];
        if (c == '[' || c == '{')
            at = end_of_container(text, at);
        else
            at = c == '"' ? end_of_string(text, at) : at + 1;
    }
    return at;
}

// Copies the array that begins at `at`. Where it ends.
std::size_t take_items(std::string_view text, std::size_t at,
                       const std::function<bool(std::string_view)>& is_json, std::string& out)
{
    out += text[at++];
    while (at < text.size()) {
        const auto end = end_of_item(text, at);
        const auto item = text.substr(at, end - at);
        const bool is_blank = std::ranges::all_of(item, is_space);
        if (is_blank || is_json(item))
            out += item;
        else
            out += "null";
        at = end;
        if (at < text.size())
            out += text[at++];
        if (at <= text.size() && text[at - 1] == ']')
            break;
    }
    return at;
}

}  // namespace

std::string repaired_json(std::string_view text, std::size_t deepest)
{
    return repairing(text, deepest).whole();
}

std::string deep_value_of(std::string_view text)
{
    return fmt::format("{}{})", deep_value_start, hex(sha256(text).data(), 16));
}

bool is_deep_value(std::string_view text)
{
    return text.starts_with(deep_value_start);
}

std::string without_broken_items(std::string_view text, const std::function<bool(std::string_view)>& is_json)
{
    std::string out;
    out.reserve(text.size());
    bool in_root_object = false;
    for (std::size_t at = 0; at < text.size();) {
        const char c = text[at];
        if (c == '[') {
            at = take_items(text, at, is_json, out);
            continue;
        }
        auto end = at + 1;
        if (c == '"')
            end = end_of_string(text, at);
        else if (c == '{' && in_root_object)
            end = end_of_container(text, at);
        in_root_object = in_root_object || c == '{';
        out += text.substr(at, end - at);
        at = end;
    }
    return out;
}

}  // namespace trunkwarden
