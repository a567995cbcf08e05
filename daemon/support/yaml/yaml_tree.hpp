#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "support/yaml/problem.hpp"
#include "support/yaml/yaml_events.hpp"

namespace trunkwarden {

struct yaml_member;

// A piece of a YAML file in memory: all of a settings file, or one entry of a baseline.
struct yaml_node {
    enum class form : std::uint8_t { null, scalar, list, map };
    form is = form::null;
    text_mark at;
    std::string text;                  // of a scalar
    std::vector<yaml_node> items;      // of a list
    std::vector<yaml_member> members;  // of a map, in the order of the file
};

struct yaml_member {
    std::string name;
    text_mark at;
    yaml_node value;
    bool is_repeated = false;  // it is there more than once; the value is the first
};

// Builds one node from the events of one value.
class yaml_tree_builder final : public yaml_consumer {
public:
    void map_begins(text_mark at) override;
    void map_ends() override { open_.pop_back(); }
    void list_begins(text_mark at) override;
    void list_ends() override { open_.pop_back(); }
    void key(std::string_view name, text_mark at) override;
    void repeated_key(std::string_view name) override;
    void scalar(std::string_view text, text_mark at) override;
    void null(text_mark at) override;

    bool in_progress() const { return !open_.empty(); }
    yaml_node take();  // the finished value; the builder is ready for the next one

private:
    yaml_node& next();

    yaml_node root_;
    std::vector<yaml_node*>
        open_;  // from the root down; the parent of an open node does not grow, so pointers hold
};

}  // namespace trunkwarden
