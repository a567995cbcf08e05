#pragma once

#include <cstddef>
#include <string>

#include "snapshot/json_text.hpp"
#include "support/result.hpp"

// The one way from an answer of the API to JSON: repaired where it must be (support/repaired_json.hpp), so
// that one object that a parser refuses costs nothing but itself.

namespace trunkwarden {

// How deep one object may be nested, itself included. The part that is kept of it, in the journal or in an
// answer of the daemon, stays within the 32 levels that Boost.JSON reads.
inline constexpr std::size_t deepest_object = 24;
inline constexpr std::size_t deepest_answer = deepest_object + 1;  // {"data": {...}}
inline constexpr std::size_t deepest_list = deepest_object + 2;    // {"data": [{...}]}

class json_reader {
public:
    // `deepest`: how many arrays and objects may be inside each other. An item of a list that is no JSON is
    // null. The result is valid until the next call. Fails with not_understood or too_large. `body` has
    // body_padding bytes of capacity to spare.
    result<json_element> parse(const std::string& body, std::size_t deepest);

private:
    friend std::string readable_json(std::string body, std::size_t deepest);
    result<json_element> parse_as_it_is(const std::string& body, std::size_t deepest);
    result<json_element> parse_repaired(std::string& body, std::size_t deepest);

    simdjson::dom::parser parser_;
};

// The text of an answer as every parser can read it: `body` itself where nothing is to be repaired, or
// nothing can be. It has body_padding bytes to spare.
std::string readable_json(std::string body, std::size_t deepest);

// The same of the answer to a GET of one object, as {"data": {...}}: some endpoints answer the object itself.
std::string readable_answer(const std::string& body);

}  // namespace trunkwarden
