#include "settings/api_key.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <string>
#include <sys/stat.h>

#include "fakes/scratch_folder.hpp"
#include "support/yaml/quoted_text.hpp"

namespace trunkwarden {
namespace {

// Tests run one after the other. nullptr takes it away.
void set_variable(const char* name, const char* value)
{
    // NOLINTNEXTLINE(concurrency-mt-unsafe)
    value == nullptr ? ::unsetenv(name) : ::setenv(name, value, 1);
}

class ApiKey : public testing::Test {
protected:
    void SetUp() override
    {
        account_.name = "production";
        account_.api_key.file = folder_ / "key";
    }
    void TearDown() override
    {
        set_variable("CREDENTIALS_DIRECTORY", nullptr);
        set_variable("TRUNKWARDEN_TEST_KEY", nullptr);
    }

    void write(const std::string& content) const
    {
        std::ofstream(account_.api_key.file, std::ios::binary) << content;
    }

    // The sentence that refuses the key, checked not to repeat what the file holds.
    std::string refusal() const
    {
        const auto key = load_api_key(account_);
        if (key)
            return "accepted";
        EXPECT_EQ(key.error().message.find("hunter2"), std::string::npos);
        return key.error().message;
    }

    const fakes::scratch_folder scratch_;
    const std::filesystem::path& folder_ = scratch_.path();
    account_settings account_;
};

TEST_F(ApiKey, IsTheFilesOnlyWord)
{
    for (const std::string content : {"KEY01_x", "KEY01_x\n", "KEY01_x\r\n", "  KEY01_x \n\n"}) {
        write(content);
        EXPECT_EQ(load_api_key(account_).value().reveal(), "KEY01_x") << content;
    }
}

TEST_F(ApiKey, NamesTheFileWhenItCannotBeRead)
{
    const auto file = account_.api_key.file.string();
    EXPECT_EQ(refusal(),
              "the API key of account production: cannot read " + file + ": No such file or directory");
    write(std::string(4097, 'x'));
    EXPECT_EQ(refusal(), "the API key of account production: " + file + " is larger than 4096 bytes");
}

TEST_F(ApiKey, IsRefusedWithoutRepeatingItWhenItIsNotOneWord)
{
    const auto place = "the API key of account production in " + account_.api_key.file.string();
    write("");
    EXPECT_EQ(refusal(), place + " is empty");
    write(" \n\n");
    EXPECT_EQ(refusal(), place + " is empty");
    write("hunter2\nhunter2\n");
    EXPECT_EQ(refusal(), place + " must be one line of printable ASCII characters");
    write("hunter2\x01");
    EXPECT_EQ(refusal(), place + " must be one line of printable ASCII characters");
    write("hunter2é");
    EXPECT_EQ(refusal(), place + " must be one line of printable ASCII characters");
    write(std::string("hunter2\0x", 9));
    EXPECT_EQ(refusal(), place + " must be one line of printable ASCII characters");
    write("hunter2 hunter2");
    EXPECT_EQ(refusal(), "the API key of account production must be one word, but holds a space");
}

// A line that was copied from elsewhere would be a rejected key at best.
TEST_F(ApiKey, IsRefusedWithTheReasonWhenItIsALineOfSomethingElse)
{
    const std::string subject = "the API key of account production ";
    const auto variable = subject + "begins with the name of a variable (NAME=…); put the key alone there";
    for (const auto* content :
         {"TELNYX_API_KEY=KEYhunter2", "export TELNYX_API_KEY=KEYhunter2", "api_key: KEYhunter2",
          "TELNYX_API_KEY = KEYhunter2", "TELNYX_API_KEY=\"KEYhunter2\"", "K=hunter2\n"}) {
        write(content);
        EXPECT_EQ(refusal(), variable) << content;
    }
    const auto header =
        subject + "begins with the word of a header (Authorization, Bearer); put the key alone there";
    for (const auto* content :
         {"Bearer KEYhunter2", "bearer KEYhunter2", "Authorization: Bearer KEYhunter2"}) {
        write(content);
        EXPECT_EQ(refusal(), header) << content;
    }
    for (const auto* content :
         {"\"KEYhunter2\"", "'KEYhunter2'", "\"KEYhunter2", "KEYhunter2'", "`KEYhunter2`"}) {
        write(content);
        EXPECT_EQ(refusal(), subject + "is in quotes; put the key there without them") << content;
    }
    account_.api_key = {.file = {}, .credential = {}, .environment = "TRUNKWARDEN_TEST_KEY"};
    set_variable("TRUNKWARDEN_TEST_KEY", "'KEYhunter2'");
    EXPECT_EQ(refusal(), subject + "is in quotes; put the key there without them");
}

TEST_F(ApiKey, ComesFromASystemdCredential)
{
    write("KEY01_x\n");
    account_.api_key = {.file = {}, .credential = "key", .environment = {}};
    account_.api_key.credential_folder = folder_ / "credentials";
    EXPECT_EQ(
        refusal(),
        "the API key of account production is the systemd credential key, which systemd hands to the service "
        "only; by hand it is read from " +
            (folder_ / "credentials/key").string() + ", which is not there");
    set_variable("CREDENTIALS_DIRECTORY", folder_.c_str());
    EXPECT_EQ(load_api_key(account_).value().reveal(), "KEY01_x");
    account_.api_key.credential = "other";
    EXPECT_EQ(refusal(), "the API key of account production: cannot read " + (folder_ / "other").string() +
                             ": No such file or directory");
}

TEST_F(ApiKey, ComesFromTheEnvironment)
{
    account_.api_key = {.file = {}, .credential = {}, .environment = "TRUNKWARDEN_TEST_KEY"};
    EXPECT_EQ(refusal(),
              "the API key of account production is the environment variable TRUNKWARDEN_TEST_KEY, which is "
              "not set");
    set_variable("TRUNKWARDEN_TEST_KEY", "KEY01_x\n");
    EXPECT_EQ(load_api_key(account_).value().reveal(), "KEY01_x");
    set_variable("TRUNKWARDEN_TEST_KEY", "");
    EXPECT_EQ(refusal(),
              "the API key of account production in the environment variable TRUNKWARDEN_TEST_KEY is empty");
}

TEST_F(ApiKey, IsSaidToBeExposedWhenEveryUserCanReadIt)
{
    write("KEY01_x\n");
    const auto file = account_.api_key.file;
    ::chmod(file.c_str(), 0640);
    EXPECT_EQ(api_key_exposure(account_), std::nullopt);
    ::chmod(file.c_str(), 0644);
    EXPECT_EQ(api_key_exposure(account_),
              file.string() + " can be read or changed by every user (mode 0644); chmod 0640 it");
    ::chmod(file.c_str(), 0602);
    EXPECT_TRUE(api_key_exposure(account_));
    account_.api_key = {.file = {}, .credential = {}, .environment = "X"};
    EXPECT_EQ(api_key_exposure(account_), std::nullopt);
}

constexpr auto some_id = "KEY0190A6C7D2E34F5A8B9C0D1E2F3A4B50";

TEST(IdInApiKey, IsWhatStandsBeforeTheRestOfTheKey)
{
    EXPECT_EQ(id_in_api_key(secret(std::string(some_id) + "_CANARYcanaryCANARYcan1")), some_id);
}

TEST(IdInApiKey, IsNoneWhereTheKeyHasAnotherForm)
{
    for (const char* key :
         {"KEY0190A6C7D2E34F5A8B9C0D1E2F3A4B50", "KEY0190A6C7_CANARY", "", "_",
          "SAT0190A6C7D2E34F5A8B9C0D1E2F3A4B50_CANARY", "KEY0190A6C7D2E34F5A8B9C0D1E2F3A4B5G_CANARY",
          "key0190A6C7D2E34F5A8B9C0D1E2F3A4B50_CANARY"})
        EXPECT_EQ(id_in_api_key(secret(key)), "") << key;
}

TEST(IdInApiKey, IsNoSecretAndAWholeKeyIsOne)
{
    EXPECT_FALSE(looks_like_api_key(some_id));
    EXPECT_FALSE(looks_like_api_key("own_key_id: " + std::string(some_id)));
    EXPECT_TRUE(looks_like_api_key(std::string(some_id) + "_CANARYcanaryCANARYcan1"));
    EXPECT_TRUE(looks_like_api_key(std::string(some_id) + "_C")) << "also a truncated one";
    EXPECT_TRUE(looks_like_api_key(std::string(some_id) + "0"));
    EXPECT_TRUE(looks_like_api_key("KEY0190A6C7D2E34F5A8B9C0D1E2F3A4B5"));
}

}  // namespace
}  // namespace trunkwarden
