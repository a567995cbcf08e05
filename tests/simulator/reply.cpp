#include "simulator/reply.hpp"

#include <algorithm>
#include <charconv>
#include <fmt/format.h>

#include "simulator/merge.hpp"

namespace trunkwarden::simulator {
namespace json = boost::json;
namespace {

std::string percent_decoded(std::string_view text)
{
    std::string decoded;
    for (std::size_t i = 0; i < text.size(); ++i) {
        unsigned code = 0;
        if (text[i] == '%' && i + 2 < text.size() &&
            std::from_chars(text.data() + i + 1, text.data() + i + 3, code, 16).ptr == text.data() + i + 3) {
            decoded += static_cast<char>(code);
            i += 2;
        } else {
            decoded += text[i];
        }
    }
    return decoded;
}

// In a query a plus sign is a space.
std::string form_decoded(std::string_view text)
{
    std::string spaced(text);
    std::ranges::replace(spaced, '+', ' ');
    return percent_decoded(spaced);
}

}  // namespace

const std::string* request::parameter(std::string_view name) const
{
    const auto found = std::ranges::find(query, name, &std::pair<std::string, std::string>::first);
    return found == query.end() ? nullptr : &found->second;
}

void request::set_parameter(std::string_view name, std::string value)
{
    const auto found = std::ranges::find(query, name, &std::pair<std::string, std::string>::first);
    if (found != query.end()) {
        found->second = std::move(value);
    } else {
        query.emplace_back(name, std::move(value));
    }
}

reply json_reply(unsigned status, const json::value& body)
{
    reply made;
    made.status = status;
    made.body = std::make_shared<const std::string>(to_text(body));
    return made;
}

reply text_reply(unsigned status, std::string body, std::string content_type)
{
    reply made;
    made.status = status;
    made.body = std::make_shared<const std::string>(std::move(body));
    made.content_type = std::move(content_type);
    return made;
}

reply error_reply(unsigned status, std::string_view code, std::string_view title, std::string_view detail,
                  const json::object& source)
{
    json::object error{{"code", code}, {"title", title}, {"detail", detail}};
    if (!source.empty()) {
        error["source"] = source;
    }
    error["meta"] =
        json::object{{"url", fmt::format("https://developers.telnyx.com/docs/overview/errors/{}", code)}};
    json::array errors;
    errors.push_back(std::move(error));
    return json_reply(status, json::object{{"errors", std::move(errors)}});
}

reply not_found()
{
    return error_reply(404, "10005", "Resource not found",
                       "The requested resource or URL could not be found.", {{"pointer", "/"}});
}

reply unauthorised()
{
    return error_reply(401, "10009", "Authentication failed",
                       "Could not understand the provided credentials.");
}

reply too_many_requests()
{
    return error_reply(429, "10011", "Too many requests",
                       "You have exceeded the maximum number of allowed requests.");
}

reply bad_parameter(std::string_view name, std::string_view detail)
{
    return error_reply(400, "10015", "Bad Request", detail, {{"parameter", name}});
}

bool split_target(request& request)
{
    std::string_view target = request.target;
    if (target != "/v2" && !target.starts_with("/v2/") && !target.starts_with("/v2?")) {
        return false;
    }
    target.remove_prefix(3);
    const std::size_t mark = target.find('?');
    request.path = percent_decoded(target.substr(0, mark));
    std::string_view rest = mark == std::string_view::npos ? std::string_view() : target.substr(mark + 1);
    while (!rest.empty()) {
        const std::string_view pair = rest.substr(0, rest.find('&'));
        const std::size_t equals = std::min(pair.find('='), pair.size());
        request.query.emplace_back(form_decoded(pair.substr(0, equals)),
                                   form_decoded(pair.substr(std::min(equals + 1, pair.size()))));
        rest.remove_prefix(std::min(pair.size() + 1, rest.size()));
    }
    return true;
}

}  // namespace trunkwarden::simulator
