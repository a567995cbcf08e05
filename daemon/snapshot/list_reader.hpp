#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "fetch/fetch_list.hpp"
#include "snapshot/fingerprint.hpp"
#include "snapshot/page_parser.hpp"
#include "snapshot/seen_ids.hpp"

namespace trunkwarden {

// One list endpoint as it was read: its pages, or parts of pages, in the order of the list.
struct list_contents {
    struct page {
        page_hasher::digest bytes{};
        parsed_page parsed;
    };
    std::map<page_place, std::shared_ptr<const page>> pages;
    friend bool operator==(const list_contents&, const list_contents&) = default;  // the very same pages
};

// The objects of the resource that is the `watcher`-th of those that look at the list, in page order.
object_list objects_of(const list_contents& reading, std::size_t watcher);

// An object of a list that cannot be read, at its place.
struct unreadable_object {
    std::size_t page = 0;
    std::size_t place = 0;  // in the page, from 1
    std::string reason;     // a sentence, which may hold words of the API
    friend bool operator==(const unreadable_object&, const unreadable_object&) = default;
};
std::string place_of(const unreadable_object& object);        // "page 2, item 3"
std::string sentence_about(const unreadable_object& object);  // its place and the reason
std::vector<unreadable_object> unreadable_in(const list_contents& reading);

// Takes a list's pages. A page whose bytes are those of the reading before is not parsed again.
class list_reader final : public page_sink {
public:
    // `before` may be empty; `parser` and `marks` outlive the reader, and `before` was read with the same
    // `marks`.
    list_reader(page_parser& parser, const page_hasher& hasher, std::shared_ptr<const list_contents> before);

    void restart() override;
    result<page_facts> take(page_place place, std::string body) override;
    void leave_out(page_place place, const failure& why) override;
    std::optional<std::string> repeated_id() const override { return repeated_; }

    // The content that was taken so far; the reading of a list that failed half-way still shows what is
    // certainly there.
    std::shared_ptr<const list_contents> reading() const { return reading_; }

    // Of a list that changed whenever it was read: the objects that every reading showed, as the last one
    // showed them, each once. Objects that come and go meanwhile are left out.
    std::shared_ptr<const list_contents> shown_by_every_reading() const;

private:
    result<std::shared_ptr<const list_contents::page>> read(page_place place, const std::string& body);
    std::shared_ptr<const list_contents::page> known_at(page_place place) const;

    page_parser& parser_;
    const page_hasher& hasher_;
    std::shared_ptr<const list_contents> before_;
    std::shared_ptr<list_contents> reading_;
    seen_ids seen_;
    std::optional<seen_ids> shown_before_;  // by every reading before this one
    std::optional<std::string> repeated_;
};

}  // namespace trunkwarden
