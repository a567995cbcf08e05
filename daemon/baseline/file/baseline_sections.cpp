#include "baseline/file/baseline_sections.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <utility>

#include "baseline/file/baseline_keys.hpp"
#include "baseline/file/traffic_section.hpp"
#include "support/yaml/closest_match.hpp"
#include "support/yaml/quoted_text.hpp"
#include "support/yaml/read_keys.hpp"

namespace trunkwarden {

namespace {

struct no_context {};  // no key of two_factor, spending, traffic and active_calls needs one

}  // namespace

baseline_sections::baseline_sections(std::span<const resource_type> types, problem_list& problems)
    : types_(types),
      problems_(problems),
      known_(top_level_keys(types)),
      entries_(types.size()),
      written_(types.size())
{
}

void baseline_sections::map_begins(text_mark at)
{
    if (depth_ == 0)
        roots_ = 1;
    else
        builder_.map_begins(at);
    ++depth_;
}

void baseline_sections::map_ends()
{
    --depth_;
    if (depth_ == 0)
        return;
    builder_.map_ends();
    tree_may_be_complete();
}

void baseline_sections::list_begins(text_mark at)
{
    if (depth_ == 1 && reader_)
        roots_ = 2;
    else
        builder_.list_begins(at);
    ++depth_;
}

void baseline_sections::list_ends()
{
    --depth_;
    if (depth_ == 1 && roots_ == 2) {
        roots_ = 1;
        return;
    }
    builder_.list_ends();
    tree_may_be_complete();
}

void baseline_sections::key(std::string_view name, text_mark at)
{
    if (depth_ == 1)
        begin_section(name, at);
    else
        builder_.key(name, at);
}

void baseline_sections::scalar(std::string_view text, text_mark at)
{
    builder_.scalar(text, at);
    tree_may_be_complete();
}

void baseline_sections::null(text_mark at)
{
    builder_.null(at);
    tree_may_be_complete();
}

void baseline_sections::begin_section(std::string_view name, text_mark at)
{
    section_ = name;
    section_at_ = at;
    reader_.reset();
    if (std::ranges::find(known_, name) == known_.end()) {
        problems_.add(at, fmt::format("unknown key {}{}", quoted_text(name), suggestion(name, known_)));
        return;
    }
    const auto type = std::ranges::find(types_, name, &resource_type::name);
    if (type == types_.end() || !has_entries(*type))
        return;  // two_factor, spending, traffic and active_calls have no objects that entries could name
    type_ = static_cast<std::size_t>(type - types_.begin());
    written_[type_] = true;
    reader_.emplace(*type, problems_);
}

void baseline_sections::tree_may_be_complete()
{
    if (depth_ == roots_)
        take(builder_.take());
}

void baseline_sections::take(yaml_node tree)
{
    if (depth_ == 0)
        return problems_.add(tree.at, "the file must be a map of keys that begins with version: 1");
    if (reader_)
        return take_entry(std::move(tree));
    if (section_ == "version")
        return take_version(tree);
    if (section_ == "organization_id")
        return take_organization(tree);
    if (section_ == "two_factor")
        return take_two_factor(tree);
    if (section_ == "spending")
        return take_spending(tree);
    if (section_ == "traffic")
        return take_traffic(tree);
    if (section_ == "active_calls")
        return take_active_calls(tree);
}

void baseline_sections::take_entry(yaml_node tree)
{
    if (depth_ == 2) {
        if (auto read = reader_->read(std::move(tree)))
            entries_[type_].push_back(std::move(*read));
    } else if (tree.is != yaml_node::form::null) {
        problems_.add(tree.at, fmt::format("{} must be a list: begin each entry with \"- \"", section_));
    }
}

void baseline_sections::take_version(const yaml_node& tree)
{
    has_version_ = true;
    if (tree.is != yaml_node::form::scalar || tree.text != "1")
        problems_.add(
            tree.at, fmt::format("version must be 1, the only one there is, not {}", quoted_text(tree.text)));
}

void baseline_sections::take_organization(const yaml_node& tree)
{
    if (tree.is == yaml_node::form::list || tree.is == yaml_node::form::map)
        return problems_.add(tree.at, "organization_id must be one id");
    read_.organization_id = tree.text;
}

void baseline_sections::take_two_factor(const yaml_node& tree)
{
    auto& policy = read_.two_factor;
    policy.present = true;
    policy.line = policy.required_line = policy.attested_line = section_at_.line;
    for (const auto& member : tree.members) {
        if (member.name == "required")
            policy.required_line = member.at.line;
        if (member.name == "attested")
            policy.attested_line = member.at.line;
    }
    yaml_section section(&tree, "two_factor", problems_);
    if (section.usable())
        read_keys(section, no_context(), two_factor_keys, policy);
}

void baseline_sections::take_spending(const yaml_node& tree)
{
    auto& policy = read_.spending;
    policy.present = true;
    policy.line = section_at_.line;
    yaml_section section(&tree, "spending", problems_);
    if (section.usable())
        read_keys(section, no_context(), spending_keys, policy);
    const bool is_right_so_far = problems_.count() == 0;
    if (is_right_so_far && !policy.has_limits())
        problems_.add(section_at_,
                      "spending has no limit: write one, such as max_per_hour: \"25.00\", or leave the "
                      "section out");
}

void baseline_sections::take_traffic(const yaml_node& tree)
{
    read_.traffic.present = true;
    read_.traffic.line = section_at_.line;
    if (tree.is == yaml_node::form::scalar || tree.is == yaml_node::form::map)
        return problems_.add(tree.at, "traffic must be a list: begin each entry with \"- \"");
    if (tree.items.empty())
        return problems_.add(section_at_,
                             "traffic has no entry: write one, such as {product: sip-trunking, "
                             "destinations: [US]}, or leave the section out");
    if (tree.items.size() > most_traffic_entries)
        return problems_.add(tree.at, fmt::format("traffic has {} entries, and may have {}",
                                                  tree.items.size(), most_traffic_entries));
    for (const auto& item : tree.items)
        if (auto entry = read_traffic_entry(item, problems_))
            read_.traffic.entries.push_back(*std::move(entry));
}

void baseline_sections::take_active_calls(const yaml_node& tree)
{
    auto& policy = read_.active_calls;
    policy.present = true;
    policy.line = section_at_.line;
    if (tree.is != yaml_node::form::list)
        return problems_.add(tree.at, "active_calls must be a list: begin each entry with \"- \"");
    for (const auto& item : tree.items) {
        call_limit limit;
        limit.line = item.at.line;
        const auto problems_before = problems_.count();
        yaml_section section(&item, "active_calls", problems_);
        if (section.usable())
            read_keys(section, no_context(), call_limit_keys, limit);
        if (problems_.count() != problems_before)
            continue;
        if (limit.connection_id.empty() || !limit.max_calls)
            problems_.add(item.at, "an entry of active_calls needs connection_id and max_calls");
        else if (policy.limit_of(limit.connection_id) != nullptr)
            problems_.add(item.at, fmt::format("a second entry of active_calls for connection_id {}",
                                               quoted_text(limit.connection_id)));
        else
            policy.limits.push_back(std::move(limit));
    }
    if (tree.items.size() > max_call_limits)
        problems_.add(section_at_,
                      fmt::format("active_calls has {} entries, and {} at most: each of them is a "
                                  "request a minute",
                                  tree.items.size(), max_call_limits));
}

baseline baseline_sections::finish()
{
    if (!has_version_ && roots_ == 1)
        problems_.add({1, 0}, "the baseline needs version: 1");
    for (std::size_t type = 0; type < types_.size(); ++type)
        read_.resources.emplace_back(types_[type], std::move(entries_[type]), written_[type]);
    return std::move(read_);
}

}  // namespace trunkwarden
