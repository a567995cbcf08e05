#include "simulator/masking.hpp"

#include <algorithm>
#include <array>
#include <memory>
#include <string>
#include <string_view>

#include "simulator/merge.hpp"
#include "simulator/object_path.hpp"

namespace trunkwarden::simulator {
namespace json = boost::json;
namespace {

constexpr std::string_view asterisks = "********";

constexpr std::array<std::string_view, 3> lists_with_passwords{"/credential_connections", "/fqdn_connections",
                                                               "/uac_connections"};

const json::value* member_of(const json::value* object, std::string_view name)
{
    return object == nullptr || !object->is_object() ? nullptr : object->get_object().if_contains(name);
}

// `before` is the same place of the object before the request; nullptr where the request changes nothing.
void mask(json::value& shown, const json::value* before)
{
    if (auto* items = shown.if_array()) {
        for (json::value& each : *items) {
            mask(each, nullptr);
        }
        return;
    }
    if (!shown.is_object()) {
        return;
    }
    for (auto& member : shown.get_object()) {
        const json::value* was = member_of(before, member.key());
        json::value& value = member.value();
        const bool is_password =
            member.key() == "password" && value.is_string() && !value.get_string().empty();
        if (!is_password) {
            mask(value, was);
        } else if (was == nullptr || *was == value) {
            value = asterisks;
        }
    }
}

}  // namespace

masking::masking(const account& state, const request& asked)
{
    const bool creates = asked.method == "POST" && find_endpoint(asked.path) != nullptr;
    concerned_ = !creates && std::ranges::any_of(lists_with_passwords, [&asked](std::string_view list) {
        return asked.path.starts_with(list);
    });
    if (!concerned_ || asked.method != "PATCH") {
        return;
    }
    const item_path where = split_item(asked.path);
    if (where.found == nullptr || (!where.rest.empty() && find_endpoint(where.rest) == nullptr)) {
        return;
    }
    const std::string_view list = where.rest.empty() ? where.found->path : where.rest;
    // The part of an object that nobody set up has no password.
    before_ = state.find(list, where.id).value_or(json::object{{"password", nullptr}});
}

void masking::apply(reply& made) const
{
    boost::system::error_code failed;
    json::value body = concerned_ ? json::parse(*made.body, failed) : json::value();
    if (failed || !body.is_object() || !body.get_object().contains("data")) {
        return;
    }
    mask(body.get_object()["data"], before_.is_null() ? nullptr : &before_);
    made.body = std::make_shared<const std::string>(to_text(body));
    made.gzip = nullptr;
}

}  // namespace trunkwarden::simulator
