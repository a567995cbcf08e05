#include "cli/rights_checks.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <map>
#include <string>
#include <string_view>

#include "cli/permission_to_read.hpp"
#include "fetch/api_failure.hpp"
#include "support/plural.hpp"

namespace trunkwarden {
namespace {

// How much of a resource can be read: the worst of the answers that it is read from counts.
enum class right : std::uint8_t { readable, absent, untried, accepted, faulty };

struct asked_path {
    std::string_view path;
    const resource_type* type;  // nullptr: of no resource
    std::string_view hides;
};

class rights_judge {
public:
    rights_judge(const account_settings& account, doctor_checks& out)
        : account_(account), about_("lists " + account.name), out_(out)
    {
    }

    void note(const resource_type& type, right seen)
    {
        auto& known = by_resource_.try_emplace(type.name, seen).first->second;
        known = std::max(known, seen);
    }
    void take(const asked_path& asked, const result<http_answer>& answer)
    {
        const auto status = answer ? answer->status : 0;
        const auto seen = right_of(asked, status);
        if (asked.type != nullptr)
            note(*asked.type, seen);
        is_faulty_ = is_faulty_ || seen == right::faulty;
        if (seen != right::faulty)
            return;
        // Anything else is said once of a list that several resources look at.
        if (status == 403)
            out_.push_back(refusal(asked));
        else if (out_.empty() || out_.back().found != what_is_wrong(asked, answer))
            tell(what_is_wrong(asked, answer), what_helps(answer));
    }
    void tell(std::string found, std::string todo)
    {
        out_.push_back(warns(about_, std::move(found), std::move(todo)));
    }
    // The summary, where nothing is wrong.
    void end()
    {
        if (!is_faulty_)
            out_.push_back(passes(about_, summary()));
    }

private:
    // About an object that there is, "not found" says that it has no such thing, or says nothing.
    static right right_of_not_found(const resource_type* type)
    {
        if (type == nullptr || type->pages != paging::answers)
            return right::absent;
        return type->asks_about[0].when_not_found == asked_about::not_found::is_none ? right::readable
                                                                                     : right::faulty;
    }
    right right_of(const asked_path& asked, unsigned status) const
    {
        if (status == 200)
            return right::readable;
        if (status == 404)
            return right_of_not_found(asked.type);
        const bool is_accepted =
            status == 403 && asked.type != nullptr && accepts_not_to_see(account_, asked.type->name);
        return is_accepted ? right::accepted : right::faulty;
    }
    doctor_check refusal(const asked_path& asked) const
    {
        const auto permission = permission_to_read(asked.path);
        if (asked.type == nullptr)
            return warns(
                about_,
                fmt::format("GET {}: {}. Not known then: {}", asked.path, name_of_status(403), asked.hides),
                permission);
        return warns(about_,
                     fmt::format("GET {}: {}, so {} is not seen. {}", asked.path, name_of_status(403),
                                 asked.type->name, asked.hides),
                     fmt::format("{}, or add {} to accepted_blind_spots", permission, asked.type->name));
    }
    static std::string what_is_wrong(const asked_path& asked, const result<http_answer>& answer)
    {
        return fmt::format("GET {}: {}", asked.path,
                           answer ? name_of_status(answer->status) : answer.error().message);
    }
    static std::string what_helps(const result<http_answer>& answer)
    {
        return answer && answer->status == 429
                   ? "lower poll.requests_per_second, or see who else uses the account's allowance"
                   : "run it again; if it stays so, \"trunkwarden doctor --probe-api\" shows how the API "
                     "answers";
    }
    std::size_t number_of(right seen) const
    {
        return static_cast<std::size_t>(std::ranges::count_if(
            by_resource_, [seen](const auto& resource) { return resource.second == seen; }));
    }
    std::string summary() const
    {
        auto out = fmt::format("the key may read {} of {}", number_of(right::readable),
                               plural(by_resource_.size(), "resource"));
        if (const auto accepted = number_of(right::accepted); accepted > 0)
            out += fmt::format("; {} may not be read, and the settings accept that", accepted);
        if (const auto absent = number_of(right::absent); absent > 0)
            out += fmt::format("; the account does not have {} (404)", absent);
        if (const auto untried = number_of(right::untried); untried > 0)
            out += fmt::format("; {} could not be tried, because there is no object to ask about", untried);
        return out;
    }

    const account_settings& account_;
    std::string about_;
    doctor_checks& out_;
    std::map<std::string_view, right> by_resource_;
    bool is_faulty_ = false;
};

// Whether the API keys can be read from the undocumented list, which the daemon does then.
bool has_other_keys(const further_answers& further)
{
    return std::ranges::any_of(further.all, [](const further_answer& answer) {
        return answer.path == undocumented_api_keys && answer.answer && answer.answer->status == 200;
    });
}

// Telnyx IAM shows itself to the owner only: where it is accepted that its settings are not seen, so is this.
bool is_accepted(const account_settings& account, const further_answer& answer)
{
    return answer.type == nullptr && answer.path.starts_with("/iam/") && answer.answer &&
           answer.answer->status == 403 && accepts_not_to_see(account, "iam_settings");
}

}  // namespace

void judge_rights(const account& watched, const std::vector<first_answer>& lists,
                  const further_answers& further, doctor_checks& out)
{
    const auto& account = watched.config.settings;
    rights_judge judge(account, out);
    const bool other_keys = has_other_keys(further);
    for (const auto& answer : lists)
        for (const auto* type : answer.types)
            if (!other_keys || type->role != resource_role::api_keys)
                judge.take({answer.list->from.path, type, type->guards}, answer.answer);
    for (const auto& answer : further.all)
        if (!is_accepted(account, answer))
            judge.take({answer.path, answer.type, answer.hides}, answer.answer);
    for (const auto* type : further.without_objects)
        judge.note(*type, right::untried);
    const auto all = lists_to_ask_for(watched.view).size();
    if (lists.size() < all)
        judge.tell(fmt::format("{} of {} lists were asked for", lists.size(), all),
                   "run it again when the API answers");
    else if (further.ended_early)
        judge.tell("not everything was asked for that the daemon reads", "run it again when the API answers");
    else
        judge.end();
}

}  // namespace trunkwarden
