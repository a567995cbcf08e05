#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "catalogue/deviation_kind.hpp"
#include "catalogue/severity.hpp"
#include "containment/action.hpp"
#include "findings/finding.hpp"
#include "support/clock.hpp"
#include "support/result.hpp"

// Which findings, and which actions about findings, a person wants to see. Pure.

namespace trunkwarden {

struct account_settings;

// The words that --resource takes: the resources of the catalogue, those of the settings that were read, and
// the causes of findings about the watch itself.
std::vector<std::string_view> words_for_resources();

// The options as they were written.
struct written_filter {
    std::vector<std::string> accounts = {};
    std::vector<std::string> resources = {};
    std::vector<std::string> kinds = {};
    std::vector<std::string> incidents = {};  // ids or their beginnings
    std::string level = {};                   // "": any, and so is no word of the others
    std::string since = {};

    bool is_empty() const;
};

// A finding passes if it has one of the words of every list that has any.
struct finding_filter {
    std::vector<std::string> accounts = {};
    std::vector<std::string> resources = {};
    std::vector<deviation_kind> kinds = {};
    std::vector<std::string> incidents = {};  // ids or their beginnings
    severity lightest = severity::info;       // this and heavier
    std::optional<time_point> since = {};

    bool is_empty() const;
};

// Fails with bad_usage; the sentence says which words there are, and which one was probably meant. Whether an
// account or an incident exists is asked later (unknown_name).
result<finding_filter> parse_filter(const written_filter& written, time_point now);

// The object that a filter checks. A value that is not known is absent: it neither passes nor fails.
struct filtered_object {
    std::string_view account = {};
    std::optional<std::string_view> resource = {};
    std::optional<deviation_kind> kind = {};
    std::optional<std::string_view> incident = {};  // "" when it is part of none
    std::optional<severity> level = {};
    std::optional<time_point> moved = {};  // when something last became of it
};

enum class filter_verdict : std::uint8_t {
    passes,
    left_out,
    not_known,  // as far as it is known it passes
};

filter_verdict judge_by_filter(const finding_filter& filter, const filtered_object& object);

// A finding began, changed or resolved: to be seen again is no news.
filtered_object filtered_object_of(const finding& f);

// Kind and incident are those of its finding, and are not known here.
filtered_object filtered_object_of(const action& action);

bool passes(const finding_filter& filter, const finding& f);

// The accounts and incidents that exist: of the settings, and of the filtered findings.
struct known_names {
    std::set<std::string> accounts = {};
    std::set<std::string> incidents = {};

    void add(const std::vector<account_settings>& watched);
    void add(const std::vector<finding>& findings);
};

// The sentence about the first account or incident of the filter that is not there. Nothing when all are.
std::optional<failure> unknown_name(const finding_filter& filter, const known_names& known);

// The sentence about a word where an id was expected: it may be the value of a filter ("did you mean
// --account production?"). "" when it is not.
std::string option_for_word(std::string_view word, const std::vector<std::string>& accounts);

// "info, low and medium"
std::string list_of_words(std::vector<std::string> words);

}  // namespace trunkwarden
