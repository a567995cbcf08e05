#pragma once

#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

namespace trunkwarden {

// The server, or the way to it, refused. The text is a sentence's end for people, and holds no password. The
// connection on which it came is not used any more.
class postgres_error : public std::runtime_error {
public:
    explicit postgres_error(const std::string& sentence, std::string sqlstate = {})
        : std::runtime_error(sentence), sqlstate_(std::move(sqlstate))
    {
    }

    // Five characters of PostgreSQL's appendix A; "" when it is not the server's.
    const std::string& sqlstate() const { return sqlstate_; }
    bool is(std::string_view code) const { return sqlstate_ == code; }

private:
    std::string sqlstate_;
};

namespace sqlstate {
inline constexpr std::string_view read_only = "25006";
inline constexpr std::string_view no_right = "42501";
inline constexpr std::string_view no_such_table = "42P01";
inline constexpr std::string_view disk_full = "53100";
}  // namespace sqlstate

// How people get out of it: "" where the server's own words suffice.
std::string_view way_out_of(std::string_view sqlstate);

}  // namespace trunkwarden
