#pragma once

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "support/amount.hpp"
#include "support/clock.hpp"
#include "support/enum_names.hpp"

// The keys of a map in a file that people write, as a table: a std::tuple of one key{} for each. The parser
// walks it (read_keys.hpp) and so does the JSON Schema (key_schema.hpp), so that neither can know a key the
// other does not. A key's default is what a default-constructed struct holds.

namespace trunkwarden {

template <class Is>
struct key {
    std::string_view name;
    Is is = {};                    // the kind of its value, and its destination: one of key_is
    std::string_view about;        // one sentence for the editor of the file
    std::string_view needed = {};  // the error when it is missing or empty; "": it may be
};
template <class Is>
key(std::string_view, Is, std::string_view, std::string_view = {}) -> key<Is>;

// Keys of the same map that go into a part of the struct.
template <class Struct, class Part, class Keys>
struct part {
    Part Struct::*member = nullptr;
    Keys keys = {};
};
template <class Struct, class Part, class Keys>
part(Part Struct::*, Keys) -> part<Struct, Part, Keys>;

struct no_rules {
    template <class... Any>
    constexpr void operator()(const Any&...) const
    {
    }
};

// (Deduction guides, since clang 14 does not deduce the arguments of aggregates.)
namespace key_is {

template <class Struct>
struct text {
    std::string Struct::*member = nullptr;
    std::string_view pattern = {};  // for editors; the parser's rule says the same in a sentence
};
template <class Struct>
text(std::string Struct::*, std::string_view = {}) -> text<Struct>;

// Relative to the folder of the file.
template <class Struct>
struct path {
    std::filesystem::path Struct::*member = nullptr;
};
template <class Struct>
path(std::filesystem::path Struct::*) -> path<Struct>;

template <class Struct>
struct flag {
    bool Struct::*member = nullptr;
};
template <class Struct>
flag(bool Struct::*) -> flag<Struct>;

template <class Struct>
struct date {
    std::optional<day> Struct::*member = nullptr;
};
template <class Struct>
date(std::optional<day> Struct::*) -> date<Struct>;

// 500ms 10s 5m 12h 7d, longer than 0s.
template <class Struct>
struct duration {
    std::chrono::milliseconds Struct::*member = nullptr;
};
template <class Struct>
duration(std::chrono::milliseconds Struct::*) -> duration<Struct>;

// The same, where 0s means "off".
template <class Struct>
struct duration_or_zero {
    std::chrono::milliseconds Struct::*member = nullptr;
};
template <class Struct>
duration_or_zero(std::chrono::milliseconds Struct::*) -> duration_or_zero<Struct>;

template <class Struct>
struct whole_number {
    unsigned Struct::*member = nullptr;
    unsigned least = 0;
    unsigned most = 0;
};
template <class Struct>
whole_number(unsigned Struct::*, unsigned, unsigned) -> whole_number<Struct>;

template <class Struct>
struct optional_whole_number {
    std::optional<unsigned> Struct::*member = nullptr;
    unsigned most = 0;
};
template <class Struct>
optional_whole_number(std::optional<unsigned> Struct::*, unsigned) -> optional_whole_number<Struct>;

// An amount of money that need not be there: "3.00".
template <class Struct>
struct money {
    std::optional<amount> Struct::*member = nullptr;
};
template <class Struct>
money(std::optional<amount> Struct::*) -> money<Struct>;

template <class Struct>
struct decimal {
    double Struct::*member = nullptr;
    double least = 0;
    double most = 0;
};
template <class Struct>
decimal(double Struct::*, double, double) -> decimal<Struct>;

// The name of a value of an enum (support/enum_names.hpp). Choice is the enum, or a std::optional of it where
// no choice is one, too.
template <class Struct, class Choice>
struct one_of {
    Choice Struct::*member = nullptr;
};
template <class Struct, class Choice>
one_of(Choice Struct::*) -> one_of<Struct, Choice>;

template <class Choice>
struct chosen_enum {
    using type = Choice;
};
template <class Enum>
struct chosen_enum<std::optional<Enum>> {
    using type = Enum;
};
template <class Choice>
using choice_of = typename chosen_enum<Choice>::type;

// The name of a resource of the catalogue, and a list of them.
template <class Struct>
struct resource {
    std::string Struct::*member = nullptr;
};
template <class Struct>
resource(std::string Struct::*) -> resource<Struct>;

template <class Struct>
struct resources {
    std::vector<std::string> Struct::*member = nullptr;
};
template <class Struct>
resources(std::vector<std::string> Struct::*) -> resources<Struct>;

// A list of texts; `pattern` is a schema's, of each of them.
template <class Struct>
struct texts {
    std::vector<std::string> Struct::*member = nullptr;
    std::string_view pattern = {};
};
template <class Struct>
texts(std::vector<std::string> Struct::*, std::string_view) -> texts<Struct>;

// A map with keys of its own. `rules` is called with its section, the context and the values read, for rules
// that a table cannot express.
template <class Struct, class Part, class Keys, class Rules>
struct map {
    Part Struct::*member = nullptr;
    Keys keys = {};
    Rules rules = {};
};
template <class Struct, class Part, class Keys, class Rules = no_rules>
map(Part Struct::*, Keys, Rules = {}) -> map<Struct, Part, Keys, Rules>;

// A map that need not be there.
template <class Struct, class Part, class Keys, class Rules>
struct optional_map {
    std::optional<Part> Struct::*member = nullptr;
    Keys keys = {};
    Rules rules = {};
};
template <class Struct, class Part, class Keys, class Rules = no_rules>
optional_map(std::optional<Part> Struct::*, Keys, Rules = {}) -> optional_map<Struct, Part, Keys, Rules>;

// A list of maps; `item` is what a sentence calls one of them.
template <class Struct, class Part, class Keys, class Rules>
struct list_of {
    std::vector<Part> Struct::*member = nullptr;
    std::string_view item = {};
    Keys keys = {};
    Rules rules = {};
};
template <class Struct, class Part, class Keys, class Rules = no_rules>
list_of(std::vector<Part> Struct::*, std::string_view, Keys, Rules = {})
    -> list_of<Struct, Part, Keys, Rules>;

}  // namespace key_is

// Appends the names of all keys in a table, and of those in the maps below.
template <class... Rows>
void append_names(const std::tuple<Rows...>& keys, std::vector<std::string_view>& names)
{
    const auto append = [&names](const auto& row) {
        if constexpr (requires { row.keys; })
            return append_names(row.keys, names);
        else
            names.push_back(row.name);
        if constexpr (requires { row.is.keys; })
            append_names(row.is.keys, names);
    };
    std::apply([&append](const auto&... rows) { (append(rows), ...); }, keys);
}

}  // namespace trunkwarden
