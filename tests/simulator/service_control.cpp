#include <algorithm>
#include <fmt/format.h>
#include <stdexcept>
#include <utility>

#include "simulator/api.hpp"
#include "simulator/attacks.hpp"
#include "simulator/honest_use.hpp"
#include "simulator/merge.hpp"
#include "simulator/money.hpp"
#include "simulator/service.hpp"
#include "simulator/thefts.hpp"

// The control interface: all that tests and the demo do to the account behind the back of the API.

namespace trunkwarden::simulator {
namespace json = boost::json;
namespace {

std::string required_text(const json::object& options, std::string_view name)
{
    const json::value* value = options.if_contains(name);
    if (value == nullptr || !(value->is_string() || value->is_number())) {
        throw std::invalid_argument(fmt::format("\"{}\" is missing", name));
    }
    return scalar_text(*value);
}

json::object object_or_empty(const json::object& options, std::string_view name)
{
    const json::value* value = options.if_contains(name);
    if (value == nullptr) {
        return {};
    }
    if (!value->is_object()) {
        throw std::invalid_argument(fmt::format("\"{}\" must be an object", name));
    }
    return value->get_object();
}

std::uint64_t whole(const json::value& value, std::string_view name)
{
    if (!value.is_int64() || value.get_int64() < 0) {
        throw std::invalid_argument(fmt::format("\"{}\" must be a whole number, 0 or more", name));
    }
    return static_cast<std::uint64_t>(value.get_int64());
}

bool is_single(std::string_view path)
{
    return path == "/balance" || path == "/payment/auto_recharge_prefs" || path == "/whoami" ||
           path == "/iam/settings";
}

rate_form rate_form_named(std::string_view name)
{
    constexpr std::string_view names[] = {"list", "bare", "epoch", "missing", "garbage"};
    const auto* const found = std::ranges::find(names, name);
    if (found == std::end(names)) {
        throw std::invalid_argument(fmt::format("there is no rate_form \"{}\"", name));
    }
    return static_cast<rate_form>(found - std::begin(names));
}

json::object existing(std::optional<json::object> found, const std::string& path, const std::string& id)
{
    if (!found) {
        throw std::invalid_argument(fmt::format("{} has no object with the id {}", path, id));
    }
    return *std::move(found);
}

}  // namespace

author service::author_of(const json::object& options) const
{
    author who = state_.somebody();
    if (const json::value* user = options.if_contains("user_id")) {
        who.user_id = scalar_text(*user);
    }
    if (const json::value* made_by = options.if_contains("change_made_by")) {
        who.change_made_by = scalar_text(*made_by);
    }
    const json::value* audited = options.if_contains("audit");
    who.audited = audited == nullptr || !audited->is_bool() || audited->get_bool();
    return who;
}

json::value service::create(const json::object& options)
{
    return state_.create(required_text(options, "path"), object_or_empty(options, "object"),
                         author_of(options));
}

json::value service::patch(const json::object& options)
{
    const std::string path = required_text(options, "path");
    const json::object changes = object_or_empty(options, "changes");
    if (is_single(path)) {
        return state_.change_single(path, changes, author_of(options));
    }
    const std::string id = required_text(options, "id");
    return existing(state_.change(path, id, changes, author_of(options)), path, id);
}

json::value service::remove(const json::object& options)
{
    const std::string path = required_text(options, "path");
    const std::string id = required_text(options, "id");
    return existing(state_.remove(path, id, author_of(options)), path, id);
}

json::value service::add_fault(const json::object& options)
{
    fault made = read_fault(options);
    made.audit_ends_at = state_.audit_events().size();
    faults_.push_back(std::move(made));
    return json::object{{"faults", faults_.size()}};
}

json::value service::requests() const
{
    json::object by_path;
    for (const auto& [path, count] : by_path_) {
        by_path[path] = count;
    }
    json::object by_managed_account;
    for (const auto& [id, count] : by_managed_account_) {
        by_managed_account[id] = count;
    }
    json::array writes;
    for (const seen_write& each : writes_) {
        writes.push_back(json::object{{"method", each.method}, {"path", each.path}, {"body", each.body}});
    }
    return json::object{{"total", total_},
                        {"by_path", std::move(by_path)},
                        {"by_managed_account", std::move(by_managed_account)},
                        {"connections", connections_},
                        {"writes", std::move(writes)}};
}

json::value service::set(const json::object& options)
{
    for (const auto& [key, value] : options) {
        if (key == "delay_ms") {
            how_.delay = std::chrono::milliseconds(whole(value, key));
        } else if (key == "gzip" && value.is_bool()) {
            how_.gzip = value.get_bool();
        } else if (key == "rate_limit") {
            how_.rate_limit = whole(value, key);
            windows_.clear();
        } else if (key == "rate_window_s") {
            how_.rate_window = std::chrono::seconds(whole(value, key));
        } else if (key == "detail_records_limit") {
            how_.detail_records_limit = whole(value, key);
        } else if (key == "usage_reports_limit") {
            how_.usage_reports_limit = whole(value, key);
        } else if (key == "records_ms" || key == "rating_ms" || key == "reports_ms") {
            auto& delays = state_.use().delays;
            auto& set = key == "records_ms"  ? delays.records
                        : key == "rating_ms" ? delays.rating
                                             : delays.reports;
            set = std::chrono::milliseconds(whole(value, key));
        } else if (key == "rate_form" && value.is_string()) {
            how_.rate_told = rate_form_named(scalar_text(value));
        } else if (key == "rate_retry_after" && value.is_bool()) {
            how_.rate_retry_after = value.get_bool();
        } else if (key == "mask_passwords" && value.is_bool()) {
            how_.mask_passwords = value.get_bool();
        } else if (key == "integer_ids" && value.is_bool()) {
            state_.set_integer_ids(value.get_bool());
            pages_ = page_cache();
        } else if (key == "audit" && value.is_bool()) {
            state_.set_audited(value.get_bool());
        } else if (key == "api_key" && value.is_string()) {
            how_.api_key = scalar_text(value);
        } else {
            throw std::invalid_argument(fmt::format("cannot set \"{}\" to that", std::string_view(key)));
        }
    }
    return json::object{};
}

// Renders every page of every list, or of the one at "path", beforehand, at the largest size, so that a
// benchmark measures its client.
json::value service::warm(const json::object& options)
{
    const json::value* only = options.if_contains("path");
    std::size_t pages = 0;
    api_context on{.state = state_, .pages = pages_, .gzip = how_.gzip};
    for (const endpoint& each : endpoints()) {
        if (only != nullptr && scalar_text(*only) != each.path) {
            continue;
        }
        const std::size_t size = std::max(each.max_size, each.default_size);
        const std::size_t count = size == 0 ? 0 : (state_.size(each.path) + size - 1) / size;
        for (std::size_t number = 1; number <= count; ++number) {
            request asked{.method = "GET", .path = std::string(each.path), .accepts_gzip = true};
            asked.set_parameter("page[number]", std::to_string(number));
            asked.set_parameter("page[size]", std::to_string(size));
            reply_to(on, asked);
            ++pages;
        }
    }
    return json::object{{"pages", pages}};
}

json::value service::objects(const json::object& options) const
{
    const std::string path = required_text(options, "path");
    if (path == "/whoami") {
        return json::object{{"data", state_.whoami()}};
    }
    if (is_single(path)) {
        return json::object{{"data", state_.single(path)}};
    }
    json::array all;
    if (path == "/audit_events") {
        for (const json::object& each : state_.audit_events()) {
            all.push_back(each);
        }
        return json::object{{"data", std::move(all)}};
    }
    for (std::size_t place = 0; place < state_.size(path); ++place) {
        all.push_back(state_.at(path, place));
    }
    return json::object{{"data", std::move(all)}};
}

json::value service::obey(std::string_view command, const json::object& options)
{
    if (command == "create") {
        return create(options);
    }
    if (command == "patch") {
        return patch(options);
    }
    if (command == "delete") {
        return remove(options);
    }
    if (command == "attack") {
        return attack(state_, required_text(options, "name"), options, author_of(options));
    }
    if (command == "attacks") {
        return attack_names();
    }
    if (command == "use") {
        return make_use(state_, options);
    }
    if (command == "theft") {
        return steal(state_, required_text(options, "name"), options);
    }
    if (command == "thefts") {
        return theft_names();
    }
    if (command == "honest") {
        return use_honestly(state_, required_text(options, "name"), options);
    }
    if (command == "honest_uses") {
        return honest_use_names();
    }
    if (command == "money") {
        return move_money(state_, options);
    }
    if (command == "fault") {
        return add_fault(options);
    }
    if (command == "clear_faults") {
        faults_.clear();
        return json::object{};
    }
    if (command == "requests") {
        return requests();
    }
    if (command == "reset_requests") {
        total_ = connections_ = 0;
        by_path_.clear();
        by_managed_account_.clear();
        writes_.clear();
        return json::object{};
    }
    if (command == "set") {
        return set(options);
    }
    if (command == "warm") {
        return warm(options);
    }
    if (command == "state") {
        return objects(options);
    }
    throw std::invalid_argument(fmt::format(
        "there is no command \"{}\"; there are: create, patch, delete, attack, attacks, use, theft, thefts, honest, "
        "honest_uses, money, fault, clear_faults, requests, reset_requests, set, warm, state",
        command));
}

std::string service::control(std::string_view command, std::string_view text)
{
    boost::system::error_code failed;
    json::value item = json::parse(text.empty() ? "{}" : std::string(text), failed);
    if (failed || !item.is_object()) {
        throw std::invalid_argument("the arguments are not a JSON object");
    }
    const std::lock_guard lock(mutex_);
    const acting_inside there(*this, member_text(item.get_object(), "managed_account_id", ""));
    item.get_object().erase("managed_account_id");
    return to_text(obey(command, item.get_object()));
}

}  // namespace trunkwarden::simulator
