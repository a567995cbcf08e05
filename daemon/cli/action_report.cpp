#include "cli/action_report.hpp"

#include <boost/json/array.hpp>

#include <algorithm>
#include <fmt/format.h>
#include <string>
#include <utility>

#include "cli/control_client.hpp"
#include "support/json_member.hpp"

namespace trunkwarden {

namespace {

namespace json = boost::json;
using std::filesystem::path;

result<json::object> page_of(const path& socket, std::size_t most, const std::string& after)
{
    constexpr std::size_t at_once = 500;
    const auto begin = after.empty() ? std::string() : "&after=" + after;
    auto page = ask_api(
        socket, {"GET", fmt::format("/api/v1/actions?limit={}{}", std::min(most, at_once), begin), ""});
    if (!page)
        return page.error();
    const auto* actions = page->is_object() ? page->get_object().if_contains("actions") : nullptr;
    if (actions == nullptr || !actions->is_array())
        return failure{errc::not_understood, "the daemon's list of actions is not understood"};
    return std::move(page->get_object());
}

}  // namespace

result<json::object> action_report_of(const path& socket, std::size_t most)
{
    auto out = page_of(socket, most, {});
    if (!out)
        return out;
    auto& actions = out->at("actions").get_array();
    for (std::string next(string_at(*out, "next")); !next.empty() && actions.size() < most;) {
        auto page = page_of(socket, most - actions.size(), next);
        if (!page)
            return page;
        for (auto& item : page->at("actions").get_array())
            actions.push_back(std::move(item));
        next = string_at(*page, "next");
        (*out)["next"] = page->at("next");
    }
    return out;
}

}  // namespace trunkwarden
