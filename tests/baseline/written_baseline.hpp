#pragma once

#include <algorithm>
#include <fmt/format.h>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "baseline/sample_types.hpp"
#include "baseline/wildcard.hpp"
#include "snapshot/canonical.hpp"

// Baselines as people might write them, in many of the ways YAML has: the same seed writes the same file.

namespace trunkwarden::written {

using samples::type;

struct field_pool {
    std::string_view name;
    std::vector<std::string> values;  // as the API gives them
};
struct type_pool {
    std::string_view type;
    std::string_view pin;  // the key that names objects
    std::vector<field_pool> fields;
};

inline const std::vector<type_pool>& pools()
{
    static const std::vector<type_pool> all{
        {"ips",
         "id",
         {{"ip_address", {"203.0.113.7", "198.51.100.4", "2001:db8::1", ""}},
          {"connection_id", {"1293384261075731499", "7", ""}},
          {"port", {"5060", "5061", "0", ""}}}},
        {"texml_applications",
         "id",
         {{"friendly_name",
           {"office", "a: b # c", "it's", "\"so\"", "- x", "5*", "yes", "", "{a}", "b\\s", "\u00fcber, uns"}},
          {"active", {"true", "false", ""}},
          {"voice_url", {"https://a.example/x#y", "https://b.example/?q=1,2", ""}},
          {"outbound.channel_limit", {"5", "10", ""}},
          {"outbound.profile.id", {"31", "32", ""}},
          {"tags", {"one", "two\nwith space", "it's", "a, b", ""}}}},
        {"phone_numbers",
         "phone_number",
         {{"connection_id", {"1293384261075731499", "8", ""}},
          {"description", {"main line", "#1", "~", "null", ""}}}},
        {"outbound_voice_profiles",
         "id",
         {{"whitelisted_destinations", {"US", "CA", "NO", ""}},
          {"daily_spend_limit", {"50", "0.25", ""}},
          {"created_at", {"2026-11-01T10:00:00Z", "2026-11-02T10:00:00Z", ""}}}}};
    return all;
}

class dice {
public:
    explicit dice(unsigned seed) : twister_(seed) {}
    std::size_t below(std::size_t limit) { return twister_() % limit; }
    bool one_in(std::size_t n) { return below(n) == 0; }
    template <class Values>
    const auto& one_of(const Values& values)
    {
        return values[below(values.size())];
    }
    template <class Values>
    void shuffle(Values& values)
    {
        for (std::size_t at = values.size(); at > 1; --at)
            std::swap(values[at - 1], values[below(at)]);
    }

private:
    std::mt19937 twister_;
};

// An entry as it is written.
struct written_entry {
    const type_pool* about = nullptr;
    std::vector<std::string> pins = {};
    bool ran_out = false;
    std::size_t begin = 0;  // of its lines, comments over it included
    std::size_t end = 0;
};

// Writes one file.
class author {
public:
    explicit author(unsigned seed) : dice_(seed)
    {
        newline_ = dice_.one_in(3) ? "\r\n" : "\n";
        if (dice_.one_in(6))
            text = "\xef\xbb\xbf";
        if (dice_.one_in(4))
            line("---");
        remark("");
        line("version: 1");
        for (const auto& about : pools())
            if (!dice_.one_in(4))
                section(about);
        if (dice_.one_in(5))
            remark("");
        if (dice_.one_in(6))
            text.resize(text.size() - newline_.size());
        for (auto& entry : entries)
            entry.end = std::min(entry.end, text.size());
    }

    std::string text;
    std::vector<written_entry> entries;

private:
    void line(const std::string& content) { text += content + newline_; }
    // A comment of its own that nothing else in the file looks like, or a blank line, or nothing.
    void remark(const std::string& margin)
    {
        if (dice_.one_in(4))
            line("");
        if (dice_.one_in(4))
            line(fmt::format("{}# remark {}: \"it's\" [so]", margin, ++remarks_));
    }
    std::string behind() { return dice_.one_in(6) ? fmt::format("   # behind {}", ++remarks_) : ""; }

    static bool may_be_plain(const std::string& value, bool in_flow)
    {
        if (value.empty() || value == "~" || value == "null" || value == "yes" || value.front() == ' ' ||
            std::string_view("-?:,[]{}#&*!|>'\"%@`").find(value.front()) != std::string_view::npos)
            return false;
        return value.find(": ") == std::string::npos && value.find(" #") == std::string::npos &&
               value.find_first_of("\n\\*") == std::string::npos &&
               (!in_flow || value.find_first_of(",[]{}") == std::string::npos);
    }
    std::string scalar(const std::string& value, bool in_flow)
    {
        const auto style = dice_.below(3);
        if (style == 0 && may_be_plain(value, in_flow))
            return value;
        std::string out;
        const bool is_double = style == 1 || value.find('\n') != std::string::npos;
        for (const char c : value)
            if (is_double)
                out += c == '"' || c == '\\' ? std::string("\\") + c
                       : c == '\n'           ? std::string("\\n")
                                             : std::string(1, c);
            else
                out += c == '\'' ? std::string("''") : std::string(1, c);
        return is_double ? '"' + out + '"' : '\'' + out + '\'';
    }
    std::string flow_list(const std::vector<std::string>& values)
    {
        std::string out = dice_.one_in(4) ? "[ " : "[";
        for (std::size_t at = 0; at < values.size(); ++at)
            out += (at == 0 ? "" : dice_.one_in(4) ? "," : ", ") + scalar(values[at], true);
        return out + (dice_.one_in(4) ? " ]" : "]");
    }

    struct key {
        std::string name;
        std::vector<std::string> values;
        bool is_list = false;
    };
    std::vector<key> keys_of(const type_pool& about, written_entry& entry)
    {
        std::vector<key> out;
        const bool is_rule = about.type == "ips" && dice_.one_in(4);
        for (std::size_t count = is_rule ? 0 : dice_.one_in(3) ? 3 : 1; count > 0; --count)
            entry.pins.push_back(about.pin == "phone_number" ? fmt::format("+1415555{:04}", ++named_)
                                                             : fmt::format("{}", 500 + ++named_));
        if (!is_rule)
            out.push_back({std::string(about.pin), entry.pins, entry.pins.size() > 1 || dice_.one_in(8)});
        for (const auto& pool : about.fields)
            if (!dice_.one_in(3) || (is_rule && out.empty()))
                out.push_back(field_of(about, pool));
        if (dice_.one_in(3))
            out.push_back({"reason", {"because: #1"}});
        entry.ran_out = dice_.one_in(5);
        if (entry.ran_out || dice_.one_in(8))
            out.push_back({"expires", {entry.ran_out ? "2026-11-01" : "2099-12-31"}});
        dice_.shuffle(out);
        return out;
    }
    key field_of(const type_pool& about, const field_pool& pool)
    {
        const auto kind = std::ranges::find(type(about.type).fields, pool.name, &watched_field::name)->kind;
        key out{std::string(pool.name), {dice_.one_of(pool.values)}};
        if (dice_.one_in(4)) {
            const auto& more = dice_.one_of(pool.values);
            if (more != out.values[0])
                out.values.push_back(more);
            out.is_list = true;
        }
        if (holds_a_set(kind)) {
            std::erase(out.values, "");
            out.is_list = true;
        }
        if (kind == value_kind::text || kind == value_kind::text_set)
            for (auto& value : out.values)
                value = escaped(value);
        return out;
    }

    void section(const type_pool& about)
    {
        remark("");
        const auto count = dice_.one_in(6) ? 0 : 1 + dice_.below(4);
        if (count == 0) {
            line(fmt::format("{}:{}{}", about.type, dice_.one_of(std::vector<std::string>{"", " []", " ~"}),
                             behind()));
            return;
        }
        if (dice_.one_in(6)) {
            flow_section(about, count);
            return;
        }
        line(fmt::format("{}:{}", about.type, behind()));
        const std::string margin(2 * dice_.below(3), ' ');
        const auto gap = 1 + dice_.below(3);
        for (std::size_t at = 0; at < count; ++at)
            block_entry(about, margin, gap);
    }
    void flow_section(const type_pool& about, std::size_t count)
    {
        const bool on_lines = dice_.one_in(2);
        text += fmt::format("{}: [{}", about.type, on_lines ? newline_ : "");
        const auto first = entries.size();
        for (std::size_t at = 0; at < count; ++at) {
            written_entry entry{&about};
            entry.begin = text.size();
            text += fmt::format("{}{}{}{}", on_lines ? "  " : "", braces(keys_of(about, entry)),
                                at + 1 < count ? "," : "", on_lines ? newline_ : " ");
            entry.end = text.size();
            entries.push_back(std::move(entry));
        }
        line("]");
        for (auto at = first; at < entries.size(); ++at)  // they share commas and perhaps the line
            entries[at].begin = entries[first].begin, entries[at].end = text.size();
        for (auto at = first; at < entries.size(); ++at)
            entries[at].begin = text.rfind(std::string(about.type) + ": [", entries[at].begin);
    }
    std::string braces(const std::vector<key>& keys)
    {
        std::string out = "{";
        for (const auto& key : keys)
            out += fmt::format("{}{}: {}", out.size() > 1 ? ", " : "", key.name,
                               key.is_list ? flow_list(key.values) : scalar(key.values[0], true));
        return out + '}';
    }
    void block_entry(const type_pool& about, const std::string& margin, std::size_t gap)
    {
        written_entry entry{&about};
        entry.begin = text.size();
        remark(margin);
        const auto keys = keys_of(about, entry);
        const std::string spaces(gap, ' ');
        const std::string inner = margin + ' ' + spaces;
        if (dice_.one_in(4)) {
            line(margin + '-' + spaces + braces(keys) + behind());
        } else {
            auto lead = margin + '-' + spaces;
            if (dice_.one_in(8)) {
                line(margin + '-');
                lead = inner;
            }
            write_keys(keys, lead, inner);
        }
        entry.end = text.size();
        entries.push_back(std::move(entry));
    }
    void write_keys(const std::vector<key>& keys, std::string lead, const std::string& inner)
    {
        const bool nested = dice_.one_in(2);
        std::vector<key> inside;
        for (const auto& key : keys)
            if (nested && key.name.starts_with("outbound."))
                inside.push_back({key.name.substr(9), key.values, key.is_list});
            else
                write_key(key, std::exchange(lead, inner), inner);
        if (inside.empty())
            return;
        if (dice_.one_in(2)) {
            line(lead + "outbound: " + braces(inside));
            return;
        }
        line(lead + "outbound:" + behind());
        for (const auto& key : inside)
            write_key(key, inner + "  ", inner + "  ");
    }
    void write_key(const key& key, const std::string& lead, const std::string& inner)
    {
        if (key.is_list && !key.values.empty() && dice_.one_in(2)) {
            line(lead + key.name + ":" + behind());
            const std::string deeper = inner + (dice_.one_in(2) ? "  " : "");
            for (const auto& value : key.values)
                line(deeper + "- " + scalar(value, false) + behind());
            return;
        }
        line(lead + key.name + ": " + (key.is_list ? flow_list(key.values) : scalar(key.values[0], false)) +
             behind());
        if (dice_.one_in(8))
            line(inner + fmt::format("# between {}", ++remarks_));
    }

    dice dice_;
    std::string newline_;
    int remarks_ = 0;
    int named_ = 0;
};

}  // namespace trunkwarden::written
