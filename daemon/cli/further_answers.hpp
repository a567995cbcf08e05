#pragma once

#include <functional>
#include <string>
#include <vector>

#include "account/account.hpp"
#include "cli/first_answers.hpp"
#include "fetch/http_message.hpp"
#include "support/result.hpp"
#include "support/secret.hpp"

// One request of each kind that the daemon sends beside its plain lists: about single objects, about the use
// of the account, and about who did what.

namespace trunkwarden {

struct further_answer {
    std::string path;                     // "/connections/{id}/active_calls": without any id
    const resource_type* type = nullptr;  // the resource that it is read for; nullptr: none
    std::string hides;                    // the things that nobody knows without it, as a sentence
    result<http_answer> answer;
    std::vector<const resource_type*> shows;  // the resources that read an object in it; none: it holds none
};

struct further_answers {
    std::vector<further_answer> all;
    // Read by requests about objects, and no list showed one.
    std::vector<const resource_type*> without_objects;
    bool ended_early = false;
};

// Asks about the first object that each of `lists` shows; takes those objects into the view. `on_path` gets
// the path before each request. Fails as ask_every_list() does.
result<further_answers> ask_further(account& watched, const secret& key,
                                    const std::vector<first_answer>& lists,
                                    const std::function<void(const std::string&)>& on_path);

}  // namespace trunkwarden
