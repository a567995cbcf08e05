#include "web/api_requests.hpp"

#include <boost/json/parse.hpp>

#include <algorithm>
#include <charconv>
#include <utility>

#include "support/yaml/closest_match.hpp"
#include "support/yaml/quoted_text.hpp"

namespace trunkwarden {

result<boost::json::object> object_in(const std::string& body, std::span<const std::string_view> known)
{
    boost::json::error_code failed;
    auto parsed = boost::json::parse(body, failed);
    if (failed || !parsed.is_object())
        return bad_usage("the request's body is not a JSON object");
    for (const auto& member : parsed.get_object()) {
        const std::string_view name(member.key().data(), member.key().size());
        if (std::ranges::find(known, name) == known.end())
            return bad_usage(quoted_text(name) + " is not known here" + suggestion(name, known));
    }
    return std::move(parsed.get_object());
}

result<std::size_t> limit_in(std::string_view written)
{
    constexpr std::size_t most = 1000;
    std::size_t out = 0;
    const auto* end = written.data() + written.size();
    const auto read = std::from_chars(written.data(), end, out);
    if (read.ec != std::errc() || read.ptr != end || out < 1 || out > most)
        return bad_usage("\"limit\" must be a number from 1 to {}", most);
    return out;
}

}  // namespace trunkwarden
