#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "snapshot/json_text.hpp"

namespace trunkwarden {

// The members of one object of a list, read once: an item has dozens of watched fields, and simdjson would
// walk the whole object for each of them. Paths mean what they mean in json_text.hpp.
class item_members {
public:
    // Takes the members of an object in place of those before. False, and there are none, when it is no
    // object.
    bool read(json_element item);

    std::string text_at(std::string_view path) const;
    bool is_null_at(std::string_view path) const;
    std::optional<json_element> scalar_at(std::string_view path) const;
    std::string field_text(const watched_field& field) const;
    std::span<const std::string_view> names() const { return names_; }
    bool holds(const condition& wanted) const;

    // The path of the label, or of a field that is no secret, that leads to an object.
    std::optional<std::string_view> shown_object(const resource_type& type) const;

    // The same as repeated_member() of the object.
    std::optional<std::string> repeated(std::span<const std::string_view> parts) const;

private:
    struct step {
        json_element value;
        std::string_view rest;  // of the path, from there on
    };
    bool has_object_at(std::string_view path) const;
    std::optional<step> first_step(std::string_view path) const;

    std::vector<std::string_view> names_;
    std::vector<json_element> values_;
};

}  // namespace trunkwarden
