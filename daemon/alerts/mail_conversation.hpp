#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "support/result.hpp"

namespace trunkwarden {

// The answers of a mail server to our commands (SMTP, RFC 5321), as far as they decide about a mail. Pure;
// keeps codes only: no text of the server, and none of ours.
class mail_conversation {
public:
    // `server` is HOST:PORT, for sentences; the recipients are in the order in which they are named to it.
    mail_conversation(std::string server, std::vector<std::string> recipients);

    void said(std::string_view command);  // a line of ours
    void heard(std::string_view line);    // a line of the server's

    // The server takes the mail, or has answered it: how long it thinks about it is its own affair.
    bool is_handed_over() const { return stage_ == stage::content && code_ != 0 && !is_over_; }

    // Why a mail was refused, according to the last answer; nothing where that was no refusal. A word that
    // comes before the login or the mail is never a refusal for good: nobody has shown yet who says it, and
    // servers that are too busy say 554, too.
    std::optional<failure> refusal() const;

    // Of a mail that was taken: a sentence about the recipients who do not get it, or not yet; "" for none.
    std::string left_out() const;
    // Of them those whom the server refused for now.
    std::vector<std::string> later() const;

private:
    enum class stage : std::uint8_t { greeting, starting_tls, login, sender, recipients, content };
    struct refused_recipient {
        std::size_t number = 0;
        unsigned code = 0;
    };
    enum class refusal_holds : std::uint8_t { for_good, for_now };
    void enter(std::string_view command);
    std::string names_of_refused(refusal_holds how_long) const;
    bool somebody_later() const;

    std::string server_;
    std::vector<std::string> recipients_;
    stage stage_ = stage::greeting;
    bool is_over_ = false;   // set by our QUIT: lines after it decide nothing
    std::size_t named_ = 0;  // recipients
    unsigned code_ = 0;      // the answer to the last command; 0 while there is none
    std::vector<refused_recipient> refused_;
};

}  // namespace trunkwarden
