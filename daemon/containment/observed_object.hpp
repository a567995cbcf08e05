#pragma once

#include <boost/json/object.hpp>

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "catalogue/resource_type.hpp"
#include "diff/deviation.hpp"
#include "snapshot/objects.hpp"
#include "snapshot/page_parser.hpp"
#include "support/result.hpp"

namespace trunkwarden {

// One object as the API just showed it: as it is, for the requests that change it, and as the rest of the
// daemon sees it.
struct observed_object {
    const resource_type* type = nullptr;
    boost::json::object whole;  // holds secrets: only journaled_text() of it leaves the process
    std::shared_ptr<const object_page> watched;  // one row, or none when the resource does not report it
    std::string
        state;  // "" when the resource does not report it, else a hash of every watched field, secrets
                // by their fingerprints; the same on every look as long as none of them changes

    bool is_reported() const { return watched && watched->size() == 1; }
    object_view seen() const { return (*watched)[0]; }
};

// From the answer to a GET of one object. `watcher` is the place of the resource among those the parser was
// made for. Fails with not_understood, also when it is another object than the one of this address.
result<observed_object> observe(page_parser& parser, std::size_t watcher, const resource_type& type,
                                std::string_view address, const std::string& body);

// A hash of the values of these fields: whether they are what a person approved to change.
std::string values_of(const observed_object& object, const std::vector<std::string>& fields);

// The hash of an object's watched fields.
std::string state_of(const resource_type& type, const object_view& object);

// A hash of the fields by which the object would be created: a new object with the same hash is the same
// thing again under another id. "" where only the id identifies it.
std::string identity_hash_of(const resource_type& type, const object_view& object);
std::string identity_hash_of(const deviation& unknown);

// The object as JSON for the journal: everything that is, or may be, a secret is "(secret)".
std::string journaled_text(const resource_type& type, const boost::json::object& whole);

// The text without the secrets of this object: the API's answer to a request about it may repeat one, also
// one that is a plain word.
std::string without_secrets_of(const observed_object& object, std::string text);

}  // namespace trunkwarden
