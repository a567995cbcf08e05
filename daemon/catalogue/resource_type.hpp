#pragma once

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string_view>

#include "catalogue/severity.hpp"

// The daemon's knowledge about one kind of account resource. Everything a stage does differently per kind is
// data in this struct; no stage names a kind.

namespace trunkwarden {

// How a value is read, compared and shown.
enum class value_kind : std::uint8_t {
    text,
    choice,      // one of the API's enumerated words; letter case does not count
    identifier,  // an opaque id; digits stay text, however many
    flag,        // true or false
    number,      // compared as a decimal number
    money,       // compared as a decimal number, shown as written
    ip,          // an address; a baseline may write a CIDR
    cidr,
    host,
    e164,
    url,
    country_set,  // ISO 3166 alpha-2, as a set
    text_set,     // any list whose order means nothing
    timestamp,
    secret,  // compared by keyed hash; never printed, stored or sent; cannot be written in a baseline
};

// The direction in which a change takes a limit or a protection away.
enum class loosening : std::uint8_t {
    never,
    when_true,       // a bypass switched on
    when_false,      // a protection switched off
    when_raised,     // a limit raised, or lifted: empty means no limit; of a time, that it is later
    when_increased,  // an amount raised; empty means none
    when_widened,    // a set that gained a member
};

// How the API spells the words of a choice: canonical text is in small letters.
enum class spelling : std::uint8_t { small, capitals };

struct watched_field {
    std::string_view name;  // as a baseline writes it: a dotted path
    value_kind kind = value_kind::text;
    severity when_changed = severity::medium;
    loosening loosens = loosening::never;
    severity when_loosened = when_changed;
    std::string_view path = name;        // its place in one API object; arrays on the way are walked through
    spelling written = spelling::small;  // by the API, where it takes a value
    std::string_view other_path = {};    // read where `path` holds nothing: its name is not documented
};

// A constexpr list, so that the table can be written with braces and checked by the compiler.
template <class T, std::size_t Capacity>
class fixed_list {
public:
    static constexpr std::size_t capacity = Capacity;

    constexpr fixed_list() = default;
    constexpr fixed_list(std::initializer_list<T> items) : size_(items.size())
    {
        if (items.size() > Capacity)
            throw "fixed_list: more items than Capacity";
        std::copy(items.begin(), items.end(), items_.begin());
    }
    constexpr void push_back(const T& item)
    {
        if (size_ == Capacity)
            throw "fixed_list: more items than Capacity";
        items_[size_++] = item;
    }
    constexpr const T* begin() const { return items_.data(); }
    constexpr const T* end() const { return items_.data() + size_; }
    constexpr std::size_t size() const { return size_; }
    constexpr bool empty() const { return size_ == 0; }
    constexpr const T& operator[](std::size_t at) const { return items_[at]; }

private:
    std::array<T, Capacity> items_{};
    std::size_t size_ = 0;
};

// The resources that a stage has to treat apart. The catalogue has exactly one resource of each role but
// none; a stage asks for the role and never compares a name. The index lists connections of every kind, and
// reports those that no other resource with a record_type lists.
enum class resource_role : std::uint8_t {
    none,
    index,
    outbound_profiles,
    messaging_profiles,
    users,
    api_keys,
    auto_recharge,
    two_factor,
    spending,
    traffic,
    active_calls,
    registrations,
};

// How a list endpoint hands out its items (docs/telnyx-api.md).
enum class paging : std::uint8_t {
    numbered,     // page[number], page[size]; {"data": [...], "meta": {...}}
    unpaginated,  // everything under "data" at once
    bare_array,   // the body is the array; the last page is short
    one_object,   // "data" is the object; it always exists
    answers,      // one answer for each object that resource_type::asks_about names: an object, or a list
    no_endpoint,  // nothing to read: judged from other evidence
};

enum class undoing : std::uint8_t {
    exact,         // the inverse request brings the same object back
    new_identity,  // it can be created again, under a new id
    impossible,
};

// The order in which an account is put right: money first.
enum class playbook : std::uint8_t {
    none,  // nothing can be done through the API
    outbound_profiles,
    forwarding,
    applications,
    sip_addresses,
    messaging,
    sip_credentials,
    access,
    api_keys,
    recharge,
    rest,
};

// Which object of a list must never be acted on, not even with approval.
enum class protected_object : std::uint8_t { none, own_key, own_user };

// The value that an object shows once it was contained, where that is not the value that the request wrote.
struct shown_value {
    std::string_view path = {};
    std::string_view value = {};
};

// A member that the request has beside the others where the API offers its value: as "code" of one of the
// objects that the list at `path` has under "data" (GET /portouts/rejections/{portout_id}).
struct offered_code {
    std::string_view path = {};  // with "{id}"
    std::string_view member = {};
    std::uint32_t code = 0;
    constexpr bool possible() const { return !path.empty(); }
};

// One request that makes an object harmless, and the one that takes that back. "{id}" in a path is the
// object's id, and another name in braces one of its watched fields.
struct containment {
    std::string_view method = {};
    std::string_view path = {};
    std::string_view body = {};  // JSON; "" sends none
    fixed_list<std::string_view, 6> echo =
        {};  // fields the API requires beside the change, sent back unchanged
    undoing undo = undoing::impossible;
    std::string_view undo_method = {};
    std::string_view undo_path = {};
    std::string_view undo_body = {};  // JSON; for new_identity the echoed fields are the body
    std::string_view impact = {};     // the loss in service that it causes, for people
    std::string_view verb = {};       // the action in words, for people; "": those of the method
    shown_value expected_state = {};
    // The resource whose objects go off with the one that is contained, and do not come back with it: those
    // that were on are switched on again by an undo. It is read below one object (asked_about::listed_under).
    std::string_view takes_along = {};
    protected_object protect = protected_object::none;
    offered_code names_code = {};
    constexpr bool possible() const { return !method.empty(); }
};

// The API's automatic step with an object that nobody answers.
struct silent_consent {
    std::string_view says = {};      // for people: "the number is handed over"
    shown_value while_shown = {};    // an object that waits for an answer
    std::string_view since = {};     // the watched field that says when it began to wait
    std::chrono::hours earliest{0};  // when it counts as answered
    std::chrono::hours latest{0};
    constexpr bool possible() const { return !says.empty(); }
};

// The request that writes trusted values back into a changed object.
struct restoration {
    std::string_view method = {};
    std::string_view path = {};
    fixed_list<std::string_view, 6> echo = {};
    fixed_list<std::string_view, 12> not_taken =
        {};  // watched fields, or groups of them ("tools"), that the request does not write
    std::string_view other_path = {};  // where the same method writes other_fields
    fixed_list<std::string_view, 2> other_fields = {};
    std::string_view only_by_hand = {};  // why it waits for a person in every mode
    constexpr bool possible() const { return !method.empty(); }
};

// The request that gives an object a new secret of its own. Clients that use the old one stop working until
// they have the new one.
struct rotation {
    std::string_view method = {};
    std::string_view path = {};
    std::string_view secret =
        {};  // the member that holds the new secret: of the request, or else of the answer
    std::string_view impact = {};
    constexpr bool possible() const { return !method.empty(); }
    constexpr bool chooses() const { return method == "PATCH"; }  // else the API makes the secret
};

// Holds when the value at `path` is set, is not false and is none of `unless`.
struct condition {
    std::string_view path;
    fixed_list<std::string_view, 4> unless = {};
};

// Objects of another resource, about each of which the API is asked by a request of its own. The answer is
// one object, under "data" or bare.
struct asked_about {
    std::string_view resource;   // the name of that resource
    std::string_view target;     // path and query; "{}" is replaced by `with`
    std::string_view with = {};  // the field of the object that goes in; "": its address
    // Where the answer is a list of objects: the watched field of each of them that holds what went in,
    // whether the API shows it or not. "": the answer is one object.
    std::string_view listed_under = {};
    // The meaning of 404: there is no such object, or the API cannot say whether there is.
    enum class not_found : std::uint8_t { is_none, is_a_failure };
    not_found when_not_found = not_found::is_none;
};

// Objects of another resource through which a use of the account goes: switched off, they stop it.
struct carrier {
    std::string_view resource;
    std::string_view named_by = {};  // the field of a finding that names the object, or the connection that
                                     // leads to it; "": the use goes through all of them
    std::string_view through =
        {};  // the field of that connection that names the object; "": it is the object
    // The products (field "product" of a finding) that go through all of them where the finding leads to no
    // object: a report without connections, or a connection that no list shows.
    fixed_list<std::string_view, 4> all_for = {};
};

// Connections that GET /connections/count may count under another name than the rest of their list: those
// whose field has this value.
struct counted_apart {
    std::string_view counted_as = {};
    std::string_view field = {};
    std::string_view value = {};
};

// The accounts that have such objects. For a product that an account does not have, the API may say "not
// found".
enum class product_use : std::uint8_t {
    of_every_account,
    of_some,  // "not found" from the first reading on means that there are none
    of_few,   // likewise, and read at poll.large_interval
};

// Which reading goes first when the request budget is short.
enum class urgency : std::uint8_t { money, access, other };

// resource_type::object_path of objects that are seen in their list only: the API has no GET of one, or its
// answer holds more than the daemon should ever receive.
inline constexpr std::string_view only_in_list = "-";

struct resource_type {
    std::string_view name;    // the API's own path name: baseline key, metric label, fixture folder
    std::string_view path;    // list endpoint, relative to the API's base URL
    std::string_view noun;    // in titles: "Unknown SIP IP ..."
    std::string_view guards;  // one sentence for people: the use that a thief makes of it
    paging pages = paging::numbered;
    std::uint16_t page_size = 250;
    std::string_view query = {};  // further query parameters of the list and of one object
    // Of paging::answers. `id` and `address` are the value in the target, unless the answer has them.
    fixed_list<asked_about, 5> asks_about = {};
    std::string_view object_path = {};  // of one object, with "{id}"; "": path + "/{id}"; or only_in_list
    // Of an undocumented list: members other than "data" where it may be; "" is the body itself.
    fixed_list<std::string_view, 2> also_at = {};
    std::string_view id = "id";     // the field that identifies an object in a baseline; "" for one_object
    std::string_view address = id;  // the field that replaces {id} in the path of a single object
    std::string_view label = "name";
    std::string_view label_suffix = {};  // joined to the label with ":", as the port of an address
    fixed_list<std::string_view, 2> other_labels =
        {};                           // instead of a label that is not there, first one first
    std::string_view last_used = {};  // where an object says when it was last used, null: never. Read for its
                                      // reviewer, neither judged nor pinned
    std::string_view last_used_also = {};     // read where last_used is not there
    fixed_list<condition, 3> only_when = {};  // an object counts only when all of these hold
    bool comes_and_goes = false;              // an object that is gone is no finding
    bool judged_if_written = false;           // only when the baseline has its section: it is about use
    // Watched fields that every object has, in a list whose members Telnyx does not document: an object
    // without one of them has another form than the catalogue knows, and cannot be read.
    fixed_list<std::string_view, 2> must_show = {};
    std::string_view second_look = {};  // why trusting any of them deserves a second look
    severity when_unknown = severity::high;
    severity when_missing = severity::medium;
    urgency order = urgency::other;
    product_use use = product_use::of_every_account;
    std::string_view attack = "T1098";  // MITRE ATT&CK technique
    playbook step = playbook::none;     // when it is acted on
    silent_consent silence = {};
    std::string_view record_type = {};  // the name of this type in the index over all connections
    std::string_view counted_as = {};   // by GET /connections/count, where a record_type is; "": as `name`
    fixed_list<counted_apart, 2> parts_counted = {};
    resource_role role = resource_role::none;
    fixed_list<watched_field, 64> fields = {};
    containment contain = {};
    restoration restore = {};
    rotation rotate = {};
    fixed_list<carrier, 12> carried_by = {};  // of a resource about use
    bool is_extra = false;                    // of the settings, not of the catalogue (extra_resource.hpp)
};

// Whether a name is that of a field, or of a group it belongs to: "tools" of "tools.webhook.url".
constexpr bool names_field_or_group(std::string_view name, std::string_view field)
{
    return field.starts_with(name) && (field.size() == name.size() || field[name.size()] == '.');
}

// Whether the request of the restoration writes this field.
constexpr bool is_taken(const restoration& restore, std::string_view field)
{
    return std::none_of(restore.not_taken.begin(), restore.not_taken.end(),
                        [field](std::string_view left) { return names_field_or_group(left, field); });
}

constexpr bool is_index(const resource_type& type)
{
    return type.role == resource_role::index;
}

// Whether its findings are about the use of the account, which no object shows: the object that carries the
// use can be switched off, and nothing can be put back.
constexpr bool is_about_use(const resource_type& type)
{
    return !type.carried_by.empty();
}

// Whether the API gives the ids of its objects. Where another field names an object of an extra resource, its
// maker may have chosen the id of another object.
constexpr bool has_ids_of_the_api(const resource_type& type)
{
    return !type.is_extra || type.id == "id";
}

constexpr bool holds_a_set(value_kind kind)
{
    return kind == value_kind::country_set || kind == value_kind::text_set;
}

}  // namespace trunkwarden
