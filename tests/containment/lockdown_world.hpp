#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <fmt/format.h>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cli/lockdown_reading.hpp"
#include "containment/lockdown.hpp"
#include "containment/world.hpp"
#include "fakes/scratch_folder.hpp"

// An account in process under the playbook.

namespace trunkwarden::quarantine_world {

using status = lockdown_outcome::status;

inline const std::string pbx = "1293384261075731499";

// The form in which the answer to a request shows the password that was set.
enum class answers_show : std::uint8_t { the_password, asterisks, another };

// Every password as asterisks, as newer accounts show them; in full only in the answer to the request that
// changed it.
class masking_api final : public api_client {
public:
    explicit masking_api(std::unique_ptr<api_client> behind,
                         answers_show in_answers = answers_show::the_password)
        : behind_(std::move(behind)), in_answers_(in_answers)
    {
    }
    task<result<std::string>> get(std::string target, request_priority priority) override
    {
        auto body = co_await behind_->get(std::move(target), priority);
        if (!body)
            co_return body;
        co_return with_passwords_as(*body, "********");
    }
    task<result<write_answer>> send(api_write write, last_check why_not) override
    {
        auto answer = co_await behind_->send(std::move(write), std::move(why_not));
        if (answer && in_answers_ != answers_show::the_password)
            answer->body = with_passwords_as(
                answer->body, in_answers_ == answers_show::another ? "the-one-before" : "********");
        co_return answer;
    }

private:
    static std::string with_passwords_as(const std::string& body, std::string_view shown)
    {
        auto parsed = json::parse(body);
        mask(parsed, shown);
        const auto text = json::serialize(parsed);
        std::string out;
        out.reserve(text.size() + body_padding);
        out = text;
        return out;
    }
    static void mask(json::value& in, std::string_view shown)
    {
        if (auto* array = in.if_array())
            for (auto& item : *array)
                mask(item, shown);
        auto* object = in.if_object();
        if (object == nullptr)
            return;
        for (auto& [name, value] : *object) {
            const bool is_masked = (name == "password" || name == "v1_secret") && value.is_string();
            if (is_masked)
                value = shown;
            else
                mask(value, shown);
        }
    }
    std::unique_ptr<api_client> behind_;
    answers_show in_answers_;
};

class LockdownOfAnAccount : public testing::Test, protected demo_world {
protected:
    LockdownOfAnAccount()
    {
        seeded.set_time(now);
        start();
    }

    lockdown_run lock_down(bool rotate_again = false)
    {
        now += 30s;
        seeded.set_time(now);
        run(check_organization(*watched));
        run(sweep(*watched));
        lockdown_terms terms{run(read_monitor_identity(*watched)), basis};
        terms.announce = [this](const own_change& told) { announced.push_back(told); };
        auto items = plan_lockdown(lockdown_view(*watched, terms), watched->view.objects);
        auto folder = lockdown_folder::open(where, "test").value();
        std::vector<std::string> rotations;
        for (const auto& item : items)
            if (item.work == lockdown_work::rotate)
                rotations.push_back(item.key());
        if (rotate_again) {
            EXPECT_TRUE(folder.rotate_again(rotations));
        }
        api->written.clear();
        return run(
            carry_out_lockdown(*watched, terms, std::move(items), folder, [](const lockdown_outcome&) {}));
    }

    static const lockdown_outcome& about(const lockdown_run& all, std::string_view words)
    {
        const auto found = std::ranges::find_if(all.outcomes, [words](const lockdown_outcome& outcome) {
            return outcome.item.words.find(words) != std::string::npos;
        });
        if (found == all.outcomes.end())
            throw std::runtime_error("there is no item " + std::string(words));
        return *found;
    }
    std::string password_in_force(const std::string& id = pbx) const
    {
        return std::string(seeded.find("/credential_connections", id)->at("password").as_string());
    }
    std::string for_people() const { return fakes::text_of_file(where / "credentials.txt"); }
    std::size_t place_of_write(std::string_view begins) const
    {
        const auto found = std::ranges::find_if(api->written, [begins](const api_write& write) {
            return fmt::format("{} {} {}", write.method, write.target, write.body).starts_with(begins);
        });
        return static_cast<std::size_t>(found - api->written.begin());
    }

    lockdown_basis basis = lockdown_basis::baseline;
    std::vector<own_change> announced;
    fakes::scratch_folder scratch;
    std::filesystem::path where = scratch.path() / "incident";
};

}  // namespace trunkwarden::quarantine_world
