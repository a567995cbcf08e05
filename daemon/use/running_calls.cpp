#include "use/running_calls.hpp"

#include <algorithm>
#include <cstdint>
#include <fmt/format.h>
#include <optional>
#include <string_view>
#include <utility>

#include "snapshot/answer_form.hpp"
#include "snapshot/json_reader.hpp"

namespace trunkwarden {
namespace {

failure not_understood(std::string why)
{
    return {errc::not_understood, "the answer about the running calls " + std::move(why)};
}

// Nothing of a value that is no whole number, or one of no calls and no call's seconds.
std::optional<std::uint64_t> whole_number_in(simdjson::simdjson_result<json_element> value)
{
    constexpr std::uint64_t most = 1'000'000'000;
    std::uint64_t whole = 0;
    if (value.get(whole) == simdjson::SUCCESS)
        return whole > most ? std::nullopt : std::optional(whole);
    double fraction = 0;
    if (value.get(fraction) != simdjson::SUCCESS || fraction < 0 || fraction > static_cast<double>(most))
        return std::nullopt;
    whole = static_cast<std::uint64_t>(fraction);
    return static_cast<double>(whole) == fraction ? std::optional(whole) : std::nullopt;
}

}  // namespace

result<running_calls> running_calls_in(const std::string& body)
{
    json_reader reader;
    const auto answer = reader.parse(body, deepest_list);
    if (!answer)
        return not_understood("cannot be read: " + answer.error().message);
    simdjson::dom::array calls;
    if ((*answer)["data"].get(calls) != simdjson::SUCCESS)
        return not_understood("has no \"data\" array; " + form_of(*answer));
    const auto total = whole_number_in((*answer)["meta"]["total_items"]);
    if (!total)
        return not_understood("does not say how many there are (meta.total_items)");
    running_calls out;
    out.count = *total;
    for (const json_element call : calls) {
        std::string_view id;
        if (call["call_control_id"].get(id) != simdjson::SUCCESS || id.empty())
            return not_understood("shows a call without a call_control_id");
        out.shown.push_back({std::string(id), whole_number_in(call["call_duration"])});
    }
    if (out.shown.size() > out.count)
        return not_understood(fmt::format("counts {} of them and shows {}", out.count, out.shown.size()));
    return out;
}

call_count count_of(const running_calls& read)
{
    call_count out{read.count, {}};
    for (const auto& call : read.shown)
        out.longest = std::max(out.longest, call.seconds);
    return out;
}

}  // namespace trunkwarden
