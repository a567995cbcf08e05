#pragma once

#include <gtest/gtest.h>

#include <cstddef>
#include <fmt/format.h>
#include <string_view>
#include <vector>

#include "containment/world.hpp"

// The account of the demo, and people who approve.

namespace trunkwarden::quarantine_world {

inline constexpr std::string_view profile = "1293384261075731500";
inline constexpr std::string_view connection = "1293384261075731499";
inline constexpr std::string_view application = "1494404757140276710";

class DemoContainment : public testing::Test, protected demo_world {
protected:
    void approve_all()
    {
        const auto actions = guard->actions();
        for (const auto& action : actions)
            if (action.state == action_state::waiting) {
                const auto approved = guard->approve(action.id, "dana");
                ASSERT_TRUE(approved) << approved.error().message;
            }
        round();
    }
    bool is_on(std::string_view path, std::string_view id, std::string_view member)
    {
        return seeded.find(path, id)->at(member).as_bool();
    }
};

// Its baseline limits what it uses.
class UseContainment : public DemoContainment {
protected:
    // `of_calls` are further limits on the calls of the application.
    explicit UseContainment(std::string_view of_calls = "")
    {
        baseline_text += fmt::format(
            "\nspending: {{max_per_minute: \"3.00\", min_available_credit: \"50.00\"}}\n"
            "active_calls: [{{connection_id: \"{}\", max_calls: 2{}}}]\n",
            application, of_calls);
        start();
        look();
    }

    // Money that goes: the balance falls by so much until the next look, a minute later or less.
    void spend(int dollars, duration before_the_look = 30s)
    {
        left_ -= dollars;
        seeded.change_single("/balance", {{"available_credit", fmt::format("{}.00", left_)}},
                             {"telnyx", "system", false});
        now += before_the_look;  // and 30 s for the look
        look();
    }
    void later()
    {
        now += 30s;  // and as much for the look
        look();
    }

    const finding* finding_of(std::string_view resource, std::string_view id) const
    {
        const auto open = watched->memory.findings.open().find(resource);
        if (open == watched->memory.findings.open().end())
            return nullptr;
        for (const auto& [key, finding] : open->second)
            if (finding.deviation.id == id)
                return &finding;
        return nullptr;
    }
    bool profile_is_on() { return is_on("/outbound_voice_profiles", profile, "enabled"); }
    bool connection_is_on() { return is_on("/credential_connections", connection, "active"); }
    std::size_t running_calls_left()
    {
        std::size_t out = 0;
        for (std::size_t place = 0; place < seeded.size("/calls"); ++place)
            out += seeded.at("/calls", place).at("is_alive").as_bool() ? 1 : 0;
        return out;
    }
    std::vector<action> waiting() const
    {
        std::vector<action> out;
        for (const auto& action : guard->actions())
            if (action.state == action_state::waiting)
                out.push_back(action);
        return out;
    }

private:
    int left_ = 400;
};

}  // namespace trunkwarden::quarantine_world
