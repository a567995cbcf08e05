#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "alerts/filled_outbox.hpp"

namespace trunkwarden {
namespace {

using namespace std::chrono_literals;
using fakes::event;
using fakes::noon;

// A process with its disk and its sink; it dies now and then.
class mortal_process {
public:
    explicit mortal_process(unsigned seed) : random_(seed) { die(); }

    // Something happens for 300 seconds; then until all is sent.
    bool is_done(int second) const
    {
        const auto is_dead = [](const auto& row) { return row.second.dead; };
        return second >= 300 && std::ranges::all_of(disk_, is_dead);
    }

    void live_a_second(int second)
    {
        now_ += 1s;
        if (second < 300 && one_in(3))
            something_happens();
        if (one_in(10))
            die();
        const auto next = box_->next("soc", now_);
        const auto when = box_->look_again("soc", now_);
        EXPECT_TRUE(next || !when || *when > now_) << "woken for nothing";
        if (!next)
            return;
        EXPECT_TRUE(disk_.contains(next->number)) << "sent before it was written";
        if (one_in(3)) {
            write(box_->settle(next->number, refused_for_now(), now_));
            return;
        }
        hear(*next);
        if (one_in(5))
            die();  // after the sink took it: it is sent again
        else
            write(box_->settle(next->number, {}, now_));
    }

    void expect_all_told() const
    {
        EXPECT_EQ(happened_, heard_) << "what is told last is how it is";
        EXPECT_EQ(returns_, returns_heard_) << "only changes are put together";
    }

private:
    bool one_in(unsigned n) { return random_() % n == 0; }

    void write(const state_change& change)
    {
        for (const auto& [number, delivery] : change.deliveries)
            disk_[number] = delivery;
        for (const auto number : change.delivered)
            disk_.erase(number);
    }

    void die()
    {
        box_ = std::make_unique<outbox>(std::vector{sink_named("soc")},
                                        [this] { return "d-" + std::to_string(++ids_); });
        std::vector<delivery> kept;
        for (const auto& [number, delivery] : disk_)
            kept.push_back(delivery);
        box_->restore(kept, now_);
    }

    void something_happens()
    {
        constexpr std::array kinds{transition::changed, transition::changed, transition::recreated};
        auto finding_event = event(kinds[random_() % kinds.size()], std::to_string(random_() % 4),
                                   static_cast<severity>(random_() % 5));
        const auto times = happened_[finding_event.about.id] + 1;
        finding_event.about.occurrences = times;
        const auto change = box_->put("production", {finding_event}, now_);
        if (one_in(10)) {  // dies before the disk has it: the daemon would find it again
            if (times == 1)
                happened_.erase(finding_event.about.id);
            die();
            return;
        }
        happened_[finding_event.about.id] = times;
        if (finding_event.transition == transition::recreated)
            returns_.emplace(finding_event.about.id, times);
        write(change);
        box_->release_all();
    }

    void hear(const delivery& message)
    {
        const auto& id = message.findings.at(0);
        const auto times = times_told(message);
        EXPECT_GE(times, heard_[id]) << "out of order";
        heard_[id] = times;
        if (message.event == "recreated")
            returns_heard_.emplace(id, times);
    }

    std::mt19937 random_;
    time_point now_ = noon;
    int ids_ = 0;  // continues when the process starts again
    std::map<std::int64_t, delivery> disk_;
    std::unique_ptr<outbox> box_;
    std::map<std::string, unsigned> happened_;  // by finding: how often
    std::map<std::string, unsigned> heard_;
    std::set<std::pair<std::string, unsigned>> returns_;
    std::set<std::pair<std::string, unsigned>> returns_heard_;
};

// Sinks that fail at random, a process that dies at random, messages of any weight: nothing is lost, and each
// finding's order is kept.
TEST(OutboxProperty, LosesNothingAndKeepsTheOrderOfEachFinding)
{
    for (unsigned seed = 0; seed < 200 && !HasFailure(); ++seed) {
        SCOPED_TRACE(seed);
        mortal_process process(seed);
        int second = 0;
        for (; !process.is_done(second) && second < 10'000; ++second)
            process.live_a_second(second);
        ASSERT_LT(second, 10'000);
        process.expect_all_told();
    }
}

}  // namespace
}  // namespace trunkwarden
