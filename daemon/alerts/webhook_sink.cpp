#include "alerts/webhook_sink.hpp"

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <cstddef>
#include <fmt/format.h>
#include <set>
#include <stdexcept>
#include <string_view>
#include <utility>

#include "alerts/sink_url.hpp"
#include "findings/finding_ocsf.hpp"
#include "settings/secret_file.hpp"
#include "support/digest.hpp"
#include "support/json_member.hpp"
#include "support/secret.hpp"

namespace trunkwarden {
namespace {

namespace json = boost::json;

std::string hmac_sha256(const secret& key, std::string_view text)
{
    digest mac{};
    unsigned size = 0;
    const auto bytes = key.reveal();
    if (HMAC(EVP_sha256(), bytes.data(), static_cast<int>(bytes.size()),
             reinterpret_cast<const unsigned char*>(text.data()), text.size(), mac.data(), &size) == nullptr)
        throw std::runtime_error("OpenSSL offers no HMAC-SHA256; webhooks cannot be signed");
    return hex(mac.data(), mac.size());
}

// An array of events. The openings beyond the first ones are there by their ids.
std::string to_ocsf_text(const notification& notification, time_point now)
{
    json::array out;
    std::set<std::string_view> told;
    for (const auto& finding : notification.findings) {
        out.push_back(to_ocsf(finding, notification.event, now));
        told.insert(string_at(finding, "id"));
    }
    for (std::size_t place = 0; place < notification.ids.size(); ++place) {
        const std::string_view severity = place < notification.severities.size()
                                              ? std::string_view(notification.severities[place])
                                              : std::string_view();
        if (!told.contains(notification.ids[place]))
            out.push_back(ocsf_of_id(notification.ids[place], notification.account, severity, now));
    }
    return json::serialize(out);
}

class webhook_sink final : public alert_sink {
public:
    webhook_sink(sink_url to, secret key, message_format format)
        : to_(std::move(to)), key_(std::move(key)), format_(format)
    {
    }

    const std::string& base_url() const override { return to_.base; }

    std::vector<http_request> requests_for(const notification& notification, time_point now) const override;

private:
    sink_url to_;
    secret key_;  // empty: unsigned
    message_format format_;
};

std::vector<http_request> webhook_sink::requests_for(const notification& notification, time_point now) const
{
    http_request request;
    request.method = "POST";
    request.target = to_.path.empty() ? "/" : to_.path.reveal();
    request.target += to_.query.reveal();
    request.body = format_ == message_format::ocsf ? to_ocsf_text(notification, now) : to_text(notification);
    request.headers = {{"Content-Type", "application/json"},
                       {"Idempotency-Key", notification.delivery_id},
                       {"X-Trunkwarden-Event", notification.event}};
    if (!key_.empty())
        request.headers.push_back({"X-Trunkwarden-Signature", "sha256=" + hmac_sha256(key_, request.body)});
    return {std::move(request)};
}

}  // namespace

result<std::unique_ptr<alert_sink>> create_webhook_sink(const sink_settings& settings)
{
    auto to = read_sink_url(settings);
    if (!to)
        return to.error();
    secret key;
    if (!settings.secret_file.empty()) {
        auto read =
            read_secret_file(settings.secret_file, fmt::format("the secret of sink {}", settings.name));
        if (!read)
            return read.error();
        key = std::move(*read);
    }
    return std::make_unique<webhook_sink>(std::move(*to), std::move(key), settings.format);
}

}  // namespace trunkwarden
