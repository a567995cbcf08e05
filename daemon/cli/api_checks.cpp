#include "cli/api_checks.hpp"

#include <algorithm>
#include <cstdint>
#include <fmt/format.h>
#include <set>
#include <string_view>
#include <utility>
#include <vector>

#include "cli/certificate_checks.hpp"
#include "cli/first_answers.hpp"
#include "cli/further_answers.hpp"
#include "cli/proxy_report.hpp"
#include "cli/report/unwatched_accounts.hpp"
#include "cli/rights_checks.hpp"
#include "fetch/connection_options.hpp"
#include "fetch/http_date.hpp"
#include "fetch/origin.hpp"
#include "fetch/resolver.hpp"
#include "loading/loading.hpp"
#include "settings/api_key.hpp"
#include "snapshot/hidden_secrets.hpp"
#include "support/parse_time.hpp"
#include "support/plural.hpp"

namespace trunkwarden {
namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;

std::string addresses_of(std::size_t count)
{
    return count == 1 ? "1 address" : fmt::format("{} addresses", count);
}

void check_name(const std::string& about, const std::string& host, doctor_checks& out)
{
    const auto began = std::chrono::steady_clock::now();
    const auto found = system_lookup(host);
    const auto took = std::chrono::duration_cast<milliseconds>(std::chrono::steady_clock::now() - began);
    if (!found)
        out.push_back(fails(about,
                            fmt::format("the name {} cannot be looked up: {}", host, found.error().message),
                            "look at /etc/resolv.conf and the name server it names"));
    else if (took > 2s)
        out.push_back(warns(about, fmt::format("looking up {} took {}", host, for_people(took)),
                            "a name server of /etc/resolv.conf does not answer"));
    else
        out.push_back(
            passes(about, fmt::format("{} has {}, looked up in {}", host, addresses_of(found->size()),
                                      for_people(std::max(took, 1ms)))));
}

void check_clock(const std::string& about, const first_answer& seen, doctor_checks& out)
{
    constexpr auto much = 30s;
    const auto theirs = parse_http_date(seen.answer->hints.date, seen.at);
    if (!theirs) {
        out.push_back(warns(about, "the API's answer has no date to compare the clock with",
                            "timedatectl shows the clock of this host"));
        return;
    }
    const auto off = std::chrono::duration_cast<milliseconds>(seen.at - *theirs);
    if (std::chrono::abs(off) > much)
        out.push_back(
            fails(about,
                  fmt::format("the clock of this host is {} {} that of the API",
                              for_people(std::chrono::abs(off)), off.count() > 0 ? "ahead of" : "behind"),
                  "timedatectl set-ntp true; certificates, ages and the audit log depend on it"));
    else
        out.push_back(passes(about, "the clock agrees with that of the API"));
}

// The way to the API, by its first answer. The status of a single list is judged with the lists.
doctor_check judge_way(const std::string& about, const first_answer& seen)
{
    if (seen.answer->status == 401)
        return fails(
            about, "the API rejects the key (401)",
            "write a valid one where the settings say (portal: Account, API Keys); after an edit of a credential: "
            "systemctl restart trunkwarden");
    if (seen.answer->status >= 500)
        return fails(about, fmt::format("the API answered {}", seen.answer->status),
                     "look at Telnyx' status page, and at api_url");
    return passes(about, fmt::format("answers in {}; the certificate is valid, the API accepts the key",
                                     for_people(std::max(seen.took, 1ms))));
}

doctor_check judge_no_answer(const std::string& about, const failure& why, std::uint16_t port)
{
    return fails(about, why.message,
                 why.kind == errc::untrusted
                     ? "does a proxy intercept the connection? Its authority goes into ca_file. "
                       "Is ca-certificates installed?"
                     : fmt::format("can this host reach it? A firewall or a proxy may block port {}", port));
}

// ---- what cannot be compared

// By the objects that further_answers took into the view: the first one of each list.
void judge_hidden_secrets(const account& watched, doctor_checks& out)
{
    std::vector<std::string> hidden;
    for (std::size_t at = 0; at < watched.config.types.size(); ++at)
        for (const auto field : hidden_secrets(watched.view.type_of(at), watched.view.objects[at]))
            hidden.push_back(fmt::format("{} of {}", field, watched.config.types[at].name));
    if (hidden.empty())
        return;
    const std::vector<std::string_view> words(hidden.begin(), hidden.end());
    out.push_back(warns("secrets " + watched.config.settings.name, words_for_hidden(words),
                        "Telnyx does that for newer accounts, and nothing here ends it: "
                        "docs/operations/coverage.md, Secrets that are not shown"));
}

// ---- what nobody watches

constexpr std::string_view managed_accounts_path = "/managed_accounts";

void judge_managed(account& watched, const settings& configured, const std::vector<first_answer>& answers,
                   doctor_checks& out)
{
    const auto seen = std::ranges::find_if(answers, [](const first_answer& answer) {
        return answer.list->from.path == managed_accounts_path && answer.answer &&
               answer.answer->status == 200;
    });
    if (seen == answers.end())
        return;
    const auto resource = seen->list->resources.front();
    const auto page = list_with(watched.view, resource)->parser.parse(seen->answer->body);
    if (!page)
        return;
    watched.view.objects[resource] = {page->objects.front()};
    std::set<std::string, std::less<>> known;
    for (const auto& account : configured.accounts)
        known.insert(account.managed_account_id);
    const auto about = "managed accounts " + watched.config.settings.name;
    if (const auto all = unwatched_accounts(watched, known); !all.empty())
        out.push_back(
            warns(about,
                  fmt::format("nobody watches {}: {}", plural(all.size(), "managed account"),
                              names_of_accounts(all)),
                  "add an account with managed_account_id for each (docs/install.md, A managed account)"));
}

}  // namespace

void check_api(const account_settings& account, const settings& configured,
               const std::function<void(const std::string&)>& on_list, doctor_checks& out)
{
    const auto to = parse_origin(account.api_url);
    if (!to)
        return;
    const auto about = "api " + account.name;
    const auto way = api_connection(account);
    if (!way) {
        out.push_back(fails(about, way.error().message, "correct it there"));
        return;
    }
    check_own_certificate(about, *way, out);
    const auto nearest = nearest_of(*way, *to);
    check_name("dns " + account.name, nearest.host, out);
    const auto key = load_api_key(account);
    if (!key) {
        out.push_back(fails(about, key.error().message, "run it as root, or as a user who may read the key"));
        return;
    }
    const auto watched = build_account(account, configured.poll, {});
    first_answers_options options;
    options.whole_page_of = managed_accounts_path;
    options.on_list = on_list;
    const auto answers = ask_every_list(*watched, *key, options);
    if (!answers) {
        out.push_back(judge_no_answer(about, answers.error(), nearest.port));
        return;
    }
    const auto& first = answers->front();
    if (!first.answer) {
        out.push_back(judge_no_answer(about, first.answer.error(), nearest.port));
        return;
    }
    out.push_back(judge_way(about, first));
    check_certificate(about, *way, out);
    check_clock("clock " + account.name, first, out);
    if (first.answer->status == 401)
        return;
    further_answers further;
    if (answers->size() == lists_to_ask_for(watched->view).size())
        if (auto asked = ask_further(*watched, *key, *answers, on_list))
            further = std::move(*asked);
    judge_rights(*watched, *answers, further, out);
    judge_hidden_secrets(*watched, out);
    judge_managed(*watched, configured, *answers, out);
}

}  // namespace trunkwarden
