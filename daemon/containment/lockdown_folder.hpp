#pragma once

#include <boost/json/object.hpp>

#include <filesystem>
#include <map>
#include <set>
#include <string>

#include "support/clock.hpp"
#include "support/result.hpp"
#include "support/secret.hpp"

namespace trunkwarden {

// The folder of one incident (mode 0700): what a lockdown saw and did, and the new secrets. What is written
// here is on the disk before the account is changed, so that the next run goes on where this one ended.
//   evidence.jsonl    every object as it was, a line each, secrets as "(secret)"
//   journal.jsonl     every item, before it is carried out and after
//   credentials.txt   new secrets, mode 0600
//   report.md, report.json, and report-2.md and so on of later runs
class lockdown_folder {
public:
    // Makes the folder, or goes on in one that is there. Fails with bad_file.
    static result<lockdown_folder> open(const std::filesystem::path& folder, const std::string& account);

    // The newest folder of this account below `parent`, of the last day: what was done for this incident is
    // not done again, new passwords above all. "" when there is none.
    static std::filesystem::path recent(const std::filesystem::path& parent, const std::string& account,
                                        time_point now);
    static std::filesystem::path fresh(const std::filesystem::path& parent, const std::string& account,
                                       time_point now);

    const std::filesystem::path& path() const { return folder_; }
    std::filesystem::path credentials() const { return folder_ / "credentials.txt"; }
    bool is_continued() const { return continued_; }

    result<void> add_evidence(const std::string& lines);
    bool has_evidence() const;
    result<void> journal(const boost::json::object& line);

    // What an earlier run in this folder has finished.
    bool is_done(const std::string& item) const { return done_.contains(item); }

    // The secret that was written down for an item before; else a fresh one, which is written down now.
    result<secret> secret_for(const std::string& item, const std::string& what);
    // One that the API made.
    result<void> keep_secret(const std::string& item, const std::string& what, const secret& made);

    // Reports of earlier runs stay. The file that people read, or why it cannot be written.
    result<std::filesystem::path> write_report(const std::string& markdown, const std::string& json) const;

private:
    explicit lockdown_folder(std::filesystem::path folder) : folder_(std::move(folder)) {}
    result<void> append(const std::filesystem::path& file, const std::string& text) const;
    void note_done(const boost::json::object& line);
    void read_journal();
    void read_credentials();

    std::filesystem::path folder_;
    bool continued_ = false;
    std::set<std::string> done_;
    std::map<std::string, secret> secrets_;
};

// 32 letters and digits from the system's random source, without those that are read for each other.
secret random_password();

}  // namespace trunkwarden
