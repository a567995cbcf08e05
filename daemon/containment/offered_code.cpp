#include "containment/offered_code.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <cstdint>
#include <string>

#include "containment/json_path.hpp"
#include "containment/requests.hpp"
#include "snapshot/json_reader.hpp"
#include "support/json_view.hpp"

namespace trunkwarden {
namespace {

// Whether a list of {"code": …} under "data" has this one.
bool offers(const std::string& body, std::uint32_t code)
{
    boost::json::error_code failed;
    const auto parsed = boost::json::parse(readable_json(body, deepest_list), failed);
    const auto* outer = failed ? nullptr : parsed.if_object();
    const auto* data = outer == nullptr ? nullptr : outer->if_contains("data");
    if (data == nullptr || !data->is_array())
        return false;
    const auto wanted = std::to_string(code);
    return std::ranges::any_of(data->get_array(), [&wanted](const boost::json::value& item) {
        return item.is_object() && text_at(item.get_object(), "code") == wanted;
    });
}

}  // namespace

task<> add_offered_code(api_client& api, const resource_type& type, action& step)
{
    const auto& wanted = type.contain.names_code;
    if (!wanted.possible() || step.measure != measure::contain || step.request.body.empty())
        co_return;
    const auto target = target_of(wanted.path, type, step.address);
    const auto answer = co_await api.get(target, request_priority::at_once());
    if (!answer || !offers(*answer, wanted.code))
        co_return;
    auto body = boost::json::parse(step.request.body).as_object();
    body[view(wanted.member)] = wanted.code;
    step.request.body = boost::json::serialize(body);
}

}  // namespace trunkwarden
