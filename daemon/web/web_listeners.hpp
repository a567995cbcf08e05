#pragma once

#include <boost/asio/any_io_executor.hpp>

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "settings/settings.hpp"
#include "support/async/async_event.hpp"
#include "support/log.hpp"
#include "web/control_socket.hpp"
#include "web/http_server.hpp"
#include "web/peer_names.hpp"
#include "web/routed.hpp"
#include "web/web_access.hpp"
#include "web/web_view.hpp"

namespace trunkwarden {

// The functions that answer behind the doors.
struct web_answers {
    std::function<web_view(access_level)> view;
    std::function<task<result<std::string>>()> reload;
    std::function<task<result<quarantine_outcome>>(quarantine_order)> order;
    std::function<task<result<history_page>>(history_selection, access_level)> history;
};

// Where requests come in: TCP for clients that may read, the control socket for the command line. Both can
// move while the daemon runs.
class web_listeners {
public:
    web_listeners(const settings& configured, web_answers answers, logger& log, asio::any_io_executor on);

    // Binds both. Without an address that was asked for the daemon does not start. Without the socket the
    // watch continues: attacks do not wait for a folder to be made.
    result<void> open();

    task<> serve_forever();

    // Whether a thread of theirs waits for the directory service: their destructor waits for it.
    bool is_looking_up_a_name() const { return peers_.is_busy(); }

    // Binds what is elsewhere in the settings wanted; that can fail, and changes nothing. A host name is
    // looked up here, which blocks. Then commit() moves: requests in hand are still answered where they came
    // in.
    struct prepared_listeners {
        std::optional<stream_acceptor> tcp;
        std::string address;  // of it, with its port
        std::optional<listening_socket> socket;
        web_access access;  // over TCP
    };
    result<std::shared_ptr<prepared_listeners>> prepare(const settings& in_force,
                                                        const settings& wanted) const;
    void commit(const std::shared_ptr<prepared_listeners>& fresh, const settings& now_in_force);

private:
    // The state of one door: its next acceptor, and whether it moves.
    template <class Listening>
    struct door {
        std::optional<Listening> next;
        bool moves = false;  // away from where it is
        async_event moved;
    };

    result<void> listen(const std::string& address, prepared_listeners& to) const;
    void commit_tcp(prepared_listeners& fresh);
    template <class Listening>
    task<> serve_door(door<Listening>& at, http_handler handler, tls_in_force tls);
    template <class Listening>
    static task<> until_it_moves(door<Listening>& at);
    routed find_answer(const http_query& query, access_level access, const std::string& by);
    task<http_reply> answer(http_query query, access_level access);
    task<http_reply> answer_once(http_query query);
    task<http_reply> answer_over_tcp(http_query query);
    http_reply with_own_headers(http_reply reply) const;
    void set_access(web_access access);
    access_level tcp_access() const;

    web_settings web_;
    std::filesystem::path socket_;
    web_answers answers_;
    web_access access_;
    struct kept_reply {
        http_reply reply;
        std::chrono::steady_clock::time_point until;
    };
    std::map<std::string, kept_reply> kept_;  // by target
    // Somebody tries passwords, or a scraper has an old one: said once a minute.
    struct refusal_log {
        std::size_t times = 0;
        std::chrono::steady_clock::time_point say_at{};
        void note(logger& log, std::string_view refusal);
    };
    refusal_log password_refusals_;
    refusal_log host_refusals_;
    refusal_log origin_refusals_;
    password_check passwords_;
    peer_names peers_;
    logger& log_;
    asio::any_io_executor on_;
    door<stream_acceptor> tcp_;
    door<listening_socket> control_;
};

}  // namespace trunkwarden
