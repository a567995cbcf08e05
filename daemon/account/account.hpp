#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "audit/audit_memory.hpp"
#include "baseline/baseline.hpp"
#include "catalogue/resource_type.hpp"
#include "fetch/api_client.hpp"
#include "fetch/fetch_list.hpp"
#include "findings/coverage.hpp"
#include "findings/ledger.hpp"
#include "settings/settings.hpp"
#include "snapshot/fingerprint.hpp"
#include "snapshot/known_secrets.hpp"
#include "snapshot/list_reader.hpp"
#include "snapshot/page_parser.hpp"

namespace trunkwarden {

// One list endpoint of an account, and the resources that look at it.
struct polled_list {
    listing from;
    std::vector<std::size_t> watchers;  // indices into account::types
    page_parser parser;
    std::shared_ptr<const list_contents> last;  // the last complete reading
    std::optional<day> judged_on;               // the day by which its entries were in force
    time_point read_at;                         // when that reading ended
};

// Whether the API key belongs to the organisation that the baseline pins.
struct organization_check {
    enum class verdict { not_pinned, confirmed, not_known, refused };
    verdict is = verdict::not_pinned;
    std::string reason;
    std::string refusal() const { return is == verdict::refused ? reason : std::string{}; }
};

// What the watch of an account tells, as it happens. The log, the metrics and the progress line listen.
class watch_listener {
public:
    virtual ~watch_listener() = default;
    virtual void on_events(const std::vector<finding_event>& events) = 0;  // of one moment
    virtual void on_list_read(const std::string& account, const polled_list& list) = 0;
};

// Everything about one account under watch. Built once (make_account), never copied: parts point at each
// other.
struct account {
    account_settings settings;
    poll_settings poll;
    std::vector<resource_type>
        types;  // the catalogue, with what the settings say about the undocumented API-key list
    baseline trusted;
    fingerprinter fingerprints;
    byte_marker marks;
    known_secrets secrets;
    std::vector<polled_list> lists;
    std::vector<coverage> seen;        // by index of types
    std::vector<object_list> objects;  // by index of types: of the last complete reading
    ledger findings;
    std::set<std::string> contained;  // likenesses of what was removed: the same again is a return
    audit_memory audit;
    std::optional<time_point> watching_since;  // when everything had been read once
    two_factor_signs
        signs;  // what the probe and the audit log say; bypass_sso is looked up when it is judged
    organization_check organization;
    time_point judged_unseen_at;  // when what no list shows was last judged
    time_point awake_since;       // the process ran without a pause since then
    std::string state_trouble;    // why what happens is not written down; "" when it is
    std::string
        distrust;  // why the baseline file is not taken, though it has to be signed; "" when all is well
    time_point distrusted_since;  // people write the file first and its signature next
    std::unique_ptr<api_client> api;
    std::function<time_point()> now;
    watch_listener* listener = nullptr;

    explicit account(std::string name) : findings(std::move(name)) {}
    account(const account&) = delete;
    account& operator=(const account&) = delete;

    // The baseline file is not taken, for this reason; or it is again ("").
    void note_distrust(std::string why, time_point since);

    bool complete() const;  // every resource was read, or is accepted as a blind spot

    // Hands the events of one moment to the listener, once for each finding. Does nothing when there are
    // none.
    void publish(std::vector<finding_event> events) const;
};

// The account goes on with other settings: what was read, found and learned stays, as far as it still means
// the same. Nothing may be reading it meanwhile.
void take_settings(account& watched, const account_settings& settings, const poll_settings& poll);

// The list that shows a resource; nullptr for a resource without an endpoint.
polled_list* list_with(account& watched, std::size_t resource);

// The catalogue as this account needs it. The result points into `shape`.
std::vector<resource_type> types_for(const api_keys_shape& shape);

// An account ready to be watched; `trusted` was read against types_for(settings.api_keys) or the catalogue.
std::unique_ptr<account> make_account(const account_settings& settings, const poll_settings& poll,
                                      baseline trusted);

}  // namespace trunkwarden
