#include "support/version.hpp"

namespace trunkwarden {

const std::string_view version = TRUNKWARDEN_VERSION;
const std::string_view revision = TRUNKWARDEN_REVISION;

}  // namespace trunkwarden
