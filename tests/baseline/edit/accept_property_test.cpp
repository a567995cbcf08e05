#include <gtest/gtest.h>

#include <algorithm>
#include <fmt/format.h>
#include <map>
#include <string>
#include <vector>

#include "baseline/accepting.hpp"
#include "baseline/edit/edit.hpp"
#include "baseline/written_baseline.hpp"
#include "snapshot/canonical.hpp"

// Baselines in many styles and findings about them, from fixed seeds. The expected result is worked out here
// from the entries alone, with none of the code that edits.

namespace trunkwarden {
namespace {

using namespace samples;
using namespace written;

// The meaning of an entry, as text that can be compared and read.
std::string said(const resource_type& about, const entry& entry)
{
    auto pins = entry.pins;
    std::ranges::sort(pins);
    std::string out;
    for (const auto& pin : pins)
        out += pin + ' ';
    std::map<std::string, std::string> wanted;
    for (const auto& where : entry.where) {
        std::vector<std::string> values;
        for (const auto& value : where.any_of)
            values.push_back(fmt::format("{}<{}>", static_cast<int>(value.kind), value.text));
        std::ranges::sort(values);
        std::string& all = wanted[std::string(about.fields[where.field].name)];
        for (const auto& value : values)
            all += value;
    }
    for (const auto& [name, values] : wanted)
        out += fmt::format("{}={} ", name, values);
    return out + fmt::format("[{}|{}|{}]", entry.reason, entry.approved_by,
                             entry.expires ? iso_date(*entry.expires) : "");
}

std::vector<std::string> all_said(const baseline& baseline, std::string_view resource)
{
    std::vector<std::string> out;
    for (const auto& entry : baseline.entries_of(type(resource)).entries())
        out.push_back(said(type(resource), entry));
    return out;
}

// A finding, and the entries of its resource once it is accepted.
struct drawn {
    std::string_view resource;
    untrusted_object seen;
    acceptance_terms given = terms();
    std::string fresh;                     // the new entry, at any place
    std::vector<std::string> wanted;       // the others
    const written_entry* about = nullptr;  // nothing when it is a new object
};

class chance {
public:
    chance(unsigned seed, const author& file, const baseline& was) : dice_(seed), file_(file), was_(was) {}

    drawn draw()
    {
        drawn out;
        if (dice_.one_in(3))
            out.given.expires = day{std::chrono::days(20782 + 30)};
        std::vector<const written_entry*> named;
        for (const auto& entry : file_.entries)
            if (!entry.pins.empty())
                named.push_back(&entry);
        if (named.empty() || dice_.one_in(4))
            return new_object(std::move(out));
        out.about = dice_.one_of(named);
        out.resource = out.about->about->type;
        out.seen.id = dice_.one_of(out.about->pins);
        out.seen.finding = "f-0123456789ab";
        out.seen.values.resize(type(out.resource).fields.size());
        out.wanted = all_said(was_, out.resource);
        const auto& entries = was_.entries_of(type(out.resource)).entries();
        const auto index = static_cast<std::size_t>(
            std::ranges::find_if(entries, [&](const entry& entry) { return names(entry, out.seen.id); }) -
            entries.begin());
        if (out.about->ran_out)
            return renewed(std::move(out), entries[index], index);
        return dice_.one_in(3) ? gone(std::move(out), entries[index], index)
                               : changed(std::move(out), entries[index], index);
    }

private:
    static bool names(const entry& entry, const std::string& id)
    {
        return std::ranges::find(entry.pins, id) != entry.pins.end();
    }
    std::string some_value(const watched_field& field, const field_pool& pool)
    {
        if (!holds_a_set(field.kind))
            return canonical(field.kind, dice_.one_of(pool.values));
        std::vector<std::string> members;
        for (const auto& value : pool.values)
            if (!value.empty() && dice_.one_in(2))
                members.push_back(value);
        return canonical_set(field.kind, members);
    }
    static std::size_t place(std::string_view resource, std::string_view field)
    {
        const auto& fields = type(resource).fields;
        return static_cast<std::size_t>(std::ranges::find(fields, field, &watched_field::name) -
                                        fields.begin());
    }

    drawn new_object(drawn out)
    {
        const auto& pool = dice_.one_of(pools());
        const auto& about = type(pool.type);
        out.resource = pool.type;
        out.seen = whole(pool.type, pool.pin == "phone_number" ? "+14155559999" : "9999", {});
        entry fresh;
        fresh.pins = {out.seen.id};
        if (pool.pin == "phone_number")
            out.seen.values[0] = out.seen.id;
        for (const auto& field : pool.fields)
            out.seen.values[place(pool.type, field.name)] =
                some_value(about.fields[place(pool.type, field.name)], field);
        for (std::size_t at = 0; at < about.fields.size(); ++at)
            if (out.seen.values[at] && about.fields[at].name != about.id)
                fresh.where.push_back({static_cast<std::uint16_t>(at),
                                       0,
                                       {{accepted_value::form::exact, *out.seen.values[at]}}});
        take_terms(out, fresh);
        out.fresh = said(about, fresh);
        out.wanted = all_said(was_, out.resource);
        return out;
    }
    static void take_terms(const drawn& from, entry& into)
    {
        into.reason = from.given.reason;
        into.approved_by = from.given.approved_by;
        if (from.given.expires)
            into.expires = from.given.expires;
    }
    static drawn gone(drawn out, entry named, std::size_t index)
    {
        out.seen.was = untrusted_object::state::gone;
        std::erase(named.pins, out.seen.id);
        out.wanted[index] = said(type(out.resource), named);
        if (named.pins.empty())
            out.wanted.erase(out.wanted.begin() + static_cast<std::ptrdiff_t>(index));
        return out;
    }
    static drawn renewed(drawn out, entry named, std::size_t index)
    {
        out.seen.was = untrusted_object::state::expired;
        for (std::size_t at = 0; at < out.seen.values.size(); ++at)
            if (type(out.resource).fields[at].kind != value_kind::secret)
                out.seen.values[at] = "";
        if (out.resource == "phone_numbers")
            out.seen.values[0] = out.seen.id;
        for (const auto& where : named.where)
            out.seen.values[where.field] = where.any_of.front().text;
        named.expires = out.given.expires;
        out.wanted[index] = said(type(out.resource), named);
        return out;
    }
    drawn changed(drawn out, entry named, std::size_t index)
    {
        const auto& about = type(out.resource);
        bool differs = false;
        for (auto& where : named.where) {
            if (about.fields[where.field].name == about.id || dice_.one_in(2))
                continue;
            const auto& field = about.fields[where.field];
            const auto pool = std::ranges::find(out.about->about->fields, field.name, &field_pool::name);
            const accepted_value value{accepted_value::form::exact, some_value(field, *pool)};
            out.seen.values[where.field] = value.text;
            if (std::ranges::find(where.any_of, value.text, &accepted_value::text) != where.any_of.end())
                continue;
            differs = true;
            if (holds_a_set(field.kind) || where.any_of.size() == 1)
                where.any_of = {value};
            else
                where.any_of.push_back(value);
        }
        if (!differs)
            return out;
        if (named.pins.size() == 1) {
            if (out.given.expires)
                named.expires = out.given.expires;
            out.wanted[index] = said(about, named);
            return out;
        }
        auto rest = was_.entries_of(about).entries()[index];
        std::erase(rest.pins, out.seen.id);
        named.pins = {out.seen.id};
        take_terms(out, named);
        out.wanted[index] = said(about, rest);
        out.fresh = said(about, named);
        return out;
    }

    dice dice_;
    const author& file_;
    const baseline& was_;
};

bool is_within(std::string_view part, std::string_view all)
{
    for (const char c : all)
        if (!part.empty() && part.front() == c)
            part.remove_prefix(1);
    return part.empty();
}

// Every byte outside of the lines of the entry, where there is one, is as before.
std::string bytes_lost(const author& file, const drawn& drawn, const std::string& after)
{
    const std::string_view before = file.text;
    if (drawn.about == nullptr) {
        const auto bare = [](std::string_view text) {
            std::string out(text);
            for (const std::string_view sign : {" []", " ~"})
                for (auto at = out.find(sign); at != std::string::npos; at = out.find(sign))
                    out.erase(at, sign.size());
            return out;
        };
        return is_within(bare(before), after) ? "" : "a new entry took something away";
    }
    auto head = before.substr(0, drawn.about->begin);
    auto tail = before.substr(drawn.about->end);
    if (drawn.seen.was ==
        untrusted_object::state::gone) {  // blank lines around it, and the sign of an empty section
        const auto blank = " \t\r\n";
        head = head.substr(0, head.find_last_not_of(blank) + 1);
        tail = tail.substr(std::min(tail.find_first_not_of(blank), tail.size()));
    }
    if (after.ends_with(tail) &&
        (after.starts_with(head) ||
         (drawn.seen.was == untrusted_object::state::gone && is_within(head, after))))
        return "";
    return "bytes outside of the entry changed";
}

struct tally {
    int edited = 0, covered = 0, refused = 0;
    std::map<std::string, std::vector<unsigned>> why;  // the seeds of each refusal
};

void accept_one(unsigned seed, tally& count)
{
    const author file(seed);
    const auto was = read(file.text);
    ASSERT_TRUE(was.problems.empty()) << to_string(was.problems[0]) << '\n' << file.text;
    chance luck(seed + 1'000'000, file, was.value);
    auto drawn = luck.draw();
    const auto done = accept_in(file.text, drawn.resource, drawn.seen, drawn.given);
    const auto shown = [&] {
        return fmt::format("seed {}\n{}\n==>\n{}\n({})", seed, file.text, done.text, done.why);
    };
    if (done.result != acceptance::outcome::edited) {
        ASSERT_EQ(done.text, file.text) << shown();
        if (done.result == acceptance::outcome::covered) {
            ++count.covered;
            // A rule may trust what an entry that ran out does not any more.
            if (drawn.about != nullptr && !drawn.about->ran_out) {
                ASSERT_EQ(drawn.fresh, "") << shown();
                ASSERT_EQ(drawn.wanted, all_said(was.value, drawn.resource)) << shown();
            }
        } else {
            ++count.refused;
            count.why[done.why].push_back(seed);
        }
        return;
    }
    ++count.edited;
    const auto is = read(done.text);
    ASSERT_TRUE(is.problems.empty()) << to_string(is.problems[0]) << '\n' << shown();
    auto after = all_said(is.value, drawn.resource);
    if (!drawn.fresh.empty()) {
        const auto fresh = std::ranges::find(after, drawn.fresh);
        ASSERT_NE(fresh, after.end()) << drawn.fresh << '\n' << shown();
        after.erase(fresh);
    }
    ASSERT_EQ(after, drawn.wanted) << shown();
    for (const auto& other : types)
        if (other.name != drawn.resource) {
            ASSERT_EQ(all_said(is.value, other.name), all_said(was.value, other.name)) << shown();
        }
    ASSERT_EQ(bytes_lost(file, drawn, done.text), "") << shown();
    const auto again = accept_in(done.text, drawn.resource, drawn.seen, drawn.given);
    ASSERT_EQ(again.result, acceptance::outcome::covered) << again.why << '\n' << shown();
    ASSERT_EQ(again.text, done.text);
}

TEST(AcceptAnything, ChangesWhatWasMeantAndNothingElseOrLeavesTheFileAlone)
{
    tally count;
    constexpr unsigned runs = 2000;
    for (unsigned seed = 0; seed < runs && !testing::Test::HasFatalFailure(); ++seed)
        accept_one(seed, count);
    std::string whys;
    for (const auto& [why, seeds] : count.why)
        whys += fmt::format("\n  {} ({} times, first with seed {})", why, seeds.size(), seeds.front());
    EXPECT_GT(count.edited, static_cast<int>(runs) * 7 / 10) << "refusals:" << whys;
    EXPECT_LT(count.refused, static_cast<int>(runs) / 100) << "refusals:" << whys;
    EXPECT_GT(count.covered, 0);
}

}  // namespace
}  // namespace trunkwarden
