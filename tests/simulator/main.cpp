#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <iostream>
#include <signal.h>
#include <stdexcept>
#include <string>
#include <vector>

#include "simulator/server.hpp"

namespace {

namespace simulator = trunkwarden::simulator;

struct arguments {
    std::string account_file;
    std::size_t numbers = 0;
    std::vector<std::string> managed;
    bool plain_http = false;
    std::uint64_t delay_ms = 0;
    std::string ca_file;
    std::string port_file;
    simulator::options options;
};

constexpr const char* example = R"(
Example:
  trunkwarden-simulator --account config/demo/account.yml --ca-file /tmp/ca.pem
  curl --cacert /tmp/ca.pem -H 'Authorization: Bearer KEY_simulated_0123456789' https://127.0.0.1:PORT/v2/ips
  curl --cacert /tmp/ca.pem -d '{"name": "add_ip"}' https://127.0.0.1:PORT/_simulator/attack
)";

void declare(CLI::App& app, arguments& given)
{
    auto* file =
        app.add_option("--account", given.account_file, "seed file (YAML)")->check(CLI::ExistingFile);
    app.add_option("--numbers", given.numbers, "generate an account with so many phone numbers")
        ->excludes(file);
    app.add_option("--port", given.options.port, "port on 127.0.0.1; 0 takes a free one");
    app.add_flag("--plain-http", given.plain_http, "no TLS");
    app.add_flag("--gzip", given.options.gzip, "compress lists for clients that accept it");
    app.add_option("--delay", given.delay_ms, "milliseconds before each answer");
    app.add_option("--rate-limit", given.options.rate_limit,
                   "requests a minute to each endpoint; told, and enforced by 429");
    app.add_flag("--mask-passwords", given.options.mask_passwords,
                 "show passwords of connections as ********, as newer accounts do");
    app.add_option("--managed-account", given.managed, "ID=FILE: a managed account and its seed file");
    app.add_option("--api-key", given.options.api_key, "the bearer key that is accepted");
    app.add_option("--ca-file", given.ca_file, "write the certificate authority here");
    app.add_option("--port-file", given.port_file, "write the port here once it is open");
    app.footer(example);
}

// A file that appears whole, or not at all.
void write_file(const std::string& path, const std::string& contents)
{
    const std::string fresh = path + ".new";
    std::ofstream out(fresh);
    if (!(out << contents) || !out.flush()) {
        throw std::runtime_error(fmt::format("{}: cannot be written", path));
    }
    out.close();
    std::filesystem::rename(fresh, path);
}

void run(const arguments& given, const sigset_t& signals)
{
    simulator::server running(given.account_file.empty() ? simulator::generate_account(given.numbers)
                                                         : simulator::load_account(given.account_file),
                              given.options);
    std::string ca = running.ca_file();
    if (!given.ca_file.empty() && !ca.empty()) {
        std::ifstream in(ca);
        write_file(given.ca_file, std::string(std::istreambuf_iterator<char>(in), {}));
        ca = given.ca_file;
    }
    if (!given.port_file.empty()) {
        write_file(given.port_file, fmt::format("{}\n", running.port()));
    }
    fmt::print("ready {} ca={}\n", running.url(), ca);
    std::fflush(stdout);
    int caught = 0;
    sigwait(&signals, &caught);
}

}  // namespace

int main(int argc, char** argv)
{
    // Blocked before any thread starts, so that only sigwait sees them.
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);

    CLI::App app{"A stand-in for the Telnyx v2 API", "trunkwarden-simulator"};
    arguments given;
    try {
        declare(app, given);
        app.parse(argc, argv);
        given.options.tls = !given.plain_http;
        for (const std::string& each : given.managed) {
            const std::size_t equals = std::min(each.find('='), each.size());
            given.options.managed_accounts[each.substr(0, equals)] =
                each.substr(std::min(equals + 1, each.size()));
        }
        given.options.delay = std::chrono::milliseconds(given.delay_ms);
        run(given, signals);
        return 0;
    } catch (const CLI::ParseError& wrong) {
        return app.exit(wrong) == 0 ? 0 : 1;
    } catch (const std::exception& wrong) {
        std::cerr << "trunkwarden-simulator: " << wrong.what() << '\n';
        return 1;
    }
}
