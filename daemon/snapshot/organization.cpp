#include "snapshot/organization.hpp"

#include "snapshot/json_text.hpp"

namespace trunkwarden {

std::string organization_in(const std::string& body)
{
    simdjson::dom::parser parser;
    json_element root;
    if (parser.parse(body.data(), body.size(), false).get(root) != simdjson::SUCCESS)
        return {};
    const auto found = texts_at(root, "data.organization_id");
    return found.empty() ? std::string{} : found.front();
}

}  // namespace trunkwarden
