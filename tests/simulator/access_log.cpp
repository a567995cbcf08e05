#include <algorithm>
#include <charconv>
#include <fmt/format.h>

#include "simulator/account.hpp"
#include "simulator/api_parts.hpp"
#include "simulator/merge.hpp"
#include "simulator/value_generator.hpp"

// The access log of IAM (docs/telnyx-api.md): oldest first, with a cursor.

namespace trunkwarden::simulator {
namespace json = boost::json;

void account::note_access(const author& who, std::string_view method, std::string_view path,
                          std::string_view id)
{
    const bool is_on = single("/iam/settings").at("enabled").as_bool();
    if (!is_on || who.user_id.empty() || who.user_id == key_owner_) {
        return;
    }
    accesses_.push_back(json::object{{"timestamp", timestamp(now(), "@now")},
                                     {"method", method},
                                     {"path", fmt::format("/v2{}{}{}", path, id.empty() ? "" : "/", id)},
                                     {"action", nullptr},
                                     {"decision", "allow"},
                                     {"user_id", who.user_id},
                                     {"record_type", "iam_access_log"}});
}

reply list_access_log(const api_context& on, const request& asked)
{
    const auto& all = on.state.access_log();
    const std::string* from = asked.parameter("start_time");
    const std::string* size = asked.parameter("page[size]");
    const std::string* after = asked.parameter("page[after]");
    const auto number_in = [](const std::string* text, std::size_t otherwise) {
        std::size_t out = otherwise;
        if (text != nullptr) {
            std::from_chars(text->data(), text->data() + text->size(), out);
        }
        return out;
    };
    const auto most = std::clamp<std::size_t>(number_in(size, 249), 1, 500);
    json::array shown;
    std::size_t place = number_in(after, 0);
    for (; place < all.size() && shown.size() < most; ++place) {
        if (from == nullptr || scalar_text(all[place].at("timestamp")).substr(0, 19) >= from->substr(0, 19)) {
            shown.emplace_back(all[place]);
        }
    }
    json::value next = nullptr;
    if (place < all.size()) {
        next = std::to_string(place);
    }
    const json::object cursors{{"after", std::move(next)}};
    return json_reply(
        200, json::object{{"data", std::move(shown)}, {"metadata", json::object{{"cursors", cursors}}}});
}

}  // namespace trunkwarden::simulator
