#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "account/account_people.hpp"
#include "account/account_types.hpp"
#include "account/connection_counts.hpp"
#include "account/kept_answers.hpp"
#include "account/read_lists.hpp"
#include "account/stopped_values.hpp"
#include "audit/audit_memory.hpp"
#include "baseline/baseline.hpp"
#include "catalogue/allowed_writes.hpp"
#include "catalogue/resource_type.hpp"
#include "fetch/api_client.hpp"
#include "fetch/fetch_list.hpp"
#include "findings/coverage.hpp"
#include "findings/ledger.hpp"
#include "findings/own_changes.hpp"
#include "findings/two_factor.hpp"
#include "settings/settings.hpp"
#include "snapshot/accepted_secrets.hpp"
#include "snapshot/fingerprint.hpp"
#include "snapshot/list_reader.hpp"
#include "snapshot/page_parser.hpp"
#include "support/optional_reason.hpp"
#include "use/day_spending.hpp"
#include "use/registrants.hpp"
#include "use/running_calls.hpp"
#include "use/spending_record.hpp"
#include "use/traffic_record.hpp"
#include "use/usage_report.hpp"

// Everything about one account, in four parts. A function takes the part that it needs.

namespace trunkwarden {

// One list endpoint of an account, and the resources that look at it.
struct polled_list {
    listing from;
    std::vector<std::size_t> resources;  // indices into account_config::types
    page_parser parser;
    std::shared_ptr<const list_contents> last;  // the last reading of every page
    // The day by which that reading was evaluated; nothing when the next one has to be evaluated even if it
    // is the same.
    std::optional<day> evaluated_for_day;
    time_point read_at;  // when that reading ended
    // When the API last answered for it: with the list, or with something that asking again does not change.
    std::optional<time_point> answered_at;
    // Whether that reading was judged as if it hid objects, because the API counts more than it shows.
    bool is_in_doubt = false;
    // Of a list that is made of answers: those that there are, and how many are about objects that the
    // baseline names.
    kept_answers answers;
    std::size_t named_questions = 0;
    // By address: in how many readings in a row it did not show an object that is there (absence_check.hpp).
    std::map<std::string, unsigned> hidden;
};

// Whether the API key belongs to the organisation that the baseline pins.
struct organization_check {
    enum class verdict { not_pinned, confirmed, not_known, refused };
    verdict is = verdict::not_pinned;
    std::string reason;
    optional_reason refusal() const
    {
        return is == verdict::refused ? optional_reason(reason) : std::nullopt;
    }
};

// Is notified of what happens while an account is watched: the log, the metrics, a progress line.
class watch_listener {
public:
    virtual ~watch_listener() = default;
    virtual void on_events(const std::vector<finding_event>& events) = 0;  // of one moment
    virtual void on_list_read(const std::string& account, const polled_list& list) = 0;
};

// The settings and the baseline that people wrote for the account. Only a reload changes them.
struct account_config {
    account_settings settings;
    poll_settings poll;
    account_types types;
    trunkwarden::baseline baseline;  // the active one: the objects that are trusted
    optional_reason baseline_error;  // why the baseline file was rejected; the active one is another then
    time_point baseline_error_since;

    // Records why the baseline file was rejected; the active baseline stays. nullopt clears the error.
    void set_baseline_error(optional_reason why, time_point since);
};

// The balance, as it was read.
struct spending_memory {
    spending_record record;
    std::optional<failure> failed;      // why the last reading of it did; nothing when it did not
    std::optional<time_point> read_at;  // when it was last tried
    // Days that are over, by when that was seen, until they are written down.
    std::map<time_point, day_spending> ended;
};

// The last reading of the traffic of one product.
struct product_reading {
    std::optional<report_columns> columns;  // that the API offers, as far as known
    std::optional<failure> failed;          // why it did; nothing when it did not
    std::vector<std::string> troubles;      // sentences: why it proves less than it should
};

// The traffic, as it was read. The API keeps it for longer than we do: a start reads it again.
struct traffic_memory {
    traffic_record record;
    std::map<traffic_product, product_reading> readings;
    std::optional<time_point> read_at;  // when it was last tried
    std::size_t next_product = 0;       // its place among those of the baseline, which have turns
    std::ptrdiff_t requests_left = 3;   // of the last turn; below 0: it took so many more
};

// The calls that run where the baseline limits them, as they were last counted.
struct active_calls_memory {
    counted_calls counts;
    std::optional<failure> failed;  // why one of them could not be counted
    time_point began;
    std::optional<time_point> read_at = {};
};

// The end of the entries read from the access log: the next look continues there. It is oldest first, and
// somebody who sends requests without end decides how long it is.
struct access_log_place {
    time_point covers_from;  // read without a gap from there
    time_point from;         // of the query
    std::string after;       // the cursor of its next page; "": it was read to its end
    time_point read_to;      // the newest entry that was read
};

// The access log of IAM, which is asked where the audit log names nobody.
struct access_log_memory {
    audit_memory requests;
    time_point next;          // not to be asked before
    optional_reason trouble;  // why it could not be read when it was last asked, a sentence
    std::optional<access_log_place> place = {};
};

// The results of earlier readings. Most of them outlive the process in the state file.
struct account_memory {
    ledger findings;
    audit_memory audit;
    access_log_memory access;
    fingerprinter fingerprints;  // makes the fingerprints of `secrets`
    accepted_secrets secrets;
    trunkwarden::own_changes own_changes;
    read_lists lists_read;
    account_people people;
    stopped_values stopped;
    registrants sip_registrants;
    std::set<std::string> contained_identities;  // an unknown object with one of these was recreated
    std::optional<time_point> watching_since;    // the end of the first sweep
    two_factor_signs two_factor_evidence;        // of the probe and the audit log
    spending_memory spending;
    traffic_memory traffic;
    active_calls_memory active_calls;
    time_point coverage_evaluated_at;
    std::optional<time_point> next_coverage_check;  // when it is due: later, the process did not run
    running_time running;                           // for the age of what was read
    optional_reason state_error;                    // why the state file is not written
    // How the clock of this host differs from another; "" when it does not; nullopt: no host reported its
    // time.
    std::optional<std::string> clock_error;
    optional_reason state_lost;  // how that of earlier runs was lost, until somebody thaws

    explicit account_memory(std::string account) : findings(std::move(account)) {}
};

// The account as the API showed it.
struct account_view {
    page_hasher page_digests;
    std::vector<polled_list> lists;
    std::vector<trunkwarden::coverage> coverage;  // by index of account_config::types
    std::vector<object_list> objects;  // by index of account_config::types, of the last reading of every page
    organization_check organization;
    connection_counts counts;
    optional_reason counts_trouble;  // why the numbers of connections are not known, a sentence

    const resource_type& type_of(std::size_t resource) const { return *coverage[resource].type; }
};

// The connections of the account to the outside: API, clock, listener.
struct account_io {
    std::unique_ptr<api_client> api;
    std::function<time_point()> now;
    watch_listener* listener = nullptr;
    duration before_reading_again = fetch_limits{}.pause;  // a list that changed while it was read
    // A change that met another one of the same object; before the third attempt three times as long. That
    // other one takes 1 to 4 s (docs/telnyx-api.md).
    duration before_changing_again = std::chrono::seconds(1);
    duration between_questions = duration(0);  // about single objects, by lists that are made of them
    std::chrono::steady_clock::time_point next_question;  // the earliest turn of the next one

    // Hands the events of one moment to the listener, once for each finding. Does nothing when there are
    // none.
    void publish(std::vector<finding_event> events) const;
};

// Built once (make_account), never copied: parts point at each other. The parsers of the view point at the
// types and the fingerprints, coverage and findings at the types.
struct account {
    account_config config;
    account_memory memory;
    account_view view;
    account_io io;

    explicit account(std::string name) : memory(std::move(name)) {}
    account(const account&) = delete;
    account& operator=(const account&) = delete;

    bool complete() const;  // every resource was read, or is accepted as a blind spot
};

// The account continues with other settings. It keeps what was read, found and learned, as far as that still
// means the same. Nothing may be reading it meanwhile.
void take_settings(account& account, const account_settings& settings, const poll_settings& poll);

// The account is watched with other extra resources: those that stay keep what was read, and the findings of
// those that do not are taken out of the ledger. Nothing may be reading it meanwhile.
std::vector<finding> take_types(account& account, const watched_types& types);

// The place of a resource in account_config::types; nothing when there is none of that name.
std::optional<std::size_t> place_of_resource(const account_config& config, std::string_view name);

// That of the resource with a role that only one has.
std::size_t place_of_role(const account_config& config, resource_role role);

// The list that shows a resource; nullptr for a resource without an endpoint.
polled_list* list_with(account_view& view, std::size_t resource);

// The catalogue as this account needs it, at first: the list of API keys is that of the settings, or else
// that of Telnyx IAM. The result points into `shape`. Without extra resources.
std::vector<resource_type> types_for(const api_keys_shape& shape);

// Where API keys are listed when the settings do not say: to the owner of the account by IAM; the API's other
// list is not documented.
inline constexpr std::string_view undocumented_api_keys = "/api_keys";

// From now on the API keys are read there. Nothing of the list before is known any more.
void read_api_keys_from(account_config& config, account_view& view, std::string_view path);

// From now on a list that has a plain path (catalogue/plain_path.hpp) is read, and its objects are written,
// there; or as the catalogue says again.
enum class list_path { plain, documented };
void read_list_at(account_config& config, polled_list& list, list_path where);

// Whether this failure says that the account does not have the product that the list is of: it was never
// read, and is not there.
bool lacks_the_product(const account_memory& memory, const polled_list& list, const failure& why);

// The requests that may change an account with these settings, wherever its API keys are listed.
allowed_writes writes_for(const api_keys_shape& shape);

// An account ready to be watched; `trusted` was read against types_for(settings.api_keys) or the catalogue.
std::unique_ptr<account> make_account(const account_settings& settings, const poll_settings& poll,
                                      baseline trusted);

}  // namespace trunkwarden
