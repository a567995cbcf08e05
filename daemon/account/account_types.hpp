#pragma once

#include <cstddef>
#include <iterator>
#include <map>
#include <memory>
#include <vector>

#include "catalogue/resource_type.hpp"

namespace trunkwarden {

// The catalogue as one account needs it. The account has entries of its own where it may read a list
// elsewhere than the catalogue says: that of API keys, and those with a plain path
// (catalogue/plain_path.hpp). All others are the catalogue's, because an entry is several kilobytes and there
// are many accounts. Each stays in its place: coverage, findings and parsers point at it. Behind them are the
// extra resources of the settings.
class account_types {
public:
    class iterator {
    public:
        using iterator_category = std::forward_iterator_tag;
        using value_type = resource_type;
        using difference_type = std::ptrdiff_t;
        using pointer = const resource_type*;
        using reference = const resource_type&;

        iterator() = default;
        explicit iterator(const resource_type* const* at) : at_(at) {}
        reference operator*() const { return **at_; }
        pointer operator->() const { return *at_; }
        iterator& operator++()
        {
            ++at_;
            return *this;
        }
        iterator operator++(int)
        {
            auto before = *this;
            ++at_;
            return before;
        }
        friend bool operator==(const iterator&, const iterator&) = default;
        friend difference_type operator-(const iterator& a, const iterator& b) { return a.at_ - b.at_; }

    private:
        const resource_type* const* at_ = nullptr;
    };

    account_types();
    account_types(const account_types&) = delete;
    account_types& operator=(const account_types&) = delete;

    const resource_type& operator[](std::size_t at) const { return *types_[at]; }
    std::size_t size() const { return types_.size(); }
    iterator begin() const { return iterator(types_.data()); }
    iterator end() const { return iterator(types_.data() + types_.size()); }

    // Behind those of the catalogue. They outlive this.
    void set_extra(const std::vector<const resource_type*>& extra);

    // Only of an entry that is the account's own.
    void change(std::size_t at, const resource_type& type) { *own_.at(at) = type; }

    // Copies, for what takes them as the catalogue has them.
    std::vector<resource_type> all() const { return {begin(), end()}; }

private:
    std::vector<const resource_type*> types_;
    std::map<std::size_t, std::unique_ptr<resource_type>> own_;
};

}  // namespace trunkwarden
