#include "destinations/destination.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "destinations/destination_table.hpp"
#include "destinations/message_pumping.hpp"
#include "support/ascii.hpp"

namespace trunkwarden {

namespace {

using dialling_plan::find_row;
using dialling_plan::is_digits;
using dialling_plan::table_row;

constexpr std::size_t max_digits = 15;    // E.164
constexpr std::size_t fewest_digits = 5;  // shorter ones are a country code with nothing behind it

constexpr bool is_separator(char c)
{
    return c == ' ' || c == '-' || c == '.' || c == '(' || c == ')' || c == '/';
}

constexpr bool equal_ignoring_case(std::string_view a, std::string_view b)
{
    return std::ranges::equal(a, b, [](char x, char y) { return to_lower(x) == to_lower(y); });
}

constexpr bool consume_ignoring_case(std::string_view& text, std::string_view prefix)
{
    if (!equal_ignoring_case(text.substr(0, prefix.size()), prefix))
        return false;
    text.remove_prefix(prefix.size());
    return true;
}

constexpr std::string_view trim_spaces(std::string_view text)
{
    const auto first = text.find_first_not_of(' ');
    if (first == std::string_view::npos)
        return {};
    return text.substr(first, text.find_last_not_of(' ') - first + 1);
}

// The digits as they would be dialled, in a fixed buffer: room for the longest number and an international
// prefix.
struct dialled {
    std::array<char, max_digits + 3> buffer{};
    std::size_t size = 0;
    bool plus = false;

    std::string_view digits() const { return {buffer.data(), size}; }
    void drop(std::size_t position, std::size_t count)
    {
        std::copy(buffer.begin() + position + count, buffer.begin() + size, buffer.begin() + position);
        size -= count;
    }
};

// Nothing where the text is not a number: a letter, a control character, a digit of another script, too many
// digits.
std::optional<dialled> read_digits(std::string_view text)
{
    dialled number;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        // "+44 (0)20 ...": the zero is for callers inside the country.
        if (c == '(' && number.plus && number.size > 0 && text.substr(i, 3) == "(0)") {
            i += 2;
            continue;
        }
        if (is_separator(c))
            continue;
        if (c == '+' && number.size == 0 && !number.plus) {
            number.plus = true;
            continue;
        }
        if (c < '0' || c > '9' || number.size == number.buffer.size())
            return std::nullopt;
        number.buffer[number.size++] = c;
    }
    return number;
}

// Three to six digits without a plus are dialled as they are.
destination weigh_short_code(std::string_view digits)
{
    constexpr table_row named[] = {
        {"000", "emergency number", "", destination_risk::special},
        {"112", "emergency number", "", destination_risk::special},
        {"911", "emergency number", "", destination_risk::special},
        {"999", "emergency number", "", destination_risk::special},
        {"933", "emergency test number", "", destination_risk::special},
        {"988", "crisis line", "", destination_risk::special},
        {"211", "service code", "", destination_risk::special},
        {"311", "service code", "", destination_risk::special},
        {"411", "directory assistance", "", destination_risk::special},
        {"511", "service code", "", destination_risk::special},
        {"611", "service code", "", destination_risk::special},
        {"711", "service code", "", destination_risk::special},
        {"811", "service code", "", destination_risk::special},
    };
    for (const table_row& code : named)
        if (code.prefix == digits)
            return {code.risk, code.place, code.region, code.prefix};
    return {destination_risk::special, "short code", "", ""};
}

// A zero left behind the country code, "+44 0906 ...", is dropped by some networks on the way. Where it is,
// the number is the costlier of the two readings. Italy's zero is part of the number.
const table_row* costlier_without_trunk_zero(std::string_view digits, const table_row* row)
{
    const std::size_t code = dialling_plan::country_code_length(digits);
    if (digits.size() <= code || digits[code] != '0' || digits.starts_with("39"))
        return row;
    dialled without;
    without.size = digits.size();
    std::ranges::copy(digits, without.buffer.begin());
    without.drop(code, 1);
    const table_row* other = find_row(without.digits());
    return other != nullptr && other->prefix.size() > code && costs_dearly(other->risk) ? other : row;
}

// NPA-976-XXXX is pay-per-call in the United States and Canada (NANPA); in the Caribbean it is an exchange
// like others.
bool is_976_exchange(std::string_view digits, const table_row& row)
{
    return row.risk == destination_risk::domestic_like && (row.region == "US" || row.region == "CA") &&
           row.place != "North American toll-free" && digits.substr(4, 3) == "976";
}

// `digits` begin with the country calling code.
destination weigh_international(std::string_view digits)
{
    if (digits.size() < fewest_digits || digits.size() > max_digits)
        return {};
    // Networks cut digits dialled beyond the eleventh, so only a short +1 number is malformed.
    if (digits.starts_with('1') && (digits.size() < 11 || digits[1] < '2'))
        return {};
    const table_row* row = find_row(digits);
    if (row == nullptr)
        return {};
    row = costlier_without_trunk_zero(digits, row);
    const destination_risk risk =
        digits.starts_with('1') && is_976_exchange(digits, *row) ? destination_risk::premium : row->risk;
    return {risk, row->place, row->region, row->prefix};
}

destination weigh_telephone_number(std::string_view text)
{
    std::optional<dialled> number = read_digits(text);
    if (!number)
        return {};
    if (number->plus)
        return weigh_international(number->digits());
    if (number->size >= 3 && number->size <= 6)
        return weigh_short_code(number->digits());
    if (number->digits().starts_with("011"))
        number->drop(0, 3);
    else if (number->digits().starts_with("00"))
        number->drop(0, 2);
    else if (number->size == 10) {
        if (number->buffer[0] < '2')
            return {};
        std::copy_backward(number->buffer.begin(), number->buffer.begin() + 10, number->buffer.begin() + 11);
        number->buffer[0] = '1';
        number->size = 11;
    } else if (number->size < 11)
        return {};
    return weigh_international(number->digits());
}

// Whether a finding may show the text as a host: a name, an IPv4 or a bracketed IPv6 address, with its port.
bool is_host(std::string_view text)
{
    constexpr std::size_t longest = 253 + 6;
    return !text.empty() && text.size() <= longest && std::ranges::all_of(text, [](char c) {
        return is_letter_or_digit(c) || c == '.' || c == '-' || c == '_' || c == ':' || c == '[' || c == ']';
    });
}

// With a dot at its end, too: that is the same name (RFC 1034 3.1).
bool is_telnyx(std::string_view host)
{
    std::string_view name = host.substr(0, host.find(':'));
    if (name.ends_with('.'))
        name.remove_suffix(1);
    constexpr std::string_view domain = "telnyx.com";
    if (name.size() <= domain.size())
        return equal_ignoring_case(name, domain);
    const std::size_t dot = name.size() - domain.size() - 1;
    return name[dot] == '.' && equal_ignoring_case(name.substr(dot + 1), domain);
}

// `address` is what follows "sip:", RFC 3261: user;parameters:password@host:port;parameters?headers.
destination weigh_sip_address(std::string_view address)
{
    const std::size_t at = address.rfind('@');
    const std::string_view user = at == std::string_view::npos ? std::string_view{} : address.substr(0, at);
    const std::string_view behind = at == std::string_view::npos ? address : address.substr(at + 1);
    const std::string_view host = behind.substr(0, behind.find_first_of(";?>"));
    if (!is_host(host))
        return {};
    // A number at Telnyx's own proxy comes back to the telephone network, on this account's bill.
    if (is_telnyx(host)) {
        const destination reached = weigh_telephone_number(user.substr(0, user.find_first_of(";:")));
        if (reached.risk != destination_risk::malformed)
            return reached;
    }
    return {destination_risk::sip_address, host, "", ""};
}

// "+1 876", "+371 900", "+44".
std::string grouped(std::string_view prefix)
{
    const std::size_t code = std::min(prefix.size(), dialling_plan::country_code_length(prefix));
    std::string text = "+";
    text += prefix.substr(0, code);
    if (prefix.size() > code) {
        text += ' ';
        text += prefix.substr(code);
    }
    return text;
}

std::string place_and_prefix(const destination& reached)
{
    return std::string{reached.place} + " (" + grouped(reached.prefix) + ")";
}

// A short code belongs to no region, and is dialled without a plus.
std::string describe_special(const destination& reached)
{
    if (!reached.region.empty())
        return place_and_prefix(reached);
    std::string text{reached.place};
    if (!reached.prefix.empty())
        text += " (" + std::string{reached.prefix} + ")";
    return text;
}

}  // namespace

destination weigh_destination(std::string_view number) noexcept
{
    std::string_view text = trim_spaces(number);
    if (consume_ignoring_case(text, "sip:") || consume_ignoring_case(text, "sips:"))
        return weigh_sip_address(text);
    if (consume_ignoring_case(text, "tel:"))
        text = text.substr(0, text.find(';'));
    return weigh_telephone_number(text);
}

std::optional<destination> costliest_destination_behind(std::string_view beginning) noexcept
{
    const auto digits = beginning.substr(beginning.starts_with('+') ? 1 : 0);
    if (!digits.empty() && !is_digits(digits))
        return std::nullopt;
    const auto as_destination = [](const table_row& row) {
        return destination{row.risk, row.place, row.region, row.prefix};
    };
    if (const auto* around = find_row(digits); around != nullptr && costs_dearly(around->risk))
        return as_destination(*around);
    const auto& table = dialling_plan::table;
    const auto* row = std::ranges::lower_bound(table, digits, {}, &table_row::prefix);
    for (; row != table.end() && row->prefix.starts_with(digits); ++row)
        if (costs_dearly(row->risk))
            return as_destination(*row);
    return std::nullopt;
}

bool is_pumped_by_messages(std::string_view region) noexcept
{
    return std::ranges::any_of(dialling_plan::pumped_codes,
                               [region](std::string_view code) { return find_row(code)->region == region; });
}

std::string describe(const destination& reached)
{
    switch (reached.risk) {
        case destination_risk::domestic_like:
        case destination_risk::foreign:
            return place_and_prefix(reached);
        case destination_risk::high_risk:
            return place_and_prefix(reached) + (reached.prefix.starts_with('1')
                                                    ? ", looks domestic"
                                                    : ", a target of revenue share fraud");
        case destination_risk::satellite:
            return "satellite (" + grouped(reached.prefix) + " " + std::string{reached.place} + ")";
        case destination_risk::premium:
            return "premium rate, " + place_and_prefix(reached);
        case destination_risk::shared_cost:
            return "shared cost, " + place_and_prefix(reached);
        case destination_risk::special:
            return describe_special(reached);
        case destination_risk::sip_address:
            return "a SIP address, " + std::string{reached.place};
        case destination_risk::malformed:
            break;
    }
    return "not an E.164 number";
}

}  // namespace trunkwarden
