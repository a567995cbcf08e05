#include "findings/credential_keywords.hpp"

#include <algorithm>
#include <array>

#include "support/ascii.hpp"

namespace trunkwarden {
namespace {

// Whether a word starts at `at` although no separator is before it: "twoFactor", "has2FA", "MFAEnabled".
bool starts_inside(std::string_view name, std::size_t at)
{
    if (at == 0)
        return false;
    const char before = name[at - 1];
    const char here = name[at];
    return (is_lower(before) && is_upper(here)) || (is_letter(before) && is_digit(here)) ||
           (is_upper(before) && is_upper(here) && at + 1 < name.size() && is_lower(name[at + 1]));
}

// "user.twoFactor-Enabled": " user two factor enabled ".
std::string spaced_words(std::string_view name)
{
    std::string out = " ";
    for (std::size_t at = 0; at < name.size(); ++at) {
        const char c = name[at];
        const bool joins = is_letter_or_digit(c);
        if ((!joins || starts_inside(name, at)) && out.back() != ' ')
            out += ' ';
        if (joins)
            out += to_lower(c);
    }
    if (out.back() != ' ')
        out += ' ';
    return out;
}

struct phrase {
    credential_kind matter;
    std::string_view words;
};

// The most specific first. A bare "token" is none: most of an account's tokens are for SIP and push.
constexpr std::array<phrase, 22> phrases{{{credential_kind::two_factor, " two factor "},
                                          {credential_kind::two_factor, " twofactor "},
                                          {credential_kind::two_factor, " second factor "},
                                          {credential_kind::two_factor, " multi factor "},
                                          {credential_kind::two_factor, " multifactor "},
                                          {credential_kind::two_factor, " 2 factor "},
                                          {credential_kind::two_factor, " 2fa "},
                                          {credential_kind::two_factor, " tfa "},
                                          {credential_kind::two_factor, " mfa "},
                                          {credential_kind::two_factor, " totp "},
                                          {credential_kind::two_factor, " otp "},
                                          {credential_kind::api_key, " api key "},
                                          {credential_kind::api_key, " api keys "},
                                          {credential_kind::api_key, " apikey "},
                                          {credential_kind::api_key, " apikeys "},
                                          {credential_kind::api_key, " access key "},
                                          {credential_kind::api_key, " access keys "},
                                          {credential_kind::api_key, " api token "},
                                          {credential_kind::api_key, " access token "},
                                          {credential_kind::password, " password "},
                                          {credential_kind::email, " email "},
                                          {credential_kind::email, " e mail "}}};

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

std::optional<credential_kind> credential_kind_of(std::string_view name)
{
    const auto text = spaced_words(name);
    for (const auto& [matter, words] : phrases) {
        if (!holds(text, words))
            continue;
        if (matter == credential_kind::two_factor)
            return matter;
        if (std::ranges::any_of(of_other_things, [&](auto other) { return holds(text, other); }))
            return std::nullopt;
        if (matter == credential_kind::email && !names_an_address(text))
            return std::nullopt;
        return matter;
    }
    return std::nullopt;
}

}  // namespace trunkwarden
