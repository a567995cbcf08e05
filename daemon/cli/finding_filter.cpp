#include "cli/finding_filter.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <utility>

#include "catalogue/catalogue.hpp"
#include "catalogue/extra_resource.hpp"
#include "cli/parse_until.hpp"
#include "findings/watch_cause.hpp"
#include "settings/settings.hpp"
#include "support/escape.hpp"
#include "support/hex_id.hpp"
#include "support/yaml/closest_match.hpp"
#include "support/yaml/quoted_text.hpp"

namespace trunkwarden {
namespace {

using word_list = std::vector<std::string_view>;

template <class Choice>
word_list words_of()
{
    const auto& words = names_of<Choice>.values;
    return {words.begin(), words.end()};
}

// there is no severity "hihg"; did you mean "high"? There are info, low, …
failure no_such_word(std::string_view option, std::string_view word, const word_list& known,
                     std::string_view otherwise)
{
    constexpr std::size_t most = 16;
    auto out = fmt::format("there is no {} {}", option, quoted_text(word));
    if (const auto meant = closest_match(word, known); !meant.empty())
        out += fmt::format("; did you mean \"{}\"?", printable(meant));
    else
        out += ".";
    std::vector<std::string> words;
    for (const auto known_word : known)
        words.push_back(printable(known_word));
    if (words.empty() || words.size() > most)
        out += fmt::format(" {}", otherwise);
    else
        out += (words.size() == 1 ? " There is " : " There are ") + list_of_words(words);
    return bad_usage(std::move(out));
}

template <class Choice>
result<std::vector<Choice>> choices_in(std::string_view option, const std::vector<std::string>& written)
{
    std::vector<Choice> out;
    for (const auto& word : written) {
        const auto value = value_named<Choice>(word);
        if (!value)
            return no_such_word(option, word, words_of<Choice>(), "");
        out.push_back(*value);
    }
    return out;
}

// Or the beginning of the id of one.
bool is_incident(std::string_view text)
{
    return is_id(text, "i-", 6);
}

// Nothing when all of the words are right.
std::optional<failure> wrong_word_in(const written_filter& written)
{
    const auto resources = words_for_resources();
    for (const auto& word : written.resources)
        if (std::ranges::find(resources, word) == resources.end())
            return no_such_word("resource", word, resources, "\"trunkwarden resources\" lists them");
    for (const auto& word : written.incidents)
        if (!is_incident(word))
            return bad_usage(
                "{} is no incident's id: write \"i-\" and at least 6 of its hex digits, as \"trunkwarden "
                "findings\" shows them",
                quoted_text(word));
    return std::nullopt;
}

enum class answer : std::uint8_t { yes, no, unknown };

template <class Value, class Fits>
answer ask(bool wanted, const std::optional<Value>& value, Fits fits)
{
    if (!wanted)
        return answer::yes;
    if (!value)
        return answer::unknown;
    return fits(*value) ? answer::yes : answer::no;
}

template <class Words>
bool has_word(const Words& words, std::string_view word)
{
    return std::ranges::find(words, word) != words.end();
}

bool has_incident(const std::vector<std::string>& wanted, std::string_view incident)
{
    return std::ranges::any_of(wanted,
                               [incident](const std::string& word) { return incident.starts_with(word); });
}

time_point last_moved(const finding& f)
{
    auto out = std::max({f.first_seen, f.opened, f.last_changed, f.state_since});
    if (f.acknowledged)
        out = std::max(out, f.acknowledged->at);
    if (f.absent_since)
        out = std::max(out, *f.absent_since);
    if (f.status == finding_status::resolved)
        out = std::max(out, f.resolved_at.value_or(f.last_seen));
    return out;
}

}  // namespace

std::vector<std::string_view> words_for_resources()
{
    std::vector<std::string_view> out;
    for (const auto* cause : watch_causes())
        out.push_back(cause->name);
    for (const auto& type : catalogue)
        out.push_back(type.name);
    for (const auto* extra : known_extra_resources())
        out.push_back(extra->name);
    return out;
}

bool written_filter::is_empty() const
{
    return accounts.empty() && resources.empty() && kinds.empty() && incidents.empty() && level.empty() &&
           since.empty();
}

bool finding_filter::is_empty() const
{
    return accounts.empty() && resources.empty() && kinds.empty() && incidents.empty() &&
           lightest == severity::info && !since;
}

result<finding_filter> parse_filter(const written_filter& written, time_point now)
{
    if (auto wrong = wrong_word_in(written))
        return *std::move(wrong);
    finding_filter out{.accounts = written.accounts,
                       .resources = written.resources,
                       .kinds = {},
                       .incidents = written.incidents,
                       .since = {}};
    auto kinds = choices_in<deviation_kind>("kind", written.kinds);
    if (!kinds)
        return kinds.error();
    out.kinds = *std::move(kinds);
    if (!written.level.empty()) {
        const auto levels = choices_in<severity>("severity", {written.level});
        if (!levels)
            return levels.error();
        out.lightest = levels->front();
    }
    if (!written.since.empty()) {
        const auto since = parse_since(written.since, now);
        if (!since)
            return since.error();
        out.since = *since;
    }
    return out;
}

filter_verdict judge_by_filter(const finding_filter& filter, const filtered_object& object)
{
    const std::array answers{
        ask(!filter.accounts.empty(), std::optional(object.account),
            [&filter](auto account) { return has_word(filter.accounts, account); }),
        ask(!filter.resources.empty(), object.resource,
            [&filter](auto resource) { return has_word(filter.resources, resource); }),
        ask(!filter.kinds.empty(), object.kind,
            [&filter](auto kind) { return std::ranges::find(filter.kinds, kind) != filter.kinds.end(); }),
        ask(!filter.incidents.empty(), object.incident,
            [&filter](auto incident) { return has_incident(filter.incidents, incident); }),
        ask(filter.lightest > severity::info, object.level,
            [&filter](auto level) { return level >= filter.lightest; }),
        ask(filter.since.has_value(), object.moved,
            [&filter](auto moved) { return moved >= *filter.since; })};
    if (std::ranges::find(answers, answer::no) != answers.end())
        return filter_verdict::left_out;
    return std::ranges::find(answers, answer::unknown) != answers.end() ? filter_verdict::not_known
                                                                        : filter_verdict::passes;
}

filtered_object filtered_object_of(const finding& f)
{
    return {.account = f.account,
            .resource = f.deviation.type->name,
            .kind = f.deviation.kind,
            .incident = f.incident,
            .level = f.deviation.level,
            .moved = last_moved(f)};
}

filtered_object filtered_object_of(const action& action)
{
    return {.account = action.account,
            .resource = action.resource,
            .level = action.level,
            .moved = std::max({action.planned_at, action.decided_at.value_or(action.planned_at),
                               action.sent_at.value_or(action.planned_at),
                               action.ended_at.value_or(action.planned_at)})};
}

bool passes(const finding_filter& filter, const finding& f)
{
    return judge_by_filter(filter, filtered_object_of(f)) == filter_verdict::passes;
}

void known_names::add(const std::vector<account_settings>& watched)
{
    for (const auto& account : watched)
        accounts.insert(account.name);
}

void known_names::add(const std::vector<finding>& findings)
{
    for (const auto& f : findings) {
        accounts.insert(f.account);
        if (!f.incident.empty())
            incidents.insert(f.incident);
    }
}

std::optional<failure> unknown_name(const finding_filter& filter, const known_names& known)
{
    const word_list accounts(known.accounts.begin(), known.accounts.end());
    for (const auto& word : filter.accounts)
        if (!known.accounts.contains(word))
            return no_such_word("account", word, accounts, "The settings name them");
    const word_list incidents(known.incidents.begin(), known.incidents.end());
    for (const auto& word : filter.incidents)
        if (std::ranges::none_of(known.incidents,
                                 [&word](const auto& incident) { return incident.starts_with(word); }))
            return failure{
                errc::not_found,
                no_such_word("incident", word, incidents, "No finding that is kept is part of one").message};
    return std::nullopt;
}

std::string option_for_word(std::string_view word, const std::vector<std::string>& accounts)
{
    struct meaning {
        std::string_view option;
        bool fits;
    };
    const std::array<meaning, 5> meanings{{{"--severity", value_named<severity>(word).has_value()},
                                           {"--kind", value_named<deviation_kind>(word).has_value()},
                                           {"--resource", has_word(words_for_resources(), word)},
                                           {"--account", has_word(accounts, word)},
                                           {"--incident", is_incident(word)}}};
    const auto* const found = std::ranges::find(meanings, true, &meaning::fits);
    return found == meanings.end() ? "" : fmt::format("did you mean {} {}?", found->option, printable(word));
}

std::string list_of_words(std::vector<std::string> words)
{
    if (words.size() < 2)
        return words.empty() ? "" : words.front();
    const auto last = std::move(words.back());
    words.pop_back();
    return fmt::format("{} and {}", fmt::join(words, ", "), last);
}

}  // namespace trunkwarden
