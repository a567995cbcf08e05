#include <algorithm>
#include <charconv>
#include <fmt/format.h>

#include "simulator/api_parts.hpp"
#include "simulator/gzip.hpp"
#include "simulator/merge.hpp"
#include "simulator/numbers.hpp"

namespace trunkwarden::simulator {
namespace json = boost::json;
namespace {

// Where the API states no maximum it gives what it likes, and says so in meta.page_size.
constexpr std::size_t unstated_maximum = 250;

struct filter {
    std::string field;  // dotted
    std::string op;     // "", eq, contains, starts_with, ends_with
    std::string value;
};

bool fits(const filter& wanted, const json::value& value)
{
    if (value.is_array()) {
        return std::ranges::any_of(value.get_array(),
                                   [&](const json::value& each) { return fits(wanted, each); });
    }
    const std::string text = scalar_text(value);
    if (wanted.op == "contains") {
        return text.find(wanted.value) != std::string::npos;
    }
    if (wanted.op == "starts_with") {
        return text.starts_with(wanted.value);
    }
    if (wanted.op == "ends_with") {
        return text.ends_with(wanted.value);
    }
    return text == wanted.value;
}

// filter[name]=value and filter[name][op]=value; names the list does not know are ignored, as the API does.
std::vector<filter> filters_of(const endpoint& endpoint, const request& asked)
{
    std::vector<filter> found;
    for (const auto& [name, value] : asked.query) {
        if (!name.starts_with("filter[")) {
            continue;
        }
        const std::size_t end = name.find(']');
        const std::string key = name.substr(7, end - 7);
        const std::string op = name.size() > end + 3 ? name.substr(end + 2, name.size() - end - 3) : "";
        for (const std::string_view known : words(endpoint.filters)) {
            const std::size_t equals = known.find('=');
            if (known.substr(0, equals) == key) {
                found.push_back({std::string(known.substr(equals + 1)), op, value});
            }
        }
    }
    return found;
}

json::object in_list(const api_context& on, const endpoint& endpoint, std::size_t place, const request& asked)
{
    json::object shown = on.state.at(endpoint.path, place);
    for (const std::string_view hidden : words(endpoint.hidden_in_list)) {
        shown.erase(hidden);
    }
    const auto is_on = [&asked](std::string_view name) {
        const std::string* value = asked.parameter(name);
        return value != nullptr && *value == "true";
    };
    if (endpoint.path == "/organizations/users" && !is_on("include_groups")) {
        shown.erase("groups");
    }
    if (endpoint.path == "/phone_numbers/slim") {
        const json::object full = on.state.at("/phone_numbers", place);
        if (is_on("include_tags")) {
            shown["tags"] = full.at("tags");
        }
        if (is_on("include_connection") && !full.at("connection_name").is_null()) {
            shown["connection_name"] = full.at("connection_name");
        }
    }
    return shown;
}

void sort_by(std::vector<json::object>& objects, std::string_view field)
{
    const bool descending = field.starts_with('-');
    field.remove_prefix(descending ? 1 : 0);
    const auto key = [field](const json::object& object) {
        const json::value* value = at_dotted(object, field);
        return value == nullptr ? std::string() : scalar_text(*value);
    };
    std::ranges::stable_sort(objects, [&](const json::object& a, const json::object& b) {
        return descending ? key(b) < key(a) : key(a) < key(b);
    });
}

std::string page_text(const std::vector<json::object>& objects, const json::object& meta)
{
    std::string text = R"({"data":[)";
    for (std::size_t i = 0; i < objects.size(); ++i) {
        text += i == 0 ? "" : ",";
        append_text(text, objects[i]);
    }
    text += R"(],"meta":)";
    append_text(text, meta);
    text += '}';
    return text;
}

// Filtered or sorted: everything is looked at, nothing is kept.
reply selected_page(api_context& on, const endpoint& endpoint, const request& asked, page_request page)
{
    const std::vector<filter> wanted = filters_of(endpoint, asked);
    std::vector<json::object> objects;
    for (std::size_t place = 0; place < on.state.size(endpoint.path); ++place) {
        json::object shown = in_list(on, endpoint, place, asked);
        const bool all = std::ranges::all_of(wanted, [&](const filter& each) {
            const json::value* value = at_dotted(shown, each.field);
            return value != nullptr && fits(each, *value);
        });
        if (all) {
            objects.push_back(std::move(shown));
        }
    }
    if (const std::string* sort = asked.parameter("sort")) {
        sort_by(objects, *sort);
    }
    const json::object meta = meta_of(page, objects.size());
    const std::size_t first = std::min((page.number - 1) * page.size, objects.size());
    const std::size_t last = std::min(first + page.size, objects.size());
    const std::vector<json::object> shown(objects.begin() + static_cast<std::ptrdiff_t>(first),
                                          objects.begin() + static_cast<std::ptrdiff_t>(last));
    return text_reply(200, page_text(shown, meta), "application/json; charset=utf-8");
}

// Every object, unfiltered, in the order of the account: rendered once and kept until something on the page
// changes.
reply plain(api_context& on, const endpoint& endpoint, const request& asked, page_request page)
{
    const std::size_t total = on.state.size(endpoint.path);
    const std::size_t first = std::min((page.number - 1) * page.size, total);
    const std::size_t last = std::min(first + page.size, total);
    std::string key = fmt::format("{} {} {}", endpoint.path, page.number, page.size);
    for (const std::string_view name : {"include_groups", "include_tags", "include_connection"}) {
        const std::string* value = asked.parameter(name);
        key += value == nullptr ? " -" : " " + *value;
    }
    const auto version = on.state.version(endpoint.path, first, last);
    page_cache::page* kept = on.pages.find(key);
    if (kept == nullptr || kept->version != version) {
        std::vector<json::object> objects;
        for (std::size_t place = first; place < last; ++place) {
            objects.push_back(in_list(on, endpoint, place, asked));
        }
        const json::object meta = meta_of(page, total);
        kept = &on.pages.put(
            key, {version, std::make_shared<const std::string>(page_text(objects, meta)), nullptr});
    }
    reply made;
    made.body = kept->text;
    if (on.gzip && asked.accepts_gzip) {
        if (!kept->gzip) {
            kept->gzip = std::make_shared<const std::string>(gzipped(*kept->text));
        }
        made.gzip = kept->gzip;
    }
    return made;
}

// Nothing when it is there and not a whole number of 1 or more.
std::optional<std::size_t> parsed_number(const request& asked, std::string_view name, std::size_t otherwise)
{
    const std::string* text = asked.parameter(name);
    if (text == nullptr) {
        return otherwise;
    }
    std::size_t value = 0;
    const auto [end, failed] = std::from_chars(text->data(), text->data() + text->size(), value);
    const bool whole = failed == std::errc() && end == text->data() + text->size() && value > 0;
    return whole ? std::optional(value) : std::nullopt;
}

}  // namespace

boost::system::result<page_request, reply> paging(const request& asked, std::size_t default_size,
                                                  std::size_t max_size)
{
    const auto number = parsed_number(asked, "page[number]", 1);
    const auto size = parsed_number(asked, "page[size]", default_size);
    if (!number || !size) {
        return bad_parameter(number ? "page[size]" : "page[number]", "must be a whole number of 1 or more");
    }
    if (max_size != 0 && *size > max_size) {
        return bad_parameter("page[size]", fmt::format("page[size] must be at most {}", max_size));
    }
    return page_request{*number, max_size == 0 ? std::min(*size, unstated_maximum) : *size};
}

json::object meta_of(page_request page, std::size_t total)
{
    const std::size_t pages = std::max<std::size_t>(1, (total + page.size - 1) / page.size);
    return {{"page_number", page.number},
            {"page_size", page.size},
            {"total_pages", pages},
            {"total_results", total}};
}

namespace {

// A page that says nothing about the list.
reply bare_page(const api_context& on, const endpoint& endpoint, page_request page)
{
    const std::size_t total = on.state.size(endpoint.path);
    const std::size_t first = std::min((page.number - 1) * page.size, total);
    json::array items;
    for (std::size_t place = first; place < std::min(first + page.size, total); ++place) {
        items.push_back(on.state.at(endpoint.path, place));
    }
    return json_reply(200, json::value(std::move(items)));
}

}  // namespace

reply list_page(api_context& on, const endpoint& endpoint, const request& asked)
{
    if (endpoint.default_size == 0) {
        json::array all;
        for (std::size_t place = 0; place < on.state.size(endpoint.path); ++place) {
            all.push_back(on.state.at(endpoint.path, place));
        }
        return json_reply(200, json::object{{"data", std::move(all)}});
    }
    const auto page = paging(asked, endpoint.default_size, endpoint.max_size);
    if (!page) {
        return page.error();
    }
    if (endpoint.list == wrapping::bare) {
        return bare_page(on, endpoint, *page);
    }
    const std::string* sort = asked.parameter("sort");
    const auto allowed = words(endpoint.sorts);
    if (sort != nullptr && !allowed.empty() && std::ranges::find(allowed, *sort) == allowed.end()) {
        return bad_parameter("sort", fmt::format("sort must be one of {}", endpoint.sorts));
    }
    if (sort != nullptr || !filters_of(endpoint, asked).empty()) {
        return selected_page(on, endpoint, asked, *page);
    }
    return plain(on, endpoint, asked, *page);
}

}  // namespace trunkwarden::simulator
