#include "fetch/object_target.hpp"

#include <fmt/format.h>

#include "support/ascii.hpp"

namespace trunkwarden {
namespace {

bool is_unreserved(char c)
{
    return is_letter_or_digit(c) || c == '-' || c == '.' || c == '_' || c == '~';
}

// "." and ".." cannot be encoded: a server that resolves them reads something else.
bool names_something(std::string_view address)
{
    return !address.empty() && address != "." && address != "..";
}

}  // namespace

std::string percent_encoded(std::string_view text)
{
    std::string out;
    for (const char c : text)
        out += is_unreserved(c) ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
    return out;
}

std::optional<std::string> object_target(const resource_type& type, std::string_view address)
{
    if (type.object_path == only_in_list || (type.pages == paging::no_endpoint && type.object_path.empty()))
        return std::nullopt;
    auto target = type.object_path.empty() ? std::string(type.path) + "/{id}" : std::string(type.object_path);
    if (const auto id = target.find("{id}"); id != std::string::npos) {
        if (!names_something(address))
            return std::nullopt;
        target.replace(id, 4, percent_encoded(address));
    }
    if (!type.query.empty())
        target.append(1, '?').append(type.query);
    return target;
}

}  // namespace trunkwarden
