#pragma once

#include <boost/json.hpp>

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "simulator/account.hpp"
#include "simulator/audit_view.hpp"
#include "simulator/reply.hpp"

// The faults of the simulator. Beside what any path can suffer ("status", "truncate", "delay", …), the audit
// log has its own faults, which need no path and last until the faults are cleared or as many answers as
// "times":
//
//   stale_audit       events made from now on do not appear
//   audit_late        events appear "ms" milliseconds after they were made
//   audit_unordered   every second event first, with any sort
//   audit_repeated    an event twice on one page, and again on the next
//   audit_empty       a log without events
//   audit_odd         events of unknown kinds, with integer ids or missing members, and items that are no
//                     events
//
// The from and to of its events hold secrets in clear without any fault: attack change_user_password, or any
// changed secret.
//
// headers puts its "headers" into the answer. in_pages cuts a list that comes at once into pages.
//
// replaced_text puts "to" for every "from" in the text of the answer.
//
// Writes have faults of their own, which leave a GET alone:
//
//   answer_only       answered as if it had been carried out; nothing changes
//   half_apply        of a PATCH or PUT only what the API requires, and the first member beside it
//   apply_then_close  carried out, and the connection is closed without an answer
//   apply_then_hang   carried out, and the answer comes "ms" milliseconds later: 60000 when not said
//   race              just before it is carried out, somebody else acts: "changes" are merged into the
//                     object that the request names, or "attack" is done, to that object where it is of the
//                     attack's list; "user_id" says who, else it is the first user

namespace trunkwarden::simulator {

enum class manner {
    whole,
    truncate,        // the declared length, but half the bytes, then the connection is closed
    close,           // the connection is closed without an answer
    drip,            // byte by byte
    chunked,         // valid chunked transfer encoding
    close_after,     // a valid answer that says Connection: close
    keepalive_drop,  // a valid answer that promises keep-alive, then the connection is closed
};

// A reply and how it goes out.
struct delivery {
    reply answer;
    manner mode = manner::whole;
    std::chrono::milliseconds delay{0};
    std::chrono::milliseconds drip_every{20};
    std::size_t filler_bytes = 0;  // sent in the middle of a body that is too large to hold
};

struct fault {
    std::string kind;
    std::string path;                 // "*" matches everything, "/ips/*" what is below
    std::string method;               // empty: any
    std::optional<std::string> page;  // page[number]
    long times = -1;                  // how often it still strikes; -1 without end
    boost::json::object arguments;    // the rest of what was asked for
    std::size_t audit_ends_at = 0;
    std::size_t asked_page = 1;  // of the request that it strikes

    bool strikes(const request& asked) const;

    // False: the request is answered without being carried out.
    bool carries_out() const;

    // The request is carried out on a copy, which is thrown away.
    bool pretends() const { return kind == "answer_only"; }
};

// Throws std::invalid_argument with a sentence when it makes no sense.
fault read_fault(const boost::json::object& from);

// Applies a fault to the audit log as it is shown; does nothing unless it is one of the log's own.
void distort(const fault& wrong, audit_view& shown);

// Apply a fault before the request is carried out, and after.
void before(const fault& wrong, request& asked, account& on);
void after(const fault& wrong, delivery& out);

}  // namespace trunkwarden::simulator
