#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <unordered_set>
#include <vector>

namespace trunkwarden {

// The keys of one map. Most maps have few: those are compared one by one, without an allocation for each.
class key_set {
public:
    void clear()
    {
        size_ = 0;
        many_.clear();
    }

    // False when the key is there already.
    bool add(const std::string& key)
    {
        constexpr std::size_t max_listed = 24;
        if (size_ < max_listed) {
            if (std::find(first_.begin(), at(size_), key) != at(size_))
                return false;
            if (size_ == first_.size())
                first_.emplace_back();
            first_[size_++] = key;
            return true;
        }
        if (many_.empty())
            many_.insert(first_.begin(), at(size_));
        return many_.insert(key).second;
    }

private:
    std::vector<std::string>::iterator at(std::size_t index)
    {
        return first_.begin() + static_cast<std::ptrdiff_t>(index);
    }

    std::vector<std::string> first_;  // kept between maps, so that their memory is
    std::size_t size_ = 0;
    std::unordered_set<std::string> many_;
};

}  // namespace trunkwarden
