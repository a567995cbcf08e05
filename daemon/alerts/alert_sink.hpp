#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "alerts/notification.hpp"
#include "fetch/http_message.hpp"
#include "support/clock.hpp"
#include "support/result.hpp"

// The seam between the content of a message and the form that a receiver wants. Pure: a sink words requests
// and judges answers; alert_dispatcher.cpp sends them. A new kind of sink is one pair of files and one row in
// create_alert_sink.cpp.

namespace trunkwarden {

// Recipients of a mail whom the mail server refused for now, and the mail, which it took for others.
struct late_recipients {
    std::vector<std::string> addresses;
    std::string mail;
};

// The outcome of one attempt to send a message.
struct attempt_outcome {
    enum class verdict {
        delivered,  // 2xx: the receiver has it
        retry,      // network trouble, 408, 429, 5xx: later
        rejected,   // any other answer: sending it again would be refused again
    };
    verdict result = verdict::delivered;
    // A sentence, without a URL's path or a secret; of one that was taken about those it does not reach, or
    // "".
    std::string why;
    std::optional<std::chrono::milliseconds> wait;  // Retry-After
    bool reached = true;     // false: nobody answered, so no other message will fare better
    bool too_large = false;  // 413: a shorter one may be taken
    unsigned requests = 1;   // that it took
    late_recipients late = {};
};

class alert_sink {
public:
    virtual ~alert_sink() = default;

    // Scheme, host and port that its requests go to, for create_https_client.
    virtual const std::string& base_url() const = 0;

    // The requests that deliver it, in their order; usually one. They may hold secrets (a URL's path, a
    // routing key): never log one.
    virtual std::vector<http_request> requests_for(const notification& notification,
                                                   time_point now) const = 0;

    // Whether the receiver wants every open finding again and again (Alertmanager): then `resend_requests`
    // words them.
    virtual bool wants_resending() const { return false; }
    virtual std::vector<http_request> resend_requests(const std::vector<boost::json::object>& open,
                                                      time_point now) const;
};

// Judges the answer of any sink, by status and Retry-After.
attempt_outcome judge_answer(const result<http_answer>& answer, time_point now);

}  // namespace trunkwarden
