#include "snapshot/repeated_member.hpp"

#include <algorithm>
#include <array>
#include <bitset>
#include <cstddef>
#include <vector>

namespace trunkwarden {
namespace {

namespace dom = simdjson::dom;

// Names seen so far. Mostly one bit tells that a name is new; of an object that is no setting, but a map of
// thousands, the names are sorted in the end.
class names_seen {
public:
    // Whether it is there already, as far as that is cheap to say.
    bool add(std::string_view name)
    {
        if (count_ == few_.size()) {
            if (many_.empty())
                many_.assign(few_.begin(), few_.end());
            many_.push_back(name);
            return false;
        }
        const auto bit = bit_of(name);
        const auto end = few_.begin() + static_cast<std::ptrdiff_t>(count_);
        if (bits_.test(bit) && std::find(few_.begin(), end, name) != end)
            return true;
        bits_.set(bit);
        few_[count_++] = name;
        return false;
    }

    std::optional<std::string> repeated()
    {
        std::ranges::sort(many_);
        const auto twice = std::ranges::adjacent_find(many_);
        return twice == many_.end() ? std::nullopt : std::optional(std::string(*twice));
    }

private:
    static constexpr std::size_t bits = 512;
    static std::size_t bit_of(std::string_view name)
    {
        if (name.empty())
            return 0;
        const auto at = [name](std::size_t place) { return static_cast<unsigned char>(name[place]); };
        return (name.size() * 31U + at(0) * 7U + at(name.size() / 2) * 13U + at(name.size() - 1) * 61U) %
               bits;
    }

    std::bitset<bits> bits_;
    std::array<std::string_view, 64> few_;
    std::size_t count_ = 0;
    std::vector<std::string_view> many_;
};

enum class reach { parts, everything };

// No deeper than the parser reads.
std::optional<std::string> repeated_in(json_element value, std::span<const std::string_view> parts, reach how)
{
    if (value.is_array()) {
        for (const json_element member : dom::array(value))
            if (auto name = repeated_in(member, parts, how))
                return name;
        return std::nullopt;
    }
    dom::object object;
    if (value.get_object().get(object) != simdjson::SUCCESS)
        return std::nullopt;
    names_seen seen;
    for (const auto member : object) {
        if (seen.add(member.key))
            return std::string(member.key);
        const bool is_container = member.value.is_object() || member.value.is_array();
        if (is_container && (how == reach::everything || std::ranges::find(parts, member.key) != parts.end()))
            if (auto name = repeated_in(member.value, parts, reach::everything))
                return name;
    }
    return seen.repeated();
}

}  // namespace

std::optional<std::string> repeated_member(json_element object, std::span<const std::string_view> parts)
{
    return repeated_in(object, parts, reach::parts);
}

}  // namespace trunkwarden
