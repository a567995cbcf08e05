#pragma once

#include <boost/system/result.hpp>

#include <fmt/core.h>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

// Outcomes a caller is expected to handle are values; exceptions mean "this task cannot continue".

namespace trunkwarden {

enum class errc {
    timed_out,
    unreachable,     // no connection, or it broke
    untrusted,       // TLS: certificate or host name did not verify
    unauthorised,    // 401
    forbidden,       // 403
    not_found,       // 404, 410
    rate_limited,    // 429
    busy,            // 409: nothing was changed, because something else about the object is under way
    not_sent,        // a write of which no byte left: it may be tried again from the start
    server_error,    // 5xx
    refused,         // any other status that is not a success
    not_understood,  // an answer whose shape is not the documented one
    moved,           // a list changed while it was read
    too_large,       // a limit on bytes, depth or pages was met
    bad_file,
    bad_usage,
    cancelled,
};

struct failure {
    errc kind{};
    std::string message;  // one sentence for people, with the offending file, endpoint or id
    // The members of a request that the API's refusal names, by their own names. A decision rests on these
    // and never on the sentence: secrets were taken out of that, and an intruder makes any word a secret.
    std::vector<std::string> members = {};
};

// The request, or the text of a file, cannot be carried out as it is. The sentence says why, and what would
// do.
inline failure bad_usage(std::string sentence)
{
    return {errc::bad_usage, std::move(sentence)};
}

// The same, with a format string and its values.
template <class Value, class... More>
failure bad_usage(fmt::format_string<Value, More...> format, Value&& value, More&&... more)
{
    return {errc::bad_usage, fmt::format(format, std::forward<Value>(value), std::forward<More>(more)...)};
}

template <class T>
using result = boost::system::result<T, failure>;

// Makes result<T>::value() throw something readable.
[[noreturn]] inline void throw_exception_from_error(const failure& f, const boost::source_location&)
{
    throw std::runtime_error(f.message);
}

}  // namespace trunkwarden
