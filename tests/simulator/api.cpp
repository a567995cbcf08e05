#include "simulator/api.hpp"

#include <boost/system/result.hpp>

#include <stdexcept>
#include <zlib.h>

#include "simulator/api_parts.hpp"

namespace trunkwarden::simulator {
namespace json = boost::json;
namespace {

// The longest endpoint path that `path` continues with an id.
item_path split_item(std::string_view path)
{
    item_path found;
    for (const endpoint& each : endpoints()) {
        const bool longer = found.what == nullptr || each.path.size() > found.what->path.size();
        if (longer && path.size() > each.path.size() + 1 && path.starts_with(each.path) &&
            path[each.path.size()] == '/') {
            found.what = &each;
        }
    }
    if (found.what != nullptr) {
        const std::string_view tail = path.substr(found.what->path.size() + 1);
        found.id = tail.substr(0, tail.find('/'));
        found.rest = tail.substr(found.id.size());
    }
    return found;
}

}  // namespace

page_cache::page* page_cache::find(const std::string& key)
{
    const auto found = pages_.find(key);
    return found == pages_.end() ? nullptr : &found->second;
}

page_cache::page& page_cache::put(const std::string& key, page fresh)
{
    return pages_.insert_or_assign(key, std::move(fresh)).first->second;
}

named_object object_named_by(std::string_view path)
{
    if (path == "/payment/auto_recharge_prefs") {
        return {std::string(path), ""};
    }
    const item_path where = split_item(path);
    if (where.what == nullptr || where.id.empty()) {
        return {};
    }
    const std::string face = std::string(where.what->path) + std::string(where.rest);
    const bool is_face = where.what->path == "/phone_numbers" && find_endpoint(face) != nullptr;
    return {is_face ? face : std::string(where.what->path), where.id};
}

reply api::answer(const request& asked)
{
    if (auto single = on_single(*this, asked)) {
        return *std::move(single);
    }
    if (asked.path == "/audit_events") {
        return asked.method == "GET" ? list_audit_events(*this, asked) : not_found();
    }
    if (const endpoint* what = find_endpoint(asked.path)) {
        if (asked.method == "GET") {
            return list_page(*this, *what, asked);
        }
        return asked.method == "POST" && what->creatable ? create_object(*this, *what, asked) : not_found();
    }
    const item_path where = split_item(asked.path);
    if (where.what == nullptr || where.id.empty()) {
        return not_found();
    }
    if (where.rest.empty()) {
        return on_object(*this, where, asked);
    }
    if (auto action = on_action(*this, where, asked)) {
        return *std::move(action);
    }
    return not_found();
}

boost::system::result<json::object, reply> body_of(const request& asked)
{
    boost::system::error_code failed;
    json::value parsed = json::parse(asked.body, failed);
    if (failed || !parsed.is_object()) {
        return error_reply(400, "10015", "Bad Request", "The request failed because it was not well-formed.",
                           {{"pointer", "/"}});
    }
    return std::move(parsed.get_object());
}

std::string gzipped(std::string_view text, int level)
{
    z_stream stream{};
    constexpr int gzip_window = 15 + 16;
    if (deflateInit2(&stream, level, Z_DEFLATED, gzip_window, 9, Z_DEFAULT_STRATEGY) != Z_OK) {
        throw std::runtime_error("cannot compress: zlib did not start");
    }
    std::string compressed(deflateBound(&stream, static_cast<uLong>(text.size())), '\0');
    std::string input(text);
    stream.next_in = reinterpret_cast<Bytef*>(input.data());
    stream.avail_in = static_cast<uInt>(input.size());
    stream.next_out = reinterpret_cast<Bytef*>(compressed.data());
    stream.avail_out = static_cast<uInt>(compressed.size());
    const int ended = deflate(&stream, Z_FINISH);
    compressed.resize(stream.total_out);
    deflateEnd(&stream);
    if (ended != Z_STREAM_END) {
        throw std::runtime_error("cannot compress: the output did not fit");
    }
    return compressed;
}

}  // namespace trunkwarden::simulator
