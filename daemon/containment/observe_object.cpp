#include "containment/observe_object.hpp"

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <fmt/format.h>

#include "containment/json_path.hpp"
#include "fetch/fetch_list.hpp"
#include "fetch/object_target.hpp"
#include "fetch/paging.hpp"
#include "support/json_view.hpp"

namespace trunkwarden {
namespace {

namespace json = boost::json;

std::size_t watcher_of(const polled_list& list, std::size_t resource)
{
    return static_cast<std::size_t>(std::ranges::find(list.resources, resource) - list.resources.begin());
}

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

// Keeps the whole objects of a list, which the daemon's own readings never do. What is counted and checked is
// what the parser of the list says.
class whole_objects final : public page_sink {
public:
    whole_objects(page_parser& parser, const resource_type& type, std::string address)
        : parser_(parser), type_(type), address_(std::move(address))
    {
    }

    void restart() override { found_.clear(); }
    result<page_facts> take(std::size_t, std::string body) override
    {
        auto page = parser_.parse(body);
        if (!page)
            return page.error();
        json::error_code failed;
        const auto parsed = json::parse(body, failed);
        if (!failed)
            for (const auto& item : items_in(parsed, type_))
                if (item.is_object() && is_wanted(item.get_object()))
                    found_.push_back(item.get_object());
        return page->facts;
    }
    std::optional<std::string> repeated_id() const override { return std::nullopt; }

    std::vector<json::object> found_;

private:
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

task<raw_objects> read_one_object(account& watched, const polled_list& list, std::string_view name)
{
    raw_objects out;
    const auto body = co_await watched.io.api->get(page_target(list.from, 1), urgency::money);
    if (!body) {
        out.failed = body.error();
        co_return out;
    }
    json::error_code failed;
    const auto parsed = json::parse(*body, failed);
    const auto* data = failed || !parsed.is_object() ? nullptr : parsed.get_object().if_contains("data");
    if (data == nullptr || !data->is_object())
        out.failed = failure{errc::not_understood, std::string(name) + " is not an object"};
    else
        out.objects.push_back(data->get_object());
    co_return out;
}

task<raw_objects> read_whole(account& watched, std::size_t resource, std::string address)
{
    auto& list = *list_with(watched.view, resource);
    const auto& type = watched.config.types[resource];
    if (list.from.pages == paging::one_object)
        co_return co_await read_one_object(watched, list, type.name);
    whole_objects sink(list.parser, type, std::move(address));
    auto from = list.from;
    from.order = urgency::money;
    const fetch_limits limits;
    const auto read = co_await fetch_list(*watched.io.api, from, sink, limits);
    raw_objects out;
    out.objects = std::move(sink.found_);
    if (!read)
        out.failed = read.error();
    co_return out;
}

task<result<std::vector<observed_object>>> read_in_list(account& watched, std::size_t resource,
                                                        std::string address)
{
    const auto all = co_await read_whole(watched, resource, std::move(address));
    if (all.failed)
        co_return *all.failed;
    auto& list = *list_with(watched.view, resource);
    const auto& type = watched.config.types[resource];
    std::vector<observed_object> out;
    for (const auto& whole : all.objects) {
        auto seen = observe(list.parser, watcher_of(list, resource), type, text_at(whole, type.address),
                            json::serialize(whole));
        if (!seen)
            co_return seen.error();
        out.push_back(std::move(*seen));
    }
    co_return out;
}

}  // namespace

task<result<std::vector<observed_object>>> observe_objects(account& watched, std::size_t resource)
{
    return read_in_list(watched, resource, {});
}

task<raw_objects> read_raw_objects(account& watched, std::size_t resource)
{
    return read_whole(watched, resource, {});
}

task<result<std::optional<observed_object>>> observe_object(account& watched, std::size_t resource,
                                                            std::string address)
{
    using found = std::optional<observed_object>;
    const auto& type = watched.config.types[resource];
    const auto target = object_target(type, address);
    if (!target) {
        auto in_list = co_await read_in_list(watched, resource, address);
        if (!in_list)
            co_return in_list.error();
        if (in_list->empty())
            co_return found();
        co_return found(std::move(in_list->front()));
    }
    const auto body = co_await watched.io.api->get(*target, urgency::money);
    if (!body && body.error().kind == errc::not_found)
        co_return found();
    if (!body)
        co_return body.error();
    auto& list = *list_with(watched.view, resource);
    auto seen = observe(list.parser, watcher_of(list, resource), type, address, *body);
    if (!seen)
        co_return seen.error();
    co_return found(std::move(*seen));
}

}  // namespace trunkwarden
