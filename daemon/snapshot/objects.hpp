#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "catalogue/resource_type.hpp"

// The objects of one resource as the rest of the daemon sees them: watched fields only, as canonical text
// (snapshot/canonical.hpp), secrets already fingerprinted. "" means null, absent or empty: the API does not
// distinguish them.

namespace trunkwarden {

// The names and dates of an object.
struct object_heading {
    std::string id;       // as baselines and findings name it
    std::string address;  // as the path of the object names it
    std::string label;
    std::string modified_at;  // updated_at or else created_at, as the API wrote it; "" when it says neither
    bool never_used = false;  // it says so itself; see resource_type::last_used
    std::string idle_since =
        {};  // its last use, or when it was created if it was never used; "" when not known
};

// One object inside an object_page. Valid as long as the page is.
class object_view;

// Up to a page of objects, packed: within a page most values repeat (a connection id on 250 numbers), so each
// distinct text is kept once and an object is a row of small indices. An account of 100,000 numbers costs
// about 14 MB this way.
class object_page {
public:
    explicit object_page(std::size_t fields) : columns_(fields + fixed_columns) {}

    // Appends an object; `values` follow the order of resource_type::fields.
    void add(const object_heading& heading, const std::vector<std::string>& values);
    void shrink();  // no more objects will come

    // A page with those of its objects for which `wanted` holds.
    object_page only(const std::function<bool(const object_view&)>& wanted) const;

    std::size_t size() const { return cells_.size() / columns_; }
    object_view operator[](std::size_t row) const;

private:
    friend class object_view;
    static constexpr std::size_t fixed_columns = 6;  // those of object_heading
    std::uint32_t keep(std::string_view wanted);
    std::string_view cell(std::size_t row, std::size_t column) const;

    std::string_view text(std::uint32_t index) const;
    void grow_slots();

    std::vector<std::uint32_t> cells_;  // index of a text, row by row
    std::vector<std::uint32_t> ends_;   // of each text in texts_
    std::string texts_;
    std::vector<std::uint32_t>
        slots_;  // an index of the known texts: open addressing, 1 + index; empty after shrink()
    std::size_t columns_;
};

class object_view {
public:
    object_view(const object_page& page, std::size_t row) : page_(&page), row_(row) {}
    std::string_view id() const { return page_->cell(row_, 0); }
    std::string_view address() const { return page_->cell(row_, 1); }
    std::string_view label() const { return page_->cell(row_, 2); }
    std::string_view modified_at() const { return page_->cell(row_, 3); }
    bool never_used() const { return !page_->cell(row_, 4).empty(); }
    std::string_view idle_since() const { return page_->cell(row_, 5); }
    std::string_view field(std::size_t index) const
    {
        return page_->cell(row_, index + object_page::fixed_columns);
    }

private:
    const object_page* page_;
    std::size_t row_;
};

inline object_view object_page::operator[](std::size_t row) const
{
    return {*this, row};
}

// A complete list of one resource. Pages are shared with the reading before it when their bytes did not
// change.
using object_list = std::vector<std::shared_ptr<const object_page>>;

std::size_t count(const object_list& objects);

// Visits every object, in the order of the list.
template <class Visit>
void for_each(const object_list& objects, Visit visit)
{
    for (const auto& page : objects)
        for (std::size_t row = 0; row < page->size(); ++row)
            visit((*page)[row]);
}

}  // namespace trunkwarden
