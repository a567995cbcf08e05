#pragma once

#include <boost/json.hpp>

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

// The table of endpoints: the name of each list, its paging, the form of its objects, the writes that it
// takes.

namespace trunkwarden::simulator {

enum class id_kind {
    digits,  // 18 to 19 decimal digits
    uuid,
    word,   // an opaque string
    given,  // a field the writer gives, as phone_number
};

// named: connection_id and record_type are beside "data".
enum class wrapping { data, bare, named };

// The methods that one object takes, by "/path/{id}".
enum verbs : unsigned { none = 0, get = 1, patch = 2, put = 4, post = 8, del = 16, all = get | patch | del };

struct endpoint {
    std::string_view path;  // below /v2
    std::string_view id_field = "id";
    id_kind ids = id_kind::digits;
    std::size_t default_size = 20;  // 0: the list is not paginated
    std::size_t max_size = 250;     // 0: no maximum is stated
    bool creatable = true;
    bool undocumented = false;
    unsigned item = verbs::all;
    unsigned created_status = 201;
    unsigned deleted_status = 200;
    wrapping single = wrapping::data;
    wrapping list = wrapping::data;  // bare: a page is an array, without anything around it
    // Dotted names separated by spaces; a nested one counts only when its parent is there.
    std::string_view required_to_create = {};
    std::string_view required_to_change = {};
    std::string_view optional = {};    // kept although the defaults do not name them
    std::string_view fixed = {};       // a change does not touch them, and says nothing; "group.member", too
    std::string_view never_null = {};  // null in answers but not in requests
    std::string_view nullable = {};    // null in requests though never in answers
    std::string_view hidden_in_list = {};  // only a single GET shows them
    std::string_view sorts = {};           // allowed values of sort
    std::string_view filters = {};         // filter name=dotted field
    std::string_view based_on = "{}";      // JSON, merged below the defaults
    std::string_view defaults = "{}";      // JSON; "@…" marks what is generated for each object
};

// Every list, in no particular order. "/phone_numbers/voice" and its like are views of "/phone_numbers", and
// "/iam/api_keys" is one of "/api_keys".
std::span<const endpoint> endpoints();

// nullptr when the API has no such list.
const endpoint* find_endpoint(std::string_view path);

// The official defaults of one object.
const boost::json::object& defaults_of(const endpoint& at);

// The lists whose objects "/connections" repeats.
std::span<const std::string_view> connection_paths();

// Splits at spaces.
std::vector<std::string_view> words(std::string_view text);

}  // namespace trunkwarden::simulator
