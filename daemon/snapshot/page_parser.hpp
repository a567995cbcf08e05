#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "catalogue/resource_type.hpp"
#include "fetch/fetch_list.hpp"
#include "snapshot/fingerprint.hpp"
#include "snapshot/objects.hpp"
#include "support/result.hpp"

namespace trunkwarden {

// An item of a list that says nothing certain about an object.
struct unreadable_item {
    std::size_t place = 0;  // in its page, from 1
    std::string reason;     // a sentence, which may hold words of the API
    friend bool operator==(const unreadable_item&, const unreadable_item&) = default;
};

struct parsed_page {
    page_facts facts;                                         // items counts the unreadable ones, too
    std::vector<std::shared_ptr<const object_page>> objects;  // one for each resource that looks at this list
    std::vector<std::uint64_t> items;  // a hash of every item's id, whether watched or not
    std::string organization_id;       // of the first item that says one
    std::vector<unreadable_item> unreadable;
};

// Turns the JSON of a list endpoint into objects. It fails rather than guess: a body of another shape than
// the documented one makes the list unknown. An item that is no object, has no id that can be used, or has a
// member twice is one object that cannot be read, and the others are taken.
class page_parser {
public:
    // `watched` are the resources of one list; they outlive the parser.
    page_parser(std::vector<const resource_type*> watched, const fingerprinter& secrets);
    page_parser(page_parser&&) noexcept;
    ~page_parser();

    // `body` has body_padding bytes of capacity to spare.
    result<parsed_page> parse(const std::string& body);

    // The same of the answer to a GET of one object, {"data": {...}} or unwrapped: a page with one item, of
    // which each resource takes an object as it would from the list. Nobody has checked that it is the object
    // asked for. Fails with not_understood when it cannot be read.
    result<parsed_page> parse_one(const std::string& body);

    std::string_view path() const;  // of the list, for messages

private:
    struct state;
    std::unique_ptr<state> state_;
};

}  // namespace trunkwarden
