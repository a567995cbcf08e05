#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "settings/settings.hpp"
#include "web/http_exchange.hpp"

// Which host a request over TCP was meant for, and which page sent it. A browser on this host, or near it, is
// made to ask us by a page of somebody else: the owner of a name can let it point here (DNS rebinding), and
// his page then reads what it asks that name for.

namespace trunkwarden {

// The name or address that a Host header names, without its port, brackets and final dot, in small letters;
// nullopt where it is none.
std::optional<std::string> host_named_by(std::string_view header);

// The answer to a request whose Host no honest client sends: 421. Addresses, localhost, the name in
// listen_address and allowed_hosts are ours; no Host at all is, too, because every browser sends one.
std::optional<http_reply> refuse_foreign_host(const http_query& query, const web_settings& ours);

// The answer to a request that changes something and that a page of another origin sent: 403.
std::optional<http_reply> refuse_foreign_origin(const http_query& query);

}  // namespace trunkwarden
