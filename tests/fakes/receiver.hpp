#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// A receiver of alerts on loopback, over HTTP/1.1: it writes down what it is sent and answers by a script,
// also in all the ways in which a receiver can get it wrong.
//
//     receiver hook;
//     hook.script({{.status = 503, .headers = {{"Retry-After", "1"}}}, {.status = 200}});
//     … send to hook.url() + "/path" …
//     ASSERT_TRUE(hook.wait_for(2));
//     EXPECT_EQ(hook.requests()[0].target, "/path");

namespace trunkwarden {

struct received_request {
    std::string method;
    std::string target;
    std::vector<std::pair<std::string, std::string>> headers;  // as sent
    std::string body;

    // The letters' case does not count; "" when there is none.
    std::string header(std::string_view name) const;
};

// From its first line to the last header.
received_request head_of_request(std::string_view text);

struct scripted_answer {
    enum class manner {
        plain,
        drip,                 // a byte at a time, `pace` apart
        hang,                 // nothing, until the client goes
        close_before_answer,  // after the request was read
        close_in_answer,      // after half of the answer
        nonsense,             // bytes that are not HTTP
        raw,                  // `body` is the whole answer; then it closes, over TLS without close_notify
        raw_then_hang,        // the same, but it does not close
    };
    unsigned status = 200;
    std::vector<std::pair<std::string, std::string>> headers = {};
    std::string body = {};
    manner mode = manner::plain;
    std::chrono::milliseconds pace = std::chrono::milliseconds(20);
    std::chrono::milliseconds delay = std::chrono::milliseconds(0);  // before the answer
};

struct receiver_options {
    enum class speaks { plain, tls };
    speaks over = speaks::plain;
    std::string certificate_for = "DNS:localhost,IP:127.0.0.1";  // a subjectAltName, as OpenSSL writes it
    std::uint16_t port = 0;                                      // 0: a free one
    bool has_intermediate =
        false;  // its certificate is from an authority below authority(); it sends no chain
    bool asks_for_certificate = false;  // of its own authority: certificate() and key() are one
};

// One thread, one connection at a time, one request on each. It may be used from any thread; its destructor
// closes what is open and joins the thread. A new one may take the port of one that has gone.
class receiver {
public:
    explicit receiver(receiver_options options = {});
    ~receiver();
    receiver(const receiver&) = delete;
    receiver& operator=(const receiver&) = delete;

    std::uint16_t port() const;

    // "http://127.0.0.1:PORT", or https.
    std::string url() const;

    // PEM of the authority that signed its certificate; "" without TLS. A client that does not get it does
    // not trust the receiver.
    const std::string& authority() const;

    // PEM of the authority right above its certificate.
    const std::string& issuer() const;

    // PEM of its own, with which a client may show itself to it.
    const std::string& certificate() const;
    const std::string& key() const;

    // Its answers from now on, one after the other; the last one repeats for ever. Without a script: 200.
    void script(std::vector<scripted_answer> answers);

    // All so far, those included whose answer went wrong.
    std::vector<received_request> requests() const;

    // Starts over: requests() is empty then.
    void forget();

    // Whether so many requests came in time.
    bool wait_for(std::size_t count, std::chrono::milliseconds within = std::chrono::seconds(20)) const;

private:
    class running;
    std::unique_ptr<running> running_;
};

}  // namespace trunkwarden
