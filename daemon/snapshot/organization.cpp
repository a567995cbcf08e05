#include "snapshot/organization.hpp"

#include <string_view>
#include <utility>

#include "snapshot/json_reader.hpp"

namespace trunkwarden {

static std::string first_text_at(json_element root, std::string_view path)
{
    auto found = texts_at(root, path);
    return found.empty() ? std::string{} : std::move(found.front());
}

std::string organization_in(const std::string& body)
{
    json_reader reader;
    const auto root = reader.parse(body, deepest_list);
    return root ? first_text_at(*root, "data.organization_id") : std::string{};
}

key_owner key_owner_in(const std::string& body)
{
    json_reader reader;
    const auto root = reader.parse(body, deepest_list);
    if (!root)
        return {};
    key_owner out{first_text_at(*root, "data.organization_id"), first_text_at(*root, "data.user_id"),
                  first_text_at(*root, "data.user_email")};
    if (out.email.empty())
        out.email = first_text_at(*root, "data.email");
    return out;
}

}  // namespace trunkwarden
