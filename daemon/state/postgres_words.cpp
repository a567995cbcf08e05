#include "state/postgres_words.hpp"

#include <algorithm>
#include <cstddef>

#include "support/escape.hpp"

namespace trunkwarden {
namespace {

constexpr std::string_view replacement_character = "\xef\xbf\xbd";

// Where a name ends.
std::size_t end_of_word(std::string_view text, std::size_t begin)
{
    constexpr std::string_view of_names = "abcdefghijklmnopqrstuvwxyz_0123456789";
    return std::min(text.find_first_not_of(of_names, begin), text.size());
}

void leave_out_indexes(std::string& statement)
{
    constexpr std::string_view words = " INDEXED BY ";
    for (auto at = statement.find(words); at != std::string::npos; at = statement.find(words, at))
        statement.erase(at, end_of_word(statement, at + words.size()) - at);
}

void cast_to_bytes(std::string& statement)
{
    constexpr std::string_view begin = "CAST(";
    constexpr std::string_view end = " AS BLOB)";
    for (auto at = statement.find(begin); at != std::string::npos; at = statement.find(begin, at + 1)) {
        const auto name = at + begin.size();
        const auto after = end_of_word(statement, name);
        if (statement.compare(after, end.size(), end) == 0)
            statement.replace(at, after + end.size() - at,
                              "convert_to(" + statement.substr(name, after - name) + ", 'UTF8')");
    }
}

// ASCII but NUL: most of all texts.
bool is_plain(char byte)
{
    const auto value = static_cast<unsigned char>(byte);
    return value != 0 && value < 0x80;
}

bool is_taken(std::string_view character, std::size_t length)
{
    return length > 0 && character.front() != '\0';
}

}  // namespace

std::string statement_for_postgres(std::string_view shared)
{
    std::string out(shared);
    leave_out_indexes(out);
    cast_to_bytes(out);
    return out;
}

std::optional<std::string> text_for_postgres(std::string_view text)
{
    std::string out;
    bool is_changed = false;
    std::size_t done = 0;
    for (std::size_t at = 0; at < text.size();) {
        if (is_plain(text[at])) {
            ++at;
            continue;
        }
        const auto rest = text.substr(at);
        const auto length = first_character(rest).length;
        if (is_taken(rest, length)) {
            at += length;
            continue;
        }
        out += text.substr(done, at - done);
        out += replacement_character;
        is_changed = true;
        done = ++at;
    }
    if (!is_changed)
        return std::nullopt;
    out += text.substr(done);
    return out;
}

}  // namespace trunkwarden
