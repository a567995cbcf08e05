#pragma once

#include <memory>
#include <stdexcept>
#include <string>
#include <utility>

#include "catalogue/resource_type.hpp"
#include "snapshot/page_parser.hpp"

namespace trunkwarden {

inline constexpr resource_type trunk{.name = "trunks",
                                     .path = "/trunks",
                                     .noun = "trunk",
                                     .guards = "Nothing.",
                                     .fields = {{"active", value_kind::flag},
                                                {"owner", value_kind::identifier},
                                                {"outbound.limit", value_kind::number},
                                                {"countries", value_kind::country_set},
                                                {"password", value_kind::secret},
                                                {"groups", value_kind::text_set, severity::medium,
                                                 loosening::never, severity::medium, "groups.name"}}};

// A body as the API client hands it on: with bytes to spare for simdjson.
inline std::string padded(std::string body)
{
    body.reserve(body.size() + body_padding);
    return body;
}

class page_of {
public:
    explicit page_of(const resource_type& type) : parser_({&type}, secrets_) {}

    result<parsed_page> parse(std::string body) { return parser_.parse(padded(std::move(body))); }

    result<parsed_page> parse_one(std::string body) { return parser_.parse_one(padded(std::move(body))); }

    // The only object of a page with this one item.
    std::shared_ptr<const object_page> page_with(const std::string& item)
    {
        auto parsed = parse(R"({"data":[)" + item + "]}");
        if (!parsed)
            throw std::runtime_error(parsed.error().message);
        return parsed->objects.at(0);
    }

private:
    fingerprinter secrets_;
    page_parser parser_;
};

inline std::string field(const object_page& page, std::size_t index)
{
    return std::string(page[0].field(index));
}

}  // namespace trunkwarden
