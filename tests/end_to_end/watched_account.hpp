#pragma once

#include <boost/json.hpp>

#include <fmt/format.h>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "end_to_end/daemon_process.hpp"
#include "fakes/paths.hpp"
#include "fakes/scratch_folder.hpp"
#include "simulator/server.hpp"

// An account served by a simulator, and the settings with which the binary watches it.

namespace trunkwarden::end_to_end {

namespace json = boost::json;

using fakes::scratch_folder;
using fakes::text_of_file;

inline const std::string demo_baseline = fakes::in_project("config/demo/baseline.yml");
inline constexpr std::string_view demo_key = "KEY_CANARY_simulated_0123456789";

inline simulator::account demo_account()
{
    return simulator::load_account(fakes::in_project("config/demo/account.yml"));
}

// The output of `check --output=json` about one account.
struct check_report {
    outcome ended;
    json::object whole;
    json::object account;

    const json::array& findings() const { return account.at("findings").as_array(); }
    json::object seen(std::string_view resource) const
    {
        for (const auto& item : account.at("coverage").as_array())
            if (item.at("resource").as_string() == json::string_view(resource))
                return item.as_object();
        return {};
    }
    std::string state(std::string_view resource) const { return text(resource, "state"); }
    std::string reason(std::string_view resource) const { return text(resource, "reason"); }

private:
    std::string text(std::string_view resource, std::string_view member) const
    {
        const auto object = seen(resource);
        const auto* found = object.if_contains(json::string_view(member));
        return found != nullptr && found->is_string() ? std::string(found->get_string()) : "(none)";
    }
};

inline check_report report_of(outcome ended)
{
    check_report report;
    report.ended = std::move(ended);
    boost::system::error_code failed;
    const auto parsed = json::parse(report.ended.out, failed);
    if (failed || !parsed.is_object())
        throw std::runtime_error(fmt::format("check printed no report but \"{}\" and \"{}\", exit code {}",
                                             report.ended.out, report.ended.err, report.ended.exit_code));
    report.whole = parsed.as_object();
    report.account = report.whole.at("accounts").at(0).as_object();
    return report;
}

struct watch_options {
    std::string poll = "{requests_per_second: 1000, timeout: 1s}";
    std::string baseline = text_of_file(demo_baseline);
    std::string account_extra = {};  // more of its keys, as "    accepted_blind_spots: [ips]\n"
    std::string listen = {};         // web.listen_address
    std::string more = {};           // more sections, as "alerts: {sinks: […]}\n"
};

inline simulator::options with_demo_key(simulator::options options = {})
{
    options.api_key = demo_key;
    return options;
}

class watched_account {
public:
    explicit watched_account(watch_options options = {}, simulator::options api = with_demo_key(),
                             simulator::account state = demo_account())
        : how_(std::move(options)),
          api_(std::make_unique<simulator::server>(std::move(state), std::move(api))),
          url(api_->url()),
          ca_file(api_->ca_file().empty() ? "\"\"" : folder.write("ca.pem", text_of_file(api_->ca_file())))
    {
        folder.write("key", demo_key);
        folder.write("baseline.yml", how_.baseline);
    }

    json::value control(std::string_view command, std::string_view arguments = "{}")
    {
        return json::parse(api_->control(command, arguments));
    }
    void fault(std::string_view arguments) { control("fault", arguments); }
    json::value attack(std::string_view name)
    {
        return control("attack", fmt::format(R"({{"name": "{}"}})", name));
    }
    // Undoes what attack() said it did: deletes what was created, or puts the fields back that a forwarding
    // has.
    void take_back(std::string_view name, const json::value& done)
    {
        const auto path = json::value_to<std::string>(done.at("path"));
        const auto id = json::value_to<std::string>(done.at("id"));
        if (name.starts_with("add_"))
            control("delete", fmt::format(R"({{"path": "{}", "id": "{}"}})", path, id));
        else
            control("patch", fmt::format(R"({{"path": "{}", "id": "{}", "changes": {{"call_forwarding": )"
                                         R"({{"forwards_to": null, "forwarding_type": null}}}}}})",
                                         path, id));
    }
    // More sections of its settings from now on, as watch_options::more.
    void more(std::string sections) { how_.more = std::move(sections); }
    void poll_again(std::string_view wanted) { how_.poll = wanted; }
    void server_goes_down() { api_.reset(); }

    // The result of edit_settings() stays until other sections are wanted.
    std::string settings_file() const
    {
        auto text = fmt::format(
            "accounts:\n"
            "  - name: production\n"
            "    api_key_file: key\n"
            "    baseline_file: baseline.yml\n"
            "    api_url: {}\n"
            "    ca_file: {}\n"
            "{}"
            "poll: {}\n"
            "web: {{listen_address: \"{}\"}}\n"
            "control_socket: control.sock\n"
            "state_file: state.db\n"
            "{}",
            url, ca_file, how_.account_extra, how_.poll, how_.listen, how_.more);
        if (text != settings_) {
            folder.write("trunkwarden.yml", text);
            settings_ = std::move(text);
        }
        return folder.file("trunkwarden.yml");
    }

    // Changes the settings file as it is now.
    void edit_settings(const std::function<void(std::string&)>& edit) const
    {
        auto text = text_of_file(folder.file("trunkwarden.yml"));
        edit(text);
        folder.write("trunkwarden.yml", text);
    }

    std::vector<std::string> command_line(std::vector<std::string> words) const
    {
        words.push_back("--config.file=" + settings_file());
        return words;
    }

    check_report check(std::vector<std::string> more = {}) const
    {
        more.insert(more.begin(), {"check", "--output=json"});
        return report_of(run_binary(command_line(std::move(more))));
    }

private:
    watch_options how_;
    mutable std::string settings_;  // as settings_file() wrote them last
    std::unique_ptr<simulator::server> api_;

public:
    scratch_folder folder;
    std::string url;
    std::string ca_file;
};

}  // namespace trunkwarden::end_to_end
