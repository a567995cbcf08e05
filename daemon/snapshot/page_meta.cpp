#include "snapshot/page_meta.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <initializer_list>
#include <string>
#include <string_view>

#include "support/ascii.hpp"

namespace trunkwarden {
namespace {

namespace dom = simdjson::dom;

bool read_count(dom::object meta, std::string_view key, std::optional<std::uint64_t>& out)
{
    json_element value;
    if (meta.at_key(key).get(value) != simdjson::SUCCESS || value.is_null())
        return true;
    std::uint64_t number = 0;
    if (value.get_uint64().get(number) != simdjson::SUCCESS)
        return false;
    out = number;
    return true;
}

// Letters and digits only, in small letters: "nextPage" and "next_page" are one name.
std::string plain_name(std::string_view name)
{
    std::string out;
    for (const char c : name.substr(0, 40))
        if (is_letter_or_digit(c))
            out += to_lower(c);
    return out;
}

bool is_one_of(std::string_view name, std::initializer_list<std::string_view> names)
{
    return std::ranges::find(names, name) != names.end();
}

bool describes_pages(std::string_view name)
{
    return is_one_of(name, {"meta", "metadata", "page", "pages", "paging", "pager", "pagination", "pageinfo",
                            "link", "links", "cursor", "cursors"});
}

bool names_the_next(std::string_view name)
{
    return is_one_of(name, {"next", "nextpage", "nextpagenumber", "nextpagetoken", "nextpageurl",
                            "nextpageuri", "nextpagecursor", "nextcursor", "nexttoken", "nexturl", "nexturi",
                            "nextlink", "nexthref", "nextoffset", "after", "continuationtoken"});
}

bool says_that_more_follow(std::string_view name)
{
    return is_one_of(name, {"more", "hasmore", "hasnext", "hasnextpage", "moreavailable", "moreresults",
                            "hasmoreresults", "hasmorepages", "truncated", "istruncated"});
}

bool counts_pages(std::string_view name)
{
    return is_one_of(name, {"pages", "totalpages", "totalpage", "pagestotal", "pagecount", "pagescount",
                            "numberofpages", "numpages", "lastpage"});
}

bool counts_items(std::string_view name)
{
    return name == "total" || name == "count" ||
           (name.starts_with("total") &&
            is_one_of(name.substr(5), {"results", "result", "items", "item", "records", "record", "entries",
                                       "elements", "objects", "count", "size", "number", "rows"})) ||
           is_one_of(name, {"itemcount", "resultcount", "resultscount", "recordcount", "itemscount",
                            "recordscount", "numresults", "numitems", "numrecords"});
}

// Whether the value means a page that exists: a text, a number, or an object with such a text.
bool is_something(json_element value)
{
    std::string_view text;
    if (value.get_string().get(text) == simdjson::SUCCESS)
        return !text.empty();
    bool flag = false;
    if (value.get_bool().get(flag) == simdjson::SUCCESS)
        return flag;
    std::uint64_t number = 0;
    if (value.get_uint64().get(number) == simdjson::SUCCESS)
        return number > 0;
    dom::object object;
    if (value.get_object().get(object) != simdjson::SUCCESS)
        return false;
    return std::any_of(object.begin(), object.end(), [&text](const auto& member) {
        return member.value.get_string().get(text) == simdjson::SUCCESS && !text.empty();
    });
}

void read_member(std::string_view key, json_element value, page_facts& facts)
{
    const auto name = plain_name(key);
    std::uint64_t number = 0;
    const bool is_count = value.get_uint64().get(number) == simdjson::SUCCESS;
    if (is_count && counts_pages(name))
        facts.pages_told = std::max(facts.pages_told, number);
    if (is_count && counts_items(name))
        facts.items_told = std::max(facts.items_told, number);
    // A cursor means the end of this page; many interfaces show one on the last page, too.
    const bool is_mere_position = name == "after" && facts.total_results;
    if (facts.more.empty() && !is_mere_position && (names_the_next(name) || says_that_more_follow(name)) &&
        is_something(value))
        facts.more = fmt::format("\"{}\"", key);
}

void read_members(json_element in, int depth, page_facts& facts)
{
    dom::object members;
    if (in.get_object().get(members) != simdjson::SUCCESS)
        return;
    for (const auto& [key, value] : members) {
        read_member(key, value, facts);
        if (depth > 0 && describes_pages(plain_name(key)))
            read_members(value, depth - 1, facts);
    }
}

}  // namespace

void read_further_pages(json_element body, page_facts& facts)
{
    constexpr int deepest = 2;  // {"meta": {"cursors": {"after": ...}}}
    read_members(body, deepest, facts);
}

bool read_meta(json_element body, page_facts& facts)
{
    json_element meta;
    dom::object object;
    if (!body.is_object() || body["meta"].get(meta) != simdjson::SUCCESS || meta.is_null())
        return true;
    return meta.get_object().get(object) == simdjson::SUCCESS &&
           read_count(object, "page_number", facts.page_number) &&
           read_count(object, "page_size", facts.page_size) &&
           read_count(object, "total_pages", facts.total_pages) &&
           read_count(object, "total_results", facts.total_results);
}

}  // namespace trunkwarden
