#include "support/likely_secrets.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

#include "support/ascii.hpp"

namespace trunkwarden {
namespace {

constexpr std::string_view instead = "(secret)";

// Whether it names something that is secret: "sip_password", "API key", "v1_secret", "pin".
bool names_a_secret(std::string_view word)
{
    constexpr std::array<std::string_view, 7> parts{"password", "passwd",     "passphrase", "secret",
                                                    "token",    "credential", "private"};
    constexpr std::array<std::string_view, 6> whole{"pin", "key", "apikey", "api_key", "bearer", "pwd"};
    const auto small = to_lower(word);
    return std::ranges::any_of(parts,
                               [&small](auto part) { return small.find(part) != std::string::npos; }) ||
           std::ranges::find(whole, small) != whole.end() || small.ends_with("_key") ||
           small.ends_with("_pin");
}

std::size_t longest_run(std::string_view word, bool (*is_part)(char))
{
    std::size_t longest = 0;
    std::size_t run = 0;
    for (const char c : word) {
        run = is_part(c) ? run + 1 : 0;
        longest = std::max(longest, run);
    }
    return longest;
}

// A name of a member, or a plain word: small letters, with one capital at the front or capitals only. More
// letters in a row than words have, or several words that hyphens join, are a key or a password.
bool is_plain(std::string_view word)
{
    constexpr std::size_t longest_word = 20;
    constexpr std::ptrdiff_t most_hyphens = 2;
    if (longest_run(word, is_letter) > longest_word || std::ranges::count(word, '-') > most_hyphens)
        return false;
    const auto rest = word.substr(std::min<std::size_t>(1, word.size()));
    const auto plain = [](char c) {
        return is_lower(c) || c == '_' || c == '-' || c == '.' || c == '/' || c == '\'' || c == '[' ||
               c == ']';
    };
    return std::ranges::all_of(rest, plain) || std::ranges::all_of(word, is_upper);
}

bool is_a_number(std::string_view word)
{
    constexpr std::size_t longest_id = 19;
    return longest_run(word, is_digit) <= longest_id &&
           std::ranges::all_of(word, [](char c) { return is_digit(c) || c == '.' || c == ',' || c == '+'; });
}

bool is_uuid(std::string_view word)
{
    constexpr std::string_view shape = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
    if (word.size() != shape.size())
        return false;
    for (std::size_t at = 0; at < shape.size(); ++at) {
        const bool is_hex = is_digit(word[at]) || (word[at] >= 'a' && word[at] <= 'f');
        if (shape[at] == '-' ? word[at] != '-' : !is_hex)
            return false;
    }
    return true;
}

bool may_be_secret(std::string_view word)
{
    constexpr std::size_t shortest = 6;  // E.164, TeXML and IPv4 are none
    return word.size() >= shortest && !is_plain(word) && !is_a_number(word) && !is_uuid(word);
}

// Words that follow the name of a secret and say something about it.
bool speaks_about(std::string_view word)
{
    constexpr std::array<std::string_view, 34> words{
        "is",     "are",       "was",      "must",    "has",      "have",     "can",   "cannot", "could",
        "should", "may",       "will",     "and",     "or",       "for",      "of",    "in",     "on",
        "to",     "with",      "not",      "does",    "needs",    "too",      "field", "value",  "length",
        "header", "parameter", "provided", "already", "contains", "supplied", "given"};
    return std::ranges::find(words, to_lower(word)) != words.end();
}

constexpr std::string_view quotes = "\"'`";
constexpr std::string_view around = ",;:()<>{}=.!?";

class censor {
public:
    explicit censor(std::string_view text) : rest_(text), about_a_secret_(mentions(text)) {}

    std::string run()
    {
        while (!rest_.empty()) {
            if (const auto end = end_of_quote(); about_a_secret_ && end != std::string_view::npos)
                take_quote(end);
            else if (is_between(rest_.front()))
                take_between();
            else
                take_word();
        }
        return std::move(out_);
    }

private:
    static bool is_between(char c)
    {
        return c == ' ' || c == '\n' || c == '\t' || around.find(c) != std::string_view::npos ||
               quotes.find(c) != std::string_view::npos;
    }

    static bool mentions(std::string_view text)
    {
        const auto small = to_lower(text);
        return small.find("pass") != std::string::npos || small.find("secret") != std::string::npos ||
               small.find("token") != std::string::npos || small.find("key") != std::string::npos ||
               small.find("pin") != std::string::npos || small.find("credential") != std::string::npos ||
               small.find("bearer") != std::string::npos || small.find("pwd") != std::string::npos;
    }

    static std::string_view without_signs(std::string_view word)
    {
        while (word.size() > 1 && is_between(word.back()))
            word.remove_suffix(1);
        return word;
    }

    // Where the quote that begins here ends; an apostrophe inside a word neither begins nor ends one.
    std::size_t end_of_quote() const
    {
        const bool begins =
            quotes.find(rest_.front()) != std::string_view::npos && (out_.empty() || is_between(out_.back()));
        if (!begins)
            return std::string_view::npos;
        auto end = rest_.find(rest_.front(), 1);
        while (end != std::string_view::npos && end + 1 < rest_.size() && !is_between(rest_[end + 1]))
            end = rest_.find(rest_.front(), end + 1);
        return end;
    }

    void take_quote(std::size_t end)
    {
        const auto inside = rest_.substr(1, end - 1);
        const auto mark = rest_.front();
        const bool is_a_name = is_plain(inside) && names_a_secret(inside);
        out_ += mark;
        out_ += is_a_name ? inside : instead;
        out_ += mark;
        after_a_name_ = is_a_name;
        rest_.remove_prefix(end + 1);
    }

    void take_between()
    {
        const char c = rest_.front();
        if (c == '.' || c == ';' || c == '!' || c == '?')
            after_a_name_ = false;
        out_ += c;
        rest_.remove_prefix(1);
    }

    // A word ends at white space; signs at its end are not part of it.
    void take_word()
    {
        auto word = without_signs(rest_.substr(0, rest_.find_first_of(" \n\t=:\"`")));
        const bool follows_a_name = after_a_name_ && !speaks_about(word) && !names_a_secret(word);
        const bool is_hidden = follows_a_name || may_be_secret(word);
        if (is_hidden)  // a password may have signs inside
            word = without_signs(rest_.substr(0, rest_.find_first_of(" \n\t")));
        out_ += is_hidden ? instead : word;
        // "API key revoked": the word after these is hardly ever the key itself, which is no plain word.
        const auto name = to_lower(word);
        after_a_name_ = names_a_secret(word) && name != "key" && name != "credentials";
        rest_.remove_prefix(word.size());
    }

    std::string_view rest_;
    bool about_a_secret_;
    bool after_a_name_ = false;
    std::string out_;
};

}  // namespace

std::string without_likely_secrets(std::string_view text)
{
    return censor(text).run();
}

}  // namespace trunkwarden
