#include "support/yaml/yaml_errors.hpp"

#include <yaml-cpp/exceptions.h>

#include <array>

namespace trunkwarden {

namespace {

struct wording {
    std::string_view of_parser;  // how the message of yaml-cpp begins
    std::string_view for_people;
};

namespace said = YAML::ErrorMsg;

const std::array<wording, 16> wordings{{
    {said::END_OF_MAP_FLOW, "a map in braces is not closed with }, or lacks a comma before this"},
    {said::END_OF_MAP, "this does not belong to the map above: check its indentation and quotes"},
    {said::END_OF_SEQ_FLOW, "a list in brackets is not closed with ], or lacks a comma before this"},
    {said::END_OF_SEQ, "this does not belong to the list above: check its indentation"},
    {said::MAP_VALUE,
     "a colon where no key can be: check the indentation, and quote a value that holds \": \""},
    {said::MAP_KEY, "a key where none can be: check the indentation"},
    {said::BLOCK_ENTRY, "a list item (- ) where none can be: check the indentation"},
    {said::TAB_IN_INDENTATION, "indented with a tab; YAML wants spaces"},
    {said::EOF_IN_SCALAR, "this quoted text is not closed"},
    {said::DOC_IN_SCALAR, "this quoted text is not closed"},
    {said::INVALID_ESCAPE,
     "an unknown \\ escape in double quotes; use single quotes, or write the backslash twice"},
    {said::ALIAS_NOT_FOUND, "a text that begins with * must be quoted"},
    {said::CHAR_IN_ALIAS, "a text that begins with * must be quoted"},
    {said::UNKNOWN_ANCHOR, "aliases (*name) are not read here: quote a text that begins with *"},
    {said::UNKNOWN_TOKEN, "a text that begins with this character must be quoted"},
    {said::FLOW_END, "a closing bracket or brace that nothing opened"},
}};

}  // namespace

std::string yaml_sentence(std::string_view message)
{
    for (const auto& each : wordings)
        if (message.starts_with(each.of_parser))
            return std::string(each.for_people);
    return "this is not valid YAML";
}

}  // namespace trunkwarden
