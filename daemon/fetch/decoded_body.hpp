#pragma once

#include <boost/beast/core/buffers_range.hpp>
#include <boost/beast/core/error.hpp>
#include <boost/beast/core/string.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/fields.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/optional/optional.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

#include "fetch/api_client.hpp"
#include "fetch/gunzip.hpp"

// The Beast body of an answer: a string, expanded on the way in when it comes as gzip. Included by
// https_client.cpp only.

namespace trunkwarden {

struct decoded_body {
    enum class problem { none, encoding, broken, too_large };

    struct value_type {
        std::string text;
        std::size_t expanded_limit = 0;
        std::size_t transferred_limit = 0;
        problem trouble = problem::none;
    };

    class reader {
    public:
        using error_code = boost::beast::error_code;

        // Made before anything has been read: `head` is filled by the time of init().
        template <bool IsRequest, class Fields>
        reader(boost::beast::http::header<IsRequest, Fields>& head, value_type& body) : body_(body)
        {
            if constexpr (std::is_base_of_v<boost::beast::http::fields,
                                            Fields>)  // Beast also tries a model without any
                head_ = &head;
        }

        void init(const boost::optional<std::uint64_t>& length, error_code& ec)
        {
            ec = {};
            const auto encoding = (*head_)[boost::beast::http::field::content_encoding];
            if (boost::beast::iequals(encoding, "gzip") || boost::beast::iequals(encoding, "x-gzip")) {
                expand_.emplace(body_.text, body_.expanded_limit);
            } else if (!encoding.empty() && !boost::beast::iequals(encoding, "identity")) {
                body_.trouble = problem::encoding;
                ec = boost::beast::http::error::bad_value;
                return;
            }
            // JSON pages expand about ten times; more than that grows as it comes.
            constexpr std::uint64_t expansion = 8;
            if (length)
                body_.text.reserve(static_cast<std::size_t>(std::min<std::uint64_t>(
                                       *length * (expand_ ? expansion : 1), body_.transferred_limit)) +
                                   body_padding);
        }

        template <class Buffers>
        std::size_t put(const Buffers& buffers, error_code& ec)
        {
            ec = {};
            std::size_t taken = 0;
            for (const auto piece : boost::beast::buffers_range_ref(buffers)) {
                take(std::string_view(static_cast<const char*>(piece.data()), piece.size()), ec);
                taken += piece.size();
            }
            return taken;
        }

        void finish(error_code& ec)
        {
            ec = {};
            if (expand_ && expand_->now() == gunzip::state::more_expected && !nothing_came_) {
                body_.trouble = problem::broken;
                ec = boost::beast::http::error::partial_message;
            }
            body_.text.reserve(body_.text.size() + body_padding);
        }

    private:
        void take(std::string_view piece, error_code& ec)
        {
            if (!expand_) {
                body_.text.append(piece);
                return;
            }
            nothing_came_ = nothing_came_ && piece.empty();
            const auto now = expand_->take(piece);
            if (now == gunzip::state::broken)
                body_.trouble = problem::broken;
            if (now == gunzip::state::too_large)
                body_.trouble = problem::too_large;
            if (body_.trouble != problem::none)
                ec = boost::beast::http::error::bad_value;
        }

        const boost::beast::http::fields* head_ = nullptr;
        value_type& body_;
        std::optional<gunzip> expand_;
        bool nothing_came_ = true;
    };
};

}  // namespace trunkwarden
