#include "support/yaml_text.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <fmt/format.h>
#include <utility>

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

bool continues(char byte)
{
    return (static_cast<unsigned char>(byte) & 0xc0U) == 0x80U;
}

// The length of the UTF-8 character of two to four bytes that `bytes` begins with; 0 when it begins with
// none.
std::size_t character_length(std::string_view bytes)
{
    const auto lead = static_cast<unsigned char>(bytes[0]);
    const std::size_t length = lead >= 0xc2 && lead <= 0xdf   ? 2
                               : (lead & 0xf0U) == 0xe0       ? 3
                               : lead >= 0xf0 && lead <= 0xf4 ? 4
                                                              : 0;
    if (length == 0 || bytes.size() < length)
        return 0;
    if (!std::ranges::all_of(bytes.substr(1, length - 1), continues))
        return 0;
    const auto second = static_cast<unsigned char>(bytes[1]);
    const bool too_long = (lead == 0xe0 && second < 0xa0) || (lead == 0xf0 && second < 0x90);
    const bool surrogate = lead == 0xed && second >= 0xa0;
    const bool too_large = lead == 0xf4 && second >= 0x90;
    return too_long || surrogate || too_large ? 0 : length;
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

// What is wrong with the character at the start of `rest`, which is not plain ASCII; "" when nothing is.
std::string fault_of_character(std::string_view rest, std::size_t length)
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
        if (auto message = fault_of_character(rest, length); !message.empty())
            return text_fault{{line, static_cast<std::uint32_t>(at)}, std::move(message)};
        line += rest[0] == '\n' ? 1 : 0;
        at += length;
    }
    return std::nullopt;
}

}  // namespace trunkwarden
