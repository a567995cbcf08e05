#pragma once

#include <string>
#include <string_view>

#include "fetch/probe_result.hpp"
#include "settings/settings.hpp"
#include "support/async/async.hpp"
#include "support/result.hpp"

namespace trunkwarden {

class https_client;

// A probe's URL in the parts that https_client wants. The target may hold a secret: it is for requests only.
struct probe_place {
    std::string base_url;  // https://host[:port], for https_options
    std::string target;    // path and query
};

// Fails with bad_usage for a URL that cannot be asked; the sentence does not repeat it.
result<probe_place> place_of(std::string_view url);

// Judges the body of a probe's answer: shown when the value at `pointer` (RFC 6901) reads `expected`, off
// when it is another text, number or flag. With any other value there, or none, nothing is known. With
// a flag as `expected`, only the other flag is off.
probe_result judge_probe(const std::string& body, std::string_view pointer, std::string_view expected);

// Asks a probe once; `http` was made for its place_of(url).base_url, and `at` is now. Being cancelled throws
// operation_aborted.
task<probe_result> ask_probe(https_client& http, two_factor_probe probe, time_point at);

}  // namespace trunkwarden
