#pragma once

#include <boost/asio/thread_pool.hpp>

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "state/state_file.hpp"
#include "support/async/async.hpp"
#include "support/async/async_event.hpp"
#include "support/log.hpp"
#include "support/optional_reason.hpp"

namespace trunkwarden {

// Writes changes to the state file on a thread of its own, so that a slow disk delays neither the watch nor
// the alerts. Changes that are put while a write is under way go into the next write, so that many cost one
// commit. When the file cannot be written, the writer logs it once, keeps the changes and tries again every 5
// s.
class background_writer {
public:
    // Functions that are called, where they are set.
    struct callbacks {
        std::function<void(const state_change&)> on_written;      // each change that is on the disk
        std::function<void()> on_trouble;                         // there is no waiting for the disk any more
        std::function<void(const forgotten_rows&)> on_forgotten;  // there was too much
    };

    // `file` may be nullptr: then `trouble` says why, and everything put is forgotten.
    background_writer(std::unique_ptr<state_file> file, optional_reason trouble, logger& log,
                      callbacks call = {});

    void put(state_change change);

    // Ends when this is on the disk. Fails with bad_file when there is no file, it cannot be written, or the
    // disk takes longer than five seconds: then it may be written later, and must not be relied on.
    task<result<void>> put_and_wait(state_change change);

    task<> keep_forever();

    // At the end, when nothing else runs: blocks until the rest is written, or cannot be; five seconds at
    // most. False if the disk hangs: its thread still works with what is in here, so the process has to end
    // without taking anything down.
    bool write_rest();

    // The newest events of the history that are not light, written or not, the oldest first: for the page.
    const std::deque<history_event>& recent() const { return recent_; }
    void restore_recent(const std::vector<history_event>& kept) { remember(kept); }

    // How many changes were put and are not on the disk; how long the last write took, nullopt until there is one.
    std::uint64_t waiting() const { return put_ - written_; }
    std::optional<std::chrono::duration<double>> last_write_took() const { return last_write_took_; }

    bool works() const { return !trouble_; }
    const optional_reason& trouble() const { return trouble_; }  // a sentence; nullopt when it works

    // The trouble, or for ten minutes after the file was gone and created again a sentence that says so:
    // somebody should be notified of it. nullopt when all is well.
    optional_reason notice() const;

private:
    task<> write_forever();
    task<result<void>> on_the_disks_thread(std::function<result<void>()> work);
    task<bool> keep_its_place();
    task<bool> write_pending();
    void works_again();
    task<> notice_a_slow_disk();
    void take_back();
    void remember(const std::vector<history_event>& events);
    void hold_little_history();
    result<void> write_what_is_left();
    void written(const state_change& change);
    void failed(const std::string& why);
    std::string slow_sentence() const;

    std::unique_ptr<state_file> file_;
    optional_reason trouble_;
    logger& log_;
    state_change pending_;             // put, and not yet taken in hand
    state_change in_hand_;             // being written, or written without our knowing
    bool in_hand_is_written_ = false;  // as the disk's thread, which it belongs to while it works, found it
    std::deque<history_event> recent_;
    callbacks call_;
    std::optional<std::chrono::steady_clock::time_point> writing_since_;
    std::optional<std::chrono::duration<double>> last_write_took_;
    std::chrono::steady_clock::time_point look_again_;  // whether the file is in its place
    file_place place_ = file_place::unchanged;          // as the disk's thread found it
    bool is_out_of_place_ = false;
    std::optional<std::chrono::steady_clock::time_point> made_anew_;
    async_event something_to_write_;
    async_event written_or_failed_;  // a change, or there is no waiting for the disk any more
    std::uint64_t put_ = 0;          // how many changes were put,
    std::uint64_t written_ = 0;      // and how many of them are on the disk
    std::uint64_t in_hand_up_to_ = 0;
    asio::thread_pool disk_{1};
};

}  // namespace trunkwarden
