#include "baseline/capture/capture.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <optional>

#include "baseline/capture/captured_section.hpp"
#include "baseline/capture/traffic_text.hpp"
#include "baseline/file/baseline_file.hpp"
#include "baseline/file/installed_schema_path.hpp"
#include "baseline/match.hpp"
#include "snapshot/hidden_secrets.hpp"
#include "support/escape.hpp"
#include "support/plural.hpp"
#include "support/yaml/yaml_scalar.hpp"

namespace trunkwarden {

namespace {

// Which object an entry was made of, by the line on which the entry begins.
struct written_entry {
    std::uint32_t line = 0;
    const resource_type* type = nullptr;
    std::string id;
};

// Broken between words into lines of a comment.
std::string in_comment(std::string_view text)
{
    constexpr std::size_t widest = 110;
    std::string out = "#";
    std::size_t begins = 0;
    while (!text.empty()) {
        const auto word = text.substr(0, text.find(' '));
        if (out.size() - begins + word.size() >= widest) {
            begins = out.size() + 1;
            out += "\n#";
        }
        (out += ' ') += word;
        text.remove_prefix(std::min(word.size() + 1, text.size()));
    }
    return out += '\n';
}

class writer {
public:
    explicit writer(const capture_request& from) : from_(from), origins_(from.countries) {}

    void write_header();
    void write_section(const resource_type& type, const object_list& objects);
    void write_two_factor(const resource_type& type);
    void write_spending(const resource_type& type);
    void write_traffic(const resource_type& type);
    void write_active_calls(const resource_type& type);
    void write_rest();

    captured_baseline take() { return std::move(out_); }
    const std::vector<written_entry>& places() const { return places_; }

private:
    void add(std::string_view text)
    {
        out_.text += text;
        lines_ += static_cast<std::uint32_t>(std::ranges::count(text, '\n'));
    }
    bool was_not_read(const resource_type& type) const
    {
        return std::ranges::find(from_.not_read, type.name) != from_.not_read.end();
    }

    // The figures, after the name of the connection or profile that they are about.
    std::string named(const std::string& connection, const std::string& figures) const
    {
        const auto name = connection.empty() ? std::string() : from_.name_of(connection);
        return name.empty() ? figures : fmt::format("{}: {}", printable(name, 60), figures);
    }

    const capture_request& from_;
    address_origins origins_;
    captured_baseline out_;
    std::uint32_t lines_ = 0;
    std::vector<written_entry> places_;
    std::vector<std::string_view> empty_;
};

void writer::write_header()
{
    const bool known = !from_.organization_id.empty();
    add(fmt::format("# yaml-language-server: $schema={}\n#\n", installed_schema_path));
    add(fmt::format("# What the account {} is trusted to hold: everything it held on {}.\n", from_.account,
                    iso_date(from_.on)));
    add(fmt::format("# Organisation {}. Written by: {}\n#\n",
                    known ? printable(from_.organization_id) : "not known: no answer of the API names it",
                    printable(from_.command, 1000)));
    add("# What a thief had added before that day is trusted, too. So read it once: take out what nobody "
        "can\n"
        "# explain, and look at each line marked REVIEW; when it is as it should be, take the mark out and "
        "give\n"
        "# the entry a reason. Then: trunkwarden baseline lint; trunkwarden check. Trunkwarden itself only "
        "reads\n"
        "# this file. A value of \"\" trusts a field only while it is not set. Secrets are not in here: a "
        "change\n"
        "# of one is noticed without.\n");
    if (from_.countries_not_known)
        add(fmt::format("# Countries of addresses were not looked at: {}.\n", *from_.countries_not_known));
    add("\nversion: 1\n");
    if (known)
        add(fmt::format("organization_id: {}   # a key of another organisation is refused\n",
                        yaml_scalar(from_.organization_id)));
}

void writer::write_section(const resource_type& type, const object_list& objects)
{
    if (count(objects) == 0) {
        if (!was_not_read(type))
            empty_.push_back(type.name);
        return;
    }
    // Short entries read better without gaps.
    constexpr std::size_t long_entry = 8;
    const std::string_view gap = type.fields.size() > long_entry ? "\n" : "";
    const auto hidden = hidden_secrets(type, objects);
    add(fmt::format("\n{}{}{}:\n", in_comment(type.guards),
                    hidden.empty() ? std::string() : in_comment(words_for_hidden(hidden) + '.'), type.name));
    bool first = true;
    for (const auto& entry : entries_for(type, objects, from_, origins_)) {
        if (!first)
            add(gap);
        first = false;
        places_.push_back({lines_ + 1, &type, entry.id});
        add(entry_text(entry.draft, {}));
        out_.marks += entry.marks;
        ++out_.entries;
    }
    out_.objects.push_back({type.name, count(objects)});
}

std::string duration_text(std::chrono::milliseconds span)
{
    struct unit {
        std::string_view name;
        std::chrono::milliseconds length;
    };
    using namespace std::chrono_literals;
    constexpr unit units[]{{"d", 24h}, {"h", 1h}, {"m", 1min}, {"s", 1s}};
    for (const auto& entry : units)
        if (span % entry.length == 0ms)
            return fmt::format("{}{}", span / entry.length, entry.name);
    return fmt::format("{}ms", span.count());
}

// Nobody but a person can say it, so the statement of a person stays, and none is made for anyone.
void writer::write_two_factor(const resource_type& type)
{
    const auto& said = from_.two_factor;
    add("\n" + in_comment(type.guards));
    if (!said.present || (!said.required && !said.attested)) {
        add("# REVIEW: nobody has attested it, so nothing asks for it. Look at the portal, then write "
            "instead:\n"
            "#   required: true\n"
            "#   attested: YYYY-MM-DD   # the day on which you looked\n"
            "#   attested_by: NAME\n"
            "two_factor:\n"
            "  required: false\n");
        ++out_.marks;
        return;
    }
    add(fmt::format("two_factor:\n  required: {}\n", said.required));
    if (said.attested)
        add(fmt::format("  attested: {}\n", iso_date(*said.attested)));
    if (!said.attested_by.empty())
        add(fmt::format("  attested_by: {}\n", yaml_scalar(said.attested_by)));
    add(fmt::format("  max_age: {}\n", duration_text(said.max_age)));
}

// A limit on use that was made of figures, for somebody who reads it.
std::string review_of(std::string_view figures)
{
    return in_comment(fmt::format("REVIEW: {}: twice that, rounded up.", figures));
}

// Limits that people wrote stay; where there are none, the use of the last weeks proposes some.
void writer::write_spending(const resource_type& type)
{
    const bool is_said = from_.spending.present;
    const auto& limits = is_said ? from_.spending : from_.proposed.spending;
    if (!limits.present)
        return;
    add("\n" + in_comment(type.guards));
    if (!is_said) {
        add(review_of(from_.proposed.spending_figures));
        add(in_comment(
            "REVIEW: nothing shows bills: set max_single_charge to the largest that is paid in one "
            "piece, such as that of a month."));
        out_.marks += 2;
    }
    add("spending:\n");
    const auto limit = [this](std::string_view name, const std::optional<amount>& most) {
        if (most)
            add(fmt::format("  {}: \"{}\"\n", name, to_text(*most)));
    };
    limit("max_per_minute", limits.max_per_minute);
    limit("max_per_hour", limits.max_per_hour);
    limit("max_per_day", limits.max_per_day);
    if (limits.max_top_ups_per_day)
        add(fmt::format("  max_top_ups_per_day: {}\n", *limits.max_top_ups_per_day));
    limit("max_single_charge", limits.max_single_charge);
    limit("min_available_credit", limits.min_available_credit);
}

void writer::write_traffic(const resource_type& type)
{
    if (from_.traffic.present) {
        add("\n" + in_comment(type.guards) + text_of_traffic(from_.traffic));
        return;
    }
    const auto& proposed = from_.proposed;
    if (!proposed.traffic.present && proposed.not_proposed.empty())
        return;
    add("\n" + in_comment(type.guards));
    for (const auto& why : proposed.not_proposed) {
        add(in_comment(fmt::format("REVIEW: not proposed: {}.", printable(why, 300))));
        ++out_.marks;
    }
    if (!proposed.traffic.present)
        return;
    add("traffic:\n");
    for (std::size_t at = 0; at < proposed.traffic.entries.size(); ++at) {
        const auto& entry = proposed.traffic.entries[at];
        add(review_of(named(entry.connection_id, proposed.traffic_figures[at])));
        add(text_of_entry(entry));
        ++out_.marks;
    }
}

void writer::write_active_calls(const resource_type& type)
{
    const bool is_said = from_.active_calls.present;
    const auto& limits = is_said ? from_.active_calls : from_.proposed.active_calls;
    if (!limits.present)
        return;
    add("\n" + in_comment(type.guards));
    add(limits.limits.empty() ? "active_calls: []\n" : "active_calls:\n");
    for (std::size_t at = 0; at < limits.limits.size(); ++at) {
        const auto& limit = limits.limits[at];
        if (!is_said) {
            add(review_of(named(limit.connection_id, from_.proposed.calls_figures[at])));
            ++out_.marks;
        }
        add(text_of_limit(limit));
    }
}

void writer::write_rest()
{
    if (!empty_.empty())
        add("\n" +
            in_comment(fmt::format("Nothing there, and so nothing trusted: {}.", fmt::join(empty_, ", "))));
    if (!from_.not_read.empty())
        add("\n" + in_comment(fmt::format(
                       "Not read, as accepted_blind_spots in the settings says, and so not in here: {}.",
                       fmt::join(from_.not_read, ", "))));
}

failure cannot_write(const resource_type& type, std::string_view id, std::string_view why)
{
    return {errc::not_understood,
            fmt::format("{} {} cannot be written into a baseline so that it covers just that: {}", type.name,
                        printable(id), why)};
}

const written_entry* entry_at(const std::vector<written_entry>& places, std::uint32_t line)
{
    const auto after = std::ranges::upper_bound(places, line, {}, &written_entry::line);
    return after == places.begin() ? nullptr : &*std::prev(after);
}

std::optional<failure> fault_of_object(const resource_type& type, const object_view& object,
                                       const judgement& judged)
{
    if (judged.verdict == trust::covered)
        return std::nullopt;
    std::string fields;
    for (const auto field : judged.differing)
        fields += (fields.empty() ? "" : ", ") + std::string(type.fields[field].name);
    return cannot_write(
        type, object.id(),
        fields.empty() ? "no entry covers it" : fmt::format("{} would be read as something else", fields));
}

std::optional<failure> uncovered(const capture_request& from, const baseline& trusted)
{
    std::optional<failure> out;
    for (std::size_t resource = 0; resource < from.types.size() && !out; ++resource) {
        const auto& type = from.types[resource];
        const auto& entries = trusted.entries_of(type);
        for_each(from.objects[resource], [&](const object_view& object) {
            if (!out)
                out = fault_of_object(type, object, judge(type, entries, object, from.on));
        });
    }
    return out;
}

// A file that does not parse, or does not trust what it was made of, is never written.
std::optional<failure> fault_of(const capture_request& from, const writer& written, const std::string& text)
{
    const auto read = parse_baseline(text, "the captured baseline", from.types);
    if (read.problems.empty())
        return uncovered(from, read.value);
    const auto& first = read.problems.front();
    if (const auto* entry = entry_at(written.places(), first.at.line))
        return cannot_write(*entry->type, entry->id, first.message);
    return failure{errc::not_understood,
                   fmt::format("this account cannot be captured: {}", to_string(first))};
}

}  // namespace

result<captured_baseline> capture(const capture_request& from)
{
    writer to(from);
    to.write_header();
    for (std::size_t resource = 0; resource < from.types.size(); ++resource) {
        const auto& type = from.types[resource];
        const bool left_out = std::ranges::find(from.not_read, type.name) != from.not_read.end();
        if (type.pages != paging::no_endpoint)
            to.write_section(type, from.objects[resource]);
        else if (type.role == resource_role::spending)
            to.write_spending(type);
        else if (type.role == resource_role::traffic)
            to.write_traffic(type);
        else if (type.role == resource_role::active_calls)
            to.write_active_calls(type);
        else if (!left_out)
            to.write_two_factor(type);
    }
    to.write_rest();
    auto out = to.take();
    if (auto fault = fault_of(from, to, out.text))
        return *std::move(fault);
    return out;
}

}  // namespace trunkwarden
