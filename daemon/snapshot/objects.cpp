#include "snapshot/objects.hpp"

#include <algorithm>
#include <functional>

namespace trunkwarden {

void object_page::add(const object_heading& heading, const std::vector<std::string>& values)
{
    for (const auto* text : {&heading.id, &heading.address, &heading.label, &heading.modified_at})
        cells_.push_back(keep(*text));
    cells_.push_back(keep(heading.never_used ? "true" : ""));
    cells_.push_back(keep(heading.idle_since));
    for (const auto& text : values)
        cells_.push_back(keep(text));
}

std::string_view object_page::text(std::uint32_t index) const
{
    const auto begin = index == 0 ? 0 : ends_[index - 1];
    return std::string_view(texts_).substr(begin, ends_[index] - begin);
}

namespace {

// The slot that holds `wanted`, or the free one where it belongs.
template <class Text>
std::size_t find_slot(const std::vector<std::uint32_t>& slots, std::string_view wanted, Text text_of)
{
    const auto mask = slots.size() - 1;
    auto at = std::hash<std::string_view>{}(wanted)&mask;
    while (slots[at] != 0 && text_of(slots[at] - 1) != wanted)
        at = (at + 1) & mask;
    return at;
}

}  // namespace

void object_page::grow_slots()
{
    slots_.assign(std::max<std::size_t>(64, 2 * slots_.size()), 0);
    for (std::uint32_t index = 0; index < ends_.size(); ++index)
        slots_[find_slot(slots_, text(index), [this](std::uint32_t known) { return text(known); })] =
            index + 1;
}

std::uint32_t object_page::keep(std::string_view wanted)
{
    if (2 * ends_.size() >= slots_.size())
        grow_slots();
    auto& slot = slots_[find_slot(slots_, wanted, [this](std::uint32_t known) { return text(known); })];
    if (slot == 0) {
        texts_ += wanted;
        ends_.push_back(static_cast<std::uint32_t>(texts_.size()));
        slot = static_cast<std::uint32_t>(ends_.size());
    }
    return slot - 1;
}

void object_page::shrink()
{
    slots_ = {};
    cells_.shrink_to_fit();
    ends_.shrink_to_fit();
    texts_.shrink_to_fit();
}

object_page object_page::only(const std::function<bool(const object_view&)>& wanted) const
{
    object_page out(columns_ - fixed_columns);
    out.texts_ = texts_;
    out.ends_ = ends_;
    for (std::size_t row = 0; row < size(); ++row)
        if (wanted((*this)[row])) {
            const auto begin = cells_.begin() + static_cast<std::ptrdiff_t>(row * columns_);
            out.cells_.insert(out.cells_.end(), begin, begin + static_cast<std::ptrdiff_t>(columns_));
        }
    return out;
}

std::string_view object_page::cell(std::size_t row, std::size_t column) const
{
    return text(cells_[row * columns_ + column]);
}

std::size_t count(const object_list& objects)
{
    std::size_t total = 0;
    for (const auto& page : objects)
        total += page->size();
    return total;
}

}  // namespace trunkwarden
