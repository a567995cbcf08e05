#include "snapshot/objects.hpp"

namespace trunkwarden {

void object_page::add(const object_heading& heading, const std::vector<std::string>& values)
{
    for (const auto* text : {&heading.id, &heading.address, &heading.label, &heading.touched})
        cells_.push_back(keep(*text));
    for (const auto& text : values)
        cells_.push_back(keep(text));
}

std::uint32_t object_page::keep(std::string_view text)
{
    const auto [at, is_new] = known_.try_emplace(std::string(text), static_cast<std::uint32_t>(ends_.size()));
    if (is_new) {
        texts_ += text;
        ends_.push_back(static_cast<std::uint32_t>(texts_.size()));
    }
    return at->second;
}

void object_page::shrink()
{
    known_ = {};
    cells_.shrink_to_fit();
    ends_.shrink_to_fit();
    texts_.shrink_to_fit();
}

std::string_view object_page::cell(std::size_t row, std::size_t column) const
{
    const auto text = cells_[row * columns_ + column];
    const auto begin = text == 0 ? 0 : ends_[text - 1];
    return std::string_view(texts_).substr(begin, ends_[text] - begin);
}

std::size_t count(const object_list& objects)
{
    std::size_t total = 0;
    for (const auto& page : objects)
        total += page->size();
    return total;
}

}  // namespace trunkwarden
