#include "fetch/paging.hpp"

#include <algorithm>
#include <array>
#include <limits>

#include "support/ascii.hpp"
#include "support/escape.hpp"

namespace trunkwarden {
namespace {

std::string text_of(std::uint64_t number)
{
    return std::to_string(number);
}

std::uint64_t pages_for(std::uint64_t items, std::uint64_t size)
{
    return items / size + (items % size == 0 ? 0 : 1);
}

// Whether so many items are on so many pages of a size; 0: no size is given. An empty list may have a page.
bool fits(std::uint64_t pages, std::uint64_t items, std::uint64_t size)
{
    constexpr std::uint64_t first_page = 1;
    const auto told = std::max(first_page, pages);
    return told <= std::max(first_page, items) &&
           (size == 0 || told == std::max(first_page, pages_for(items, size)));
}

bool has_word(std::string_view text, std::string_view word)
{
    while (!text.empty()) {
        const auto end = std::min(text.find(' '), text.size());
        if (text.substr(0, end) == word)
            return true;
        text.remove_prefix(std::min(text.size(), end + 1));
    }
    return false;
}

// Nothing in the answer says that the list has more than it holds.
bool holds_everything(const page_facts& facts)
{
    return facts.more.empty() && facts.total_pages.value_or(1) <= 1 &&
           facts.total_results.value_or(facts.items) == facts.items && facts.pages_told <= 1 &&
           facts.items_told <= facts.items;
}

// Either number may be absent; only two that are there can disagree.
bool disagree(const std::optional<std::uint64_t>& a, const std::optional<std::uint64_t>& b)
{
    return a && b && *a != *b;
}

}  // namespace

std::string page_target(const listing& from, std::size_t number)
{
    std::string target = from.path;
    char joint = '?';
    if (!from.query.empty()) {
        target.append(1, joint).append(from.query);
        joint = '&';
    }
    if (from.pages == paging::numbered || from.pages == paging::bare_array) {
        target.append(1, joint).append("page%5Bnumber%5D=").append(text_of(number));
        target.append("&page%5Bsize%5D=").append(text_of(from.page_size));
    }
    return target;
}

std::vector<page_part> parts_of(const page_part& whole)
{
    std::size_t factor = 2;
    while (factor < whole.size && whole.size % factor != 0)
        ++factor;
    std::vector<page_part> out;
    if (whole.size < 2)
        return out;
    out.reserve(factor);
    for (std::size_t at = factor; at > 0; --at)
        out.push_back({(whole.number - 1) * factor + at, whole.size / factor});
    return out;
}

bool links_to_next(std::string_view link)
{
    const auto text = to_lower(link);
    for (auto at = text.find("rel="); at != std::string::npos; at = text.find("rel=", at + 1)) {
        // Quotes are optional, and several relations may share them: rel="prev next".
        auto relations = std::string_view(text).substr(at + 4);
        const auto* const ends = relations.starts_with('"') ? "\"" : ";, \t";
        relations.remove_prefix(relations.starts_with('"') ? 1 : 0);
        if (has_word(relations.substr(0, relations.find_first_of(ends)), "next"))
            return true;
    }
    return false;
}

list_reading::list_reading(const listing& from, std::size_t max_pages)
    : from_(from),
      path_(printable(from.path)),
      paged_(from.pages == paging::numbered || from.pages == paging::bare_array),
      page_size_(std::max<std::uint16_t>(1, from.page_size)),
      max_pages_(max_pages)
{
}

failure list_reading::moved(const std::string& why) const
{
    return protocol_error(errc::moved, why);
}

failure list_reading::protocol_error(errc kind, const std::string& why) const
{
    return failure{kind, "GET " + path_ + ": " + why};
}

std::size_t list_reading::pages_left() const
{
    if (asked_ == 0)
        return 1;
    if (last_page_)
        return *last_page_ - std::min(asked_, *last_page_);
    return taken_ == asked_ ? 1 : 0;
}

std::optional<std::size_t> list_reading::next()
{
    if (pages_left() == 0)
        return std::nullopt;
    return ++asked_;
}

std::string list_reading::target_of(std::size_t number, std::optional<std::size_t> size) const
{
    auto from = from_;
    if (size)
        from.page_size = static_cast<std::uint16_t>(*size);
    return page_target(from, number);
}

// A list that should come at once says that there is more of it: the rest is asked for in pages of the size
// of this answer.
result<void> list_reading::expect_pages(const page_facts& facts)
{
    const auto size = facts.page_size.value_or(facts.items);
    if (facts.items == 0 || size < facts.items || size > std::numeric_limits<std::uint16_t>::max())
        return protocol_error(errc::not_understood, "the list says that there is more of it, and sent " +
                                                        text_of(facts.items) + " items in a page of " +
                                                        text_of(size));
    paged_ = true;
    page_size_ = size;
    from_.pages = paging::numbered;
    from_.page_size = static_cast<std::uint16_t>(size);
    return {};
}

void list_reading::note_more(std::size_t number, const page_facts& facts)
{
    items_told_ = std::max(items_told_, facts.items_told);
    pages_told_ = std::max(pages_told_, facts.pages_told);
    if (!facts.more.empty() && number > more_after_) {
        more_after_ = number;
        more_ = facts.more;
    }
}

result<void> list_reading::satisfied() const
{
    if (last_page_ && more_after_ >= *last_page_ && more_after_ > 0)
        return protocol_error(errc::not_understood, "its last page says that more follow (" +
                                                        printable(more_, 80) + "), and none came");
    if (pages_told_ > taken_)
        return moved("the list says that it has " + text_of(pages_told_) + " pages and sent " +
                     text_of(taken_));
    if (items_told_ > items_)
        return moved("the list says that it has " + text_of(items_told_) + " items and sent " +
                     text_of(items_));
    return {};
}

result<void> list_reading::announce(std::uint64_t pages)
{
    announced_ = true;
    if (pages > max_pages_)
        return protocol_error(errc::too_large, "the list says it has " + text_of(pages) +
                                                   " pages; the limit is " + text_of(max_pages_));
    last_page_ = static_cast<std::size_t>(std::max<std::uint64_t>(1, pages));
    max_growth_ = std::min(max_pages_, 2 * *last_page_ + 10);
    return {};
}

void list_reading::note_change(const result<void>& agreed)
{
    if (!agreed && !changed_)
        changed_ = agreed.error();
}

// A list that became longer is read to its new end; not for ever, if it grows faster than it is read.
void list_reading::follow_growth(const page_facts& facts)
{
    const auto size = first_.page_size.value_or(first_.items);
    auto pages = facts.total_pages.value_or(0);
    if (!facts.total_pages && facts.total_results && size > 0)
        pages = pages_for(*facts.total_results, size);
    last_page_ = std::max(*last_page_, static_cast<std::size_t>(std::min<std::uint64_t>(pages, max_growth_)));
}

result<void> list_reading::take_first(const page_facts& facts)
{
    first_ = facts;
    const std::uint64_t told_size = facts.page_size.value_or(0);
    if (told_size > 0)
        page_size_ = std::min<std::uint64_t>(page_size_, told_size);
    const auto& results = facts.total_results;
    if (facts.total_pages) {
        if (results && !fits(*facts.total_pages, *results, told_size))
            return protocol_error(errc::not_understood, "the list says it has " + text_of(*results) +
                                                            " items in " + text_of(*facts.total_pages) +
                                                            " pages, which cannot be");
        return announce(*facts.total_pages);
    }
    if (!results)
        return {};
    if (*results <= facts.items)
        return announce(1);
    if (facts.items == 0)
        return moved("the list says it has " + text_of(*results) + " items and its first page is empty");
    return announce(pages_for(*results, told_size > 0 ? told_size : facts.items));
}

// Whether a page of a list that does not say its size is the last one. A page of exactly the API's usual
// sizes may be full although more were asked for: an endpoint's own maximum.
bool list_reading::looks_last(std::size_t number, const page_facts& facts) const
{
    constexpr std::array<std::size_t, 4> usual_sizes{20, 25, 50, 100};
    if (facts.items == 0)
        return true;
    if (facts.items >= page_size_ || more_after_ >= number || pages_told_ > number || items_told_ > items_)
        return false;
    return std::find(usual_sizes.begin(), usual_sizes.end(), facts.items) == usual_sizes.end();
}

result<void> list_reading::agree(std::size_t number, const page_facts& facts)
{
    if (facts.page_number && *facts.page_number != number)
        return moved("page " + text_of(number) + " was asked for and page " + text_of(*facts.page_number) +
                     " came");
    if (disagree(facts.total_results, first_.total_results))
        return moved("the list had " + text_of(*first_.total_results) + " items on page 1 and " +
                     text_of(*facts.total_results) + " on page " + text_of(number));
    if (disagree(facts.total_pages, first_.total_pages))
        return moved("the list had " + text_of(*first_.total_pages) + " pages on page 1 and " +
                     text_of(*facts.total_pages) + " on page " + text_of(number));
    if (disagree(facts.page_size, first_.page_size))
        return moved("the size of the pages changed on page " + text_of(number));
    return {};
}

result<void> list_reading::take(std::size_t number, const page_facts& facts)
{
    ++taken_;
    items_ += facts.items;
    note_more(number, facts);
    if (!paged_) {
        if (holds_everything(facts)) {
            last_page_ = 1;
            return {};
        }
        if (auto expected = expect_pages(facts); !expected)
            return expected;
    }
    if (number == 1) {
        const auto first = take_first(facts);
        if (!first && first.error().kind != errc::moved)
            return first.error();
        note_change(first);
    }
    note_change(agree(number, facts));
    if (announced_) {
        if (changed_)
            follow_growth(facts);
        return {};
    }
    if (looks_last(number, facts))
        last_page_ = number;
    else if (number >= max_pages_)
        return protocol_error(errc::too_large, "the list has more than " + text_of(max_pages_) + " pages");
    return {};
}

result<std::size_t> list_reading::verdict(const std::optional<std::string>& repeated_id) const
{
    if (changed_)
        return *changed_;
    if (repeated_id)
        return moved("the list holds " + printable(*repeated_id, 80) + " twice");
    if (!all_taken())
        return moved("only " + text_of(taken_) + " pages of the list came");
    if (first_.total_results && *first_.total_results != items_)
        return moved("the list promised " + text_of(*first_.total_results) + " items and sent " +
                     text_of(items_));
    if (const auto whole = satisfied(); !whole)
        return whole.error();
    return items_;
}

}  // namespace trunkwarden
