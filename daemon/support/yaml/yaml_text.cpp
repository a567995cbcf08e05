#include "support/yaml/yaml_text.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <fmt/format.h>
#include <utility>

#include "support/escape.hpp"
#include "support/optional_reason.hpp"

namespace trunkwarden {

namespace {

// How many of `bytes` are plain printable ASCII, looked at eight at a time: nearly all of every file is.
std::size_t plain_length(std::string_view bytes)
{
    std::size_t length = 0;
    constexpr std::uint64_t ones = 0x0101010101010101U;
    constexpr std::uint64_t tops = 0x8080808080808080U;
    std::uint64_t eight = 0;
    while (length + sizeof eight <= bytes.size()) {
        std::memcpy(&eight, bytes.data() + length, sizeof eight);
        const auto below_space = (eight - ones * 0x20) & ~eight;
        const auto deleted = ((eight ^ (ones * 0x7f)) - ones) & ~(eight ^ (ones * 0x7f));
        if (((eight | below_space | deleted) & tops) != 0)
            break;
        length += sizeof eight;
    }
    while (length < bytes.size() && bytes[length] >= 0x20 && bytes[length] < 0x7f)
        ++length;
    return length;
}

// The well-formed UTF-8 characters beyond ASCII, by their first two bytes (Unicode, table 3-7): no overlong
// forms, no surrogates, nothing above U+10FFFF.
struct well_formed {
    unsigned char first_from, first_to, second_from, second_to;
    std::size_t length;
};

constexpr std::array<well_formed, 8> forms{{{0xc2, 0xdf, 0x80, 0xbf, 2},
                                            {0xe0, 0xe0, 0xa0, 0xbf, 3},
                                            {0xe1, 0xec, 0x80, 0xbf, 3},
                                            {0xed, 0xed, 0x80, 0x9f, 3},
                                            {0xee, 0xef, 0x80, 0xbf, 3},
                                            {0xf0, 0xf0, 0x90, 0xbf, 4},
                                            {0xf1, 0xf3, 0x80, 0xbf, 4},
                                            {0xf4, 0xf4, 0x80, 0x8f, 4}}};

// The length of the character that `bytes` begins with, which is not ASCII; 0 when it begins with none.
std::size_t character_length(std::string_view bytes)
{
    if (bytes.size() < 2)
        return 0;
    const auto first = static_cast<unsigned char>(bytes[0]);
    const auto second = static_cast<unsigned char>(bytes[1]);
    for (const auto& form : forms)
        if (first >= form.first_from && first <= form.first_to && second >= form.second_from &&
            second <= form.second_to)
            return bytes.size() >= form.length &&
                           std::ranges::all_of(bytes.substr(2, form.length - 2), continues_character)
                       ? form.length
                       : 0;
    return 0;
}

// The encoding that the first bytes give away, with or without a byte order mark: a file of ours begins with
// an ASCII character or a comment, so a zero among the first two bytes is half of a wider character.
std::string_view foreign_encoding(std::string_view text)
{
    const auto first = text.substr(0, 4);
    if (first == std::string_view("\xff\xfe\0\0", 4) || first == std::string_view("\0\0\xfe\xff", 4))
        return "UTF-32";
    const bool marked = text.starts_with("\xff\xfe") || text.starts_with("\xfe\xff");
    return marked || text.substr(0, 2).find('\0') != std::string_view::npos ? "UTF-16" : "";
}

// The fault of the character at the start of `rest`, which is not plain ASCII; nullopt when there is none.
optional_reason fault_of_character(std::string_view rest, std::size_t length)
{
    const auto first = static_cast<unsigned char>(rest[0]);
    if (rest[0] == '\n' || rest[0] == '\t' || (rest[0] == '\r' && rest.substr(1, 1) == "\n"))
        return {};
    if (rest[0] == '\r')
        return "a carriage return that ends no line: save the file with LF or CR LF line ends";
    if (first < 0x80)
        return fmt::format(
            "a control character (0x{:02x}) in the file; remove it, or write it as an escape "
            "inside double quotes",
            first);
    if (length == 0)
        return "a byte that is not UTF-8; save the file as UTF-8";
    if (first == 0xc2 && static_cast<unsigned char>(rest[1]) < 0xa0)
        return "an invisible control character in the file; remove it";
    return {};
}

struct named_range {
    char32_t first, last;
    const char* name;
};

constexpr std::array<named_range, 9> lookalikes{{
    {0x00a0, 0x00a0, "a no-break space"},
    {0x1680, 0x1680, "an Ogham space"},
    {0x2000, 0x200a, "a space of another width"},
    {0x200b, 0x200b, "a space without width"},
    {0x202f, 0x202f, "a narrow no-break space"},
    {0x205f, 0x205f, "a mathematical space"},
    {0x2060, 0x2060, "a word joiner, which cannot be seen"},
    {0x3000, 0x3000, "an ideographic space"},
    {0xfeff, 0xfeff, "a byte order mark, which cannot be seen"},
}};

}  // namespace

std::optional<text_fault> fault_of_encoding(std::string_view text)
{
    if (const auto encoding = foreign_encoding(text); !encoding.empty())
        return text_fault{{1, 0}, fmt::format("the file is in {}; save it as UTF-8", encoding)};
    std::size_t at = 0;
    std::uint32_t line = 1;
    while ((at += plain_length(text.substr(at))) < text.size()) {
        const auto rest = text.substr(at);
        const auto length = static_cast<unsigned char>(rest[0]) < 0x80 ? 1 : character_length(rest);
        if (auto message = fault_of_character(rest, length))
            return text_fault{{line, static_cast<std::uint32_t>(at)}, *std::move(message)};
        line += rest[0] == '\n' ? 1 : 0;
        at += length;
    }
    return std::nullopt;
}

std::optional<text_fault> fault_of_brackets(std::string_view text)
{
    constexpr std::size_t absurd = 1000;
    constexpr std::string_view brackets = "[{";
    std::size_t run = 0;
    std::size_t run_began = 0;
    for (auto at = text.find_first_of(brackets); at != std::string_view::npos;
         at = text.find_first_of(brackets, at + 1)) {
        const auto before = at == 0 ? std::string_view::npos : text.find_last_not_of(" \t\r\n", at - 1);
        const bool goes_on =
            before != std::string_view::npos && brackets.find(text[before]) != std::string_view::npos;
        run = goes_on ? run + 1 : 1;
        if (!goes_on)
            run_began = at;
        if (run > absurd) {
            const auto lines =
                std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(run_began), '\n');
            return text_fault{{static_cast<std::uint32_t>(lines) + 1, static_cast<std::uint32_t>(run_began)},
                              "nested far too deep"};
        }
    }
    return std::nullopt;
}

std::optional<lookalike> find_lookalike(std::string_view text)
{
    const auto whole = text;
    while (!(text = text.substr(plain_length(text))).empty()) {
        const auto next = first_character(text);
        const auto* const found = std::ranges::find_if(lookalikes, [&next](const named_range& range) {
            return next.value >= range.first && next.value <= range.last;
        });
        if (next.length > 0 && found != lookalikes.end())
            return lookalike{
                whole.size() - text.size(),
                fmt::format(
                    "this is U+{:04X}, {}; type a space or nothing in its place, or put the text in quotes",
                    static_cast<std::uint32_t>(next.value), found->name)};
        text.remove_prefix(std::max<std::size_t>(next.length, 1));
    }
    return std::nullopt;
}

}  // namespace trunkwarden
