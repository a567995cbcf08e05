#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>

#include <cstdint>
#include <cstdio>
#include <exception>
#include <fstream>
#include <limits>
#include <simdjson.h>
#include <stdexcept>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

// The program that a good C++ programmer would write in an afternoon instead of trunkwarden, to measure it
// against: the same lists over one kept TLS connection, parsed by simdjson on demand, a few fields of each
// object in a map by id. It compares with nothing, limits nothing and survives nothing.
//
//   bare_sweep HOST PORT CA_FILE KEY_FILE < lists
//
// Each line of `lists` is the target of a list's first page.

namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
namespace ssl = boost::asio::ssl;
namespace ondemand = simdjson::ondemand;
using tcp = asio::ip::tcp;

struct remembered {
    std::string status;
    std::string connection_id;
    std::string messaging_profile_id;
    std::string updated_at;
};
using objects = std::unordered_map<std::string, remembered>;

class connection {
public:
    connection(std::string host, const std::string& port, const std::string& ca_file, std::string key)
        : host_(std::move(host)), key_(std::move(key)), stream_(io_, trust(ca_file))
    {
        stream_.set_verify_callback(ssl::host_name_verification(host_));
        tcp::resolver names(io_);
        asio::connect(stream_.next_layer(), names.resolve(host_, port));
        stream_.next_layer().set_option(tcp::no_delay(true));
        stream_.handshake(ssl::stream_base::client);
    }

    // With room behind it for simdjson to read into.
    std::string get(const std::string& target)
    {
        http::request<http::empty_body> request(http::verb::get, target, 11);
        request.set(http::field::host, host_);
        request.set(http::field::authorization, key_);
        http::write(stream_, request);
        http::response_parser<http::string_body> parser;
        parser.body_limit(std::numeric_limits<std::uint64_t>::max());
        http::read(stream_, received_, parser);
        if (parser.get().result() != http::status::ok)
            throw std::runtime_error(target + ": status " + std::to_string(parser.get().result_int()));
        auto body = std::move(parser.get().body());
        body.reserve(body.size() + simdjson::SIMDJSON_PADDING);
        return body;
    }

private:
    ssl::context& trust(const std::string& ca_file)
    {
        context_.set_verify_mode(ssl::verify_peer);
        context_.load_verify_file(ca_file);
        return context_;
    }

    std::string host_;
    std::string key_;
    asio::io_context io_{1};
    ssl::context context_{ssl::context::tls_client};
    ssl::stream<tcp::socket> stream_;
    boost::beast::flat_buffer received_{1U << 20U};
};

std::string text(ondemand::object& item, std::string_view name)
{
    std::string_view value;
    return item[name].get_string().get(value) == simdjson::SUCCESS ? std::string(value) : std::string();
}

std::string id_of(ondemand::object& item)
{
    auto id = text(item, "id");
    return id.empty() ? text(item, "client_id") : id;
}

void remember(ondemand::object item, objects& all)
{
    auto id = id_of(item);
    if (id.empty())
        id = std::to_string(all.size());
    auto& kept = all[std::move(id)];
    kept.status = text(item, "status");
    kept.connection_id = text(item, "connection_id");
    kept.messaging_profile_id = text(item, "messaging_profile_id");
    kept.updated_at = text(item, "updated_at");
}

// Takes one page, and returns how many the list has.
std::uint64_t take(const std::string& body, ondemand::parser& parser, objects& all)
{
    auto document = parser.iterate(body.data(), body.size(), body.capacity());
    if (document.type() == ondemand::json_type::array) {
        for (ondemand::object item : document.get_array())
            remember(item, all);
        return 1;
    }
    auto data = document["data"];
    if (data.type() == ondemand::json_type::array)
        for (ondemand::object item : data.get_array())
            remember(item, all);
    else
        remember(data.get_object(), all);
    std::uint64_t pages = 1;
    return document["meta"]["total_pages"].get(pages) == simdjson::SUCCESS ? pages : 1;
}

std::string page_of(std::string target, std::uint64_t page)
{
    constexpr std::string_view first = "page%5Bnumber%5D=1";
    const auto at = target.find(first);
    return at == std::string::npos ? target : target.replace(at + first.size() - 1, 1, std::to_string(page));
}

void sweep(connection& api)
{
    std::unordered_map<std::string, objects> account;
    ondemand::parser parser;
    std::size_t pages = 0, count = 0;
    char line[512];
    while (std::fgets(line, sizeof line, stdin) != nullptr) {
        std::string target(line);
        target.erase(target.find_last_not_of('\n') + 1);
        auto& all = account[target];
        for (std::uint64_t page = 1, last = 1; page <= last; ++page, ++pages)
            last = take(api.get(page_of(target, page)), parser, all);
        count += all.size();
    }
    std::printf("%zu lists, %zu pages, %zu objects\n", account.size(), pages, count);
}

std::string line_of(const char* file)
{
    std::ifstream in(file);
    std::string line;
    if (!std::getline(in, line))
        throw std::runtime_error(std::string(file) + ": cannot be read");
    return line;
}

}  // namespace

int main(int argc, char** argv)
{
    if (argc != 5) {
        std::fputs("usage: bare_sweep HOST PORT CA_FILE KEY_FILE < lists\n", stderr);
        return 1;
    }
    try {
        connection api(argv[1], argv[2], argv[3], "Bearer " + line_of(argv[4]));
        sweep(api);
        return 0;
    } catch (const std::exception& wrong) {
        std::fprintf(stderr, "bare_sweep: %s\n", wrong.what());
        return 1;
    }
}
