#pragma once

#include <string_view>

#include "support/yaml/problem.hpp"
#include "support/yaml/yaml_consumer.hpp"

// The one door through which YAML comes in: a strict, streaming front on yaml-cpp's event parser. Every
// scalar is text, quoted or not: NO, 012 and +13035559123 mean what is written.

namespace trunkwarden {

enum class yaml_outcome {
    read,   // to its end; problems may have been found on the way
    empty,  // nothing but comments
    broken  // reading stopped at a problem: not YAML, or beyond a limit
};

// Reads one YAML document. Problems: invalid syntax or encoding, duplicate keys, keys that are not text,
// anchors, aliases, merge keys, tags, more than one document, and more than the limits in yaml_consumer.hpp.
// The consumer does not get a value whose key is refused.
yaml_outcome read_yaml(std::string_view text, yaml_consumer& to, problem_list& problems);

}  // namespace trunkwarden
