#pragma once

#include <stdexcept>
#include <string>

#include "baseline/file/baseline_file.hpp"
#include "catalogue/catalogue.hpp"
#include "diff/diff.hpp"
#include "fakes/times.hpp"
#include "snapshot/page_parser.hpp"

// Judges API JSON by baseline YAML, as the daemon does, without an account around it.

namespace trunkwarden::fakes {

// Reads items of one resource; all readings share one fingerprint key.
class reader {
public:
    explicit reader(const resource_type& type) : type_(type) {}
    object_list operator()(const std::string& items) const
    {
        page_parser parser({&type_}, secrets_);
        std::string body = R"({"data":)" + items + "}";
        body.reserve(body.size() + body_padding);
        auto parsed = parser.parse(body);
        if (!parsed)
            throw std::runtime_error(parsed.error().message);
        return {parsed->objects.at(0)};
    }

private:
    const resource_type& type_;
    fingerprinter secrets_;
};

inline object_list objects(const resource_type& type, const std::string& items)
{
    return reader(type)(items);
}

inline std::vector<deviation> judge_with(const std::string& entries, const char* resource,
                                         const std::string& items, extent how_much = extent::complete)
{
    const auto& type = *find_resource(resource);
    const auto trusted = parse_baseline("version: 1\n" + entries, "baseline.yml", catalogue);
    if (!trusted.problems.empty())
        throw std::runtime_error(to_string(trusted.problems.front()));
    const accepted_secrets secrets;
    return diff(type, {trusted.value.entries_of(type), secrets, today}, objects(type, items), how_much);
}

}  // namespace trunkwarden::fakes
