#pragma once

#include <boost/json.hpp>

#include <string>
#include <utility>

#include "fakes/paths.hpp"
#include "simulator/raw_client.hpp"
#include "simulator/server.hpp"

// A server with the demo account and a client for it, which the simulator's own tests share.

namespace trunkwarden::simulator {

// Two objects of the demo account: a TeXML application, and the voice settings of a forwarded number.
inline const std::string ivr = "/texml_applications/1494404757140276705";
inline const std::string forwarded = "/phone_numbers/1293384261075732002/voice";

struct demo_server {
    explicit demo_server(options options = {})
        : running(load_account(fakes::in_project("config/demo/account.yml")), std::move(options)),
          client(running)
    {
    }

    boost::json::value control(std::string_view command, std::string_view arguments = "{}")
    {
        return boost::json::parse(running.control(command, arguments));
    }

    // The body of a GET that is expected to succeed; null when it did not.
    boost::json::value read(const std::string& path)
    {
        const raw_answer got = client.get(path);
        return got.complete && got.status == 200 ? boost::json::parse(got.body) : boost::json::value(nullptr);
    }

    server running;
    raw_client client;
};

inline std::string text_at(const boost::json::value& in, std::string_view pointer)
{
    boost::system::error_code missing;
    const boost::json::value* found = in.find_pointer(pointer, missing);
    if (found == nullptr) {
        return "(missing)";
    }
    return found->is_string() ? std::string(found->get_string()) : boost::json::serialize(*found);
}

}  // namespace trunkwarden::simulator
