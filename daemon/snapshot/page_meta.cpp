#include "snapshot/page_meta.hpp"

namespace trunkwarden {
namespace {

namespace dom = simdjson::dom;

bool read_count(dom::object meta, std::string_view key, std::optional<std::uint64_t>& out)
{
    json_element value;
    if (meta.at_key(key).get(value) != simdjson::SUCCESS || value.is_null())
        return true;
    std::uint64_t number = 0;
    if (value.get_uint64().get(number) != simdjson::SUCCESS)
        return false;
    out = number;
    return true;
}

}  // namespace

bool read_meta(json_element body, page_facts& facts)
{
    json_element meta;
    dom::object object;
    if (!body.is_object() || body["meta"].get(meta) != simdjson::SUCCESS || meta.is_null())
        return true;
    return meta.get_object().get(object) == simdjson::SUCCESS &&
           read_count(object, "page_number", facts.page_number) &&
           read_count(object, "page_size", facts.page_size) &&
           read_count(object, "total_pages", facts.total_pages) &&
           read_count(object, "total_results", facts.total_results);
}

}  // namespace trunkwarden
