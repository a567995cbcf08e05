#include "settings/bare_token.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "support/ascii.hpp"

namespace trunkwarden {
namespace {

bool begins_with(std::string_view text, std::string_view word)
{
    return text.size() >= word.size() &&
           std::ranges::equal(text.substr(0, word.size()), word, {}, [](char c) { return to_lower(c); });
}

// "NAME=", as in a file for a shell or for EnvironmentFile=. A token of Base64 may end in "=".
bool begins_with_a_name(std::string_view text)
{
    const auto end = std::ranges::find_if_not(text, [](char c) { return is_letter_or_digit(c) || c == '_'; });
    const auto rest = text.substr(static_cast<std::size_t>(end - text.begin()));
    const bool is_assigned = rest.starts_with('=') && rest.find_first_not_of('=') != std::string_view::npos;
    return end != text.begin() && (is_assigned || rest.starts_with(" =") || rest.starts_with(": "));
}

bool is_in_quotes(std::string_view text)
{
    constexpr std::string_view quotes = "\"'`";
    return !text.empty() && (quotes.find(text.front()) != std::string_view::npos ||
                             quotes.find(text.back()) != std::string_view::npos);
}

bool begins_with_a_header(std::string_view text, std::string_view scheme)
{
    return begins_with(text, "authorization:") ||
           (begins_with(text, scheme) && text.substr(scheme.size()).starts_with(' '));
}

}  // namespace

std::optional<std::string> fault_of_bare_token(const secret& token, std::string_view noun)
{
    const auto text = token.reveal();
    if (begins_with_a_header(text, "bearer"))
        return fmt::format("begins with the word of a header (Authorization, Bearer); put the {} alone there",
                           noun);
    if (begins_with(text, "export ") || begins_with_a_name(text))
        return fmt::format("begins with the name of a variable (NAME=…); put the {} alone there", noun);
    if (is_in_quotes(text))
        return fmt::format("is in quotes; put the {} there without them", noun);
    if (text.find(' ') != std::string_view::npos)
        return "must be one word, but holds a space";
    return std::nullopt;
}

std::optional<std::string> fault_of_credentials(const secret& credentials, std::string_view scheme)
{
    const auto small = to_lower(scheme);
    if (small == "bearer")
        return fault_of_bare_token(credentials, "token");
    if (begins_with_a_header(credentials.reveal(), small))
        return fmt::format("begins with the word of a header (Authorization, {}); put there what follows it",
                           scheme);
    return std::nullopt;
}

}  // namespace trunkwarden
