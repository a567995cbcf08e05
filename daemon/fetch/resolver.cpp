#include "fetch/resolver.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <fcntl.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netdb.h>
#include <sys/eventfd.h>
#include <system_error>
#include <thread>
#include <unistd.h>
#include <utility>

#include "support/ascii.hpp"
#include "support/async/async.hpp"

namespace trunkwarden {
namespace {

using clock = std::chrono::steady_clock;

struct free_addresses {
    void operator()(addrinfo* list) const { ::freeaddrinfo(list); }
};

// Waits until `descriptor` can be read. Gives `true` so that with_deadline can tell it from the deadline.
task<result<bool>> readable(asio::posix::stream_descriptor& descriptor)
{
    const auto [problem] = co_await descriptor.async_wait(asio::posix::descriptor_base::wait_read, as_error);
    throw_if_cancelled(problem);
    co_return !problem;
}

bool is_localhost(std::string host)
{
    if (host.ends_with('.'))
        host.pop_back();
    host = to_lower(host);
    return host == "localhost" || host.ends_with(".localhost");
}

// Whether an interface other than the loopback one has such an address. A host without IPv6 need not try
// addresses of IPv6.
bool has_addresses(int family)
{
    ifaddrs* list = nullptr;
    if (::getifaddrs(&list) != 0)
        return true;
    bool found = false;
    for (const auto* interface = list; interface != nullptr; interface = interface->ifa_next)
        found = found || (interface->ifa_addr != nullptr && interface->ifa_addr->sa_family == family &&
                          (interface->ifa_flags & IFF_LOOPBACK) == 0);
    ::freeifaddrs(list);
    return found;
}

}  // namespace

addresses worth_trying(addresses found, bool has_ipv4, bool has_ipv6)
{
    const auto hopeless = [has_ipv4, has_ipv6](const asio::ip::address& address) {
        return !address.is_loopback() && !(address.is_v4() ? has_ipv4 : has_ipv6);
    };
    if (!std::ranges::all_of(found, hopeless))
        std::erase_if(found, hopeless);
    return found;
}

result<addresses> system_lookup(const std::string& host)
{
    if (is_localhost(host))
        return addresses{asio::ip::address_v4::loopback(), asio::ip::address_v6::loopback()};
    addrinfo wanted{};
    wanted.ai_socktype = SOCK_STREAM;
    addrinfo* list = nullptr;
    const int problem = ::getaddrinfo(host.c_str(), nullptr, &wanted, &list);
    const std::unique_ptr<addrinfo, free_addresses> owner(list);
    if (problem != 0)
        return failure{errc::unreachable, ::gai_strerror(problem)};
    addresses found;
    for (const auto* address = list; address != nullptr; address = address->ai_next) {
        asio::ip::tcp::endpoint endpoint;
        if (address->ai_addrlen > endpoint.capacity())
            continue;
        std::copy_n(reinterpret_cast<const char*>(address->ai_addr), address->ai_addrlen,
                    reinterpret_cast<char*>(endpoint.data()));
        if (std::find(found.begin(), found.end(), endpoint.address()) == found.end())
            found.push_back(endpoint.address());
    }
    return worth_trying(std::move(found), has_addresses(AF_INET), has_addresses(AF_INET6));
}

// Shared by the thread that looks up and by those who wait: the thread may live longer than the resolver and
// the loop, so everything that it touches is its own, the event descriptor included.
class resolver::look_up_in_flight {
public:
    look_up_in_flight() : event_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK))
    {
        if (event_ < 0)
            throw std::system_error(errno, std::generic_category(), "eventfd");
    }
    look_up_in_flight(const look_up_in_flight&) = delete;
    look_up_in_flight& operator=(const look_up_in_flight&) = delete;
    ~look_up_in_flight() { ::close(event_); }

    static result<std::shared_ptr<look_up_in_flight>> start(const name_lookup& look_up,
                                                            const std::string& host)
    try {
        auto shared = std::make_shared<look_up_in_flight>();
        std::thread([shared, look_up, host] { shared->finish(call(look_up, host)); }).detach();
        return shared;
    } catch (const std::system_error& problem) {
        return failure{errc::unreachable, "cannot look up the address of " + host + ": " + problem.what()};
    }

    bool done() const { return done_.load(std::memory_order_acquire); }
    const result<addresses>& outcome() const { return outcome_; }  // once done()
    int duplicate_event() const { return ::fcntl(event_, F_DUPFD_CLOEXEC, 0); }

private:
    static result<addresses> call(const name_lookup& look_up, const std::string& host)
    try {
        return look_up(host);
    } catch (const std::exception& problem) {
        return failure{errc::unreachable, problem.what()};
    }

    void finish(result<addresses> outcome)
    {
        outcome_ = std::move(outcome);
        done_.store(true, std::memory_order_release);
        ::eventfd_write(event_, 1);  // never read again, so that everyone who waits sees it
    }

    int event_;
    std::atomic<bool> done_ = false;
    result<addresses> outcome_ = failure{};
};

struct resolver::known_host {
    addresses last_good;
    clock::time_point good_until;
    std::shared_ptr<look_up_in_flight> in_flight;
};

resolver::resolver(name_lookup look_up, resolver_times times) : look_up_(std::move(look_up)), times_(times) {}

resolver::~resolver() = default;

// The name's addresses, by the outcome of `waited_for`: several may have waited for the same look-up.
result<addresses> resolver::judge(known_host& host, const look_up_in_flight& waited_for,
                                  const std::string& name) const
{
    if (!waited_for.done()) {
        if (host.last_good.empty())
            return failure{errc::unreachable, "cannot wait for the address of " + name};
        return host.last_good;  // the look-up hangs
    }
    if (host.in_flight.get() == &waited_for)
        host.in_flight.reset();
    const auto& outcome = waited_for.outcome();
    if (outcome && !outcome->empty()) {
        host.last_good = *outcome;
        host.good_until = clock::now() + times_.fresh;
        return host.last_good;
    }
    if (!host.last_good.empty()) {
        host.good_until =
            clock::now() + times_.patience;  // do not ask a broken name server for every connection
        return host.last_good;
    }
    return failure{errc::unreachable, "cannot find the address of " + name + ": " +
                                          (outcome ? "the answer is empty" : outcome.error().message)};
}

task<result<addresses>> resolver::resolve(std::string name)
{
    boost::system::error_code is_a_name;
    const auto literal = asio::ip::make_address(name, is_a_name);
    if (!is_a_name) {
        addresses itself(1, literal);
        co_return itself;
    }
    auto& host = hosts_[name];
    if (!host.last_good.empty() && clock::now() < host.good_until)
        co_return host.last_good;
    if (!host.in_flight) {
        auto started = look_up_in_flight::start(look_up_, name);
        if (!started)
            co_return started.error();
        host.in_flight = std::move(*started);
    }
    const auto waited_for = host.in_flight;
    const auto here = co_await asio::this_coro::executor;
    const int descriptor = waited_for->duplicate_event();
    if (descriptor < 0)
        co_return failure{errc::unreachable, "too many open files to look up the address of " + name};
    asio::posix::stream_descriptor event(here, descriptor);
    auto done = readable(event);
    if (!host.last_good.empty())
        done = with_deadline(times_.patience, std::move(done));
    co_await std::move(done);
    co_return judge(host, *waited_for, name);
}

}  // namespace trunkwarden
