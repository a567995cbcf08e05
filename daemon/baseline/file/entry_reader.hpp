#pragma once

#include <bitset>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "baseline/baseline.hpp"
#include "support/yaml/yaml_tree.hpp"

namespace trunkwarden {

// Reads the entries of one resource's section, one at a time.
class entry_reader {
public:
    entry_reader(const resource_type& type, problem_list& problems);

    // Nothing when the entry is not valid; its faults are then among the problems.
    std::optional<entry> read(yaml_node&& node);

private:
    void read_member(yaml_member& member, const std::string& path);
    void read_field(std::uint16_t field, yaml_member& member);
    void read_ids(const yaml_member& member);
    void read_values(std::uint16_t field, const yaml_node& value, constraint& into);
    void read_set(std::uint16_t field, const yaml_node& value, constraint& into);
    void read_note(std::string_view name, const yaml_node& value, std::string& into);
    void read_expiry(const yaml_member& member);
    void read_group(yaml_member& group, const std::string& path);
    void pin_by_identity();
    bool names_number_without_plus(const watched_field& field, const accepted_value& value) const;
    void refuse_unknown(const yaml_member& member, const std::string& path);
    void refuse(text_mark at, std::string message) { problems_.add(at, std::move(message)); }
    std::optional<std::uint16_t> field_named(std::string_view path) const;
    bool is_group(std::string_view path) const;

    const resource_type& type_;
    problem_list& problems_;
    std::vector<std::string_view> known_;          // keys an entry may have
    std::optional<std::uint16_t> identity_field_;  // the field that is the resource's id
    entry entry_;                                  // being read
};

}  // namespace trunkwarden
