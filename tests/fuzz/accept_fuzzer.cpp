#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "baseline/edit/edit.hpp"
#include "baseline/file/baseline_file.hpp"
#include "baseline/match.hpp"
#include "catalogue/catalogue.hpp"
#include "snapshot/canonical.hpp"

// The first eight bytes choose a finding, the rest is a baseline. Accepting it changes what was meant and
// nothing else, or is refused without a change. The checks use none of the code that edits.

namespace {

using namespace trunkwarden;

void require(bool holds)
{
    if (!holds)
        std::abort();
}

bool same(const entry& a, const entry& b)
{
    const auto same_value = [](const accepted_value& x, const accepted_value& y) {
        return x.kind == y.kind && x.text == y.text;
    };
    return a.pins == b.pins && a.expires == b.expires && a.reason == b.reason && a.ticket == b.ticket &&
           a.approved_by == b.approved_by &&
           std::ranges::equal(a.where, b.where, [&](const constraint& x, const constraint& y) {
               return x.field == y.field && std::ranges::equal(x.any_of, y.any_of, same_value);
           });
}

// How many entries of each list lie between those that both begin and end with.
struct changed_part {
    std::size_t before = 0;
    std::size_t after = 0;
};
changed_part changed(const std::vector<entry>& before, const std::vector<entry>& after)
{
    const auto shorter = std::min(before.size(), after.size());
    std::size_t first = 0;
    while (first < shorter && same(before[first], after[first]))
        ++first;
    std::size_t last = 0;
    while (last < shorter - first && same(before[before.size() - 1 - last], after[after.size() - 1 - last]))
        ++last;
    return {before.size() - first - last, after.size() - first - last};
}

std::string some_value(const watched_field& field, unsigned choice)
{
    static constexpr std::string_view texts[]{"",        "true", "5",    "+14155550123", "203.0.113.9",
                                              "a*b: #c", "US",   "'\"\\"};
    std::string text(texts[choice % std::size(texts)]);
    if (!holds_a_set(field.kind))
        return canonical(field.kind, text);
    return canonical_set(field.kind, {text, choice % 3 == 0 ? "CA" : ""});
}

// An observation about an entry that the baseline has, or about a new object.
untrusted_object chosen(const resource_type& type, const std::vector<entry>& entries,
                        const std::uint8_t* dice)
{
    untrusted_object out;
    out.id = "777";
    out.finding = "f-0123456789ab";
    out.values.resize(type.fields.size());
    const bool is_new = entries.empty() || dice[1] % 4 == 0;
    const entry* const about = is_new ? nullptr : &entries[dice[2] % entries.size()];
    if (about != nullptr && !about->pins.empty())
        out.id = about->pins[dice[3] % about->pins.size()];
    if (about != nullptr && dice[1] % 4 == 1)
        out.was = untrusted_object::state::gone;
    const bool whole = is_new || dice[1] % 4 == 3;
    if (whole && about != nullptr && about->expires)
        out.was = untrusted_object::state::expired;
    for (std::size_t at = 0; at < type.fields.size() && out.was != untrusted_object::state::gone; ++at) {
        const auto& field = type.fields[at];
        if (field.kind == value_kind::secret)
            continue;
        if (field.name == type.id)
            out.values[at] = out.id;
        else if (whole || (dice[4] >> (at % 8) & 1) != 0)
            out.values[at] = some_value(field, dice[5] + static_cast<unsigned>(at));
    }
    if (about != nullptr && whole)
        for (const auto& wanted : about->where)
            if (wanted.any_of.front().kind == accepted_value::form::exact)
                out.values[wanted.field] = wanted.any_of.front().text;
    return out;
}

void check_edit(const baseline& was, std::string_view text, const resource_type& type,
                const untrusted_object& seen)
{
    const auto is = parse_baseline(text, "f.yml", catalogue);
    require(is.problems.empty());
    for (const auto& other : catalogue)
        if (other.name != type.name)
            require(changed(was.entries_of(other).entries(), is.value.entries_of(other).entries()).before ==
                        0 &&
                    was.entries_of(other).entries().size() == is.value.entries_of(other).entries().size());
    const auto& before = was.entries_of(type).entries();
    const auto& after = is.value.entries_of(type).entries();
    const auto part = changed(before, after);
    if (seen.was == untrusted_object::state::gone)
        require(is.value.entries_of(type).pinned(seen.id).empty() && after.size() <= before.size());
    else
        require(part.before <= 1 && part.after <= part.before + 1 && part.after >= 1);
    require(was.organization_id == is.value.organization_id);
    require(was.two_factor.attested == is.value.two_factor.attested);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size)
{
    constexpr std::size_t dice = 8;
    if (size < dice)
        return 0;
    const std::string_view text(reinterpret_cast<const char*>(bytes + dice), size - dice);
    const auto was = parse_baseline(text, "f.yml", catalogue);
    if (!was.problems.empty())
        return 0;
    std::vector<const resource_type*> filled;
    for (const auto& type : catalogue)
        if (type.pages != paging::no_endpoint &&
            (bytes[7] % 8 == 0 || !was.value.entries_of(type).entries().empty()))
            filled.push_back(&type);
    if (filled.empty())
        return 0;
    const auto& type = *filled[bytes[0] % filled.size()];
    const auto seen = chosen(type, was.value.entries_of(type).entries(), bytes);
    const day today{std::chrono::days(20782)};
    acceptance_terms terms{"why: \"so\" # not", "dana", std::nullopt, today};
    if (bytes[6] % 2 != 0)
        terms.expires = today + std::chrono::days(bytes[6]);
    const auto done = accept(text, catalogue, type, seen, terms);
    if (done.result == acceptance::outcome::edited) {
        require(done.text != text);
        check_edit(was.value, done.text, type, seen);
        const auto again = accept(done.text, catalogue, type, seen, terms);
        require(again.result == acceptance::outcome::covered && again.text == done.text);
    } else {
        require(done.text == text);
        require((done.result == acceptance::outcome::refused) == !done.why.empty());
    }
    return 0;
}
