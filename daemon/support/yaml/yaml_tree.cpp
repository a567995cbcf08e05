#include "support/yaml/yaml_tree.hpp"

#include <algorithm>
#include <utility>

namespace trunkwarden {

yaml_node& yaml_tree_builder::next()
{
    if (open_.empty())
        return root_;
    yaml_node& parent = *open_.back();
    return parent.is == yaml_node::form::map ? parent.members.back().value : parent.items.emplace_back();
}

void yaml_tree_builder::map_begins(text_mark at)
{
    constexpr std::size_t usual = 12;  // of an entry; growing to it costs as much as the entry
    yaml_node& map = next();
    map.is = yaml_node::form::map;
    map.at = at;
    map.members.reserve(usual);
    open_.push_back(&map);
}

void yaml_tree_builder::list_begins(text_mark at)
{
    yaml_node& list = next();
    list.is = yaml_node::form::list;
    list.at = at;
    open_.push_back(&list);
}

void yaml_tree_builder::key(std::string_view name, text_mark at)
{
    open_.back()->members.push_back({std::string(name), at, {}});
}

void yaml_tree_builder::repeated_key(std::string_view name)
{
    auto& members = open_.back()->members;
    const auto first = std::ranges::find(members, name, &yaml_member::name);
    if (first != members.end())
        first->is_repeated = true;
}

void yaml_tree_builder::scalar(std::string_view text, text_mark at)
{
    yaml_node& node = next();
    node.is = yaml_node::form::scalar;
    node.at = at;
    node.text = text;
}

void yaml_tree_builder::null(text_mark at)
{
    next().at = at;
}

yaml_node yaml_tree_builder::take()
{
    open_.clear();
    return std::exchange(root_, {});
}

}  // namespace trunkwarden
