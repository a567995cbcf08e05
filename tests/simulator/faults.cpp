#include "simulator/faults.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <stdexcept>

#include "simulator/api_parts.hpp"
#include "simulator/gzip.hpp"
#include "simulator/interference.hpp"
#include "simulator/merge.hpp"

namespace trunkwarden::simulator {
namespace json = boost::json;
namespace {

struct fault_kind {
    std::string_view name;
    bool carried_out;
    void (*after)(const fault&, delivery&);
    bool writes_only = false;
};

std::int64_t number_argument(const fault& fault, std::string_view name, std::int64_t otherwise)
{
    const json::value* value = fault.arguments.if_contains(name);
    return value == nullptr || !value->is_int64() ? otherwise : value->get_int64();
}

// A page can only be spoiled when it is one; anything else stays as it is.
template <class Change>
void spoil(delivery& out, Change change)
{
    boost::system::error_code failed;
    json::value body = json::parse(*out.answer.body, failed);
    if (failed || !body.is_object()) {
        return;
    }
    change(body.get_object());
    out.answer.body = std::make_shared<const std::string>(to_text(body));
    out.answer.gzip = nullptr;
}

void replace_body(delivery& out, unsigned status, std::string body, std::string content_type)
{
    out.answer = text_reply(status, std::move(body), std::move(content_type));
}

void give_status(const fault& fault, delivery& out)
{
    const auto status = static_cast<unsigned>(number_argument(fault, "status", 500));
    switch (status) {
        case 401:
            out.answer = unauthorised();
            break;
        case 403:
            out.answer = error_reply(403, "10010", "Not authorised",
                                     "You do not have permission to perform this action.");
            break;
        case 404:
            out.answer = not_found();
            break;
        case 409:
            out.answer =
                error_reply(409, "10036", "Conflict", "The resource is being processed, retry later.");
            break;
        case 422:
            out.answer =
                error_reply(422, "10027", "Unprocessable Entity", "The request cannot be processed.");
            break;
        case 429:
            out.answer = too_many_requests();
            break;
        case 503:
            out.answer = error_reply(503, "10037", "Service unavailable", "The service is not available.");
            break;
        default:
            out.answer = error_reply(status, "10007", "Unexpected error", "An unexpected error occured.");
            break;
    }
    if (const json::value* body = fault.arguments.if_contains("body")) {
        out.answer.body =
            std::make_shared<const std::string>(body->is_string() ? scalar_text(*body) : to_text(*body));
    }
    if (fault.arguments.contains("retry_after")) {
        out.answer.headers.emplace_back("retry-after", member_text(fault.arguments, "retry_after", "1"));
    }
}

void give_delay(const fault& fault, delivery& out)
{
    out.delay += std::chrono::milliseconds(number_argument(fault, "ms", 1000));
}

void give_hang(const fault& fault, delivery& out)
{
    out.delay += std::chrono::milliseconds(number_argument(fault, "ms", 60'000));
}

void give_drip(const fault& fault, delivery& out)
{
    out.mode = manner::drip;
    out.drip_every = std::chrono::milliseconds(number_argument(fault, "ms", 20));
}

template <manner How>
void give_manner(const fault&, delivery& out)
{
    out.mode = How;
}

void give_not_json(const fault& fault, delivery& out)
{
    replace_body(out, 200, member_text(fault.arguments, "body", "{\"data\": [this is not JSON"),
                 "application/json");
}

void give_html(const fault& fault, delivery& out)
{
    replace_body(
        out, static_cast<unsigned>(number_argument(fault, "status", 200)),
        "<!DOCTYPE html><html><head><title>Please wait</title></head><body><h1>Checking your browser</h1>"
        "<p>This proxy stands between you and the site.</p></body></html>",
        "text/html; charset=utf-8");
}

// The body would be {"data":[{"id":"1","filler":"aaa…"}],…}; the filler is made while it is sent.
void give_huge(const fault& fault, delivery& out)
{
    out.filler_bytes = static_cast<std::size_t>(number_argument(fault, "mb", 64)) << 20U;
    replace_body(
        out, 200,
        R"({"data":[{"id":"1","filler":""}],"meta":{"page_number":1,"page_size":250,"total_pages":1,"total_results":1}})",
        "application/json");
}

void give_huge_gzip(const fault& fault, delivery& out)
{
    const auto size = static_cast<std::size_t>(number_argument(fault, "mb", 256)) << 20U;
    std::string bomb = R"({"data":[],"filler":")";
    bomb.append(size, ' ');
    bomb += "\"}";
    replace_body(out, 200, gzipped(bomb, 9), "application/json");
    out.answer.headers.emplace_back("content-encoding", "gzip");
}

void give_big_header(const fault& fault, delivery& out)
{
    out.answer.headers.emplace_back(
        "x-padding", std::string(static_cast<std::size_t>(number_argument(fault, "bytes", 65536)), 'p'));
}

void give_wrong_shape(const fault& fault, delivery& out)
{
    const json::value* body = fault.arguments.if_contains("body");
    replace_body(
        out, 200,
        body == nullptr ? R"({"data": {}})" : (body->is_string() ? scalar_text(*body) : to_text(*body)),
        "application/json");
}

void give_lying_total(const fault& fault, delivery& out)
{
    const std::int64_t by = number_argument(fault, "by", 1);
    spoil(out, [by](json::object& body) {
        if (json::value* meta = body.if_contains("meta"); meta != nullptr && meta->is_object()) {
            json::value& total = meta->get_object()["total_results"];
            total = (total.is_int64() ? total.get_int64() : 0) + by;
        }
    });
}

void give_no_meta(const fault&, delivery& out)
{
    spoil(out, [](json::object& body) { body.erase("meta"); });
}

void give_deep(const fault& fault, delivery& out)
{
    const auto depth = static_cast<std::size_t>(number_argument(fault, "depth", 10'000));
    replace_body(out, 200, R"({"data":)" + std::string(depth, '[') + std::string(depth, ']') + "}",
                 "application/json");
}

void give_invalid_utf8(const fault&, delivery& out)
{
    std::string body = *out.answer.body;
    const std::size_t quote = body.find(":\"");
    body.insert(quote == std::string::npos ? 0 : quote + 2, "\xc3\x28\xff");
    out.answer.body = std::make_shared<const std::string>(std::move(body));
    out.answer.gzip = nullptr;
}

// Text for text, so that a body may hold what no value of it could.
void give_replaced_text(const fault& fault, delivery& out)
{
    const auto from = member_text(fault.arguments, "from", "");
    const auto to = member_text(fault.arguments, "to", "");
    std::string body = *out.answer.body;
    for (auto at = body.find(from); !from.empty() && at != std::string::npos;
         at = body.find(from, at + to.size())) {
        body.replace(at, from.size(), to);
    }
    out.answer.body = std::make_shared<const std::string>(std::move(body));
    out.answer.gzip = nullptr;
}

void give_duplicate_ids(const fault&, delivery& out)
{
    spoil(out, [](json::object& body) {
        json::value* data = body.if_contains("data");
        if (data != nullptr && data->is_array() && !data->get_array().empty()) {
            data->get_array().push_back(json::value(data->get_array().front()));
        }
    });
}

void give_redirect(const fault& fault, delivery& out)
{
    replace_body(out, static_cast<unsigned>(number_argument(fault, "status", 307)), "", "text/plain");
    out.answer.headers.emplace_back(
        "location", member_text(fault.arguments, "location", "https://attacker.example/v2/ips"));
}

// Headers of the answer, in place of those of the same name.
void give_headers(const fault& fault, delivery& out)
{
    const json::value* headers = fault.arguments.if_contains("headers");
    if (headers == nullptr || !headers->is_object()) {
        return;
    }
    for (const auto& [name, value] : headers->get_object()) {
        std::erase_if(out.answer.headers, [&name](const auto& known) { return known.first == name; });
        out.answer.headers.emplace_back(name, scalar_text(value));
    }
}

// A list that is documented to come at once comes in pages of "size" items, and says so in the way of "says":
// "meta" as other lists do, "has_more", "next", "total", or "link": a Link header.
void give_pages(const fault& fault, delivery& out)
{
    const auto size = static_cast<std::size_t>(std::max<std::int64_t>(1, number_argument(fault, "size", 1)));
    const auto says = member_text(fault.arguments, "says", "meta");
    const auto first = std::min(fault.asked_page - 1, std::size_t{1'000'000}) * size;
    bool more = false;
    spoil(out, [&](json::object& body) {
        json::value* data = body.if_contains("data");
        if (data == nullptr || !data->is_array()) {
            return;
        }
        const json::array all = data->get_array();
        json::array shown;
        for (std::size_t at = first; at < std::min(first + size, all.size()); ++at) {
            shown.push_back(all[at]);
        }
        *data = std::move(shown);
        more = first + size < all.size();
        if (says == "meta") {
            body["meta"] = meta_of({fault.asked_page, size}, all.size());
        } else if (says == "has_more") {
            body["has_more"] = more;
        } else if (says == "next") {
            body["links"] = json::object{{"next", more ? json::value("/v2/next") : json::value()}};
        } else if (says == "total") {
            body["total"] = all.size();
        }
    });
    if (says == "link" && more) {
        out.answer.headers.emplace_back("link", R"(<https://api.telnyx.com/v2/next>; rel="next")");
    }
}

void give_nothing(const fault&, delivery&) {}

constexpr fault_kind kinds[] = {
    {"status", false, give_status},
    {"delay", true, give_delay},
    {"truncate", true, give_manner<manner::truncate>},
    {"close", false, give_manner<manner::close>},
    {"drip", true, give_drip},
    {"not_json", false, give_not_json},
    {"html", false, give_html},
    {"huge", false, give_huge},
    {"huge_gzip", false, give_huge_gzip},
    {"big_header", true, give_big_header},
    {"wrong_shape", false, give_wrong_shape},
    {"page_shift", true, give_nothing},
    {"lying_total", true, give_lying_total},
    {"no_meta", true, give_no_meta},
    {"repeat_page", true, give_nothing},
    {"deep", false, give_deep},
    {"invalid_utf8", true, give_invalid_utf8},
    {"replaced_text", true, give_replaced_text},
    {"duplicate_ids", true, give_duplicate_ids},
    {"stale_audit", true, give_nothing},
    {"audit_late", true, give_nothing},
    {"audit_unordered", true, give_nothing},
    {"audit_repeated", true, give_nothing},
    {"audit_empty", true, give_nothing},
    {"audit_odd", true, give_nothing},
    {"redirect", false, give_redirect},
    {"headers", true, give_headers},
    {"in_pages", true, give_pages},
    {"chunked", true, give_manner<manner::chunked>},
    {"close_after_answer", true, give_manner<manner::close_after>},
    {"keepalive_drop", true, give_manner<manner::keepalive_drop>},
    {"answer_only", true, give_nothing, true},
    {"half_apply", true, give_nothing, true},
    {"apply_then_close", true, give_manner<manner::close>, true},
    {"apply_then_hang", true, give_hang, true},
    {"race", true, give_nothing, true},
};

const fault_kind& kind_of(const fault& fault)
{
    return *std::ranges::find(kinds, fault.kind, &fault_kind::name);
}

std::string kind_names()
{
    std::string names;
    for (const fault_kind& each : kinds) {
        names += names.empty() ? "" : ", ";
        names += each.name;
    }
    return names;
}

}  // namespace

bool fault::strikes(const request& asked) const
{
    if (times == 0 || (!method.empty() && method != asked.method)) {
        return false;
    }
    if (kind_of(*this).writes_only && asked.method == "GET") {
        return false;
    }
    const bool below =
        path.ends_with('*') && asked.path.starts_with(std::string_view(path).substr(0, path.size() - 1));
    if (!below && path != asked.path) {
        return false;
    }
    const std::string* number = asked.parameter("page[number]");
    if (kind == "page_shift" && !page) {
        return number != nullptr && *number != "1";
    }
    return !page || (number == nullptr ? "1" : *number) == *page;
}

bool fault::carries_out() const
{
    const json::value* chosen = arguments.if_contains("carried_out");
    return chosen != nullptr && chosen->is_bool() ? chosen->get_bool() : kind_of(*this).carried_out;
}

fault read_fault(const json::object& from)
{
    fault made;
    for (const auto& [key, value] : from) {
        if (key == "kind") {
            made.kind = scalar_text(value);
        } else if (key == "path") {
            made.path = scalar_text(value);
        } else if (key == "method") {
            made.method = scalar_text(value);
        } else if (key == "page") {
            made.page = scalar_text(value);
        } else if (key == "times" && value.is_int64()) {
            made.times = value.get_int64();
        } else {
            made.arguments[key] = value;
        }
    }
    if (std::ranges::find(kinds, made.kind, &fault_kind::name) == std::end(kinds)) {
        throw std::invalid_argument(
            fmt::format("there is no fault of kind \"{}\"; there are: {}", made.kind, kind_names()));
    }
    if (made.path.empty() && (made.kind == "stale_audit" || made.kind.starts_with("audit_"))) {
        made.path = "/audit_events";
    }
    if (made.path.empty()) {
        throw std::invalid_argument("a fault needs a path, as \"/ips\" or \"*\"");
    }
    if (made.kind == "race") {
        check_intruder(made.arguments);
    }
    return made;
}

void distort(const fault& wrong, audit_view& shown)
{
    if (wrong.kind == "stale_audit") {
        shown.ends_at = std::min(shown.ends_at, wrong.audit_ends_at);
    } else if (wrong.kind == "audit_late") {
        shown.late = std::chrono::milliseconds(number_argument(wrong, "ms", 1000));
    } else if (wrong.kind == "audit_unordered") {
        shown.unordered = true;
    } else if (wrong.kind == "audit_repeated") {
        shown.repeated = true;
    } else if (wrong.kind == "audit_empty") {
        shown.empty = true;
    } else if (wrong.kind == "audit_odd") {
        shown.odd = true;
    }
}

void before(const fault& wrong, request& asked, account& on)
{
    if (wrong.kind == "repeat_page") {
        asked.set_parameter("page[number]", "1");
    } else if (wrong.kind == "page_shift") {
        shift_page(member_text(wrong.arguments, "body", "delete"), asked, on);
    } else if (wrong.kind == "half_apply") {
        halve(asked);
    } else if (wrong.kind == "race") {
        let_intruder_act(wrong.arguments, asked, on);
    }
}

void after(const fault& wrong, delivery& out)
{
    kind_of(wrong).after(wrong, out);
}

}  // namespace trunkwarden::simulator
