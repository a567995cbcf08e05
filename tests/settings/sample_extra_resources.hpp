#pragma once

#include "catalogue/extra_resource.hpp"

// Extra resources as settings have them. Each test of one process uses names of its own where it asks for the
// newest of a name.

namespace trunkwarden::examples {

inline extra_resource storage_buckets()
{
    return {.name = "storage_buckets",
            .path = "/storage/buckets",
            .fields = {{"region", extra_kind::text, severity::low},
                       {"settings.public", extra_kind::flag, severity::high},
                       {"access_key", extra_kind::secret, severity::high}}};
}

inline extra_resource inbound_channels()
{
    return {.name = "inbound_channels",
            .path = "/inbound_channels",
            .pages = extra_paging::one_object,
            .fields = {{"channels", extra_kind::number, severity::high}}};
}

}  // namespace trunkwarden::examples
