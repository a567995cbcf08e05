#include "simulator/interference.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <stdexcept>
#include <utility>

#include "simulator/attacks.hpp"
#include "simulator/merge.hpp"
#include "simulator/object_path.hpp"

namespace trunkwarden::simulator {
namespace json = boost::json;
namespace {

bool attacks_list(std::string_view name, std::string_view list)
{
    return std::ranges::any_of(attack_names(), [&](const json::value& each) {
        return scalar_text(each.at("name")) == name && scalar_text(each.at("path")) == list;
    });
}

}  // namespace

void shift_page(std::string_view manner, const request& asked, account& on)
{
    if (find_endpoint(asked.path) == nullptr || on.size(asked.path) == 0) {
        return;
    }
    const author silent{.user_id = "", .change_made_by = "organization_member", .audited = false};
    const std::string_view id_field = find_endpoint(asked.path)->id_field;
    json::object first = on.at(asked.path, 0);
    if (manner == "delete" || manner == "swap") {
        on.remove(asked.path, scalar_text(first.at(id_field)), silent);
    }
    if (manner == "swap") {  // the count stays the same
        on.create(asked.path, std::move(first), silent);
    } else if (manner == "insert") {
        first.erase(id_field);
        on.create_first(asked.path, std::move(first), silent);
    }
}

void halve(request& asked)
{
    const named_object about = object_named_by(asked.path);
    boost::system::error_code failed;
    const json::value parsed = json::parse(asked.body, failed);
    const bool changes = asked.method == "PATCH" || asked.method == "PUT";
    if (failed || !parsed.is_object() || !changes || about.list.empty()) {
        return;
    }
    const endpoint* endpoint = find_endpoint(about.list);
    const auto required = words(endpoint == nullptr ? std::string_view() : endpoint->required_to_change);
    json::object half;
    bool has_first = false;
    for (const auto& [key, value] : parsed.get_object()) {
        const bool is_required = std::ranges::find(required, std::string_view(key)) != required.end();
        if (is_required || !has_first) {
            half[key] = value;
        }
        has_first = has_first || !is_required;
    }
    asked.body = to_text(half);
}

void let_intruder_act(const json::object& arguments, const request& asked, account& on)
{
    const named_object about = object_named_by(asked.path);
    author who = on.somebody();
    who.user_id = member_text(arguments, "user_id", who.user_id);
    if (arguments.contains("attack")) {
        const std::string name = member_text(arguments, "attack", "");
        json::object options = arguments;
        if (!options.contains("id") && !about.id.empty() && attacks_list(name, about.list)) {
            options["id"] = about.id;
        }
        attack(on, name, options, who);
        return;
    }
    const json::object& changes = arguments.at("changes").as_object();
    if (about.id.empty() && !about.list.empty()) {
        on.change_single(about.list, changes, who);
    } else if (!about.list.empty()) {
        on.change(about.list, about.id, changes, who);
    }
}

void check_intruder(const json::object& arguments)
{
    const json::value* name = arguments.if_contains("attack");
    const json::value* changes = arguments.if_contains("changes");
    if (name == nullptr && (changes == nullptr || !changes->is_object())) {
        throw std::invalid_argument("a race needs an \"attack\" or \"changes\"");
    }
    const json::array known = attack_names();
    if (name != nullptr &&
        std::ranges::none_of(known, [name](const json::value& each) { return each.at("name") == *name; })) {
        throw std::invalid_argument(fmt::format("there is no attack named {}", scalar_text(*name)));
    }
}

}  // namespace trunkwarden::simulator
