#include "snapshot/organization.hpp"

#include "snapshot/json_reader.hpp"

namespace trunkwarden {

std::string organization_in(const std::string& body)
{
    json_reader reader;
    const auto root = reader.parse(body, deepest_list);
    if (!root)
        return {};
    const auto found = texts_at(*root, "data.organization_id");
    return found.empty() ? std::string{} : found.front();
}

}  // namespace trunkwarden
