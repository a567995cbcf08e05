#pragma once

#include <filesystem>
#include <memory>
#include <string>

// A proxy between two Unix sockets that can be held up and cut: a server that froze, an answer that is lost.

namespace trunkwarden::fakes {

// One thread. It may be used from any thread; its destructor closes what is open.
class pausable_proxy {
public:
    // Listens at `here` and connects to `there` for each client.
    pausable_proxy(const std::filesystem::path& here, const std::filesystem::path& there);
    ~pausable_proxy();
    pausable_proxy(const pausable_proxy&) = delete;
    pausable_proxy& operator=(const pausable_proxy&) = delete;

    void pause();   // nothing passes, and nothing is closed
    void resume();  // all that was held passes, and the rest

    // From the moment on in which a client sends this text, nothing of the server passes to it.
    void hold_answers_after(std::string words);

    // Closes all connections, and forgets what was held.
    void cut();

private:
    class running;
    std::unique_ptr<running> running_;
};

}  // namespace trunkwarden::fakes
