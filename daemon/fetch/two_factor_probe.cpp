#include "fetch/two_factor_probe.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include <fmt/format.h>
#include <utility>

#include "fetch/http_message.hpp"
#include "fetch/https_client.hpp"
#include "support/json_view.hpp"
#include "support/repaired_json.hpp"

namespace trunkwarden {
namespace {

namespace json = boost::json;

probe_result not_known(std::string reason)
{
    return {.is = probe_result::verdict::not_known, .reason = std::move(reason)};
}

constexpr std::size_t deepest_probe = 24;  // Boost.JSON reads 32

std::optional<std::string> scalar(const json::value& value)
{
    if (value.is_string())
        return std::string(value.get_string().data(), value.get_string().size());
    if (value.is_bool() || value.is_int64() || value.is_uint64() || value.is_double())
        return json::serialize(value);
    return std::nullopt;
}

bool is_flag(std::string_view text)
{
    return text == "true" || text == "false";
}

probe_result judge_value(const std::string& value, std::string_view expected)
{
    if (value == expected)
        return {.is = probe_result::verdict::shown};
    if (value.empty())
        return not_known("its answer has an empty text at the pointer");
    if (is_flag(expected) && !is_flag(value))
        return not_known("its answer has neither true nor false at the pointer");
    return {.is = probe_result::verdict::off};
}

http_request request_for(std::string target)
{
    http_request request;
    request.target = std::move(target);
    request.headers.push_back(http_header{"Accept", "application/json"});
    return request;
}

probe_result judge_answer(const result<http_answer>& answer, const two_factor_probe& probe)
{
    if (!answer)
        return not_known(answer.error().message);
    if (answer->status != 200)
        return not_known(fmt::format("it answered {}", answer->status));
    return judge_probe(answer->body, probe.pointer, probe.expected);
}

}  // namespace

probe_result known_after(const probe_result& before, probe_result now)
{
    const bool says_nothing = now.is == probe_result::verdict::not_known;
    if (says_nothing && before.is == probe_result::verdict::off)
        return before;
    return now;
}

result<probe_place> place_of(std::string_view url)
{
    const auto scheme = url.find("://");
    if (scheme == std::string_view::npos || scheme == 0)
        return failure{errc::bad_usage, "two_factor_probe: the url has no scheme; write https://host/path"};
    const auto authority = url.substr(scheme + 3);
    const auto end = authority.find_first_of("/?#");
    if (authority.empty() || end == 0)
        return failure{errc::bad_usage, "two_factor_probe: the url has no host; write https://host/path"};
    probe_place out;
    out.base_url = url.substr(0, end == std::string_view::npos ? end : scheme + 3 + end);
    auto target = end == std::string_view::npos ? std::string_view{} : authority.substr(end);
    target = target.substr(0, target.find('#'));
    if (!target.starts_with('/'))
        out.target = '/';
    out.target += target;
    return out;
}

probe_result judge_probe(const std::string& body, std::string_view pointer, std::string_view expected)
{
    boost::system::error_code problem;
    json::value answer = json::parse(view(body), problem);
    if (problem)  // somebody's name in it must not hide the rest
        answer = json::parse(repaired_json(body, deepest_probe), problem);
    if (problem)
        return not_known("its answer is not JSON");
    const json::value* found = answer.find_pointer(view(pointer), problem);
    if (found == nullptr || found->is_null())
        return not_known("its answer has nothing at the pointer");
    const auto value = scalar(*found);
    if (!value)
        return not_known("its answer has a list or an object at the pointer");
    return judge_value(*value, expected);
}

task<probe_result> ask_probe(https_client& http, two_factor_probe probe, time_point at)
{
    probe_result out;
    if (const auto place = place_of(probe.url)) {
        auto request = request_for(place->target);
        const auto answer = co_await http.send(std::move(request));
        out = judge_answer(answer, probe);
    } else {
        out = not_known(place.error().message);
    }
    out.at = at;
    co_return out;
}

}  // namespace trunkwarden
