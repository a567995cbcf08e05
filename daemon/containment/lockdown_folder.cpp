#include "containment/lockdown_folder.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <openssl/rand.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <fcntl.h>
#include <fmt/format.h>
#include <fstream>
#include <stdexcept>
#include <system_error>
#include <unistd.h>
#include <utility>
#include <vector>

#include "containment/json_path.hpp"
#include "support/atomic_write.hpp"

namespace trunkwarden {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

failure cannot(const fs::path& file, int why)
{
    return {errc::bad_file, fmt::format("{}: {}; --directory names another folder for the incident",
                                        file.string(), std::generic_category().message(why))};
}

class open_file {
public:
    explicit open_file(const fs::path& file)
        : descriptor_(::open(file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600))
    {
    }
    ~open_file()
    {
        if (descriptor_ >= 0)
            ::close(descriptor_);
    }
    open_file(const open_file&) = delete;
    open_file& operator=(const open_file&) = delete;

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
        return ::fsync(descriptor_) == 0;
    }

private:
    int descriptor_;
};

std::string prefix_for(const std::string& account)
{
    return "lockdown-" + account + "-";
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

result<lockdown_folder> lockdown_folder::open(const fs::path& folder, const std::string& account)
{
    std::error_code why;
    lockdown_folder out(folder);
    out.continued_ = fs::exists(folder / "journal.jsonl", why);
    fs::create_directories(folder, why);
    if (why)
        return cannot(folder, why.value());
    fs::permissions(folder, fs::perms::owner_all, why);
    if (why)
        return cannot(folder, why.value());
    json::object first;
    first["account"] = json::string_view(account.data(), account.size());
    first["event"] = out.continued_ ? "continued" : "began";
    if (const auto begun = out.journal(first); !begun)
        return begun.error();
    out.read_journal();
    out.read_credentials();
    return out;
}

result<void> lockdown_folder::append(const fs::path& file, const std::string& text) const
{
    errno = 0;
    if (open_file(file).write_and_sync(text))
        return {};
    return cannot(file, errno);
}

result<void> lockdown_folder::add_evidence(const std::string& lines)
{
    return append(folder_ / "evidence.jsonl", lines);
}

bool lockdown_folder::has_evidence() const
{
    return done_.contains("evidence");
}

void lockdown_folder::note_done(const json::object& line)
{
    if (text_at(line, "state") == "done")
        done_.insert(text_at(line, "item"));
}

result<void> lockdown_folder::journal(const json::object& line)
{
    auto dated = line;
    const auto at = rfc3339(std::chrono::system_clock::now());
    dated["at"] = json::string_view(at.data(), at.size());
    note_done(dated);
    return append(folder_ / "journal.jsonl", json::serialize(dated) + '\n');
}

// A line that a crash cut off says nothing.
void lockdown_folder::read_journal()
{
    std::ifstream from(folder_ / "journal.jsonl");
    for (std::string line; std::getline(from, line);) {
        json::error_code failed;
        const auto parsed = json::parse(line, failed);
        if (!failed && parsed.is_object())
            note_done(parsed.get_object());
    }
}

// "KEY<tab>WHAT<tab>SECRET"
void lockdown_folder::read_credentials()
{
    std::ifstream from(credentials());
    for (std::string line; std::getline(from, line);) {
        const auto first = line.find('\t');
        const auto last = line.rfind('\t');
        if (first != std::string::npos && last > first)
            secrets_.insert_or_assign(line.substr(0, first), secret(line.substr(last + 1)));
    }
}

result<void> lockdown_folder::keep_secret(const std::string& item, const std::string& what,
                                          const secret& made)
{
    std::error_code ignored;
    const bool is_new = !fs::exists(credentials(), ignored);
    auto line = fmt::format("{}{}\t{}\t{}\n",
                            is_new ? "# New secrets: item, what it is for, secret. Give them to whoever "
                                     "needs them, then delete this file.\n"
                                   : "",
                            item, what, made.reveal());
    auto written = append(credentials(), line);
    std::ranges::fill(line, '\0');
    if (written)
        secrets_.insert_or_assign(item, made);
    return written;
}

result<secret> lockdown_folder::secret_for(const std::string& item, const std::string& what)
{
    if (const auto known = secrets_.find(item); known != secrets_.end())
        return known->second;
    auto fresh = random_password();
    if (const auto kept = keep_secret(item, what, fresh); !kept)
        return kept.error();
    return fresh;
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

secret random_password()
{
    constexpr std::string_view letters = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";
    constexpr std::size_t length = 32;
    std::string out;
    out.reserve(length + 1);
    while (out.size() < length) {
        unsigned char byte = 0;
        if (RAND_bytes(&byte, 1) != 1)
            throw std::runtime_error("the system's random source gave nothing: no password can be made");
        if (byte < 256 / letters.size() * letters.size())  // each as likely as any other
            out += letters[byte % letters.size()];
    }
    return secret(std::move(out));
}

}  // namespace trunkwarden
