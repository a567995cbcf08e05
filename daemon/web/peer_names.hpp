#pragma once

#include <boost/asio/thread_pool.hpp>

#include <atomic>
#include <cstddef>
#include <functional>
#include <string>
#include <sys/types.h>
#include <utility>

#include "support/async/async.hpp"
#include "web/http_exchange.hpp"

namespace trunkwarden {

// The person behind a request over the control socket, for journal and messages: "dana", "root (sudo by
// dana)", "uid 1000". The kernel says which user it is; whose sudo it was is only believed of root.
std::string peer_words(const std::string& name, const http_query& query);

// The name of a user of this host; "" when there is none. Blocks.
std::string name_of_user(uid_t user);

// The names of users. A directory service may be slow or away: it is asked aside, and not waited for long.
class peer_names {
public:
    using user_lookup = std::function<std::string(uid_t)>;

    explicit peer_names(user_lookup look_up = name_of_user) : look_up_(std::move(look_up)) {}

    // "" over TCP, and where the kernel does not know the user here (another user namespace).
    task<std::string> words_for(const http_query& query);

    // Whether the directory service still owes an answer: the destructor waits for it, however long.
    bool is_busy() const { return asked_ > 0; }

private:
    user_lookup look_up_;
    std::atomic<std::size_t> asked_ = 0;  // and not answered yet
    asio::thread_pool thread_{1};
};

}  // namespace trunkwarden
