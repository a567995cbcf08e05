#pragma once

#include <boost/asio/any_io_executor.hpp>

#include <chrono>
#include <map>
#include <memory>

#include "fetch/rate_budget.hpp"
#include "fetch/waiting_line.hpp"
#include "support/async/async.hpp"

namespace trunkwarden {

// Where requests wait for their turn: at most so many in flight, none before the budget allows it, the most
// urgent first. Must outlive every permit and every enter() that has not ended.
class request_gate {
public:
    // The right to send one request. Giving it up lets the next one in.
    class permit {
    public:
        explicit permit(request_gate& of) : gate_(&of) {}
        permit(permit&& other) noexcept : gate_(other.gate_) { other.gate_ = nullptr; }
        permit(const permit&) = delete;
        permit& operator=(const permit&) = delete;
        permit& operator=(permit&&) = delete;
        ~permit();

    private:
        request_gate* gate_;
    };

    request_gate(const rate_limits& limits, unsigned concurrency);
    request_gate(const request_gate&) = delete;
    request_gate& operator=(const request_gate&) = delete;

    task<permit> enter(urgency order);

    void learn(const allowance& told);
    void block_for(std::chrono::milliseconds span);

private:
    class waiter;

    void let_in();

    rate_budget budget_;
    waiting_line line_;
    std::map<waiting_line::ticket, waiter*> waiting_;  // each lives in its enter()
    unsigned in_flight_ = 0;
    unsigned concurrency_;
};

}  // namespace trunkwarden
