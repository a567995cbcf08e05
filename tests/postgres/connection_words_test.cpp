#include "postgres/connection_words.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <string_view>

#include "fakes/scratch_folder.hpp"

namespace trunkwarden {
namespace {

using testing::HasSubstr;
using testing::Not;

class ConnectionWords : public testing::Test {
protected:
    result<connection_words> read(std::string_view text) const
    {
        database_settings from;
        from.connection_file = folder.write("database.conf", text);
        return connection_words::read(from);
    }

    fakes::scratch_folder folder;
};

TEST_F(ConnectionWords, AreInOneLineOrSeveralWithComments)
{
    const auto words = read(
        "# the primary first\nhost=db1.example.com,db2.example.com port=5433\n\n"
        "dbname=guard user='the guard'\nsslmode=verify-full\n");
    ASSERT_TRUE(words) << words.error().message;
    EXPECT_EQ(words->value_of("host"), "db1.example.com,db2.example.com");
    EXPECT_EQ(words->value_of("user"), "the guard");
    EXPECT_EQ(words->place(), "guard at db1.example.com,db2.example.com");
    EXPECT_FALSE(words->weakness());
}

TEST_F(ConnectionWords, GetDefaultsThatNoticeADeadHost)
{
    const auto words = read("host=db1.example.com connect_timeout=7");
    ASSERT_TRUE(words) << words.error().message;
    EXPECT_EQ(words->value_of("connect_timeout"), "7") << "what is written stays";
    EXPECT_EQ(words->value_of("tcp_user_timeout"), "8000");
    EXPECT_EQ(words->value_of("target_session_attrs"), "read-write");
    EXPECT_EQ(words->value_of("sslmode"), "verify-full") << "no byte goes to another host in clear";
}

TEST_F(ConnectionWords, AreTriedHostByHost)
{
    const auto words = read("host=db1,db2,db3 port=5433,5434,5435 password=x");
    ASSERT_TRUE(words);
    const auto hosts = words->by_host();
    ASSERT_EQ(hosts.size(), 3U);
    EXPECT_EQ(hosts[1].value_of("host"), "db2");
    EXPECT_EQ(hosts[1].value_of("port"), "5434");
    EXPECT_EQ(hosts[2].password().reveal(), "x");
    EXPECT_EQ(read("host=db1,db2 port=5433")->by_host().at(1).value_of("port"), "5433") << "one for all";
    EXPECT_EQ(read("hostaddr=10.0.0.1,10.0.0.2")->by_host().at(1).value_of("hostaddr"), "10.0.0.2");
    EXPECT_EQ(read("dbname=guard")->by_host().size(), 1U);
}

TEST_F(ConnectionWords, SayThatTheWayToAnotherHostIsNotProtected)
{
    ASSERT_TRUE(read("host=db1.example.com"));
    EXPECT_THAT(read("host=db1.example.com")->weakness().value_or(""), HasSubstr("sslmode=verify-full"));
    EXPECT_TRUE(read("host=/run/postgresql,10.0.0.1")->weakness());
    EXPECT_TRUE(read("host=localhost hostaddr=10.0.0.1")->weakness());
    EXPECT_TRUE(read("host=127.example.com")->weakness()) << "a name of another host";
    EXPECT_FALSE(read("host=db1.example.com sslmode=disable")->weakness()) << "somebody means it";
    for (const auto* here : {"dbname=guard", "host=/run/postgresql", "host=localhost", "host=127.0.0.1,::1"})
        EXPECT_FALSE(read(here)->weakness()) << here;
}

TEST_F(ConnectionWords, AreRefusedWithoutAWordOfTheFile)
{
    for (const auto* wrong : {"password hunter2", "hunter2=x", "password='hunter2"}) {
        const auto words = read(wrong);
        ASSERT_FALSE(words) << wrong;
        EXPECT_THAT(words.error().message, Not(HasSubstr("hunter2")));
        EXPECT_THAT(words.error().message, HasSubstr("database.conf"));
    }
    EXPECT_THAT(read("service=guard").error().message, HasSubstr("write the keywords of the service here"));
}

TEST_F(ConnectionWords, OfAFileThatOthersMayReadOrChangeAreNotTaken)
{
    using std::filesystem::perms;
    database_settings from;
    from.connection_file = folder.write("database.conf", "host=/run/postgresql");
    const auto fits = perms::owner_read | perms::owner_write | perms::group_read;
    for (const auto mode :
         {fits | perms::others_read, fits | perms::group_write, fits | perms::others_write}) {
        std::filesystem::permissions(from.connection_file, mode);
        EXPECT_FALSE(connection_words::read(from));
    }
    std::filesystem::permissions(from.connection_file, fits);
    EXPECT_TRUE(connection_words::read(from));
}

TEST_F(ConnectionWords, HideThePasswordInWordsOfTheLibrary)
{
    const auto words = read("host=localhost password=e");
    ASSERT_TRUE(words);
    EXPECT_EQ(words->value_of("password"), "");
    EXPECT_EQ(words->password().reveal(), "e");
    EXPECT_EQ(words->fit_for_print("refused: e\n"), "r(secret)fus(secret)d: (secret)");
}

TEST_F(ConnectionWords, ShowNothingOfAHostileServerThatDrivesATerminalOrNeverEnds)
{
    const auto words = read("host=localhost password=hunter2");
    ASSERT_TRUE(words);
    EXPECT_EQ(words->fit_for_print("no\r\nsuch \x1b[2J\xff"), "no  such \\u{1b}[2J\\x{ff}");
    const auto cut = words->fit_for_print(std::string(595, 'x') + "hunter2" + std::string(1'000'000, 'x'));
    EXPECT_LT(cut.size(), 610U);
    EXPECT_THAT(cut, Not(HasSubstr("hun"))) << "a part of the password is none the less one";
}

TEST_F(ConnectionWords, TakeThePasswordFromItsFile)
{
    database_settings from;
    from.connection_file = folder.write("database.conf", "host=localhost password=other");
    from.password_file = folder.write("password", "from-the-file\n");
    EXPECT_EQ(connection_words::read(from).value().password().reveal(), "from-the-file");
    from.password_file = folder.path() / "missing";
    EXPECT_THAT(connection_words::read(from).error().message, HasSubstr("the password of the database"));
}

}  // namespace
}  // namespace trunkwarden
