#include "cli/lenient_settings.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

namespace trunkwarden {
namespace {

// The settings that `read` makes of a file with this text.
template <class Read>
auto read_written(std::string_view text, Read read)
{
    const auto file = std::filesystem::path(testing::TempDir()) / "lenient_settings_test.yml";
    std::ofstream(file) << text;
    common_options common;
    common.config_file = file;
    auto out = read(common);
    std::filesystem::remove(file);
    return out;
}

constexpr std::string_view good_settings = R"(accounts:
  - {name: production, api_key_file: key, baseline_file: baseline.yml}
)";

TEST(ReadLeniently, FindsTheDaemonWhateverElseIsWrongInTheFile)
{
    const auto read = read_written(R"(accounts:
  - {name: production, api_key_file: key, baseline_file: baseline.yml, interval: 3}
polll: {}
control_socket: /run/elsewhere.sock
state_file: /srv/state.db
)",
                                   read_leniently);
    EXPECT_EQ(read.control_socket, "/run/elsewhere.sock");
    EXPECT_EQ(read.state_file, "/srv/state.db");
}

TEST(ReadLeniently, TakesTheUsualPlacesWhereTheFileIsNoYaml)
{
    const auto read = read_written("accounts: [\n\t}", read_leniently);
    EXPECT_EQ(read.control_socket, settings().control_socket);
    EXPECT_EQ(read.state_file, settings().state_file);
}

TEST(ReadToOrder, FindsTheDaemonWhoseSocketTheFileNamesWhateverElseIsWrong)
{
    const auto read =
        read_written(std::string(good_settings) + "polll: {}\ncontrol_socket: /run/b.sock\n", read_to_order);
    ASSERT_TRUE(read);
    EXPECT_EQ(read->control_socket, "/run/b.sock");
}

TEST(ReadToOrder, TakesTheUsualSocketOfAFileWithoutMistakes)
{
    const auto read = read_written(good_settings, read_to_order);
    ASSERT_TRUE(read);
    EXPECT_EQ(read->control_socket, settings().control_socket);
}

TEST(ReadToOrder, RefusesWhereTheUsualSocketMayBelongToAnotherDaemon)
{
    for (const std::string wrong :
         {"accounts: [\n\t}", "", "control_sockt: /run/b.sock\n", "control_socket: [/run/b.sock]\n",
          "control_socket: ''\n", "control_socket: /run/b.sock\ncontrol_socket: /run/c.sock\n"}) {
        const auto text = wrong.starts_with("control") ? std::string(good_settings) + wrong : wrong;
        EXPECT_FALSE(read_written(text, read_to_order)) << wrong;
    }
    common_options no_file;
    no_file.config_file = "/nowhere/typo.yml";
    EXPECT_FALSE(read_to_order(no_file));
}

TEST(ReadToOrder, GoesOnWithTheUsualFileEvenIfItCannotBeRead)
{
    const common_options usual;
    if (std::filesystem::exists(usual.config_file))
        GTEST_SKIP() << "this host has settings of its own";
    const auto read = read_to_order(usual);
    ASSERT_TRUE(read);
    EXPECT_EQ(read->control_socket, settings().control_socket);
}

}  // namespace
}  // namespace trunkwarden
