#include "containment/observe_object.hpp"

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <fmt/format.h>
#include <iterator>
#include <utility>

#include "account/questions.hpp"
#include "containment/json_path.hpp"
#include "fetch/fetch_list.hpp"
#include "fetch/object_target.hpp"
#include "fetch/paging.hpp"
#include "snapshot/json_reader.hpp"
#include "snapshot/list_reader.hpp"
#include "support/json_view.hpp"

namespace trunkwarden {
namespace {

namespace json = boost::json;

std::size_t watcher_of(const polled_list& list, std::size_t resource)
{
    return static_cast<std::size_t>(std::ranges::find(list.resources, resource) - list.resources.begin());
}

// As the API sent it.
struct listed_object {
    json::object whole;
    bool is_readable = true;
};

// The objects of a list; `unreadable` names those that cannot be read by their places, and says why. Where
// the reading failed, `all` are those of the pages before that.
struct listed_objects {
    std::vector<listed_object> all;
    std::vector<std::string> unreadable = {};
    std::optional<failure> failed = {};
};

json::array items_in(const json::value& body, const resource_type& type)
{
    if (body.is_array())
        return body.get_array();
    const auto* outer = body.if_object();
    if (outer == nullptr)
        return {};
    if (const auto* data = outer->if_contains("data"); data != nullptr && data->is_array())
        return data->get_array();
    for (const auto member : type.also_at)
        if (const auto* found = outer->if_contains(view(member)); found != nullptr && found->is_array())
            return found->get_array();
    return {};
}

// Keeps the whole objects of a list, which the daemon's own readings never do. The parser of the list decides
// which objects are counted and checked.
class whole_objects final : public page_sink {
public:
    whole_objects(page_parser& parser, const resource_type& type, std::string address)
        : parser_(parser), type_(type), address_(std::move(address))
    {
    }

    void restart() override { found_ = {}; }
    void leave_out(page_place at, const failure& why) override { note_unreadable(at, 1, why.message); }
    result<page_facts> take(page_place place, std::string body) override
    {
        const auto text = readable_json(std::move(body), deepest_list);
        auto page = parser_.parse(text);
        if (!page)
            return page.error();
        json::error_code failed;
        const auto items = items_in(json::parse(text, failed), type_);
        if (failed || items.size() != page->facts.items)
            return failure{errc::not_understood,
                           fmt::format("a page of {} is not JSON as documented", type_.name)};
        for (std::size_t at = 0; at < items.size(); ++at)
            take_item(items[at], std::ranges::find(page->unreadable, at + 1, &unreadable_item::place) ==
                                     page->unreadable.end());
        for (const auto& item : page->unreadable)
            note_unreadable(place, item.place, item.reason);
        return page->facts;
    }
    std::optional<std::string> repeated_id() const override { return std::nullopt; }

    listed_objects found_;

private:
    void note_unreadable(page_place page, std::size_t place, const std::string& why)
    {
        found_.unreadable.push_back(sentence_about({page.number, page.offset + place, why}));
    }
    void take_item(const json::value& item, bool is_readable)
    {
        if (const auto* whole = item.if_object(); whole != nullptr && is_wanted(*whole))
            found_.all.push_back({*whole, is_readable});
    }

    bool is_wanted(const json::object& item) const
    {
        if (address_.empty())
            return true;
        const json::value wanted(view(address_));
        return mean_the_same(value_at(item, type_.address), &wanted) ||
               mean_the_same(value_at(item, type_.id), &wanted);
    }

    page_parser& parser_;
    const resource_type& type_;
    std::string address_;
};

// The one object that always exists.
listed_objects only_object_in(page_parser& parser, const resource_type& type, std::string body)
{
    listed_objects out;
    const auto text = readable_json(std::move(body), deepest_answer);
    if (auto page = parser.parse(text); !page) {
        out.failed = page.error();
        return out;
    }
    json::error_code failed;
    const auto parsed = json::parse(text, failed);
    const auto* data = failed || !parsed.is_object() ? nullptr : parsed.get_object().if_contains("data");
    if (data == nullptr && !failed && parsed.is_object())
        data = &parsed;  // the parser took it as it is
    if (data == nullptr || !data->is_object())
        out.failed = failure{errc::not_understood, std::string(type.name) + " is not an object"};
    else
        out.all.push_back({data->get_object()});
    return out;
}

// Those that are wanted of a list: all, unless one of these is given.
struct wanted_objects {
    std::string address = {};  // of the only one
    std::string owner = {};    // of the object below which they are listed
};

task<listed_objects> read_whole(account& watched, std::size_t resource, wanted_objects wanted)
{
    auto& list = *list_with(watched.view, resource);
    const auto& type = watched.config.types[resource];
    listed_objects out;
    if (list.from.pages == paging::one_object) {
        auto body = co_await watched.io.api->get(page_target(list.from, 1), request_priority::at_once());
        if (body)
            co_return only_object_in(list.parser, type, std::move(*body));
        out.failed = body.error();
        co_return out;
    }
    const bool wants_one = !wanted.address.empty();
    asking asking;
    asking.priority = request_priority::at_once();
    asking.most_pages = max_pages_at_once;
    const auto asked = wanted.owner.empty() ? questions_about(watched.view, type, wanted.address)
                                            : questions_under(type, wanted.owner);
    whole_objects sink(list.parser, type, std::move(wanted.address));
    fetch_limits limits;
    limits.pause = watched.io.before_reading_again;
    limits.priority = request_priority::at_once();
    result<std::size_t> read = 0;
    if (list.from.pages == paging::answers)
        read = co_await ask_questions(watched.io, type, asked, sink, asking);
    else
        read = co_await fetch_list(*watched.io.api, list.from, sink, limits);
    out = std::move(sink.found_);
    if (!read && lacks_the_product(watched.memory, list, read.error()))
        co_return out;
    // A list that changes whenever it is read still proves that an object on it is there.
    const bool is_there = wants_one && !out.all.empty();
    if (!read && !(read.error().kind == errc::moved && is_there))
        out.failed = read.error();
    co_return out;
}

task<result<std::vector<observed_object>>> read_in_list(account& watched, std::size_t resource,
                                                        wanted_objects wanted,
                                                        unreadable_objects_are unreadable)
{
    const bool is_about_one = !wanted.address.empty();
    const auto listed = co_await read_whole(watched, resource, std::move(wanted));
    if (listed.failed)
        co_return *listed.failed;
    auto& list = *list_with(watched.view, resource);
    const auto& type = watched.config.types[resource];
    std::vector<observed_object> out;
    for (const auto& listed_object : listed.all) {
        if (!listed_object.is_readable)
            continue;
        auto seen =
            observe(list.parser, watcher_of(list, resource), type, text_at(listed_object.whole, type.address),
                    R"({"data":)" + json::serialize(listed_object.whole) + "}");
        if (!seen)
            co_return seen.error();
        out.push_back(std::move(*seen));
    }
    // An object that is not there may be one that cannot be read.
    const bool has_to_show_all =
        unreadable == unreadable_objects_are::a_failure || (is_about_one && out.empty());
    if (has_to_show_all && !listed.unreadable.empty())
        co_return failure{errc::not_understood, fmt::format("an object of {} cannot be read: {}", type.name,
                                                            listed.unreadable.front())};
    co_return out;
}

}  // namespace

task<result<std::vector<observed_object>>> observe_objects(account& watched, std::size_t resource,
                                                           unreadable_objects_are unreadable)
{
    return read_in_list(watched, resource, {}, unreadable);
}

task<result<std::vector<observed_object>>> observe_objects_under(account& watched, std::size_t resource,
                                                                 std::string owner)
{
    wanted_objects wanted;
    wanted.owner = std::move(owner);
    return read_in_list(watched, resource, std::move(wanted), unreadable_objects_are::a_failure);
}

task<std::vector<observed_object>> observe_kill_switches(account& watched)
{
    std::vector<observed_object> out;
    for (std::size_t at = 0; at < watched.config.types.size(); ++at) {
        if (watched.config.types[at].step != playbook::outbound_profiles)
            continue;
        auto seen = co_await observe_objects(watched, at, unreadable_objects_are::left_out);
        if (seen)
            std::ranges::move(*seen, std::back_inserter(out));
    }
    co_return out;
}

task<raw_objects> read_raw_objects(account& watched, std::size_t resource)
{
    wanted_objects every_one;
    auto listed = co_await read_whole(watched, resource, std::move(every_one));
    raw_objects out;
    out.unreadable = std::move(listed.unreadable);
    out.failed = std::move(listed.failed);
    out.objects.reserve(listed.all.size());
    for (auto& listed_object : listed.all)
        out.objects.push_back(std::move(listed_object.whole));
    co_return out;
}

task<result<std::optional<observed_object>>> observe_object(account& watched, std::size_t resource,
                                                            std::string address)
{
    using found = std::optional<observed_object>;
    const auto& type = watched.config.types[resource];
    const auto target = object_target(type, address);
    if (!target) {
        wanted_objects wanted;
        wanted.address = address;
        auto in_list =
            co_await read_in_list(watched, resource, std::move(wanted), unreadable_objects_are::left_out);
        if (!in_list)
            co_return in_list.error();
        if (in_list->empty())
            co_return found();
        co_return found(std::move(in_list->front()));
    }
    const auto body = co_await watched.io.api->get(*target, request_priority::at_once());
    if (!body && body.error().kind == errc::not_found)
        co_return found();
    if (!body)
        co_return body.error();
    auto* const list = list_with(watched.view, resource);
    page_parser alone({&type}, watched.memory.fingerprints);
    auto seen = list == nullptr ? observe(alone, 0, type, address, *body)
                                : observe(list->parser, watcher_of(*list, resource), type, address, *body);
    if (!seen)
        co_return seen.error();
    co_return found(std::move(*seen));
}

}  // namespace trunkwarden
