#pragma once

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "fakes/times.hpp"
#include "findings/finding_state.hpp"
#include "status/example_status.hpp"
#include "web/routes.hpp"

namespace trunkwarden {

inline constexpr const char* known_id = "f-3b1c9a70d2e4";

// A daemon that records what is asked of it.
class Api : public testing::Test {
protected:
    Api()
    {
        status_.accounts[0].findings = {
            examples::example_finding("f-000000000001", severity::low, fakes::noon),
            examples::example_finding("f-000000000002", severity::critical,
                                      fakes::noon - std::chrono::hours(2)),
            examples::example_finding(known_id, severity::critical, fakes::noon - std::chrono::hours(1)),
        };
        view_.now = fakes::noon;
        view_.controls.status = [this] {
            ++asked_for_status_;
            return status_;
        };
        view_.controls.acknowledge = [this](const std::string& id, const std::string& state,
                                            const acknowledgement& acknowledgement) -> result<finding> {
            acknowledged_.push_back(id_with_state(id, state) + "|" + acknowledgement.reason + "|" +
                                    (acknowledgement.until ? rfc3339(*acknowledgement.until) : "for good"));
            return change(id, acknowledgement);
        };
        view_.controls.unacknowledge = [this](const std::string& id, const std::string& by) {
            unacknowledged_by_ = by;
            return change(id, std::nullopt);
        };
        view_.controls.accept_secrets = [this](const std::string& id, const std::string& state,
                                               const std::string& by) {
            secrets_taken_.push_back(id_with_state(id, state) + (by.empty() ? "" : " by " + by));
            return change(id, std::nullopt);
        };
    }

    result<finding> change(const std::string& id, std::optional<acknowledgement> to)
    {
        if (id != known_id)
            return failure{errc::not_found, "no open finding has the id " + id};
        auto changed = status_.accounts[0].findings[2];
        changed.acknowledged = std::move(to);
        changed.status = changed.acknowledged ? finding_status::acknowledged : finding_status::open;
        return changed;
    }

    routed lead(const std::string& method, const std::string& target, const std::string& body = "")
    {
        return route({method, target, body}, view_);
    }
    http_reply ask(const std::string& method, const std::string& target, const std::string& body = "")
    {
        return std::get<http_reply>(lead(method, target, body));
    }
    http_reply ask_socket(const std::string& method, const std::string& target, const std::string& body = "")
    {
        view_.access = access_level::admin;
        return ask(method, target, body);
    }
    static boost::json::value data_of(const http_reply& reply)
    {
        const auto body = boost::json::parse(reply.body).as_object();
        EXPECT_EQ(body.at("status"), "success") << reply.body;
        return body.at("data");
    }
    static std::string error_of(const http_reply& reply)
    {
        const auto body = boost::json::parse(reply.body).as_object();
        EXPECT_EQ(body.at("status"), "error") << reply.body;
        EXPECT_EQ(reply.content_type, "application/json");
        return std::string(body.at("error").as_string());
    }

    daemon_status status_ = examples::all_well();
    web_view view_{{}, [] { return std::string(); }};
    int asked_for_status_ = 0;
    std::vector<std::string> acknowledged_;
    std::vector<std::string> secrets_taken_;
    std::string unacknowledged_by_;
};

}  // namespace trunkwarden
