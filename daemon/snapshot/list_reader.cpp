#include "snapshot/list_reader.hpp"

#include <fmt/format.h>

namespace trunkwarden {

object_list objects_of(const list_contents& reading, std::size_t watcher)
{
    object_list out;
    for (const auto& [place, page] : reading.pages) {
        if (page->parsed.objects.empty())
            continue;  // an item that was left out
        const auto& objects = page->parsed.objects[watcher];
        if (objects->size() > 0)
            out.emplace_back(page, objects.get());  // shares ownership with the page that holds it
    }
    return out;
}

std::vector<unreadable_object> unreadable_in(const list_contents& reading)
{
    std::vector<unreadable_object> out;
    for (const auto& [place, page] : reading.pages)
        for (const auto& item : page->parsed.unreadable)
            out.push_back({place.number, place.offset + item.place, item.reason});
    return out;
}

list_reader::list_reader(page_parser& parser, const page_hasher& hasher,
                         std::shared_ptr<const list_contents> before)
    : parser_(parser),
      hasher_(hasher),
      before_(std::move(before)),
      reading_(std::make_shared<list_contents>())
{
}

void list_reader::restart()
{
    reading_ = std::make_shared<list_contents>();
    seen_ = {};
    repeated_.reset();
}

std::shared_ptr<const list_contents::page> list_reader::known_at(page_place place) const
{
    if (!before_)
        return nullptr;
    const auto known = before_->pages.find(place);
    return known == before_->pages.end() ? nullptr : known->second;
}

result<page_facts> list_reader::take(page_place place, std::string body)
{
    auto page = read(place, body);
    if (!page)
        return page.error();
    for (const auto item : (*page)->parsed.items)
        if (!seen_.insert(item) && !repeated_)
            repeated_ = fmt::format("an item of page {}", place.number);
    reading_->pages[place] = *page;
    return (*page)->parsed.facts;
}

void list_reader::leave_out(page_place place, const failure& why)
{
    parsed_page nothing;
    nothing.facts.items = 1;
    nothing.unreadable.push_back({1, "it is too large: " + why.what});
    auto known = known_at(place);
    if (!known || known->parsed.unreadable != nothing.unreadable) {
        auto page = std::make_shared<list_contents::page>();
        page->parsed = std::move(nothing);
        known = std::move(page);
    }
    reading_->pages[place] = std::move(known);
}

result<std::shared_ptr<const list_contents::page>> list_reader::read(page_place place,
                                                                     const std::string& body)
{
    const auto bytes = hasher_.of(body);
    if (auto known = known_at(place); known && known->bytes == bytes)
        return known;
    auto parsed = parser_.parse(body);
    if (!parsed)
        return failure{parsed.error().kind,
                       fmt::format("GET {}, page {}: {}", parser_.path(), place.number, parsed.error().what)};
    auto page = std::make_shared<list_contents::page>();
    page->bytes = bytes;
    page->parsed = std::move(*parsed);
    return std::shared_ptr<const list_contents::page>(std::move(page));
}

}  // namespace trunkwarden
