#pragma once

#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <string>

#include "fakes/paths.hpp"

namespace trunkwarden::fakes {

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
