#include "baseline/file/read_value.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <utility>

#include "baseline/regions.hpp"
#include "baseline/url_pattern.hpp"
#include "baseline/wildcard.hpp"
#include "destinations/destination.hpp"
#include "snapshot/canonical.hpp"
#include "support/ascii.hpp"
#include "support/ip_network.hpp"
#include "support/yaml/quoted_text.hpp"

namespace trunkwarden {

namespace {

using form = accepted_value::form;

failure fault(std::string sentence)
{
    return {errc::bad_file, std::move(sentence)};
}

accepted_value exactly(value_kind kind, std::string_view text)
{
    return {form::exact, canonical(kind, text)};
}

result<accepted_value> read_flag(std::string_view written)
{
    auto flag = canonical(value_kind::flag, written);
    if (flag != "true" && flag != "false")
        return fault(fmt::format("must be true or false, not {}", quoted_text(written)));
    return accepted_value{form::exact, std::move(flag)};
}

result<accepted_value> read_number(value_kind kind, std::string_view written)
{
    if (!compare_decimals(written, written).valid)
        return fault(
            fmt::format("must be a decimal number such as 50 or 0.25, not {}", quoted_text(written)));
    return exactly(kind, written);
}

result<accepted_value> read_whole_word(value_kind kind, std::string_view written)
{
    if (has_wildcard(written))
        return fault(fmt::format(
            "cannot hold a wildcard, as {} does; list the values it may have (a star itself is \\*)",
            quoted_text(written)));
    return exactly(kind, unescaped(written));
}

// The network that `written` spells, when no bit is set behind its prefix.
result<ip_network> read_network(std::string_view written)
{
    const auto network = parse_ip_network(written);
    if (!network)
        return fault(fmt::format("must be an IP address or a network such as 198.51.100.0/28, not {}",
                                 quoted_text(written)));
    const auto whole = without_host_bits(*network);
    if (!(whole == *network))
        return fault(
            fmt::format("must be a whole network: {} lies in {}; write that, or {} for the one address",
                        written, network_text(whole), address_text(*network)));
    return whole;
}

result<accepted_value> read_ip(std::string_view written)
{
    if (const auto address = parse_ip_address(written))
        return accepted_value{form::exact, address_text(*address)};
    const auto network = read_network(written);
    if (!network)
        return network.error();
    return accepted_value{form::network, network_text(*network)};
}

result<accepted_value> read_cidr(std::string_view written)
{
    if (!parse_ip_address(written))
        if (const auto network = read_network(written); !network)
            return network.error();
    return exactly(value_kind::cidr, written);
}

result<accepted_value> read_text(value_kind kind, std::string_view written)
{
    if (!has_wildcard(written))
        return exactly(kind, unescaped(written));
    if (kind == value_kind::url)
        if (auto wrong = fault_of_url_pattern(written))
            return fault(std::move(*wrong));
    return accepted_value{form::wildcard, canonical(kind, written)};
}

// Telnyx takes "any alphanumeric value" for a translated number: an extension, a user, a number without its
// plus. A keypad has * and #, too.
bool is_extension_character(char c)
{
    return is_letter_or_digit(c) || std::string_view("._-*#").find(c) != std::string_view::npos;
}

// One of Telnyx's own may reach a number.
bool is_sip_address(std::string_view text)
{
    const auto scheme = to_lower(text.substr(0, text.find(':')));
    return (scheme == "sip" || scheme == "sips") &&
           weigh_destination(text).risk != destination_risk::malformed &&
           std::ranges::none_of(text, [](char c) { return c <= ' ' || c == 0x7f; });
}

bool is_number_or_address(std::string_view text)
{
    constexpr std::size_t max_digits = 15;
    const auto digits = text.substr(text.starts_with('+') ? 1 : 0);
    const bool is_number = text.starts_with('+') && !digits.empty() && digits.size() <= max_digits &&
                           std::ranges::all_of(digits, is_digit);
    return is_number || std::ranges::all_of(text, is_extension_character) || is_sip_address(text);
}

bool is_number_pattern(std::string_view written)
{
    const auto digits = written.substr(written.starts_with('+') ? 1 : 0);
    return std::ranges::all_of(digits, [](char c) { return is_digit(c) || c == '*'; });
}

result<accepted_value> read_e164(std::string_view written)
{
    const bool wild = has_wildcard(written);
    auto text = wild ? std::string(written) : unescaped(written);
    if (wild ? !is_number_pattern(text) : !is_number_or_address(text))
        return fault(fmt::format("must be a number such as +14155550100, or with a wildcard +1415*, not {}",
                                 quoted_text(written)));
    return wild ? accepted_value{form::wildcard, std::move(text)} : exactly(value_kind::e164, text);
}

result<std::string> read_region(std::string_view written)
{
    const auto code = canonical(value_kind::country_set, written);
    if (is_region(code))
        return code;
    if (code == "*" || code == "\\*")
        return std::string("*");  // the API's own word for every destination, not a wildcard
    if (code == "FALSE")
        return fault(
            "must be a set of regions; \"false\" is what some tools make of NO: write NO for Norway");
    if (code == "UK")
        return fault("must be a set of ISO 3166 regions; the United Kingdom is GB");
    return fault(fmt::format("must be a set of ISO 3166 regions such as US or NO, which {} is not",
                             quoted_text(written)));
}

}  // namespace

result<accepted_value> read_value(value_kind kind, std::string_view written)
{
    if (written.empty())
        return accepted_value{};
    switch (kind) {
        case value_kind::flag:
            return read_flag(written);
        case value_kind::number:
        case value_kind::money:
            return read_number(kind, written);
        case value_kind::identifier:
        case value_kind::choice:
            return read_whole_word(kind, written);
        case value_kind::ip:
            return read_ip(written);
        case value_kind::cidr:
            return read_cidr(written);
        case value_kind::e164:
            return read_e164(written);
        default:
            return read_text(kind, written);
    }
}

result<std::string> read_member(value_kind kind, std::string_view written)
{
    if (written.empty())
        return fault("must be a set without empty members; [] is the empty set");
    if (kind == value_kind::country_set)
        return read_region(written);
    if (has_wildcard(written))
        return fault(
            fmt::format("is compared as a whole set, so that {} cannot be a wildcard; leave the field out to "
                        "accept any set, or write \\* for a star",
                        quoted_text(written)));
    return canonical(kind, unescaped(written));
}

}  // namespace trunkwarden
