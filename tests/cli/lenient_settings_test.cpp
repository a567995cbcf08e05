#include "cli/lenient_settings.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string_view>

namespace trunkwarden {
namespace {

settings read_written(std::string_view text)
{
    const auto file = std::filesystem::path(testing::TempDir()) / "lenient_settings_test.yml";
    std::ofstream(file) << text;
    common_options common;
    common.config_file = file;
    auto out = read_leniently(common);
    std::filesystem::remove(file);
    return out;
}

TEST(ReadLeniently, FindsTheDaemonWhateverElseIsWrongInTheFile)
{
    const auto read = read_written(R"(accounts:
  - {name: production, api_key_file: key, baseline_file: baseline.yml, interval: 3}
polll: {}
control_socket: /run/elsewhere.sock
state_file: /srv/state.db
)");
    EXPECT_EQ(read.control_socket, "/run/elsewhere.sock");
    EXPECT_EQ(read.state_file, "/srv/state.db");
}

TEST(ReadLeniently, TakesTheUsualPlacesWhereTheFileIsNoYaml)
{
    const auto read = read_written("accounts: [\n\t}");
    EXPECT_EQ(read.control_socket, settings().control_socket);
    EXPECT_EQ(read.state_file, settings().state_file);
}

}  // namespace
}  // namespace trunkwarden
