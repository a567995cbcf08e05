#pragma once

#include <deque>
#include <string>
#include <utility>

#include "fetch/http_message.hpp"
#include "support/result.hpp"

namespace trunkwarden::fakes {

inline http_answer answer_with(unsigned status, std::string body = {})
{
    http_answer out;
    out.status = status;
    out.body = std::move(body);
    return out;
}

// Takes the next of a receiver's answers: 200 when a test gave none.
inline result<http_answer> take_next(std::deque<result<http_answer>>& answers)
{
    if (answers.empty())
        return answer_with(200);
    auto out = std::move(answers.front());
    answers.pop_front();
    return out;
}

}  // namespace trunkwarden::fakes
