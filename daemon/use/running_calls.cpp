#include "use/running_calls.hpp"

#include <cstdint>
#include <fmt/format.h>
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
    std::uint64_t total = 0;
    if ((*answer)["meta"]["total_items"].get(total) != simdjson::SUCCESS)
        return not_understood("does not say how many there are (meta.total_items)");
    running_calls out;
    out.count = total;
    for (const json_element call : calls) {
        std::string_view id;
        if (call["call_control_id"].get(id) != simdjson::SUCCESS || id.empty())
            return not_understood("shows a call without a call_control_id");
        out.ids.emplace_back(id);
    }
    if (out.ids.size() > out.count)
        return not_understood(fmt::format("counts {} of them and shows {}", out.count, out.ids.size()));
    return out;
}

}  // namespace trunkwarden
