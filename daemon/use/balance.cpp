#include "use/balance.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <string_view>

#include "snapshot/json_reader.hpp"
#include "support/ascii.hpp"
#include "support/escape.hpp"

namespace trunkwarden {
namespace {

failure not_understood(std::string_view member, std::string_view value, std::string_view wanted)
{
    return {errc::not_understood,
            fmt::format("GET /balance: data.{} is \"{}\", not {}", member, printable(value, 40), wanted)};
}

}  // namespace

bool is_currency(std::string_view text)
{
    return text.size() == 3 && std::ranges::all_of(text, is_upper);
}

result<balance> balance_in(const std::string& body)
{
    json_reader reader;
    const auto answer = reader.parse(body, deepest_answer);
    if (!answer)
        return failure{answer.error().kind, "GET /balance: " + answer.error().message};
    const auto available = text_at(*answer, "data.available_credit");
    const auto known = parse_amount(available);
    if (!known)
        return not_understood("available_credit", available, "an amount");
    balance out{*known, text_at(*answer, "data.currency")};
    if (!is_currency(out.currency))
        return not_understood("currency", out.currency, "a currency of three capital letters");
    return out;
}

}  // namespace trunkwarden
