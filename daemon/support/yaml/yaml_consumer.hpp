#pragma once

#include <cstddef>
#include <string_view>

#include "support/yaml/problem.hpp"

namespace trunkwarden {

// Receives the parts of a file, in the order of the file. Begins and ends match; a key is followed by its
// value.
class yaml_consumer {
public:
    virtual ~yaml_consumer() = default;
    virtual void map_begins(text_mark at) = 0;
    virtual void map_ends() = 0;
    virtual void list_begins(text_mark at) = 0;
    virtual void list_ends() = 0;
    virtual void key(std::string_view name, text_mark at) = 0;
    virtual void repeated_key(std::string_view) {}  // a problem; the value of the first stays
    virtual void scalar(std::string_view text, text_mark at) = 0;
    virtual void null(text_mark at) = 0;  // ~, null, or nothing where a value belongs
};

// Limits of read_yaml. People write these files; more than this is a mistake or an attack.
inline constexpr std::size_t max_yaml_bytes = std::size_t{64} * 1024 * 1024;
inline constexpr std::size_t max_yaml_depth = 32;
inline constexpr std::size_t max_yaml_list = 1'000'000;

}  // namespace trunkwarden
