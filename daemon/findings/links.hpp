#pragma once

#include <boost/json/object.hpp>

#include <string>
#include <string_view>

#include "settings/settings.hpp"

// Where people read on, for messages, JSON and pages. Made of the settings and of names and ids of ours
// alone: nothing that an intruder wrote into the account is part of a link.

namespace trunkwarden {

// The page that says what a finding of this resource means and what to do about it.
std::string runbook_url(std::string_view resource, const link_settings& to = {});

// A finding on the status page, beside the others of its incident; "" without an external_url.
std::string finding_url(std::string_view id, std::string_view incident, const link_settings& to);

// The findings of an incident, and those of an account, on the status page; "" without an external_url.
std::string incident_url(std::string_view incident, const link_settings& to);
std::string account_url(std::string_view account, const link_settings& to);

// Sets the members `runbook_url`, `url` and `incident_url` of a finding's JSON: they are as the settings say
// now, not as they said when a message was kept.
void add_links(boost::json::object& finding, const link_settings& to);

// Whether a person can follow it from where a message is read: http or https, not a file of this host.
bool is_web_link(std::string_view url);

}  // namespace trunkwarden
