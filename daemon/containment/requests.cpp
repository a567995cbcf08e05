#include "containment/requests.hpp"

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <utility>

#include "baseline/accepts.hpp"
#include "containment/json_path.hpp"
#include "snapshot/canonical.hpp"
#include "support/ascii.hpp"
#include "support/escape.hpp"
#include "support/json_view.hpp"

namespace trunkwarden {
namespace {

namespace json = boost::json;

json::object object_of(std::string_view text)
{
    if (text.empty())
        return {};
    return json::parse(view(text)).as_object();
}

// Whether the request is the one that contains an object of the type.
bool is_containing(const containment& by, const api_write& request)
{
    return request.method == by.method && request.target.ends_with(by.path.substr(by.path.rfind('/')));
}

bool is_nothing(const json::value* value)
{
    return value == nullptr || value->is_null() || (value->is_string() && value->get_string().empty());
}

enum class empty_texts : std::uint8_t { sent, left_out };

// Fields that the API requires beside the change, as they are. Nothing is sent for what is not there: where a
// field is required, it is there. A thief may have given the object an empty name.
template <class Echo>
void echo_into(json::object& body, const json::object& whole, const Echo& fields,
               empty_texts empty = empty_texts::sent)
{
    for (const auto path : fields) {
        const auto* value = value_at(whole, path);
        const bool is_there =
            empty == empty_texts::sent ? value != nullptr && !value->is_null() : !is_nothing(value);
        if (is_there && value_at(body, path) == nullptr)
            put_at(body, path, *value);
    }
}

std::string_view address_of(const observed_object& object)
{
    return object.is_reported() ? object.seen().address() : std::string_view{};
}

// The same path with the object's other fields that it names, too.
std::string target_about(std::string_view path, const observed_object& object, std::string_view address)
{
    auto out = target_of(path, *object.type, address);
    for (auto open = out.find('{'); open != std::string::npos; open = out.find('{', open)) {
        const auto size = out.find('}', open) - open + 1;
        const auto field = out.substr(open + 1, size - 2);
        out.replace(open, size, percent_encoded(text_at(object.whole, field)));
    }
    return out;
}

// The dotted paths of every scalar and array in a body.
void collect_paths(const json::object& in, const std::string& prefix, std::vector<std::string>& out)
{
    for (const auto& [name, value] : in) {
        auto path = prefix + std::string(name.data(), name.size());
        if (const auto* inner = value.if_object())
            collect_paths(*inner, path + '.', out);
        else
            out.push_back(std::move(path));
    }
}

std::vector<std::string> paths_in(const json::object& body)
{
    std::vector<std::string> out;
    collect_paths(body, {}, out);
    return out;
}

// An action ("deactivate") writes the field in which the API shows that it was carried out.
bool shows_what_it_did(const resource_type& type, const api_write& request, const watched_field& field)
{
    return request.body.empty() && field.path == type.contain.expected_state.path &&
           is_containing(type.contain, request);
}

optional_reason not_as_written(const api_write& request, const observed_object& now)
{
    const auto body = object_of(request.body);
    std::vector<std::string> wrong;
    for (const auto& path : paths_in(body))
        if (!mean_the_same(value_at(body, path), value_at(now.whole, path)))
            wrong.push_back(path);
    if (wrong.empty())
        return std::nullopt;
    return fmt::format("not as it was written: {}", fmt::join(wrong, ", "));
}

}  // namespace

std::set<std::string> fields_written_by(const resource_type& type, const api_write& request)
{
    std::set<std::string> out;
    const auto body = object_of(request.body);
    for (const auto& field : type.fields)
        if (field.kind != value_kind::secret &&
            (value_at(body, field.path) != nullptr || shows_what_it_did(type, request, field)))
            out.emplace(field.name);
    return out;
}

std::string target_of(std::string_view path, const resource_type& type, std::string_view address)
{
    if (path.empty())
        return target_of(std::string(type.path) + "/{id}", type, address);
    std::string out(path);
    if (const auto id = out.find("{id}"); id != std::string::npos)
        out.replace(id, 4, percent_encoded(address));
    return out;
}

result<api_write> containing_request(const observed_object& object)
{
    const auto& type = *object.type;
    const auto& containment = type.contain;
    if (!containment.possible())
        return failure{errc::bad_usage,
                       fmt::format("the API has no request that makes one of {} harmless", type.name)};
    auto body = object_of(containment.body);
    if (containment.method != "DELETE")
        echo_into(body, object.whole, containment.echo);
    return api_write{std::string(containment.method),
                     target_about(containment.path, object, address_of(object)),
                     body.empty() ? std::string{} : json::serialize(body)};
}

namespace {

// "" of a field means null, absent or empty; the value that the API accepts for it depends on the type.
json::value nothing_of(value_kind kind)
{
    switch (kind) {
        case value_kind::number:
        case value_kind::money:
        case value_kind::flag:
        case value_kind::choice:
        case value_kind::timestamp:
            return nullptr;
        default:
            return "";
    }
}

json::value number_of(const std::string& text)
{
    json::error_code failed;
    auto parsed = json::parse(text, failed);
    return failed || !parsed.is_number() ? json::value(view(text)) : parsed;
}

json::value set_of(const std::string& text)
{
    json::array out;
    for (const auto member : members_of(text))
        out.emplace_back(view(member));
    return out;
}

// A trusted value as the API takes it.
json::value as_json(const watched_field& field, const std::string& text)
{
    if (holds_a_set(field.kind))
        return set_of(text);
    if (text.empty())
        return nothing_of(field.kind);
    if (field.kind == value_kind::flag)
        return text == "true";
    if (field.kind == value_kind::number)
        return number_of(text);
    return field.written == spelling::capitals ? json::value(view(to_upper(text))) : json::value(view(text));
}

struct trusted_value {
    std::optional<std::string> text;
    std::string why_not;  // when there is none
};

trusted_value trusted_value_of(const watched_field& field, const constraint* wanted)
{
    if (field.kind == value_kind::secret)
        return {std::nullopt, "a secret cannot be put back, because nobody knows it"};
    if (wanted == nullptr)
        return {std::nullopt, "the baseline does not say what it should be"};
    if (wanted->any_of.size() != 1)
        return {std::nullopt, "the baseline allows several values"};
    const auto& only = wanted->any_of.front();
    if (only.kind != accepted_value::form::exact)
        return {std::nullopt, fmt::format("the baseline allows every value that matches {}", only.text)};
    return {only.text, {}};
}

// An array on the way cannot be written into without writing all of it.
bool can_be_written(const json::object& whole, const watched_field& field)
{
    for (auto dot = field.path.find('.'); dot != std::string_view::npos;
         dot = field.path.find('.', dot + 1)) {
        const auto* around = value_at(whole, field.path.substr(0, dot));
        if (around != nullptr && !around->is_object() && !around->is_null())
            return false;
    }
    return true;
}

}  // namespace

namespace {

template <class Names>
bool has(const Names& names, std::string_view name)
{
    return std::ranges::find(names, name) != names.end();
}

// Collects what one request writes, and why the rest is not in it.
struct writing {
    const observed_object& object;
    const judgement& judged;
    json::object body = {};
    restoring_request out = {};

    void add(const watched_field& field, std::size_t at)
    {
        const auto value = trusted_value_of(field, constraint_on(*judged.by, at));
        if (value.text && can_be_written(object.whole, field)) {
            put_at(body, field.path, as_json(field, *value.text));
            out.restored.emplace_back(field.name);
            return;
        }
        leave(field, value.text ? "it is inside a list of the API" : value.why_not);
    }
    void leave(const watched_field& field, std::string_view why)
    {
        out.not_restored.push_back(fmt::format("{}: {}", field.name, why));
    }
};

}  // namespace

optional_reason why_nothing_is_restored(const resource_type& type, const judgement& judged)
{
    std::vector<std::string> why;
    for (const auto at : judged.differing) {
        const auto& field = type.fields[at];
        const bool written = is_taken(type.restore, field.name) || has(type.restore.other_fields, field.name);
        const auto value = trusted_value_of(field, constraint_on(*judged.by, at));
        if (written && value.text)
            return std::nullopt;
        why.push_back(fmt::format("{}: {}", field.name,
                                  value.text ? "the API has no request that writes it" : value.why_not));
    }
    return fmt::format("put it right in the portal ({})", fmt::join(why, "; "));
}

result<restoring_request> restoring_request_for(const observed_object& object, const judgement& judged)
{
    const auto& type = *object.type;
    const auto& restoration = type.restore;
    if (!restoration.possible())
        return failure{
            errc::bad_usage,
            fmt::format("the API has no request that writes values back into one of {}", type.name)};
    writing here{object, judged};
    writing elsewhere{object, judged};
    for (const auto at : judged.differing) {
        const auto& field = type.fields[at];
        if (is_taken(restoration, field.name))
            here.add(field, at);
        else if (has(restoration.other_fields, field.name))
            elsewhere.add(field, at);
        else
            here.leave(field, "the API has no request that writes it");
    }
    // One request at a time: the other path has its turn once this is done.
    const bool first = !here.out.restored.empty();
    auto& chosen = first ? here : elsewhere;
    const auto& other = first ? elsewhere : here;
    std::ranges::copy(other.out.not_restored, std::back_inserter(chosen.out.not_restored));
    for (const auto& name : other.out.restored)
        chosen.out.not_restored.push_back(name + ": its turn comes after this");
    if (chosen.out.restored.empty())
        return failure{errc::bad_usage,
                       fmt::format("nothing can be put back ({})", fmt::join(chosen.out.not_restored, "; "))};
    if (first)
        echo_into(chosen.body, object.whole, restoration.echo);
    chosen.out.request = {
        std::string(restoration.method),
        target_about(first ? restoration.path : restoration.other_path, object, address_of(object)),
        json::serialize(chosen.body)};
    return std::move(chosen.out);
}

namespace {

failure cannot(std::string sentence)
{
    return {errc::bad_usage, std::move(sentence)};
}

// Writes back what the action's request overwrote.
result<api_write> overwriting_back(const resource_type& type, const action& done, const observed_object& now)
{
    const auto before = object_of(done.before);
    json::object body;
    for (const auto& path : paths_in(object_of(done.request.body))) {
        const auto* was = value_at(before, path);
        const auto* is = value_at(now.whole, path);
        const auto field = std::ranges::find(type.fields, std::string_view(path), &watched_field::path);
        const bool had_none = is_nothing(was);
        if (had_none && is_nothing(is))
            continue;
        put_at(body, path,
               had_none ? (field == type.fields.end() ? json::value("") : nothing_of(field->kind)) : *was);
    }
    const auto& echo = done.measure == measure::restore ? type.restore.echo : type.contain.echo;
    echo_into(body, now.whole, echo);
    return api_write{done.request.method, done.request.target, json::serialize(body)};
}

result<api_write> creating_again(const resource_type& type, const action& done)
{
    const auto before = object_of(done.before);
    json::object body;
    echo_into(body, before, type.contain.echo, empty_texts::left_out);
    if (body.empty())
        return cannot(fmt::format("{}: the journal does not say what the object was", done.id));
    return api_write{std::string(type.contain.undo_method), target_of(type.contain.undo_path, type, {}),
                     json::serialize(body)};
}

}  // namespace

api_write switching_on(const observed_object& object, std::string_view address)
{
    const auto& containment = object.type->contain;
    return api_write{std::string(containment.undo_method),
                     target_about(containment.undo_path, object, address),
                     std::string(containment.undo_body)};
}

result<api_write> undoing_request(const resource_type& type, const action& done, const observed_object* now)
{
    if (done.undo == undoing::impossible)
        return cannot(fmt::format("{} cannot be undone through the API: {}", done.id, done.summary));
    if (done.undo == undoing::new_identity)
        return creating_again(type, done);
    if (now == nullptr)
        return cannot(fmt::format("{} cannot be undone: {} {} is not there any more", done.id, type.noun,
                                  done.object_id));
    if (!done.request.body.empty())
        return overwriting_back(type, done, *now);
    return switching_on(*now, done.address);
}

std::optional<api_write> without_nulls(const api_write& request, const std::vector<std::string>& members)
{
    auto body = object_of(request.body);
    std::vector<std::string> nulls;
    for (auto& path : paths_in(body))
        if (const auto* value = value_at(body, path); value != nullptr && value->is_null())
            nulls.push_back(std::move(path));
    std::vector<std::string> named;
    std::ranges::copy_if(nulls, std::back_inserter(named), [&members](const std::string& path) {
        return has(members, path.substr(path.rfind('.') + 1));
    });
    const auto& refused = named.empty() ? nulls : named;
    for (const auto& path : refused)
        remove_at(body, path);
    if (refused.empty() || body.empty())
        return std::nullopt;
    return api_write{request.method, request.target, json::serialize(body)};
}

bool can_be_verified(const resource_type& type, const api_write& request)
{
    return request.method != "POST" || !request.body.empty() || type.contain.undo == undoing::impossible ||
           !type.contain.expected_state.path.empty();
}

optional_reason mismatch_of(const resource_type& type, const api_write& request, const observed_object* now)
{
    const bool shows_nothing =
        request.method == "POST" && request.body.empty() && type.contain.expected_state.path.empty();
    const bool removes = request.method == "DELETE" || shows_nothing;
    if (removes)
        return now == nullptr ? std::nullopt : optional_reason(fmt::format("{} is still there", type.noun));
    if (now == nullptr && type.comes_and_goes && !type.contain.expected_state.path.empty())
        return std::nullopt;  // it is over
    if (now == nullptr)
        return fmt::format("the {} is not there any more", type.noun);
    if (const auto& shows = type.contain.expected_state;
        !shows.path.empty() && is_containing(type.contain, request)) {
        const json::value wanted(view(shows.value));
        if (mean_the_same(value_at(now->whole, shows.path), &wanted))
            return std::nullopt;
        return fmt::format("{} is not {}", shows.path, shows.value);
    }
    return not_as_written(request, *now);
}

std::vector<std::string> differences_from(const std::string& before, const observed_object& now)
{
    static constexpr std::array<std::string_view, 5> by_itself{
        "updated_at", "created_at", "registration_status", "connections_count", "last_used_at"};
    const auto was = object_of(before);
    const auto is = object_of(journaled_text(*now.type, now.whole));
    std::vector<std::string> out;
    auto paths = paths_in(was);
    for (auto& path : paths_in(is))
        if (std::ranges::find(paths, path) == paths.end())
            paths.push_back(std::move(path));
    for (const auto& path : paths)
        if (std::ranges::find(by_itself, std::string_view(path)) == by_itself.end() &&
            !mean_the_same(value_at(was, path), value_at(is, path)))
            out.push_back(path);
    return out;
}

}  // namespace trunkwarden
