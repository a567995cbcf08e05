#include "containment/lockdown_folder.hpp"

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <fcntl.h>
#include <fmt/format.h>
#include <fstream>
#include <optional>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

#include "containment/json_path.hpp"
#include "support/atomic_write.hpp"
#include "support/escape.hpp"
#include "support/json_view.hpp"

namespace trunkwarden {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

constexpr std::string_view journal_name = "journal.jsonl";

failure cannot(const fs::path& file, std::string_view why)
{
    return {errc::bad_file, fmt::format("{}: {}; --directory names another folder for the incident",
                                        printable(file.string(), 1000), why)};
}

failure cannot(const fs::path& file, int why)
{
    return cannot(file, std::generic_category().message(why));
}

class open_file {
public:
    open_file(const fs::path& file, int flags)
        : descriptor_(::open(file.c_str(), flags | O_CLOEXEC | O_NOFOLLOW, 0600))
    {
    }
    ~open_file()
    {
        if (descriptor_ >= 0)
            ::close(descriptor_);
    }
    open_file(const open_file&) = delete;
    open_file& operator=(const open_file&) = delete;

    int number() const { return descriptor_; }
    bool is_open() const { return descriptor_ >= 0; }
    bool sync() const { return ::fsync(descriptor_) == 0; }

    bool write_and_sync(std::string_view text) const
    {
        if (descriptor_ < 0)
            return false;
        while (!text.empty()) {
            const auto wrote = ::write(descriptor_, text.data(), text.size());
            if (wrote < 0 && errno == EINTR)
                continue;
            if (wrote <= 0)
                return false;
            text.remove_prefix(static_cast<std::size_t>(wrote));
        }
        return sync();
    }

private:
    int descriptor_;
};

constexpr int to_read_a_folder = O_RDONLY | O_DIRECTORY;

bool sync_folder(const fs::path& folder)
{
    const open_file opened(folder.empty() ? "." : folder, to_read_a_folder);
    return opened.is_open() && opened.sync();
}

std::string prefix_for(const std::string& account)
{
    return "lockdown-" + account + "-";
}

// Why it is not the owner's own; nothing when it is.
std::optional<std::string> why_not_own(const struct stat& about)
{
    if (about.st_uid != ::geteuid())
        return fmt::format("it belongs to user {}, and this is user {}", about.st_uid, ::geteuid());
    if ((about.st_mode & 077U) != 0)
        return fmt::format("others may use it (mode {:o})", about.st_mode & 07777U);
    return std::nullopt;
}

// The folder itself, not one that a link leads to.
result<void> check_folder(const fs::path& folder)
{
    const open_file opened(folder, to_read_a_folder);
    struct stat about {};
    if (!opened.is_open() && (errno == ELOOP || errno == ENOTDIR))
        return cannot(folder, "it is no folder but a link or a file");
    if (!opened.is_open() || ::fstat(opened.number(), &about) != 0)
        return cannot(folder, errno);
    if (const auto why = why_not_own(about))
        return cannot(folder, *why);
    return {};
}

// Every file in it that is read or written to.
result<void> check_files(const fs::path& folder)
{
    constexpr std::array<std::string_view, 4> names{journal_name, "evidence.jsonl", "secrets.jsonl",
                                                    "credentials.txt"};
    for (const auto name : names) {
        const auto file = folder / name;
        struct stat about {};
        if (::lstat(file.c_str(), &about) != 0) {
            if (errno == ENOENT)
                continue;
            return cannot(file, errno);
        }
        if (!S_ISREG(about.st_mode) || about.st_nlink != 1)
            return cannot(file, "it is no file of its own but a link or something else");
        if (const auto why = why_not_own(about))
            return cannot(file, *why);
    }
    return {};
}

// Without the slash at the end, with which the system follows a link.
fs::path name_of_folder(const fs::path& given)
{
    auto out = given.lexically_normal();
    return out.has_filename() ? out : out.parent_path();
}

// Whether it was made now. A folder of which the disk does not know is lost with all that is in it.
result<bool> make_folder(const fs::path& folder)
{
    std::error_code why;
    if (folder.has_parent_path())
        fs::create_directories(folder.parent_path(), why);
    if (why)
        return cannot(folder, why.value());
    if (::mkdir(folder.c_str(), 0700) != 0) {
        if (errno == EEXIST)
            return false;
        return cannot(folder, errno);
    }
    if (!sync_folder(folder.parent_path()))
        return cannot(folder, errno);
    return true;
}

// A process that ended while it wrote left half of a new file with secrets behind.
void remove_halves(const fs::path& folder)
{
    constexpr std::size_t digits = 8;  // of a temporary name of atomic_write()
    std::error_code ignored;
    for (const auto& one : fs::directory_iterator(folder, ignored)) {
        const auto name = one.path().filename().string();
        for (const std::string_view of : {"secrets.jsonl.", "credentials.txt."})
            if (name.starts_with(of) && name.size() == of.size() + digits &&
                name.find_first_not_of("0123456789abcdef", of.size()) == std::string::npos)
                fs::remove(one.path(), ignored);
    }
}

// Without anything in it but a journal.
bool is_unused(const fs::path& folder)
{
    std::error_code failed;
    for (const auto& one : fs::directory_iterator(folder, failed))
        if (one.path().filename() != journal_name)
            return false;
    return !failed;
}

struct journal_lines {
    std::vector<json::object> lines;
    bool ends_in_a_line = true;
};

// A line that a crash cut off says nothing: what it was about was not sent.
journal_lines read_journal(const fs::path& file)
{
    journal_lines out;
    std::ifstream from(file, std::ios::binary);
    for (std::string line; std::getline(from, line);) {
        out.ends_in_a_line = !from.eof();
        if (!out.ends_in_a_line)
            break;
        json::error_code failed;
        auto parsed = json::parse(line, failed);
        if (!failed && parsed.is_object())
            out.lines.push_back(std::move(parsed.get_object()));
    }
    return out;
}

// The account of the first line that names one; "" when none does.
std::string account_in(const std::vector<json::object>& lines)
{
    for (const auto& line : lines)
        if (auto account = text_at(line, "account"); !account.empty())
            return account;
    return {};
}

// 0 when it is none. What was just made is unsigned, and what was read is not.
unsigned number_in(const json::object& line, std::string_view member)
{
    const auto* value = line.if_contains(view(member));
    constexpr std::uint64_t most = 1'000'000;
    if (value == nullptr)
        return 0;
    json::error_code no_number;
    const auto number = value->to_number<std::uint64_t>(no_number);
    return no_number || number > most ? 0 : static_cast<unsigned>(number);
}

json::array array_of(const std::vector<std::string>& of)
{
    json::array out;
    out.reserve(of.size());
    for (const auto& one : of)
        out.emplace_back(view(one));
    return out;
}

std::string evidence_item(std::string_view resource)
{
    return fmt::format("evidence/{}", resource);
}

// Makes it when it is not there. Fails, and changes nothing, when it or a file in it is not ours alone.
result<void> make_own_folder(const fs::path& folder)
{
    const auto made = make_folder(folder);
    if (!made)
        return made.error();
    if (auto own = check_folder(folder); !own)
        return own.error();
    return check_files(folder);
}

}  // namespace

fs::path lockdown_folder::recent(const fs::path& parent, const std::string& account, time_point now)
{
    constexpr auto one_incident = std::chrono::hours(24);
    const auto oldest = fresh(parent, account, now - one_incident).filename().string();
    std::vector<std::string> found;
    std::error_code unreadable;
    for (const auto& one : fs::directory_iterator(parent.empty() ? "." : parent, unreadable)) {
        auto name = one.path().filename().string();
        const bool is_ours = name.size() == oldest.size() && name.starts_with(prefix_for(account));
        if (is_ours && name >= oldest)
            found.push_back(std::move(name));
    }
    return found.empty() ? fs::path() : parent / *std::ranges::max_element(found);
}

fs::path lockdown_folder::fresh(const fs::path& parent, const std::string& account, time_point now)
{
    auto stamp = rfc3339(std::chrono::floor<std::chrono::seconds>(now));
    std::erase_if(stamp, [](char c) { return c == '-' || c == ':'; });
    return parent / (prefix_for(account) + stamp);
}

result<lockdown_folder> lockdown_folder::open(const fs::path& at, const std::string& account)
{
    const auto folder = name_of_folder(at);
    if (auto own = make_own_folder(folder); !own)
        return own.error();
    const auto before = read_journal(folder / journal_name);
    const auto whose = account_in(before.lines);
    if (!whose.empty() && whose != account)
        return cannot(folder, fmt::format("it is the folder of an incident of account {}, not of {}",
                                          printable(whose), account));
    if (whose.empty() && (!before.lines.empty() || !is_unused(folder)))
        return cannot(folder, "it holds other things than an incident of this account");
    if (!whose.empty())
        remove_halves(folder);
    auto secrets = lockdown_secrets::read(folder, account);
    if (!secrets)
        return secrets.error();
    lockdown_folder out(folder, std::move(*secrets));
    out.continued_ = !whose.empty();
    for (const auto& line : before.lines)
        out.note(line);
    if (!before.ends_in_a_line)
        if (auto ended = out.append(folder / journal_name, "\n"); !ended)
            return ended.error();
    json::object first;
    first["account"] = view(account);
    first["event"] = out.continued_ ? "continued" : "began";
    if (const auto begun = out.journal(first); !begun)
        return begun.error();
    if (!sync_folder(folder))
        return cannot(folder, errno);
    return out;
}

result<void> lockdown_folder::append(const fs::path& file, const std::string& text) const
{
    errno = 0;
    if (open_file(file, O_WRONLY | O_CREAT | O_APPEND).write_and_sync(text))
        return {};
    return cannot(file, errno);
}

result<void> lockdown_folder::add_evidence(std::string_view resource, const std::string& lines, bool is_whole)
{
    if (auto written = append(folder_ / "evidence.jsonl", lines); !written)
        return written;
    if (!sync_folder(folder_))
        return cannot(folder_, errno);
    json::object line;
    const auto item = evidence_item(resource);
    line["item"] = view(item);
    line["state"] = is_whole ? "done" : "failed";
    return journal(line);
}

bool lockdown_folder::has_evidence(std::string_view resource) const
{
    return done_.contains(evidence_item(resource));
}

bool lockdown_folder::is_done(const std::string& item) const
{
    const auto found = done_.find(item);
    return found != done_.end() && found->second >= round_of(item);
}

unsigned lockdown_folder::round_of(const std::string& item) const
{
    const auto found = due_.find(item);
    return found == due_.end() ? 1 : found->second;
}

result<void> lockdown_folder::rotate_again(const std::vector<std::string>& items)
{
    const bool is_under_way =
        last_round_ > 1 && exposed_round_ < last_round_ &&
        std::ranges::all_of(items, [this](const std::string& item) { return round_of(item) == last_round_; });
    if (is_under_way &&
        !std::ranges::all_of(items, [this](const std::string& item) { return is_done(item); }))
        return {};
    json::object line;
    line["event"] = "rotate_again";
    line["round"] = last_round_ + 1;
    line["items"] = array_of(items);
    return journal(line);
}

result<void> lockdown_folder::note_exposed(const std::vector<std::string>& because)
{
    json::object line;
    line["event"] = "exposed";
    line["round"] = last_round_;
    line["because"] = array_of(because);
    return journal(line);
}

// What a line of the journal means for the next run.
void lockdown_folder::note(const json::object& line)
{
    const auto round = number_in(line, "round");
    const auto event = text_at(line, "event");
    if (text_at(line, "state") == "done")
        done_[text_at(line, "item")] = std::max(round, 1U);
    if (event == "exposed")
        exposed_round_ = std::max(exposed_round_, round);
    const auto* items = line.if_contains("items");
    if (event != "rotate_again" || items == nullptr || !items->is_array())
        return;
    last_round_ = std::max(last_round_, round);
    for (const auto& item : items->get_array())
        if (item.is_string())
            due_[std::string(item.get_string())] = round;
}

result<void> lockdown_folder::journal(const json::object& line)
{
    auto dated = line;
    const auto at = rfc3339(std::chrono::system_clock::now());
    dated["at"] = view(at);
    if (auto written = append(folder_ / journal_name, json::serialize(dated) + '\n'); !written)
        return written;
    note(dated);
    return {};
}

result<fs::path> lockdown_folder::write_report(const std::string& markdown, const std::string& json) const
{
    std::string name = "report";
    std::error_code ignored;
    for (unsigned number = 2; fs::exists(folder_ / (name + ".md"), ignored); ++number)
        name = fmt::format("report-{}", number);
    if (const auto written = atomic_write(folder_ / (name + ".json"), json, 0600); !written)
        return written.error();
    if (const auto written = atomic_write(folder_ / (name + ".md"), markdown, 0600); !written)
        return written.error();
    return folder_ / (name + ".md");
}

}  // namespace trunkwarden
