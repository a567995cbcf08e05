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

struct parsed_page {
    page_facts facts;
    std::vector<std::shared_ptr<const object_page>> objects;  // one for each resource that looks at this list
    std::vector<std::uint64_t> items;  // a hash of every item's id, whether watched or not
    std::string organization_id;       // of the first item that says one
};

// Turns the JSON of a list endpoint into objects. It fails rather than guess: a body of another shape than
// the documented one, or an item without an id, makes the list unknown.
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
    // asked for.
    result<parsed_page> parse_one(const std::string& body);

    std::string_view path() const;  // of the list, for messages

private:
    struct state;
    std::unique_ptr<state> state_;
};

}  // namespace trunkwarden
