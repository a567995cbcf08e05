#include "use/day_spending.hpp"

#include <algorithm>
#include <charconv>
#include <fmt/format.h>

#include "support/parse_date.hpp"
#include "support/plural.hpp"

namespace trunkwarden {
namespace {

constexpr std::string_view not_read_all_day = "; at least: the balance was not read all day";

day date_of_reading(time_point at)
{
    return std::chrono::floor<std::chrono::days>(at);
}

// Sums of two currencies mean nothing: those before it are none of the currency with which the time ends.
std::optional<time_point> last_change_of_currency(const spending_record& record, time_point begin,
                                                  time_point end)
{
    std::optional<time_point> out;
    const auto& samples = record.samples();
    for (std::size_t at = 1; at < samples.size(); ++at)
        if (samples[at].is.currency != samples[at - 1].is.currency && samples[at].since >= begin &&
            samples[at].since < end)
            out = samples[at].since;
    return out;
}

// Takes words off the beginning of a text, one after the other; after one that is another, nothing fits.
class word_reader {
public:
    explicit word_reader(std::string_view text) : rest_(text) {}

    std::string_view next()
    {
        const auto end = std::min(rest_.find(' '), rest_.size());
        const auto out = rest_.substr(0, end);
        rest_.remove_prefix(std::min(end + 1, rest_.size()));
        return out;
    }
    void expect(std::string_view words)
    {
        for (word_reader expected(words); !expected.rest_.empty();)
            fits_ = expected.next() == next() && fits_;
    }
    std::string_view rest() const { return rest_; }
    bool fits() const { return fits_; }

private:
    std::string_view rest_;
    bool fits_ = true;
};

std::string_view without_comma(std::string_view word)
{
    return word.ends_with(',') ? word.substr(0, word.size() - 1) : word;
}

}  // namespace

std::optional<day_spending> spending_on(const spending_record& record, day date,
                                        std::chrono::milliseconds longest_pause)
{
    const auto begin = start_of(date);
    const auto end = start_of(date + std::chrono::days(1));
    const balance_sample* last = nullptr;
    for (const auto& sample : record.samples())
        if (sample.since < end && sample.until >= begin)
            last = &sample;
    if (last == nullptr)
        return std::nullopt;
    day_spending out;
    out.date = date;
    out.currency = last->is.currency;
    out.available = last->is.available;
    const auto other_currency = last_change_of_currency(record, begin, end);
    for (const auto& change : record.changes()) {
        if (date_of_reading(change.ended) != date || (other_currency && change.ended <= *other_currency))
            continue;
        out.spent += change.spent;
        out.topped_up += change.topped_up;
        if (change.topped_up > amount{})
            ++out.payments;
    }
    out.is_least = !record.covers(begin, longest_pause) || other_currency;
    return out;
}

std::string words_of(const day_spending& sums)
{
    return fmt::format("{0} {1} spent on {2}, {0} {3} topped up in {4}, {0} {5} left{6}", sums.currency,
                       to_text(sums.spent), iso_date(sums.date), to_text(sums.topped_up),
                       plural(sums.payments, "payment"), to_text(sums.available),
                       sums.is_least ? not_read_all_day : "");
}

std::optional<day_spending> day_spending_in(std::string_view words)
{
    day_spending out;
    out.is_least = words.ends_with(not_read_all_day);
    if (out.is_least)
        words.remove_suffix(not_read_all_day.size());
    word_reader reader(words);
    out.currency = reader.next();
    const auto spent = parse_amount(reader.next());
    reader.expect("spent on");
    const auto date = parse_date(without_comma(reader.next()));
    reader.expect(out.currency);
    const auto topped_up = parse_amount(reader.next());
    reader.expect("topped up in");
    const auto payments = reader.next();
    const auto read = std::from_chars(payments.data(), payments.data() + payments.size(), out.payments);
    reader.expect(out.payments == 1 ? "payment," : "payments,");
    reader.expect(out.currency);
    const auto available = parse_amount(reader.next());
    reader.expect("left");
    const bool is_whole = reader.fits() && reader.rest().empty() && read.ec == std::errc() &&
                          read.ptr == payments.data() + payments.size();
    if (!is_whole || !is_currency(out.currency) || !spent || !date || !topped_up || !available)
        return std::nullopt;
    out.spent = *spent;
    out.date = *date;
    out.topped_up = *topped_up;
    out.available = *available;
    return out;
}

}  // namespace trunkwarden
