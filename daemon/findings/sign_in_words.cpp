#include "findings/sign_in_words.hpp"

#include <algorithm>
#include <array>

namespace trunkwarden {
namespace {

bool is_lower(char c)
{
    return c >= 'a' && c <= 'z';
}

bool is_upper(char c)
{
    return c >= 'A' && c <= 'Z';
}

bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

// Whether a word starts at `at` although no separator stands before it: "twoFactor", "has2FA", "MFAEnabled".
bool starts_inside(std::string_view name, std::size_t at)
{
    if (at == 0)
        return false;
    const char before = name[at - 1];
    const char here = name[at];
    const bool letter_before = is_lower(before) || is_upper(before);
    return (is_lower(before) && is_upper(here)) || (letter_before && is_digit(here)) ||
           (is_upper(before) && is_upper(here) && at + 1 < name.size() && is_lower(name[at + 1]));
}

// "user.twoFactor-Enabled": " user two factor enabled ".
std::string spaced_words(std::string_view name)
{
    std::string out = " ";
    for (std::size_t at = 0; at < name.size(); ++at) {
        const char c = name[at];
        const bool joins = is_lower(c) || is_upper(c) || is_digit(c);
        if ((!joins || starts_inside(name, at)) && out.back() != ' ')
            out += ' ';
        if (joins)
            out += is_upper(c) ? static_cast<char>(c - 'A' + 'a') : c;
    }
    if (out.back() != ' ')
        out += ' ';
    return out;
}

struct phrase {
    sign_in_matter matter;
    std::string_view words;
};

// The most telling first. A bare "token" is none: most of an account's tokens are for SIP and push.
constexpr std::array<phrase, 22> phrases{{{sign_in_matter::two_factor, " two factor "},
                                          {sign_in_matter::two_factor, " twofactor "},
                                          {sign_in_matter::two_factor, " second factor "},
                                          {sign_in_matter::two_factor, " multi factor "},
                                          {sign_in_matter::two_factor, " multifactor "},
                                          {sign_in_matter::two_factor, " 2 factor "},
                                          {sign_in_matter::two_factor, " 2fa "},
                                          {sign_in_matter::two_factor, " tfa "},
                                          {sign_in_matter::two_factor, " mfa "},
                                          {sign_in_matter::two_factor, " totp "},
                                          {sign_in_matter::two_factor, " otp "},
                                          {sign_in_matter::api_key, " api key "},
                                          {sign_in_matter::api_key, " api keys "},
                                          {sign_in_matter::api_key, " apikey "},
                                          {sign_in_matter::api_key, " apikeys "},
                                          {sign_in_matter::api_key, " access key "},
                                          {sign_in_matter::api_key, " access keys "},
                                          {sign_in_matter::api_key, " api token "},
                                          {sign_in_matter::api_key, " access token "},
                                          {sign_in_matter::password, " password "},
                                          {sign_in_matter::email, " email "},
                                          {sign_in_matter::email, " e mail "}}};

// Things that have passwords, tokens and addresses of their own.
constexpr std::array<std::string_view, 14> of_other_things{
    " sip ",  " uac ",          " voicemail ",     " webhook ", " webhooks ", " fax ", " proxy ",
    " smtp ", " notification ", " notifications ", " ftp ",     " push ",     " ios ", " android "};

bool holds(const std::string& text, std::string_view words)
{
    return text.find(words) != std::string::npos;
}

// "email_verified" and "email_opt_in" are no addresses.
bool names_an_address(const std::string& text)
{
    return std::ranges::any_of(std::array<std::string_view, 2>{" email ", " e mail "}, [&](auto words) {
        const auto at = text.find(words);
        const auto rest = at == std::string::npos ? std::string_view(" no ")
                                                  : std::string_view(text).substr(at + words.size() - 1);
        return rest == " " || rest.starts_with(" address ") || rest.starts_with(" change") ||
               rest.starts_with(" update");
    });
}

}  // namespace

std::optional<sign_in_matter> sign_in_matter_of(std::string_view name)
{
    const auto text = spaced_words(name);
    for (const auto& [matter, words] : phrases) {
        if (!holds(text, words))
            continue;
        if (matter == sign_in_matter::two_factor)
            return matter;
        if (std::ranges::any_of(of_other_things, [&](auto other) { return holds(text, other); }))
            return std::nullopt;
        if (matter == sign_in_matter::email && !names_an_address(text))
            return std::nullopt;
        return matter;
    }
    return std::nullopt;
}

}  // namespace trunkwarden
