#include "cli/one_line.hpp"

#include "support/escape.hpp"

namespace trunkwarden {

result<std::string> one_line(const std::string& text, std::string_view option)
{
    constexpr std::size_t longest = 1000;
    if (text.find_first_not_of(' ') == std::string::npos)
        return bad_usage("{} is empty: others will read it", option);
    if (text.size() > longest)
        return bad_usage("{} is longer than {} bytes", option, longest);
    if (printable(text, 8 * longest) != text)
        return bad_usage("{} holds characters that cannot be seen, or is not UTF-8: {}", option,
                         printable(text));
    return text;
}

}  // namespace trunkwarden
