#include <cstdint>
#include <cstdlib>
#include <simdjson.h>
#include <string>
#include <string_view>

#include "support/repaired_json.hpp"

// Any bytes as an item of a list. An item that a parser takes comes back byte by byte; with any item, the one
// before it does, too; and a second repair changes nothing.

namespace {

constexpr std::size_t deep_enough = 8;

bool is_json(std::string text)
{
    text.reserve(text.size() + simdjson::SIMDJSON_PADDING);
    simdjson::dom::parser parser;
    simdjson::dom::element root;
    return parser.allocate(text.size() + 1024, deep_enough + 1) == simdjson::SUCCESS &&
           parser.parse(text.data(), text.size(), false).get(root) == simdjson::SUCCESS;
}

void expect(bool holds)
{
    if (!holds)
        std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size)
{
    using namespace trunkwarden;
    static const std::string before = R"({"data":[{"id":"beside"},)";
    const std::string item(reinterpret_cast<const char*>(bytes), size);
    const auto body = before + item + "]}";
    const auto repaired = repaired_json(body, deep_enough);
    expect(repaired.starts_with(before));
    expect(repaired_json(repaired, deep_enough) == repaired);
    if (is_json(body))
        expect(repaired == body);
    const auto without =
        without_broken_items(repaired, [](std::string_view piece) { return is_json(std::string(piece)); });
    expect(without.starts_with(before));
    return 0;
}
