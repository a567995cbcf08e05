#include "snapshot/page_parser.hpp"

#include <fmt/format.h>
#include <functional>
#include <optional>

#include "snapshot/answer_form.hpp"
#include "snapshot/item_members.hpp"
#include "snapshot/json_reader.hpp"
#include "snapshot/json_text.hpp"
#include "snapshot/page_meta.hpp"
#include "snapshot/seen_ids.hpp"
#include "support/optional_reason.hpp"
#include "support/yaml/quoted_text.hpp"

namespace trunkwarden {
namespace {

namespace dom = simdjson::dom;

// Without a bound on them, the reasons would take more memory than the page.
constexpr std::size_t max_unreadable = 1000;  // of one page; no page is asked for with so many items
constexpr std::size_t max_id = 500;           // bytes

failure not_understood(std::string sentence)
{
    return {errc::not_understood, std::move(sentence)};
}

std::string label_of(const item_members& item, const resource_type& type)
{
    auto label = type.label.empty() ? std::string{} : item.text_at(type.label);
    if (!type.label_suffix.empty())
        if (const auto suffix = item.text_at(type.label_suffix); !suffix.empty())
            label += ':' + suffix;
    for (const auto other : type.other_labels)
        if (label.empty())
            if (auto text = item.text_at(other); !looks_like_api_key(text))
                label = std::move(text);
    return label;
}

// Every list's items carry the same kind of id, for every resource that reads them.
std::string_view item_key(const resource_type& type)
{
    return type.address;
}

// Only a text or a whole number, as the API sent it, is a name of an object for certain. Two ids that had to
// be repaired (support/repaired_json.hpp) could look like one.
optional_reason why_no_id(const item_members& item, std::string_view path)
{
    const auto value = item.scalar_at(path);
    if (value && (value->is_int64() || value->is_uint64()))
        return std::nullopt;
    std::string_view id;
    if (!value || value->is_null() || (value->get_string().get(id) == simdjson::SUCCESS && id.empty()))
        return fmt::format("it has no \"{}\"", path);
    if (id.empty() || id.size() > max_id || id.find("\xef\xbf\xbd") != std::string_view::npos)
        return fmt::format("its \"{}\" is not one that the API could have given", path);
    return std::nullopt;
}

// The members that paths of watched fields lead through.
std::vector<std::string_view> parts_watched(const std::vector<const resource_type*>& watched)
{
    std::vector<std::string_view> out;
    const auto add = [&out](std::string_view path) {
        const auto dot = path.find('.');
        const auto part = path.substr(0, dot);
        if (dot != std::string_view::npos && std::ranges::find(out, part) == out.end())
            out.push_back(part);
    };
    for (const auto* type : watched)
        for (const watched_field& field : type->fields) {
            add(field.path);
            add(field.other_path);
        }
    return out;
}

failure no_data(std::string_view wanted, json_element answer)
{
    return not_understood(fmt::format("the answer has no \"data\" {}; {}", wanted, form_of(answer)));
}

// The time of the object's last use; the time of its creation if it says that there was none.
std::string idle_since(const item_members& item, const resource_type& type)
{
    for (const auto name : {type.last_used, type.last_used_also}) {
        if (name.empty())
            continue;
        if (item.is_null_at(name))
            return item.text_at("created_at");
        if (auto text = item.text_at(name); !text.empty())
            return text;
    }
    return {};
}

bool is_never_used(const item_members& item, const resource_type& type)
{
    return item.is_null_at(type.last_used) ||
           (item.text_at(type.last_used).empty() && item.is_null_at(type.last_used_also));
}

// One for all lists of a thread: it is as large as the largest page it read, nine times over, and nothing of
// it is needed when a page was taken. One for each list was half the memory of an account.
json_reader& reader_of_this_thread()
{
    thread_local json_reader reader;
    return reader;
}

std::string modified_at(const item_members& item)
{
    auto updated = item.text_at("updated_at");
    return updated.empty() ? item.text_at("created_at") : updated;
}

}  // namespace

struct page_parser::state {
    std::vector<const resource_type*> watched;
    std::vector<std::string_view> parts;
    const fingerprinter* secrets = nullptr;
    seen_ids taken;                   // ids of the items of this page that somebody chose
    item_members item;                // in hand
    std::vector<std::string> values;  // of its fields
    std::vector<char> counted;        // by watcher: whether it counts

    using taking = std::optional<failure> (state::*)(json_element, parsed_page&, std::vector<object_page>&);

    result<parsed_page> read(json_element root, taking take);
    result<std::optional<dom::array>> items_of(json_element body, parsed_page& out) const;
    std::vector<dom::array> lists_in(json_element body) const;
    result<std::optional<dom::array>> list_in(json_element body) const;
    result<json_element> only_object(json_element body) const;
    result<json_element> one_item(json_element body) const;
    std::size_t deepest() const;
    optional_reason hold(json_element value);
    bool says_something(const resource_type& type) const;
    void count();
    optional_reason why_no_ids() const;
    optional_reason why_same_id();
    optional_reason why_another_form() const;
    void take(std::vector<object_page>& pages);
    std::optional<failure> take_item(json_element value, parsed_page& out, std::vector<object_page>& pages);
    std::optional<failure> take_one(json_element body, parsed_page& out, std::vector<object_page>& pages);
    std::optional<failure> take_all(json_element body, parsed_page& out, std::vector<object_page>& pages);
    void add(const resource_type& type, object_heading heading, object_page& to);
};

page_parser::page_parser(std::vector<const resource_type*> watched, const fingerprinter& secrets)
    : state_(std::make_unique<state>())
{
    state_->watched = std::move(watched);
    state_->counted.resize(state_->watched.size());
    state_->parts = parts_watched(state_->watched);
    state_->secrets = &secrets;
}

page_parser::page_parser(page_parser&&) noexcept = default;
page_parser::~page_parser() = default;

// Nothing for an empty list that comes as null.
result<std::optional<dom::array>> page_parser::state::items_of(json_element body, parsed_page& out) const
{
    dom::array items;
    if (watched.front()->pages == paging::bare_array) {
        if (body.get_array().get(items) != simdjson::SUCCESS)
            return not_understood("the answer is not an array; " + form_of(body));
        return std::optional(items);
    }
    auto list = list_in(body);
    if (!list)
        return list.error();
    if (!read_meta(body, out.facts))
        return not_understood("\"meta\" of the answer holds something else than counts");
    read_further_pages(body, out.facts);
    if (!*list && out.facts.total_results != std::uint64_t{0})
        return not_understood(
            "\"data\" of the answer is null, and \"meta\" does not say that the list is empty");
    return list;
}

// The lists in "data" and in the other places where the list may be.
std::vector<dom::array> page_parser::state::lists_in(json_element body) const
{
    std::vector<dom::array> out;
    dom::array items;
    if (body.is_object() && body["data"].get_array().get(items) == simdjson::SUCCESS)
        out.push_back(items);
    for (const auto place : watched.front()->also_at) {
        const bool there = place.empty()
                               ? body.get_array().get(items) == simdjson::SUCCESS
                               : body.is_object() && body[place].get_array().get(items) == simdjson::SUCCESS;
        if (there)
            out.push_back(items);
    }
    return out;
}

// Two lists in one body would leave it open which of them is the account's.
// Nothing where "data" is null: an empty list, if the rest of the answer says so, too.
result<std::optional<dom::array>> page_parser::state::list_in(json_element body) const
{
    item_members answer;
    if (const auto twice = answer.read(body) ? answer.repeated({}) : std::nullopt)
        return not_understood(fmt::format("the answer has {} twice", quoted_text(*twice)));
    const auto lists = lists_in(body);
    if (lists.size() > 1)
        return not_understood("the answer has two lists");
    auto found = lists.empty() ? std::nullopt : std::optional(lists.front());
    json_element data;
    const bool has_data = body.is_object() && body["data"].get(data) == simdjson::SUCCESS;
    if (found || (has_data && data.is_null()))
        return found;
    return no_data("array", body);
}

result<json_element> page_parser::state::only_object(json_element body) const
{
    json_element object;
    const auto& places = watched.front()->also_at;
    const bool may_be_bare = std::find(places.begin(), places.end(), "") != places.end();
    if (body.is_object() && may_be_bare && body["data"].get(object) == simdjson::NO_SUCH_FIELD)
        return body;
    if (!body.is_object() || body["data"].get(object) != simdjson::SUCCESS || !object.is_object())
        return no_data("object", body);
    return object;
}

// Some endpoints answer the object itself (docs/telnyx-api.md), and errors are objects, too: one without an
// id is none of these.
result<json_element> page_parser::state::one_item(json_element body) const
{
    json_element data;
    if (!body.is_object())
        return not_understood("the answer is not an object; " + form_of(body));
    if (body["data"].get(data) != simdjson::SUCCESS)
        return body;
    if (!data.is_object())
        return no_data("object", body);
    return data;
}

void page_parser::state::add(const resource_type& type, object_heading heading, object_page& to)
{
    values.clear();
    for (const watched_field& field : type.fields) {
        auto text = item.field_text(field);
        if (field.kind == value_kind::secret && !text.empty()) {
            secrets->known().note(text);
            text = secrets->fingerprint(fmt::format("{}/{}/{}", type.name, heading.id, field.name), text);
        }
        values.push_back(std::move(text));
    }
    to.add(heading, values);
}

// A resource that was asked about and has nothing set is no object: the API may answer with empty members, or
// with "not found".
bool page_parser::state::says_something(const resource_type& type) const
{
    return type.pages != paging::answers ||
           std::ranges::any_of(
               type.fields, [this](const watched_field& field) { return !item.field_text(field).empty(); });
}

void page_parser::state::count()
{
    for (std::size_t at = 0; at < watched.size(); ++at) {
        const bool holds = std::ranges::all_of(
            watched[at]->only_when, [this](const condition& wanted) { return item.holds(wanted); });
        counted[at] = holds && says_something(*watched[at]) ? 1 : 0;
    }
}

// Takes an item in hand, or says why it cannot be read.
optional_reason page_parser::state::hold(json_element value)
{
    if (!item.read(value))
        return "it is not a JSON object";
    if (const auto twice = item.repeated(parts))
        return fmt::format("it has {} twice, and nothing tells which of them counts", quoted_text(*twice));
    count();
    if (watched.front()->pages != paging::one_object)
        if (auto why = why_no_ids())
            return why;
    if (auto why = why_another_form())
        return why;
    return why_same_id();
}

// A list whose members are not documented may have others than were expected. A member that is not seen must
// not count as empty. An object that the settings name as if it were a text would be shown whole, with every
// secret in it.
optional_reason page_parser::state::why_another_form() const
{
    for (std::size_t at = 0; at < watched.size(); ++at) {
        if (const auto path = watched[at]->is_extra ? item.shown_object(*watched[at]) : std::nullopt)
            return fmt::format("its {} is an object, and would be shown whole: name the fields in it",
                               quoted_text(*path));
        for (const watched_field& field : watched[at]->fields) {
            const auto& names = watched[at]->must_show;
            const bool must = std::find(names.begin(), names.end(), field.name) != names.end();
            if (must && counted[at] != 0 && item.field_text(field).empty())
                return fmt::format("it has no {}; it has {}", quoted_text(field.path),
                                   quoted_names(item.names()));
        }
    }
    return std::nullopt;
}

optional_reason page_parser::state::why_no_ids() const
{
    if (auto why = why_no_id(item, item_key(*watched.front())))
        return why;
    for (std::size_t at = 0; at < watched.size(); ++at)
        if (const auto& type = *watched[at]; counted[at] != 0 && type.id != type.address)
            if (const auto why = why_no_id(item, type.id))
                return fmt::format("{} (its {} is {})", *why, type.address,
                                   quoted_text(item.text_at(type.address)));
    return std::nullopt;
}

// A thief may give his object the id of a trusted one, which would hide it. Ids of the API are given once.
optional_reason page_parser::state::why_same_id()
{
    const auto& type = *watched.front();
    if (has_ids_of_the_api(type))
        return std::nullopt;
    const auto id = item.text_at(type.id);
    if (taken.insert(std::hash<std::string>{}(id)))
        return std::nullopt;
    return fmt::format("its {} is {}, and so is that of an item before it", quoted_text(type.id),
                       quoted_text(id));
}

void page_parser::state::take(std::vector<object_page>& pages)
{
    for (std::size_t at = 0; at < watched.size(); ++at) {
        const resource_type& type = *watched[at];
        if (counted[at] == 0)
            continue;
        object_heading heading{.id = type.id.empty() ? std::string(type.name) : item.text_at(type.id),
                               .address = type.id.empty() ? std::string{} : item.text_at(type.address),
                               .label = label_of(item, type),
                               .modified_at = modified_at(item),
                               .never_used = is_never_used(item, type),
                               .idle_since = idle_since(item, type)};
        if (heading.label.empty())
            heading.label = heading.id;
        add(type, std::move(heading), pages[at]);
    }
}

std::optional<failure> page_parser::state::take_all(json_element body, parsed_page& out,
                                                    std::vector<object_page>& pages)
{
    if (watched.front()->pages == paging::one_object) {
        const auto object = only_object(body);
        if (!object)
            return object.error();
        out.facts.items = 1;
        if (const auto why = hold(*object))
            return not_understood(*why);
        take(pages);
        return std::nullopt;
    }
    const auto items = items_of(body, out);
    if (!items)
        return items.error();
    if (!*items)
        return std::nullopt;
    for (const json_element value : **items)
        if (auto failed = take_item(value, out, pages))
            return failed;
    return std::nullopt;
}

std::optional<failure> page_parser::state::take_item(json_element value, parsed_page& out,
                                                     std::vector<object_page>& pages)
{
    ++out.facts.items;
    if (auto why = hold(value)) {
        if (out.unreadable.size() == max_unreadable)
            return not_understood(fmt::format("more than {} of its items cannot be read; the first: {}",
                                              max_unreadable, out.unreadable.front().reason));
        out.unreadable.push_back({out.facts.items, *std::move(why)});
        return std::nullopt;
    }
    out.items.push_back(std::hash<std::string>{}(item.text_at(item_key(*watched.front()))));
    if (out.organization_id.empty())
        out.organization_id = item.text_at("organization_id");
    take(pages);
    return std::nullopt;
}

std::optional<failure> page_parser::state::take_one(json_element body, parsed_page& out,
                                                    std::vector<object_page>& pages)
{
    if (watched.front()->pages == paging::one_object)
        return take_all(body, out, pages);
    const auto item = one_item(body);
    if (!item)
        return item.error();
    auto failed = take_item(*item, out, pages);
    if (!failed && !out.unreadable.empty())
        return not_understood("the object cannot be read: " + out.unreadable.front().reason);
    return failed;
}

std::string_view page_parser::path() const
{
    return state_->watched.front()->path;
}

std::size_t page_parser::state::deepest() const
{
    const auto pages = watched.front()->pages;
    return pages == paging::one_object || pages == paging::bare_array ? deepest_answer : deepest_list;
}

result<parsed_page> page_parser::state::read(json_element root, taking take)
{
    parsed_page out;
    std::vector<object_page> pages;
    taken = {};
    for (const auto* type : watched)
        pages.emplace_back(type->fields.size());
    if (auto failed = (this->*take)(root, out, pages))
        return *std::move(failed);
    for (auto& page : pages) {
        page.shrink();
        out.objects.push_back(std::make_shared<const object_page>(std::move(page)));
    }
    return out;
}

result<parsed_page> page_parser::parse(const std::string& body)
{
    const auto root = reader_of_this_thread().parse(body, state_->deepest());
    if (!root)
        return root.error();
    return state_->read(*root, &state::take_all);
}

// An object that comes without {"data": ...} around it is cut at the same depth of its own.
result<parsed_page> page_parser::parse_one(const std::string& body)
{
    auto root = reader_of_this_thread().parse(body, deepest_answer);
    json_element data;
    if (root && root->is_object() && (*root)["data"].get(data) != simdjson::SUCCESS)
        root = reader_of_this_thread().parse(body, deepest_object);
    if (!root)
        return root.error();
    return state_->read(*root, &state::take_one);
}

}  // namespace trunkwarden
