#include "audit/audit_words.hpp"

#include "support/escape.hpp"
#include "support/yaml/quoted_text.hpp"

namespace trunkwarden {

std::string cut_word(std::string_view text)
{
    if (text.size() <= max_audit_word)
        return std::string(text);
    auto end = max_audit_word;
    while (end > 0 && continues_character(text[end]))
        --end;
    return std::string(text.substr(0, end));
}

std::string safe_name(std::string_view name)
{
    return looks_like_api_key(name) ? std::string(redacted) : cut_word(name);
}

}  // namespace trunkwarden
