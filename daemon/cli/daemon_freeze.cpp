#include "cli/daemon_freeze.hpp"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <fmt/format.h>

#include "cli/control_client.hpp"
#include "containment/json_path.hpp"
#include "support/json_view.hpp"

namespace trunkwarden {
namespace {

daemon_freeze not_frozen(const failure& why)
{
    return {daemon_freeze::outcome::not_frozen,
            fmt::format("The quarantine of a running daemon was not frozen, and it may act meanwhile: {}",
                        why.message)};
}

}  // namespace

daemon_freeze freeze_daemon(const std::filesystem::path& socket, std::string_view reason)
{
    http_query look;
    look.target = "/api/v1/status";
    const auto status = ask_api(socket, look);
    if (!status)
        return not_frozen(status.error());
    if (status->is_object() && !text_at(status->get_object(), "frozen_since").empty())
        return {
            daemon_freeze::outcome::was_frozen,
            "The quarantine of the running daemon is frozen, as it was before: it does not act meanwhile"};
    boost::json::object body;
    body["reason"] = view(reason);
    http_query order;
    order.method = "POST";
    order.target = "/api/v1/quarantine/freeze";
    order.body = boost::json::serialize(body);
    if (const auto answer = ask_api(socket, order); !answer)
        return not_frozen(answer.error());
    return {
        daemon_freeze::outcome::frozen,
        "The quarantine of the running daemon is frozen in every account, and stays so. When all is well again: "
        "trunkwarden quarantine thaw"};
}

}  // namespace trunkwarden
