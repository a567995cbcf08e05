#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "simulator/account.hpp"
#include "simulator/faults.hpp"
#include "simulator/options.hpp"
#include "simulator/page_cache.hpp"
#include "simulator/reply.hpp"

// Everything between a request that was read and an answer to be written: authentication, rate limit, faults,
// the API and the control interface. Safe to use from several threads.

namespace trunkwarden::simulator {

class service {
public:
    service(account state, options options);

    delivery answer(request asked);

    // Commands: create {path, object} and patch {path, id, changes} and delete {path, id}, with user_id,
    // change_made_by and audit for the audit log; attack {name, id, object, changes}, attacks; use {…} of
    // make_use(), theft {name, …}, thefts; fault {path, kind, page, method, times, …}, clear_faults;
    // requests, reset_requests; set {delay_ms, gzip, rate_limit, rate_window_s, rate_form, rate_retry_after,
    // mask_passwords, integer_ids, api_key, audit: whether changes are written to the audit log,
    // detail_records_limit, usage_reports_limit, records_ms, rating_ms, reports_ms: the delays of usage.hpp};
    // warm {path}; state {path}. Each is about the account of the key, or about the managed account that
    // "managed_account_id" names. Throws std::invalid_argument.
    std::string control(std::string_view command, std::string_view text);

    void count_connection();

private:
    struct seen_write {
        std::string method;
        std::string path;
        std::string body;
    };

    delivery carry_out(request& asked);
    reply ordinary(const request& asked, const std::vector<fault>& striking, account& state,
                   page_cache& pages);
    bool over_rate(const request& asked, std::vector<std::pair<std::string, std::string>>& headers);
    void record(const request& asked);
    boost::json::value obey(std::string_view command, const boost::json::object& options);
    boost::json::value create(const boost::json::object& options);
    boost::json::value patch(const boost::json::object& options);
    boost::json::value remove(const boost::json::object& options);
    boost::json::value add_fault(const boost::json::object& options);
    boost::json::value requests() const;
    boost::json::value set(const boost::json::object& options);
    boost::json::value warm(const boost::json::object& options);
    boost::json::value objects(const boost::json::object& options) const;
    author author_of(const boost::json::object& options) const;

    struct managed_account {
        account state;
        page_cache pages = {};
    };

    // As long as it lives, `state_` and `pages_` are those of the managed account with this id; "" leaves
    // them. Throws std::invalid_argument where there is none.
    class acting_inside {
    public:
        acting_inside(service& service, const std::string& id);
        ~acting_inside();
        acting_inside(const acting_inside&) = delete;
        acting_inside& operator=(const acting_inside&) = delete;

    private:
        void change_places();
        service& of_;
        managed_account* inside_ = nullptr;
    };

    std::mutex mutex_;
    account state_;
    options how_;
    page_cache pages_;
    std::vector<fault> faults_;
    std::uint64_t total_ = 0;
    std::uint64_t connections_ = 0;
    std::map<std::string, managed_account, std::less<>> managed_;  // by id
    std::map<std::string, std::uint64_t> by_path_;
    std::map<std::string, std::uint64_t> by_managed_account_;
    std::vector<seen_write> writes_;

    // A window begins with a request.
    struct rate_window {
        std::chrono::steady_clock::time_point began;
        std::uint64_t requests = 0;
    };
    std::map<std::string, rate_window> windows_;  // by endpoint

    // Some endpoints have windows of their own, bound to the clock. Nothing where this one has none.
    std::optional<bool> over_own_limit(const request& asked,
                                       std::vector<std::pair<std::string, std::string>>& headers);
    struct clock_window {
        account::time_point began;
        std::uint64_t requests = 0;
    };
    std::map<std::string, clock_window> own_windows_;  // by path
};

}  // namespace trunkwarden::simulator
