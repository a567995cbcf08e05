#include "fakes/paths.hpp"

namespace trunkwarden::fakes {

std::string in_project(std::string_view name)
{
    return TRUNKWARDEN_SOURCE "/" + std::string(name);
}

std::string daemon_binary()
{
    return TRUNKWARDEN_BINARY;
}

std::string die_at_library()
{
    return TRUNKWARDEN_DIE_AT;
}

std::string openapi_document()
{
    return TRUNKWARDEN_OPENAPI;
}

}  // namespace trunkwarden::fakes
