#include "use/running_calls.hpp"

#include <boost/json/parse.hpp>

#include <algorithm>
#include <cstdint>
#include <fmt/format.h>
#include <optional>
#include <utility>

namespace trunkwarden {
namespace {

namespace json = boost::json;

failure not_understood(std::string why)
{
    return {errc::not_understood, "the answer about the running calls " + std::move(why)};
}

const json::object* object_in(const json::object& object, const char* name)
{
    const auto* value = object.if_contains(name);
    return value == nullptr ? nullptr : value->if_object();
}

// Nothing of a value that is no whole number, or one of no calls and no call's seconds.
std::optional<std::uint64_t> whole_number_in(const json::object& object, const char* name)
{
    const auto* value = object.if_contains(name);
    if (value == nullptr || !value->is_number())
        return std::nullopt;
    json::error_code failed;
    const auto number = value->to_number<std::uint64_t>(failed);
    constexpr std::uint64_t most = 1'000'000'000;
    return failed || number > most ? std::nullopt : std::optional(number);
}

// "meta": {"total_items": 57}
std::optional<std::uint64_t> total_in(const json::object& body)
{
    const auto* meta = object_in(body, "meta");
    return meta == nullptr ? std::nullopt : whole_number_in(*meta, "total_items");
}

}  // namespace

result<running_calls> running_calls_in(const std::string& body)
{
    json::error_code failed;
    const auto parsed = json::parse(body, failed);
    const auto* whole = failed ? nullptr : parsed.if_object();
    const auto* data = whole == nullptr ? nullptr : whole->if_contains("data");
    if (data == nullptr || !data->is_array())
        return not_understood("has no list \"data\"");
    const auto total = total_in(*whole);
    if (!total)
        return not_understood("does not say how many there are (meta.total_items)");
    running_calls out;
    out.count = *total;
    for (const auto& item : data->get_array()) {
        const auto* call = item.if_object();
        const auto* id = call == nullptr ? nullptr : call->if_contains("call_control_id");
        if (id == nullptr || !id->is_string() || id->get_string().empty())
            return not_understood("shows a call without a call_control_id");
        out.shown.push_back({std::string(id->get_string().data(), id->get_string().size()),
                             whole_number_in(*call, "call_duration")});
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
