#include "state/state_copy.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <fmt/format.h>
#include <string>

#include "database/engines.hpp"
#include "fakes/deviations.hpp"
#include "fakes/state_file_on_disk.hpp"

// From a file to a database, and back.

namespace trunkwarden {
namespace {

using fakes::one_of_each;
using testing::HasSubstr;

class StateCopy : public fakes::state_in<fakes::postgres_engine> {
protected:
    state_place file_named(const std::string& name) const { return engine.folder() / name; }
    static void keep_in(const state_place& place, const state_change& change)
    {
        const auto state = open_state(place);
        ASSERT_EQ(state.trouble, state_trouble::none) << state.reason;
        const auto written = state.file->write(change);
        ASSERT_TRUE(written) << written.error().message;
    }
    state_change with_events(std::size_t count) const
    {
        auto out = one_of_each(now);
        for (std::size_t number = 0; number < count; ++number)
            out.events.push_back({.at = now,
                                  .kind = history_kind::opened,
                                  .account = "production",
                                  .resource = "ips",
                                  .sentence = fmt::format("event {}", number)});
        return out;
    }

    time_point now = fakes::whole_milliseconds(std::chrono::system_clock::now());
};

TEST_F(StateCopy, GoesThereAndBackWhole)
{
    const auto file = file_named("state.db");
    keep_in(file, with_events(2'500));  // more than a page
    const auto key = read_secrets(file).value().key;
    const auto there = copy_state(file, engine.place());
    ASSERT_TRUE(there) << there.error().message;
    EXPECT_GT(*there, 2'500U);
    const auto back = copy_state(engine.place(), file_named("back.db"));
    ASSERT_TRUE(back) << back.error().message;
    EXPECT_EQ(*back, *there);
    const auto kept = open_state(file_named("back.db")).kept;
    const auto wanted = one_of_each(now);
    EXPECT_EQ(kept.key, key);
    EXPECT_EQ(kept.findings.size(), 1U);
    EXPECT_EQ(kept.deliveries, std::vector{wanted.deliveries.at(7)});
    EXPECT_EQ(kept.secrets, wanted.secrets);
    EXPECT_EQ(kept.actions, std::vector{wanted.actions.begin()->second});
    EXPECT_EQ(kept.frozen, wanted.frozen);
    EXPECT_EQ(read_history(file_named("back.db"), {.most = 10'000})->events.size(), 2'500U);
}

TEST_F(StateCopy, IsGoneOnWithAndIsNotFrozen)
{
    keep_in(file_named("state.db"), with_events(3));
    state_change thaw;
    thaw.frozen.emplace(std::nullopt);
    keep_in(file_named("state.db"), thaw);
    ASSERT_TRUE(copy_state(file_named("state.db"), engine.place()));
    const auto state = open();
    ASSERT_EQ(state.trouble, state_trouble::none) << state.reason;
    EXPECT_FALSE(state.lost) << "the lock knows of a state, and here it is";
    EXPECT_FALSE(state.kept.frozen);
    const auto written = state.file->write(with_events(1));
    ASSERT_TRUE(written) << written.error().message << ": a number that is taken?";
    EXPECT_EQ(engine.value("SELECT count(*) FROM events"), "4");
}

TEST_F(StateCopy, NeedsATargetThatIsEmpty)
{
    keep_in(file_named("state.db"), with_events(1));
    keep_in(engine.place(), with_events(0));
    const auto copied = copy_state(file_named("state.db"), engine.place());
    ASSERT_FALSE(copied);
    EXPECT_EQ(copied.error().kind, errc::bad_usage);
    EXPECT_THAT(copied.error().message, HasSubstr("it keeps something already"));
    EXPECT_EQ(engine.value("SELECT count(*) FROM events"), "0") << "nothing was added to it";
}

TEST_F(StateCopy, WaitsForNoDaemon)
{
    keep_in(file_named("other.db"), with_events(1));
    const auto daemon = open_state(file_named("state.db"));
    ASSERT_EQ(daemon.trouble, state_trouble::none) << daemon.reason;
    const auto copied = copy_state(file_named("other.db"), engine.place());
    ASSERT_FALSE(copied);
    EXPECT_THAT(copied.error().message, HasSubstr("trunkwarden runs, and has the lock"));
}

TEST_F(StateCopy, OfAFileThatIsNotThereIsRefused)
{
    EXPECT_EQ(copy_state(file_named("missing.db"), engine.place()).error().kind, errc::not_found);
}

}  // namespace
}  // namespace trunkwarden
