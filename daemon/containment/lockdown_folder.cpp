#include "containment/lockdown_folder.hpp"

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <fstream>
#include <system_error>

#include "containment/json_path.hpp"
#include "containment/private_folder.hpp"
#include "support/atomic_write.hpp"
#include "support/escape.hpp"
#include "support/json_view.hpp"

namespace trunkwarden {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

constexpr std::string_view journal_name = "journal.jsonl";
constexpr std::string_view evidence_name = "evidence.jsonl";

// Every file in the folder that is read or written to.
constexpr std::array file_names{journal_name, evidence_name, std::string_view("secrets.jsonl"),
                                std::string_view("credentials.txt")};

std::string prefix_for(const std::string& account)
{
    return "lockdown-" + account + "-";
}

// Without the slash at the end, with which the system follows a link.
fs::path name_of_folder(const fs::path& given)
{
    auto out = given.lexically_normal();
    return out.has_filename() ? out : out.parent_path();
}

// A process that ended while it wrote left half of a new file with secrets behind.
void remove_halves(const fs::path& folder)
{
    constexpr std::size_t digits = 8;  // of a temporary name of atomic_write()
    std::error_code ignored;
    for (const auto& file : fs::directory_iterator(folder, ignored)) {
        const auto name = file.path().filename().string();
        for (const std::string_view prefix : {"secrets.jsonl.", "credentials.txt."})
            if (name.starts_with(prefix) && name.size() == prefix.size() + digits &&
                name.find_first_not_of("0123456789abcdef", prefix.size()) == std::string::npos)
                fs::remove(file.path(), ignored);
    }
}

// Without anything in it but a journal.
bool is_unused(const fs::path& folder)
{
    std::error_code failed;
    for (const auto& file : fs::directory_iterator(folder, failed))
        if (file.path().filename() != journal_name)
            return false;
    return !failed;
}

struct journal_lines {
    std::vector<json::object> lines;
    bool ends_in_a_line = true;
};

// A line that a crash cut off says nothing: its request was not sent.
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

json::array array_of(const std::vector<std::string>& texts)
{
    json::array out;
    out.reserve(texts.size());
    for (const auto& file : texts)
        out.emplace_back(view(file));
    return out;
}

std::string report_name(unsigned number)
{
    return number == 1 ? std::string("report") : fmt::format("report-{}", number);
}

std::string evidence_item(std::string_view resource)
{
    return fmt::format("evidence/{}", resource);
}

}  // namespace

fs::path lockdown_folder::recent(const fs::path& parent, const std::string& account, time_point now)
{
    constexpr auto one_incident = std::chrono::hours(24);
    const auto oldest = fresh(parent, account, now - one_incident).filename().string();
    std::vector<std::string> found;
    std::error_code unreadable;
    for (const auto& file : fs::directory_iterator(parent.empty() ? "." : parent, unreadable)) {
        auto name = file.path().filename().string();
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
    if (auto own = make_private_folder(folder, file_names); !own)
        return own.error();
    const auto before = read_journal(folder / journal_name);
    const auto whose = account_in(before.lines);
    if (!whose.empty() && whose != account)
        return cannot_use(folder, fmt::format("it is the folder of an incident of account {}, not of {}",
                                              printable(whose), account));
    if (whose.empty() && (!before.lines.empty() || !is_unused(folder)))
        return cannot_use(folder, "it holds other things than an incident of this account");
    if (!whose.empty())
        remove_halves(folder);
    auto secrets = lockdown_secrets::read(folder, account);
    if (!secrets)
        return secrets.error();
    lockdown_folder out(folder, std::move(*secrets));
    out.continued_ = !whose.empty();
    for (const auto& line : before.lines)
        out.rounds_.note(line);
    if (!before.ends_in_a_line)
        if (auto ended = append_and_sync(folder / journal_name, "\n"); !ended)
            return ended.error();
    json::object first;
    first["account"] = view(account);
    first["event"] = out.continued_ ? "continued" : "began";
    if (const auto begun = out.journal(first); !begun)
        return begun.error();
    if (auto synced = sync_folder(folder); !synced)
        return synced.error();
    return out;
}

result<void> lockdown_folder::add_evidence(std::string_view resource, const std::string& lines, bool is_whole)
{
    if (auto written = append_and_sync(folder_ / evidence_name, lines); !written)
        return written;
    if (auto synced = sync_folder(folder_); !synced)
        return synced;
    json::object line;
    const auto item = evidence_item(resource);
    line["item"] = view(item);
    line["state"] = is_whole ? "done" : "failed";
    return journal(line);
}

bool lockdown_folder::has_evidence(std::string_view resource) const
{
    return rounds_.is_done(evidence_item(resource));
}

result<void> lockdown_folder::rotate_again(const std::vector<std::string>& items)
{
    if (rounds_.is_interrupted(items))
        return {};
    json::object line;
    line["event"] = "rotate_again";
    line["round"] = rounds_.last() + 1;
    line["items"] = array_of(items);
    return journal(line);
}

result<void> lockdown_folder::note_exposed(const std::vector<std::string>& because)
{
    json::object line;
    line["event"] = "exposed";
    line["round"] = rounds_.last();
    line["because"] = array_of(because);
    return journal(line);
}

result<void> lockdown_folder::journal(const json::object& line)
{
    auto dated = line;
    const auto at = rfc3339(std::chrono::system_clock::now());
    dated["at"] = view(at);
    if (auto written = append_and_sync(folder_ / journal_name, json::serialize(dated) + '\n'); !written)
        return written;
    rounds_.note(dated);
    return {};
}

std::vector<fs::path> lockdown_folder::reports() const
{
    std::vector<fs::path> out;
    std::error_code ignored;
    for (unsigned number = 1; fs::exists(folder_ / (report_name(number) + ".md"), ignored); ++number)
        out.push_back(folder_ / (report_name(number) + ".json"));
    return out;
}

result<fs::path> lockdown_folder::write_report(const std::string& markdown, const std::string& json) const
{
    const auto name = report_name(static_cast<unsigned>(reports().size()) + 1);
    if (const auto written = atomic_write(folder_ / (name + ".json"), json, 0600); !written)
        return written.error();
    if (const auto written = atomic_write(folder_ / (name + ".md"), markdown, 0600); !written)
        return written.error();
    return folder_ / (name + ".md");
}

}  // namespace trunkwarden
