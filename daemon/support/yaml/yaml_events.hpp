#pragma once

#include <cstddef>
#include <string_view>

#include "support/yaml/problem.hpp"

// The one door through which YAML comes in: a strict, streaming front on yaml-cpp's event parser. Every
// scalar is text, quoted or not: NO, 012 and +13035559123 mean what is written.

namespace trunkwarden {

// Is told what a file holds, in the order of the file. Begins and ends match; a key is followed by its value.
class yaml_consumer {
public:
    virtual ~yaml_consumer() = default;
    virtual void map_begins(text_mark at) = 0;
    virtual void map_ends() = 0;
    virtual void list_begins(text_mark at) = 0;
    virtual void list_ends() = 0;
    virtual void key(std::string_view name, text_mark at) = 0;
    virtual void scalar(std::string_view text, text_mark at) = 0;
    virtual void null(text_mark at) = 0;  // ~, null, or nothing where a value belongs
};

// Files of people; more than this is a mistake or an attack.
inline constexpr std::size_t max_yaml_bytes = std::size_t{64} * 1024 * 1024;
inline constexpr std::size_t max_yaml_depth = 32;
inline constexpr std::size_t max_yaml_list = 1'000'000;

enum class yaml_outcome {
    read,   // to its end; problems may have been found on the way
    empty,  // nothing but comments
    broken  // reading stopped at a problem: not YAML, or beyond a limit
};

// Reads one YAML document. Problems: invalid syntax or encoding, duplicate keys, keys that are not text,
// anchors, aliases, merge keys, tags, more than one document, and more than the limits above. A value whose
// key is refused is not told to the consumer.
yaml_outcome read_yaml(std::string_view text, yaml_consumer& to, problem_list& problems);

}  // namespace trunkwarden
