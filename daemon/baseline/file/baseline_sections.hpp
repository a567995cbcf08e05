#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "baseline/baseline.hpp"
#include "baseline/file/entry_reader.hpp"
#include "support/yaml/yaml_events.hpp"
#include "support/yaml/yaml_tree.hpp"

namespace trunkwarden {

// Takes a baseline from the events of its file. Each value under a top-level key becomes a tree, in a
// resource's section one tree for each entry: a tree of 100,000 entries would cost a gigabyte.
class baseline_sections final : public yaml_consumer {
public:
    baseline_sections(std::span<const resource_type> types, problem_list& problems);

    void map_begins(text_mark at) override;
    void map_ends() override;
    void list_begins(text_mark at) override;
    void list_ends() override;
    void key(std::string_view name, text_mark at) override;
    void scalar(std::string_view text, text_mark at) override;
    void null(text_mark at) override;

    // The baseline, after the last event.
    baseline finish();

private:
    void begin_section(std::string_view name, text_mark at);
    void tree_may_be_complete();
    void take(yaml_node tree);
    void take_entry(yaml_node tree);
    void take_version(const yaml_node& tree);
    void take_organization(const yaml_node& tree);
    void take_two_factor(const yaml_node& tree);
    void take_spending(const yaml_node& tree);
    void take_traffic(const yaml_node& tree);

    void take_active_calls(const yaml_node& tree);

    std::span<const resource_type> types_;
    problem_list& problems_;
    std::vector<std::string_view> known_;      // top-level keys
    std::vector<std::vector<entry>> entries_;  // in the order of types_
    std::vector<bool> written_;                // true for each resource that has a section
    baseline read_;
    bool has_version_ = false;

    std::size_t depth_ = 0;  // how many maps and lists are open
    std::size_t roots_ =
        0;  // the depth at which a tree begins: 1 in the file's map, 2 in the list of a section
    yaml_tree_builder builder_;
    std::string section_;  // the top-level key
    text_mark section_at_;
    std::size_t type_ = 0;                // of the section, when it is a resource's
    std::optional<entry_reader> reader_;  // for it
};

}  // namespace trunkwarden
