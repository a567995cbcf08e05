#pragma once

#include <boost/asio/thread_pool.hpp>

#include <string>

#include "support/async/async.hpp"
#include "web/http_exchange.hpp"

namespace trunkwarden {

// The person behind a request over the control socket, for journal and messages: "dana", "root (sudo by
// dana)", "uid 1000". The kernel says which user it is; whose sudo it was is only believed of root.
std::string peer_words(const std::string& name, const http_query& query);

// The names of users. A directory service may be slow or away: it is asked aside, and not waited for long.
class peer_names {
public:
    // "" over TCP, and where the kernel does not know the user here (another user namespace).
    task<std::string> words_for(const http_query& query);

private:
    asio::thread_pool thread_{1};
};

}  // namespace trunkwarden
