#pragma once

#include <curl/curl.h>
#include <string>
#include <string_view>

#include "alerts/curl_library.hpp"
#include "alerts/mail_conversation.hpp"
#include "settings/settings.hpp"
#include "support/result.hpp"
#include "support/secret.hpp"

namespace trunkwarden {

struct mail_server {
    std::string url;   // smtp://HOST:PORT or smtps://
    std::string name;  // HOST:PORT, for sentences
    mail_settings settings;
    secret password;
    tls_config_settings tls;
    const curl_library* curl = nullptr;
};

// The mail server of an email sink. Reads its password, and loads libcurl. Fails with bad_file, not_found or
// bad_usage.
result<mail_server> mail_server_of(const sink_settings& settings);

// A conversation of libcurl with a mail server, and the parts of libcurl that it uses.
class mail_transfer {
public:
    // It does not copy the server.
    explicit mail_transfer(const mail_server& to);
    ~mail_transfer();
    mail_transfer(const mail_transfer&) = delete;
    mail_transfer& operator=(const mail_transfer&) = delete;

    bool usable() const { return handle_ != nullptr; }

    // Texts are copied.
    template <class Value>
    void set(CURLoption option, Value value)
    {
        to_.curl->easy_setopt(handle_, option, value);
    }

    // Chooses the way, TLS and the login, and passes every line to `talk`.
    void prepare(mail_conversation& talk);

    bool add_recipient(const std::string& address);

    // Blocks, for five minutes at most unless another limit was set.
    CURLcode perform();

    // libcurl ends the connection with a QUIT. The answer to that decides nothing, and may never come: with
    // nothing to be read any more it is not waited for.
    void expect_no_more();

    // The sentence names the server and a code, and has no text of the server.
    failure failed_with(CURLcode code, const mail_conversation& talk) const;

private:
    void set_way();
    void set_tls();

    const mail_server& to_;
    CURL* handle_;
    curl_slist* list_ = nullptr;
};

// Greets the mail server of an email sink, begins TLS as the settings want it, logs in, and sends no mail.
// Blocks, for 15 s at most. Fails like mail_server_of(), or with the reason why a mail would not be taken.
result<void> try_mail_server(const sink_settings& settings);

}  // namespace trunkwarden
