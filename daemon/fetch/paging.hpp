#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fetch/listing.hpp"
#include "support/result.hpp"

// Which pages to ask for, and whether what came is the whole list. Pure.

namespace trunkwarden {

// Path and query of page `number` of a list, percent-encoded.
std::string page_target(const listing& from, std::size_t number);

// Whether a Link header names a next page: <https://…?page=2>; rel="next" (RFC 8288).
bool links_to_next(std::string_view link);

// Page `number` of a list in pages of `size` items.
struct page_part {
    std::size_t number = 1;
    std::size_t size = 1;
    std::size_t begin() const { return (number - 1) * size; }  // items of the list before it
    friend bool operator==(const page_part&, const page_part&) = default;
};

// The largest smaller pages that together hold exactly what one page does, the last one first; none when it
// holds a single item.
std::vector<page_part> parts_of(const page_part& whole);

// So many more requests one reading may cost because of pages that are too large. One item that is too large
// takes 17 in a page of 250; an intruder who makes many of them must not use up the account's allowance.
inline constexpr std::size_t max_parts = 100;
// So many of them may be too large again: each costs as many bytes as an answer may have.
inline constexpr std::size_t max_parts_too_large = 12;

// One reading of one list. The pages that come have to satisfy every statement of a page about further pages,
// or about how much there is; else the list is not whole. A list that is documented to come at once, and
// comes in pages, is read in pages of the size of the first answer. Pages may be asked for and taken in any
// order once the first has said how many there are. A failure ends the reading. A list that changes meanwhile
// is read to its end all the same, so that a change on one page hides nothing that is on another; then
// verdict() fails with errc::moved, which means that reading again may help.
class list_reading {
public:
    list_reading(const listing& from, std::size_t max_pages);

    // The next page to ask for; nothing when all have been asked for, or when the ones on their way decide.
    std::optional<std::size_t> next();

    // Takes the statements of page `number`. Does not fail when they disagree with those of the pages before.
    result<void> take(std::size_t number, const page_facts& facts);

    bool all_taken() const { return last_page_.has_value() && taken_ == *last_page_; }

    // Path and query of a page of this list, in pages of `size` items or of the usual size.
    std::string target_of(std::size_t number, std::optional<std::size_t> size = {}) const;

    // How many items a page has, as asked for or as the list says.
    std::size_t page_size() const { return static_cast<std::size_t>(page_size_); }
    bool is_paged() const { return paged_; }

    // How many more pages may be asked for at this moment.
    std::size_t pages_left() const;

    // Whether pages come one after another because the list does not say how many there are; only a repeated
    // id shows then that the server sends the same page again and again.
    bool unannounced() const { return paged_ && !announced_; }

    // Once all_taken(): the number of items, if it is what was promised and no page disagreed.
    result<std::size_t> verdict(const std::optional<std::string>& repeated_id) const;

private:
    result<void> take_first(const page_facts& facts);
    result<void> announce(std::uint64_t pages);
    result<void> agree(std::size_t number, const page_facts& facts);
    void note_change(const result<void>& agreed);
    void follow_growth(const page_facts& facts);
    result<void> expect_pages(const page_facts& facts);
    bool looks_last(std::size_t number, const page_facts& facts) const;
    void note_more(std::size_t number, const page_facts& facts);
    result<void> satisfied() const;
    failure moved(const std::string& why) const;
    failure protocol_error(errc kind, const std::string& why) const;

    listing from_;
    std::string path_;
    bool paged_;
    std::uint64_t page_size_;
    std::size_t max_pages_;
    bool announced_ = false;
    std::size_t asked_ = 0;
    std::size_t taken_ = 0;
    std::size_t items_ = 0;
    std::optional<std::size_t> last_page_;
    std::size_t max_growth_ = 0;  // how many pages the list may have at the end of the reading
    page_facts first_;
    std::optional<failure> changed_;  // the first disagreement
    std::uint64_t items_told_ = 0;    // by any page, under any name
    std::uint64_t pages_told_ = 0;
    std::size_t more_after_ = 0;  // the last page that said that another one follows
    std::string more_;            // with these words
};

}  // namespace trunkwarden
