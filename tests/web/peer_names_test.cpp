#include "web/peer_names.hpp"

#include <gtest/gtest.h>

#include <future>
#include <pwd.h>
#include <unistd.h>

#include "fakes/run.hpp"

namespace trunkwarden {
namespace {

http_query from_user(uid_t user, std::string sudo_user = {})
{
    http_query out;
    out.peer_user = user;
    out.sudo_user = std::move(sudo_user);
    return out;
}

TEST(PeerNames, AreThoseThatTheKernelTells)
{
    EXPECT_EQ(peer_words("dana", from_user(1000)), "dana");
    EXPECT_EQ(peer_words("", from_user(1000)), "uid 1000") << "nobody knows a name";
    EXPECT_EQ(peer_words("", {}), "") << "over TCP";
}

TEST(PeerNames, BelieveOnlyRootWhoseSudoItIs)
{
    EXPECT_EQ(peer_words("root", from_user(0, "dana")), "root (sudo by dana)");
    EXPECT_EQ(peer_words("mallory", from_user(1001, "dana")), "mallory");
    http_query over_tcp;
    over_tcp.sudo_user = "dana";
    EXPECT_EQ(peer_words("", over_tcp), "");
}

TEST(PeerNames, BreakNoLine)
{
    EXPECT_EQ(peer_words("root", from_user(0, "x\ny")), "root (sudo by x\\u{a}y)");
}

TEST(PeerNames, AreLookedUp)
{
    peer_names names;
    const auto query = from_user(::geteuid());
    const auto words = run(names.words_for(query));
    const auto* entry = ::getpwuid(::geteuid());  // NOLINT(concurrency-mt-unsafe)
    EXPECT_EQ(words, entry == nullptr ? "uid " + std::to_string(::geteuid()) : std::string(entry->pw_name));
    const http_query over_tcp;
    EXPECT_EQ(run(names.words_for(over_tcp)), "");
}

TEST(PeerNames, AreNotWaitedForWhenTheDirectoryHangs)
{
    std::promise<void> answers;
    peer_names names([answered = answers.get_future().share()](uid_t user) {
        answered.wait();
        return user == 1 ? "dana" : "";
    });
    EXPECT_FALSE(names.is_busy());
    asio::io_context io(1);
    const auto first = from_user(0);
    EXPECT_EQ(run_to_end(io, names.words_for(first)), "uid 0");
    EXPECT_TRUE(names.is_busy()) << "the daemon must not wait for its end";
    answers.set_value();
    const auto second = from_user(1);
    EXPECT_EQ(run_to_end(io, names.words_for(second)), "dana");
    EXPECT_FALSE(names.is_busy());
}

}  // namespace
}  // namespace trunkwarden
