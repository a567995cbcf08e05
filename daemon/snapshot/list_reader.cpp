#include "snapshot/list_reader.hpp"

#include <fmt/format.h>
#include <functional>
#include <string_view>

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

std::string place_of(const unreadable_object& object)
{
    return fmt::format("page {}, item {}", object.page, object.place);
}

std::string sentence_about(const unreadable_object& object)
{
    return place_of(object) + ": " + object.reason;
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
    seen_ids shown;
    for (const auto& [place, page] : reading_->pages)
        for (const auto item : page->parsed.items)
            if (!shown_before_ || shown_before_->contains(item))
                shown.insert(item);
    shown_before_ = std::move(shown);
    reading_ = std::make_shared<list_contents>();
    seen_ = {};
    repeated_.reset();
}

std::shared_ptr<const list_contents> list_reader::shown_by_every_reading() const
{
    if (!shown_before_)
        return reading_;
    auto out = std::make_shared<list_contents>();
    std::vector<seen_ids> taken;  // by resource
    for (const auto& [place, page] : reading_->pages) {
        if (page->parsed.objects.empty())
            continue;  // an item that was left out
        auto kept = std::make_shared<list_contents::page>();
        taken.resize(page->parsed.objects.size());
        for (std::size_t watcher = 0; watcher < taken.size(); ++watcher) {
            const auto is_shown = [&](const object_view& object) {
                const auto item = std::hash<std::string_view>{}(object.address());
                return shown_before_->contains(item) && taken[watcher].insert(item);
            };
            kept->parsed.objects.push_back(
                std::make_shared<const object_page>(page->parsed.objects[watcher]->only(is_shown)));
        }
        out->pages[place] = std::move(kept);
    }
    return out;
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
    nothing.unreadable.push_back({1, (why.kind == errc::too_large ? "it is too large: " : "") + why.message});
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
    const auto bytes = hasher_.hash(body);
    if (auto known = known_at(place); known && known->bytes == bytes)
        return known;
    auto parsed = parser_.parse(body);
    if (!parsed)
        return failure{parsed.error().kind, fmt::format("GET {}, page {}: {}", parser_.path(), place.number,
                                                        parsed.error().message)};
    auto page = std::make_shared<list_contents::page>();
    page->bytes = bytes;
    page->parsed = std::move(*parsed);
    return std::shared_ptr<const list_contents::page>(std::move(page));
}

}  // namespace trunkwarden
