#include "use/running_calls.hpp"

#include <boost/json/parse.hpp>

#include <cstdint>
#include <fmt/format.h>
#include <optional>
#include <utility>

#include "snapshot/json_reader.hpp"

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

// "meta": {"total_items": 57}
std::optional<std::uint64_t> total_in(const json::object& body)
{
    const auto* meta = object_in(body, "meta");
    const auto* total = meta == nullptr ? nullptr : meta->if_contains("total_items");
    if (total == nullptr || !total->is_number())
        return std::nullopt;
    json::error_code failed;
    const auto count = total->to_number<std::uint64_t>(failed);
    return failed ? std::nullopt : std::optional(count);
}

}  // namespace

result<running_calls> running_calls_in(const std::string& body)
{
    json::error_code failed;
    const auto parsed = json::parse(readable_json(body, deepest_list), failed);
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
        if (id != nullptr && id->is_string() && !id->get_string().empty())
            out.ids.emplace_back(id->get_string().data(), id->get_string().size());
    }
    const auto shown = data->get_array().size();
    if (out.ids.empty() && shown > 0)
        return not_understood("shows no call with a call_control_id");
    if (shown > out.count)
        return not_understood(fmt::format("counts {} of them and shows {}", out.count, shown));
    return out;
}

}  // namespace trunkwarden
