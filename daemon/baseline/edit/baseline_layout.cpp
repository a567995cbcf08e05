#include "baseline/edit/baseline_layout.hpp"

#include <algorithm>

#include "baseline/edit/scalar_style.hpp"
#include "baseline/edit/text_edit.hpp"
#include "support/yaml/yaml_events.hpp"

namespace trunkwarden {

namespace {

// Follows the events of a file: its top, its sections, their entries.
class layout_reader final : public yaml_consumer {
public:
    explicit layout_reader(std::string_view text) : text_(text) {}

    void map_begins(text_mark at) override
    {
        if (depth_ == 0)
            out_.in_braces = at.offset < text_.size() && text_[at.offset] == '{';
        value(yaml_node::form::map, at);
        ++depth_;
    }
    void list_begins(text_mark at) override
    {
        value(yaml_node::form::list, at);
        ++depth_;
    }
    void map_ends() override { --depth_; }
    void list_ends() override { --depth_; }
    void key(std::string_view name, text_mark at) override
    {
        if (depth_ == 1)
            out_.sections.push_back({std::string(name), at.offset, at.offset, yaml_node::form::null, 0, {}});
        reached(at);
    }
    void scalar(std::string_view, text_mark at) override { value(yaml_node::form::scalar, at); }
    void null(text_mark) override {}  // it may have no place of its own

    baseline_layout take() { return std::move(out_); }

private:
    void value(yaml_node::form is, text_mark at)
    {
        if (out_.sections.empty())
            return;
        auto& section = out_.sections.back();
        if (depth_ == 1) {
            section.is = is;
            section.value = at.offset;
        } else if (depth_ == 2 && section.is == yaml_node::form::list) {
            section.entries.push_back({at.offset, at.offset});
        }
        reached(at);
    }

    void reached(text_mark at)
    {
        auto& section = out_.sections.back();
        section.last = at.offset;
        if (!section.entries.empty())
            section.entries.back().last = at.offset;
    }

    std::string_view text_;
    baseline_layout out_;
    std::size_t depth_ = 0;
};

// Keeps one entry of one section, and skips the rest.
class entry_picker final : public yaml_consumer {
public:
    entry_picker(std::string_view section, std::size_t entry) : section_(section), entry_(entry) {}

    void map_begins(text_mark at) override
    {
        if (is_picked())
            builder_.map_begins(at);
        ++depth_;
    }
    void list_begins(text_mark at) override
    {
        if (is_picked())
            builder_.list_begins(at);
        ++depth_;
    }
    void map_ends() override
    {
        --depth_;
        if (is_picked())
            builder_.map_ends();
        ended();
    }
    void list_ends() override
    {
        --depth_;
        if (is_picked())
            builder_.list_ends();
        ended();
    }
    void key(std::string_view name, text_mark at) override
    {
        if (depth_ == 1) {
            in_section_ = name == section_;
            number_ = 0;
        } else if (is_picked()) {
            builder_.key(name, at);
        }
    }
    void scalar(std::string_view text, text_mark at) override
    {
        if (is_picked())
            builder_.scalar(text, at);
        ended();
    }
    void null(text_mark at) override
    {
        if (is_picked())
            builder_.null(at);
        ended();
    }

    yaml_node take() { return builder_.take(); }

private:
    bool is_picked() const { return in_section_ && depth_ >= 2 && number_ == entry_; }
    void ended()
    {
        if (in_section_ && depth_ == 2)
            ++number_;
    }

    std::string_view section_;
    std::size_t entry_;
    bool in_section_ = false;
    std::size_t number_ = 0;
    std::size_t depth_ = 0;
    yaml_tree_builder builder_;
};

// Behind the lines of a block scalar, which are indented deeper than the key or dash they belong to.
std::size_t end_of_block_scalar(std::string_view text, std::size_t at, std::size_t limit)
{
    auto line = line_at(text, at);
    const auto parent = indentation(text, line);
    auto end = line.end;
    while (line.next < limit) {
        line = line_at(text, line.next);
        if (is_blank(text, line))
            continue;
        if (indentation(text, line) <= parent)
            break;
        end = line.end;
    }
    return end;
}

}  // namespace

baseline_layout layout_of(std::string_view text)
{
    problem_list nothing("", text);
    layout_reader reader(text);
    read_yaml(text, reader, nothing);
    return reader.take();
}

const section_place* find(const baseline_layout& layout, std::string_view section)
{
    const auto found = std::ranges::find(layout.sections, section, &section_place::name);
    return found == layout.sections.end() ? nullptr : &*found;
}

yaml_node tree_of(std::string_view text, std::string_view section, std::size_t entry)
{
    problem_list nothing("", text);
    entry_picker picker(section, entry);
    read_yaml(text, picker, nothing);
    return picker.take();
}

std::size_t end_of_block(std::string_view text, std::size_t last, std::size_t limit)
{
    if (last < text.size() && (text[last] == '|' || text[last] == '>'))
        return end_of_block_scalar(text, last, limit);
    if (last < text.size() && (text[last] == '"' || text[last] == '\''))
        last = end_of_quoted(text, last);
    auto line = line_at(text, last);
    auto end = line.end;
    while (line.next < limit && line.next > line.begin) {
        const bool was_last = line.next == text.size();
        line = line_at(text, line.next);
        if (was_last || text.substr(line.begin, line.end - line.begin).starts_with("..."))
            break;
        if (!is_blank(text, line) && !is_comment(text, line))
            end = line.end;
    }
    return end;
}

std::size_t column_of(std::string_view text, std::size_t at)
{
    return at - line_at(text, at).begin;
}

std::optional<std::size_t> dash_of(std::string_view text, std::size_t at)
{
    const auto before = at == 0 ? std::string_view::npos : text.find_last_not_of(" \t\r\n", at - 1);
    if (before == std::string_view::npos || text[before] != '-')
        return std::nullopt;
    return before;
}

}  // namespace trunkwarden
