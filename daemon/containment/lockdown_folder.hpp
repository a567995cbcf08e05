#pragma once

#include <boost/json/object.hpp>

#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "containment/lockdown_rounds.hpp"
#include "containment/lockdown_secrets.hpp"
#include "support/clock.hpp"
#include "support/result.hpp"

namespace trunkwarden {

// The folder of one incident (mode 0700): the observations and steps of a lockdown, and the new secrets. Its
// files are on the disk before the account is changed, so that the next run continues where this one ended.
//   evidence.jsonl    every object as it was, a line each, secrets as "(secret)"
//   journal.jsonl     whose incident it is, then every item, before it is carried out and after
//   secrets.jsonl     new secrets as trunkwarden remembers them
//   credentials.txt   new secrets for people
//   report.md, report.json, and report-2.md and so on of later runs
class lockdown_folder {
public:
    // Makes the folder, or continues in one that an earlier run made. Fails with bad_file: it belongs to
    // somebody else, others may read it, it is of another account, or it holds other things. Changes nothing
    // then.
    static result<lockdown_folder> open(const std::filesystem::path& at, const std::string& account);

    // The newest folder of this account below `parent`, of the last day: the steps of this incident are not
    // done again, new passwords above all. "" when there is none.
    static std::filesystem::path recent(const std::filesystem::path& parent, const std::string& account,
                                        time_point now);
    static std::filesystem::path fresh(const std::filesystem::path& parent, const std::string& account,
                                       time_point now);

    const std::filesystem::path& path() const { return folder_; }
    bool is_continued() const { return continued_; }
    lockdown_secrets& secrets() { return secrets_; }
    const lockdown_secrets& secrets() const { return secrets_; }

    // Evidence of one resource; done once it is there without a hole.
    result<void> add_evidence(std::string_view resource, const std::string& lines, bool is_whole);
    bool has_evidence(std::string_view resource) const;

    result<void> journal(const boost::json::object& line);

    bool is_done(const std::string& item) const { return rounds_.is_done(item); }
    unsigned round_of(const std::string& item) const { return rounds_.round_of(item); }

    // Makes these items due again. A round of --rotate-again that was interrupted continues instead.
    result<void> rotate_again(const std::vector<std::string>& items);

    // A way into the account is open: an intruder who has it can read every secret that was made so far, or
    // is made in this round.
    result<void> note_exposed(const std::vector<std::string>& because);
    bool is_exposed(const std::string& item) const { return rounds_.is_exposed(item); }

    // The reports of earlier runs, JSON, the oldest first.
    std::vector<std::filesystem::path> reports() const;

    // Reports of earlier runs stay. The file that people read, or why it cannot be written.
    result<std::filesystem::path> write_report(const std::string& markdown, const std::string& json) const;

private:
    lockdown_folder(std::filesystem::path folder, lockdown_secrets secrets)
        : folder_(std::move(folder)), secrets_(std::move(secrets))
    {
    }

    std::filesystem::path folder_;
    lockdown_secrets secrets_;
    bool continued_ = false;
    lockdown_rounds rounds_;
};

}  // namespace trunkwarden
