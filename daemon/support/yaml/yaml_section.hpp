#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "support/amount.hpp"
#include "support/clock.hpp"
#include "support/yaml/yaml_tree.hpp"

namespace trunkwarden {

// Reads the keys of one map. Every key asked for is thereby a known one; refuse_unknown_keys() reports the
// others. A value that is absent leaves what it is read into as it is; one that is wrong does too, and is a
// problem.
class yaml_section {
public:
    // `node` must outlive the section; nullptr and null are an empty map, anything else that is no map a
    // problem.
    yaml_section(const yaml_node* node, std::string_view name, problem_list& problems);

    // False when there is something, but not a map: nothing more needs to be said about it.
    bool usable() const { return usable_; }

    // The value of a key; nullptr when it is absent or null.
    const yaml_node* take(std::string_view key);
    // The value of a key that must be a scalar; nullptr when it is absent or wrong.
    const yaml_node* take_scalar(std::string_view key);
    // The items of a key that must be a list.
    std::span<const yaml_node> take_list(std::string_view key);

    void read(std::string_view key, std::string& into);
    void read(std::string_view key, bool& into);
    void read(std::string_view key, std::optional<day>& into);
    // An amount of money that is not negative.
    void read(std::string_view key, std::optional<amount>& into);
    // A positive duration; zero_or_more allows 0s, where that means "off".
    void read(std::string_view key, std::chrono::milliseconds& into);
    void read_zero_or_more(std::string_view key, std::chrono::milliseconds& into);
    // A number within [least, most].
    void read_whole(std::string_view key, unsigned& into, unsigned least, unsigned most);
    void read_whole(std::string_view key, std::optional<unsigned>& into, unsigned most);
    void read_number(std::string_view key, double& into, double least, double most);
    // The index of the word that the key's value is; nullopt when the key is absent or wrong.
    std::optional<std::size_t> take_choice(std::string_view key, std::span<const std::string_view> words);

    void refuse_unknown_keys();

    text_mark at() const { return at_; }             // where the section begins
    text_mark place_of(std::string_view key) const;  // the key's; the section's when the key is not there
    void refuse(text_mark at, std::string message) { problems_.add(at, std::move(message)); }
    problem_list& problems() { return problems_; }

private:
    void read_duration(std::string_view key, std::chrono::milliseconds least,
                       std::chrono::milliseconds& into);

    std::span<const yaml_member> members_;
    std::vector<std::string_view> known_;
    std::string_view name_;
    text_mark at_{1, 0};
    bool usable_ = true;
    problem_list& problems_;
};

}  // namespace trunkwarden
