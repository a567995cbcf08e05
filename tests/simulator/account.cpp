#include "simulator/account.hpp"

#include <algorithm>
#include <charconv>
#include <fmt/format.h>
#include <stdexcept>

#include "simulator/cents.hpp"
#include "simulator/merge.hpp"
#include "simulator/numbers.hpp"

namespace trunkwarden::simulator {
namespace json = boost::json;
namespace {

json::object summary_of_connection(const json::object& full)
{
    json::object shown;
    for (const std::string_view same :
         {"id", "record_type", "active", "anchorsite_override", "created_at", "updated_at", "tags",
          "webhook_api_version", "webhook_event_url", "webhook_event_failover_url", "connection_name",
          "outbound_voice_profile_id"}) {
        if (const json::value* value = full.if_contains(same)) {
            shown[same] = *value;
        }
    }
    for (const std::string_view name : {"application_name", "friendly_name", "external_sip_connection"}) {
        if (const json::value* value = full.if_contains(name)) {
            shown["connection_name"] = *value;
        }
    }
    if (const json::value* profile = at_dotted(full, "outbound.outbound_voice_profile_id")) {
        shown["outbound_voice_profile_id"] = *profile;
    }
    return shown;
}

// Outbound profiles are enabled or not, connections are active or not.
bool is_switched_off(const json::object& changes)
{
    return std::ranges::any_of(changes, [](const auto& each) {
        return (each.key() == "enabled" || each.key() == "active") && each.value() == false;
    });
}

// The integer that a text of digits means, or the text when it is none.
json::value whole_number(const std::string& text)
{
    std::uint64_t value = 0;
    const char* end = text.data() + text.size();
    const auto read = std::from_chars(text.data(), end, value);
    return read.ptr == end && read.ec == std::errc() ? json::value(value) : json::value(text);
}

}  // namespace

account::account()
{
    for (const endpoint& each : endpoints()) {
        if (stored_at(each.path) == each.path) {
            stores_.try_emplace(std::string(each.path));
        }
    }
    singles_["/balance"] =
        json::object{{"record_type", "balance"}, {"balance", "300.00"}, {"available_credit", "400.00"},
                     {"credit_limit", "100.00"}, {"pending", "10.00"},  {"currency", "USD"}};
    singles_["/payment/auto_recharge_prefs"] = json::object{{"id", "07c4e5a1-5b0f-4a8a-9d7a-2f4f5f7c8d11"},
                                                            {"record_type", "auto_recharge_pref"},
                                                            {"enabled", true},
                                                            {"invoice_enabled", true},
                                                            {"preference", "credit_paypal"},
                                                            {"recharge_amount", "100.00"},
                                                            {"threshold_amount", "20.00"}};
    singles_["/iam/settings"] = json::object{{"enabled", true}};
    singles_["/whoami"] = json::object{{"record_type", "whoami"},
                                       {"organization_id", organization_id_},
                                       {"organization_name", "Example Telecom"}};
}

void account::set_organization_id(std::string id)
{
    organization_id_ = std::move(id);
    singles_["/whoami"]["organization_id"] = organization_id_;
}

author account::key_owner() const
{
    return {key_owner_, "account_owner"};
}

json::object account::whoami() const
{
    json::object shown = single("/whoami");
    if (!shown.contains("user_id")) {
        shown["user_id"] = key_owner_;
    }
    const auto owner = find("/organizations/users", scalar_text(shown.at("user_id")));
    if (owner && !shown.contains("user_email")) {
        shown["user_email"] = owner->at("email");
    }
    return shown;
}

author account::somebody() const
{
    author who;
    if (size("/organizations/users") > 0) {
        who.user_id = scalar_text(at("/organizations/users", 0).at("id"));
    }
    return who;
}

account::time_point account::now() const
{
    return frozen_now_.value_or(std::chrono::system_clock::now());
}

account::store& account::store_of(std::string_view path)
{
    const auto found = stores_.find(stored_at(path));
    if (found == stores_.end()) {
        throw std::invalid_argument(fmt::format("there is no list at {}", path));
    }
    return found->second;
}

const account::store& account::store_of(std::string_view path) const
{
    const auto found = stores_.find(stored_at(path));
    if (found == stores_.end()) {
        throw std::invalid_argument(fmt::format("there is no list at {}", path));
    }
    return found->second;
}

std::size_t account::size(std::string_view path) const
{
    std::size_t total = store_of(path).entries.size();
    if (path == "/connections") {
        for (const std::string_view each : connection_paths()) {
            total += store_of(each).entries.size();
        }
    }
    return total;
}

account::place account::nth(std::string_view path, std::size_t n) const
{
    if (path == "/connections") {
        for (const std::string_view each : connection_paths()) {
            const std::size_t here = store_of(each).entries.size();
            if (n < here) {
                return {each, n};
            }
            n -= here;
        }
    }
    return {stored_at(path), n};
}

json::object account::show(std::string_view path, place where) const
{
    const endpoint& endpoint = *find_endpoint(where.path);
    json::object complete = defaults_of(endpoint);
    merge(complete, store_of(where.path).entries[where.index].fields);
    if (where.path == "/phone_numbers") {
        json::object face = face_of_number(path, complete);
        if (path == "/phone_numbers/messaging") {
            face["organization_id"] = organization_id_;
        }
        return face;
    }
    if (path == "/fqdns" && integer_ids_) {
        complete["connection_id"] = whole_number(scalar_text(complete.at("connection_id")));
    }
    return path == "/connections" ? summary_of_connection(complete) : complete;
}

json::object account::at(std::string_view path, std::size_t place_in_list) const
{
    return show(path, nth(path, place_in_list));
}

std::optional<std::size_t> account::index_of(const store& in, std::string_view id) const
{
    if (!in.indexed) {
        in.index.clear();
        for (std::size_t i = 0; i < in.entries.size(); ++i) {
            in.index.emplace(in.entries[i].id, i);
        }
        in.indexed = true;
    }
    const auto found = in.index.find(std::string(id));
    return found == in.index.end() ? std::nullopt : std::optional(found->second);
}

std::optional<account::place> account::place_of(std::string_view path, std::string_view id) const
{
    const store& here = store_of(path);
    if (const auto index = index_of(here, id)) {
        return place{stored_at(path), *index};
    }
    if (path == "/connections") {
        for (const std::string_view each : connection_paths()) {
            if (const auto index = index_of(store_of(each), id)) {
                return place{each, *index};
            }
        }
    }
    if (stored_at(path) == "/phone_numbers" && id.starts_with('+')) {
        const auto found = std::ranges::find_if(here.entries, [id](const entry& each) {
            const json::value* number = each.fields.if_contains("phone_number");
            return number != nullptr && scalar_text(*number) == id;
        });
        if (found != here.entries.end()) {
            return place{stored_at(path), static_cast<std::size_t>(found - here.entries.begin())};
        }
    }
    return std::nullopt;
}

std::optional<json::object> account::find(std::string_view path, std::string_view id) const
{
    const auto where = place_of(path, id);
    return where ? std::optional(show(path, *where)) : std::nullopt;
}

json::object account::create(std::string_view path, json::object fields, const author& who)
{
    return insert(path, std::move(fields), who, false);
}

json::object account::create_first(std::string_view path, json::object fields, const author& who)
{
    return insert(path, std::move(fields), who, true);
}

json::object account::insert(std::string_view path, json::object fields, const author& who, bool first)
{
    store& here = store_of(path);
    const endpoint& endpoint = *find_endpoint(stored_at(path));
    if (path != endpoint.path) {
        fields = changes_of_number(path, fields);
    }
    const json::value* given = fields.if_contains(endpoint.id_field);
    std::string id =
        given != nullptr && !scalar_text(*given).empty() ? scalar_text(*given) : values_.id_for(endpoint);
    if (index_of(here, id)) {
        throw std::invalid_argument(fmt::format("{} already has an object with the id {}", path, id));
    }
    fields[endpoint.id_field] = id;
    values_.fill(fields, defaults_of(endpoint), {organization_id_, key_owner_, now()});
    if (endpoint.path == "/phone_numbers" && !fields.contains("connection_name") &&
        fields.contains("connection_id")) {
        fields["connection_name"] = connection_name(scalar_text(fields.at("connection_id")));
    }
    if (first) {
        here.entries.insert(here.entries.begin(), {id, std::move(fields), 1});
        here.indexed = false;
    } else {
        here.index.emplace(id, here.entries.size());
        here.entries.push_back({id, std::move(fields), 1});
    }
    ++here.structure;
    json::object shown = show(path, {endpoint.path, first ? 0 : here.entries.size() - 1});
    audit(who, "create", shown, std::nullopt);
    note_access(who, "POST", path, "");
    return shown;
}

std::optional<json::object> account::change(std::string_view path, std::string_view id,
                                            const json::object& changes, const author& who)
{
    const auto where = place_of(path, id);
    if (!where) {
        return std::nullopt;
    }
    store& here = store_of(where->path);
    entry& changed = here.entries[where->index];
    const json::object before = show(path, *where);
    json::object made = stored_at(path) == "/phone_numbers" ? changes_of_number(path, changes) : changes;
    merge(changed.fields, made);
    if (const json::value* connection = made.if_contains("connection_id");
        connection != nullptr && where->path == "/phone_numbers") {
        changed.fields["connection_name"] = connection_name(scalar_text(*connection));
    }
    if (const json::value* marker = defaults_of(*find_endpoint(where->path)).if_contains("updated_at");
        marker != nullptr && !changes.contains("updated_at")) {
        changed.fields["updated_at"] = timestamp(now(), scalar_text(*marker));
    }
    ++changed.version;
    if (is_switched_off(made)) {
        use_.refuse_from(id, now());
    }
    json::object after = show(path, *where);
    json::array what_changed = differences(before, after);
    const auto* kept = std::remove_if(what_changed.begin(), what_changed.end(), [](const json::value& each) {
        return each.at("field") == "updated_at";
    });
    what_changed.erase(kept, what_changed.end());
    audit(who, "update", after, std::move(what_changed));
    note_access(who, "PATCH", path, id);
    return after;
}

std::optional<json::object> account::remove(std::string_view path, std::string_view id, const author& who)
{
    const auto where = place_of(path, id);
    if (!where) {
        return std::nullopt;
    }
    store& here = store_of(where->path);
    json::object removed = show(path, *where);
    here.entries.erase(here.entries.begin() + static_cast<std::ptrdiff_t>(where->index));
    here.indexed = false;
    ++here.structure;
    audit(who, "delete", removed, std::nullopt);
    note_access(who, "DELETE", path, id);
    return removed;
}

json::object account::voicemail_of(std::string_view number_id) const
{
    const place where = place_of("/phone_numbers", number_id).value();
    json::object complete = defaults_of(*find_endpoint(where.path));
    merge(complete, store_of(where.path).entries[where.index].fields);
    return complete.at("voicemail").as_object();
}

std::pair<std::uint64_t, std::uint64_t> account::version(std::string_view path, std::size_t first,
                                                         std::size_t last) const
{
    std::uint64_t structure = store_of(path).structure;
    if (path == "/connections") {
        for (const std::string_view each : connection_paths()) {
            structure += store_of(each).structure;
        }
    }
    std::uint64_t contents = 0;
    for (std::size_t n = first; n < last; ++n) {
        const place where = nth(path, n);
        contents += store_of(where.path).entries[where.index].version;
    }
    return {structure, contents};
}

void account::audit(const author& who, std::string_view change_type, const json::object& about,
                    std::optional<json::array> changes)
{
    if (!who.audited || !audited_) {
        return;
    }
    const auto text_of = [&about](std::string_view field) -> json::value {
        const json::value* value = about.if_contains(field);
        return value == nullptr ? json::value(nullptr) : *value;
    };
    json::value resource = text_of("id");
    for (const std::string_view other : {"client_id", "phone_number", "connection_id"}) {
        if (resource.is_null()) {
            resource = text_of(other);
        }
    }
    json::object event{{"id", values_.uuid()},
                       {"record_type", "audit_event"},
                       {"user_id", who.user_id.empty() ? key_owner_ : who.user_id},
                       {"change_made_by", who.change_made_by},
                       {"change_type", change_type},
                       {"resource_id", resource.is_null() ? json::value("") : resource},
                       {"alternate_resource_id", text_of("phone_number")},
                       {"organization_id", organization_id_},
                       {"created_at", timestamp(now(), "@now")}};
    event["changes"] = changes ? json::value(std::move(*changes)) : json::value(nullptr);
    audit_.push_back(std::move(event));
    audit_times_.push_back(now());
}

std::size_t account::audited_until(time_point then) const
{
    return static_cast<std::size_t>(std::ranges::upper_bound(audit_times_, then) - audit_times_.begin());
}

const json::object& account::single(std::string_view path) const
{
    const auto found = singles_.find(path);
    if (found == singles_.end()) {
        throw std::invalid_argument(fmt::format("there is no object at {}", path));
    }
    return found->second;
}

const json::object& account::change_single(std::string_view path, const json::object& changes,
                                           const author& who)
{
    const auto found = singles_.find(path);
    if (found == singles_.end()) {
        throw std::invalid_argument(fmt::format("there is no object at {}", path));
    }
    const json::object before = found->second;
    merge(found->second, changes);
    if (path == "/payment/auto_recharge_prefs" || path == "/iam/settings") {
        audit(who, "update", found->second, differences(before, found->second));
    }
    return found->second;
}

void account::charge_use()
{
    const std::int64_t rated = use_.take_rated(now());
    if (rated == 0) {
        return;
    }
    json::object& balance = singles_.find("/balance")->second;
    for (const std::string_view member : {"balance", "available_credit"}) {
        balance[member] = text_of_cents(cents_of(scalar_text(balance.at(member))) - rated);
    }
}

std::string account::connection_name(std::string_view id) const
{
    const auto found = place_of("/connections", id);
    if (!found) {
        return "";
    }
    const json::object summary = show("/connections", *found);
    const json::value* name = summary.if_contains("connection_name");
    return name == nullptr ? std::string() : scalar_text(*name);
}

void account::name_connections_of_numbers()
{
    for (entry& each : store_of("/phone_numbers").entries) {
        if (const json::value* connection = each.fields.if_contains("connection_id")) {
            each.fields["connection_name"] = connection_name(scalar_text(*connection));
        }
    }
}

}  // namespace trunkwarden::simulator
