#include "cli/account_drafts.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <map>
#include <set>
#include <utility>

#include "cli/settings_template.hpp"
#include "loading/loading.hpp"
#include "support/ascii.hpp"
#include "support/yaml/closest_match.hpp"
#include "support/yaml/quoted_text.hpp"
#include "support/yaml/yaml_scalar.hpp"

namespace trunkwarden {
namespace {

constexpr std::array<std::string_view, 9> columns{"name",        "api_key_file",  "api_key_credential",
                                                  "api_key_env", "baseline_file", "managed_account_id",
                                                  "api_url",     "ca_file",       "organization_id"};
constexpr std::size_t max_rows = 10'000;

void add_line(std::string_view key, const std::string& value, std::string& to)
{
    if (!value.empty())
        to += fmt::format("{}: {}\n", key, yaml_scalar(value));
}

struct table_row {
    std::uint32_t line = 0;
    std::vector<std::string> fields;
};

// Takes one field off the front of the text, and says whether another follows in the row. A quote that is
// never closed takes the rest.
class table_scanner {
public:
    explicit table_scanner(std::string_view text) : rest_(text) {}

    bool at_end() const { return rest_.empty(); }
    bool has_open_quote() const { return has_open_quote_; }

    table_row next()
    {
        table_row out{line_, {}};
        do
            out.fields.push_back(next_field());
        while (take(','));
        take('\r');
        if (take('\n'))
            ++line_;
        return out;
    }

private:
    bool take(char wanted)
    {
        const bool is_there = rest_.starts_with(wanted);
        rest_.remove_prefix(is_there ? 1 : 0);
        return is_there;
    }

    std::string quoted_field()
    {
        std::string out;
        while (!rest_.empty()) {
            if (take('"')) {
                if (!take('"'))
                    return out;
                out += '"';
                continue;
            }
            line_ += rest_.front() == '\n' ? 1U : 0U;
            out += rest_.front();
            rest_.remove_prefix(1);
        }
        has_open_quote_ = true;
        return out;
    }

    std::string next_field()
    {
        while (take(' ') || take('\t'))
            ;
        std::string out = take('"') ? quoted_field() : std::string();
        const auto end = std::min(rest_.find_first_of(",\r\n"), rest_.size());
        out += rest_.substr(0, end);
        rest_.remove_prefix(end);
        out.resize(out.find_last_not_of(" \t") + 1);
        return out;
    }

    std::string_view rest_;
    std::uint32_t line_ = 1;
    bool has_open_quote_ = false;
};

class table_reader {
public:
    table_reader(std::string_view text, std::string file) : scanner_(text), file_(std::move(file)) {}

    table_reading read()
    {
        if (scanner_.at_end() || !take_heads(scanner_.next()))
            complain({1, 1}, fmt::format("the first line names the columns: name, and any of {}",
                                         fmt::join(columns.begin() + 1, columns.end(), ", ")));
        else
            while (!scanner_.at_end() && out_.drafts.size() <= max_rows)
                take_row(scanner_.next());
        if (scanner_.has_open_quote())
            complain({0, 0}, "a quote is opened and never closed");
        if (out_.drafts.size() > max_rows)
            complain({0, 0}, fmt::format("the table has more than {} accounts; divide it", max_rows));
        if (out_.drafts.empty() && out_.problems.empty())
            complain({1, 1}, "the table has no account: write a row for each below the names of the columns");
        return std::move(out_);
    }

private:
    void complain(text_position at, std::string message)
    {
        out_.problems.push_back({file_, at, std::move(message)});
    }

    bool take_heads(table_row row)
    {
        for (const auto& head : row.fields) {
            if (std::ranges::find(columns, head) == columns.end())
                complain({row.line, 1},
                         fmt::format("unknown column {}{}", quoted_text(head), suggestion(head, columns)));
            if (std::ranges::count(row.fields, head) > 1)
                complain({row.line, 1}, fmt::format("the column {} is there twice", quoted_text(head)));
        }
        heads_ = std::move(row.fields);
        return std::ranges::find(heads_, "name") != heads_.end();
    }

    std::string field_of(const table_row& row, std::string_view column) const
    {
        const auto at = static_cast<std::size_t>(std::ranges::find(heads_, column) - heads_.begin());
        return at < heads_.size() ? row.fields[at] : std::string();
    }

    void take_row(table_row row)
    {
        if (row.fields.size() == 1 && row.fields.front().empty())
            return;
        const text_position here{row.line, 1};
        if (row.fields.size() != heads_.size())
            return complain(here, fmt::format("the row has {} fields, and there are {} columns",
                                              row.fields.size(), heads_.size()));
        account_draft draft;
        draft.from = here;
        draft.name = field_of(row, "name");
        draft.organization_id = field_of(row, "organization_id");
        if (auto fault = fault_of_account_name(draft.name))
            return complain(here, fmt::format("{} is no name: {}", quoted_text(draft.name), *fault));
        const auto [first, is_new] = lines_.try_emplace(draft.name, row.line);
        if (!is_new)
            return complain(here, fmt::format("the name {} is taken already, in line {}",
                                              quoted_text(draft.name), first->second));
        for (const auto column : columns) {
            auto value = field_of(row, column);
            if (column == "baseline_file" && value.empty())
                value = fmt::format("../baselines/{}.yml", draft.name);
            if (column != "organization_id")
                add_line(column, value, draft.text);
        }
        out_.drafts.push_back(std::move(draft));
    }

    table_scanner scanner_;
    std::string file_;
    std::vector<std::string> heads_;
    std::map<std::string, std::uint32_t> lines_;  // by name
    table_reading out_;
};

// "Acme, Berlin" as acme-berlin.
std::string account_name_of(std::string_view label)
{
    constexpr std::size_t longest = 40;
    std::string out;
    for (const char c : to_lower(std::string(label.substr(0, 4 * longest)))) {
        if (is_lower(c) || is_digit(c))
            out += c;
        else if (!out.empty() && !out.ends_with('-'))
            out += '-';
    }
    out.resize(std::min(out.size(), longest));
    while (out.ends_with('-'))
        out.pop_back();
    return out;
}

std::string free_name(const unwatched_account& managed, const name_check& is_taken)
{
    constexpr std::size_t enough_of_id = 8;
    const auto id = account_name_of(std::string_view(managed.id).substr(0, enough_of_id));
    const auto label = account_name_of(managed.name);
    const auto first = label.empty() ? "managed-" + id : label;
    auto out = first;
    for (int number = 2; is_taken(out, managed); ++number)
        out = number == 2 ? fmt::format("{}-{}", first, id) : fmt::format("{}-{}-{}", first, id, number);
    return out;
}

void add_file(std::string_view key, const std::filesystem::path& file, std::string& to)
{
    if (!file.empty())
        add_line(key, whole_name(file).string(), to);
}

// The way to the API, which a managed account shares with its manager.
std::string way_of(const account_settings& manager)
{
    std::string out;
    add_file("api_key_file", manager.api_key.file, out);
    add_line("api_key_credential", manager.api_key.credential, out);
    add_line("api_key_env", manager.api_key.environment, out);
    if (manager.api_url != account_settings().api_url)
        add_line("api_url", manager.api_url, out);
    add_file("ca_file", manager.ca_file, out);
    const auto& way = manager.connection;
    if (!way.tls_config.cert_file.empty())
        out += fmt::format("tls_config: {{cert_file: {}, key_file: {}}}\n",
                           yaml_scalar(whole_name(way.tls_config.cert_file).string()),
                           yaml_scalar(whole_name(way.tls_config.key_file).string()));
    add_line("proxy_url", way.proxy_url, out);
    add_file("proxy_url_file", way.proxy_url_file, out);
    if (way.proxy_from_environment)
        out += "proxy_from_environment: true\n";
    add_file("http_headers_file", way.http_headers_file, out);
    return out;
}

}  // namespace

table_reading read_account_table(std::string_view text, const std::filesystem::path& file)
{
    return table_reader(without_byte_order_mark(text), file.string()).read();
}

std::vector<account_draft> drafts_of(const std::vector<unwatched_account>& managed,
                                     const account_settings& manager, const name_check& is_taken)
{
    const auto way = way_of(manager);
    std::set<std::string> given;
    const name_check is_gone = [&given, &is_taken](const std::string& name,
                                                   const unwatched_account& account) {
        return given.contains(name) || is_taken(name, account);
    };
    std::vector<account_draft> out;
    for (const auto& found : managed) {
        account_draft draft;
        draft.name = free_name(found, is_gone);
        given.insert(draft.name);
        add_line("name", draft.name, draft.text);
        draft.text += way;
        add_line("managed_account_id", found.id, draft.text);
        add_line("baseline_file", fmt::format("../baselines/{}.yml", draft.name), draft.text);
        out.push_back(std::move(draft));
    }
    return out;
}

}  // namespace trunkwarden
