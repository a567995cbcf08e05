#pragma once

#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

#include "fakes/paths.hpp"

namespace trunkwarden::fakes {

// "/ips/{ip_id}" as "/ips/{id}".
inline std::string with_one_name_for_ids(std::string_view path)
{
    std::string out;
    bool in_braces = false;
    for (const char c : path) {
        if (!in_braces)
            out += c;
        if (c == '{')
            out += "id";
        in_braces = c == '{' || (in_braces && c != '}');
        if (c == '}')
            out += c;
    }
    return out;
}

// Telnyx's own OpenAPI document. Where it is not there, the test says that it is skipped.
class official_document : public testing::Test {
protected:
    void SetUp() override
    {
        std::ifstream in(openapi_document(), std::ios::binary);
        if (!in)
            GTEST_SKIP() << "Telnyx's OpenAPI document is not at " << openapi_document();
        document_ = boost::json::parse(std::string{std::istreambuf_iterator<char>(in), {}});
    }

    boost::json::value document_;
};

}  // namespace trunkwarden::fakes
