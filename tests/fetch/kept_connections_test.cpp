#include "fetch/kept_connections.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ssl/context.hpp>
#include <gtest/gtest.h>

#include <chrono>
#include <memory>

// Taking one that an origin still holds open: tests/end_to_end/https_client_test.cpp.

namespace trunkwarden {
namespace {

using namespace std::chrono_literals;

class KeptConnections : public testing::Test {
protected:
    connection_ptr used(bool reusable = true)
    {
        origin to;
        to.over = transport::plain;
        auto out = std::make_unique<connection>(io.get_executor(), to, trust);
        out->reusable = reusable;
        return out;
    }

    asio::io_context io{1};
    asio::ssl::context trust{asio::ssl::context::tls_client};
    kept_connections kept;
    kept_connections::moment start{1h};
};

TEST_F(KeptConnections, OfABurstAreClosedByTheNextRequestAfterFiveSeconds)
{
    for (int burst = 0; burst < 4; ++burst)
        kept.keep(used(), start);
    EXPECT_EQ(kept.size(), 4U);
    kept.keep(used(), start + 4900ms);
    EXPECT_EQ(kept.size(), 5U) << "a pause within the burst";
    kept.keep(used(), start + 6s);
    EXPECT_EQ(kept.size(), 2U);
    kept.keep(used(), start + 20s);
    EXPECT_EQ(kept.size(), 1U) << "one waits for the next request";
}

TEST_F(KeptConnections, KeepNoneThatMayNotBeUsedAgain)
{
    kept.keep(used(false), start);
    EXPECT_EQ(kept.size(), 0U);
}

TEST_F(KeptConnections, HaveALimitAndNoBuffers)
{
    for (int burst = 0; burst < 20; ++burst)
        kept.keep(used(), start);
    EXPECT_EQ(kept.size(), 16U);
    kept_connections alone;
    auto grown = used();
    grown->received.commit(grown->received.prepare(17000).size());
    grown->received.consume(grown->received.size());
    auto* const there = grown.get();
    alone.keep(std::move(grown), start);
    EXPECT_EQ(there->received.capacity(), 0U);
}

// Its socket was never opened: nothing of the kind may be handed out.
TEST_F(KeptConnections, HandOutNoneThatIsClosedOrTooOld)
{
    kept.keep(used(), start);
    EXPECT_EQ(kept.take(start + 1s), nullptr);
    EXPECT_EQ(kept.size(), 0U);
}

}  // namespace
}  // namespace trunkwarden
