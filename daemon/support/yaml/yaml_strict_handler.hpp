#pragma once

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/mark.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <fmt/format.h>
#include <string>
#include <utility>
#include <vector>

#include "support/yaml/key_set.hpp"
#include "support/yaml/problem.hpp"
#include "support/yaml/quoted_text.hpp"
#include "support/yaml/yaml_consumer.hpp"
#include "support/yaml/yaml_text.hpp"

// Included by yaml_events.cpp alone: nothing else sees yaml-cpp.

namespace trunkwarden::detail {

// Thrown through yaml-cpp, which has no other way to stop; caught in read_yaml.
struct stop_reading {};

inline text_mark mark_of(const YAML::Mark& mark)
{
    return {static_cast<std::uint32_t>(std::max(mark.line, 0)) + 1,
            static_cast<std::uint32_t>(std::max(mark.pos, 0))};
}

// One map or list that is open.
struct collection {
    enum class form { list, map_before_key, map_before_value };
    form is = form::list;
    YAML::Mark at;
    std::size_t values = 0;  // of a list
    key_set keys;
};

// Passes to a consumer the events of yaml-cpp, and refuses those that a file of ours must not have.
class strict_handler final : public YAML::EventHandler {
public:
    strict_handler(yaml_consumer& to, problem_list& problems) : to_(to), problems_(problems)
    {
        open_.resize(max_yaml_depth);
    }

    void OnDocumentStart(const YAML::Mark& mark) override
    {
        if (++documents_ > 1)
            refuse_and_stop(mark, "more than one YAML document in the file; keep one");
    }
    void OnDocumentEnd() override {}

    void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override
    {
        refuse_anchor(mark, anchor);
        if (is_key_next())
            refuse_and_stop(mark, "a key is missing here");
        if (value_is_wanted())
            to_.null(mark_of(mark));
        value_ends();
    }

    void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override
    {
        refuse(mark, "aliases (*name) are not read here; write the value itself");
        if (is_key_next())
            throw stop_reading();
        if (value_is_wanted())
            to_.null(mark_of(mark));
        value_ends();
    }

    void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  const std::string& value) override
    {
        refuse_anchor(mark, anchor);
        refuse_tag(mark, tag);
        last_scalar_ = mark_of(mark);
        if (tag == "?")  // yaml-cpp's word for a text without quotes
            refuse_lookalike(value);
        if (is_key_next())
            return key(mark, value);
        if (value_is_wanted())
            to_.scalar(value, mark_of(mark));
        value_ends();
    }

    void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                         YAML::EmitterStyle::value) override
    {
        refuse_anchor(mark, anchor);
        refuse_tag(mark, tag);
        begin(mark, collection::form::list);
        if (value_is_wanted())
            to_.list_begins(mark_of(mark));
    }

    void OnSequenceEnd() override
    {
        if (value_is_wanted())
            to_.list_ends();
        end();
    }

    void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                    YAML::EmitterStyle::value) override
    {
        refuse_anchor(mark, anchor);
        refuse_tag(mark, tag);
        begin(mark, collection::form::map_before_key);
        if (value_is_wanted())
            to_.map_begins(mark_of(mark));
    }

    void OnMapEnd() override
    {
        if (value_is_wanted())
            to_.map_ends();
        end();
    }

    text_mark last_scalar() const { return last_scalar_; }

private:
    bool is_key_next() const
    {
        return depth_ > 0 && open_[depth_ - 1].is == collection::form::map_before_key;
    }
    bool value_is_wanted() const { return skipped_below_ == 0; }

    void begin(const YAML::Mark& mark, collection::form as)
    {
        if (is_key_next())
            refuse_and_stop(mark, "a key must be text, not a list or a map");
        if (depth_ == max_yaml_depth)
            refuse_and_stop(mark, fmt::format("nested more than {} deep", max_yaml_depth));
        auto& opened = open_[depth_++];
        opened.is = as;
        opened.at = mark;
        opened.values = 0;
        opened.keys.clear();
    }

    void end()
    {
        --depth_;
        value_ends();
    }

    void key(const YAML::Mark& mark, const std::string& name)
    {
        auto& inside = open_[depth_ - 1];
        inside.is = collection::form::map_before_value;
        if (!value_is_wanted())
            return;
        if (name == "<<")
            refuse(mark, "merge keys (<<) are not read here; write the keys themselves");
        else if (!inside.keys.add(name))
            refuse_repeated(mark, name);
        else
            return to_.key(name, mark_of(mark));
        skipped_below_ = depth_;
    }

    void refuse_repeated(const YAML::Mark& mark, const std::string& name)
    {
        to_.repeated_key(name);
        refuse(mark, fmt::format("the key {} is here for the second time", quoted_text(name)));
    }

    // A value, or a refused one, is over. After the value of a key comes the next key; after a refused key's
    // value, the consumer gets events again.
    void value_ends()
    {
        if (problems_.full())  // the consumer finds problems too
            throw stop_reading();
        if (depth_ > 0) {
            auto& inside = open_[depth_ - 1];
            if (inside.is == collection::form::map_before_value)
                inside.is = collection::form::map_before_key;
            else if (++inside.values > max_yaml_list)
                refuse_and_stop(inside.at, fmt::format("a list of more than {} values", max_yaml_list));
        }
        if (depth_ == skipped_below_)
            skipped_below_ = 0;
    }

    void refuse_anchor(const YAML::Mark& mark, YAML::anchor_t anchor)
    {
        if (anchor != YAML::NullAnchor)
            refuse(mark, "anchors (&name) are not read here; write the value itself wherever it is needed");
    }

    void refuse_tag(const YAML::Mark& mark, const std::string& tag)
    {
        if (!tag.empty() && tag != "?" && tag != "!")
            refuse(mark, "tags (!name) are not read here; every value is text as it is written");
    }

    void refuse_lookalike(std::string_view plain)
    {
        auto found = find_lookalike(plain);
        if (!found)
            return;
        auto at = last_scalar_;
        if (plain.substr(0, found->at).find(' ') ==
            std::string_view::npos)  // else lines may have been joined
            at.offset += static_cast<std::uint32_t>(found->at);
        problems_.add(at, std::move(found->message));
        throw stop_reading();
    }

    void refuse(const YAML::Mark& mark, std::string message)
    {
        problems_.add(mark_of(mark), std::move(message));
        if (problems_.full())
            throw stop_reading();
    }

    [[noreturn]] void refuse_and_stop(const YAML::Mark& mark, std::string message)
    {
        refuse(mark, std::move(message));
        throw stop_reading();
    }

    yaml_consumer& to_;
    problem_list& problems_;
    std::vector<collection> open_;  // as many as may ever be open; depth_ of them are
    std::size_t depth_ = 0;
    std::size_t skipped_below_ = 0;  // the depth of the map whose refused key's value is being skipped, or 0
    unsigned documents_ = 0;
    text_mark last_scalar_;
};

}  // namespace trunkwarden::detail
