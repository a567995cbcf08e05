#pragma once

#include <optional>

#include "fetch/https_client.hpp"
#include "support/clock.hpp"
#include "support/result.hpp"

namespace trunkwarden {

// When the certificate that a server shows begins and ends to be valid.
struct validity {
    time_point from;
    time_point until;
    friend bool operator==(const validity&, const validity&) = default;
};

// Connects as a request would, through the proxy where there is one, verifies the server, and sends it
// nothing. Nothing for http://. Blocks, `way.timeout` at most. Fails as https_client::send() does.
result<std::optional<validity>> look_at_certificate(https_options way);

// Of the certificate that we show to a server which asks for one: reads `way.cert_file`. Nothing where there
// is none. Fails with bad_file.
result<std::optional<validity>> own_certificate(const https_options& way);

}  // namespace trunkwarden
