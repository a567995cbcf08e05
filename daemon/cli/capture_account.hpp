#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "account/account.hpp"
#include "baseline/capture/capture.hpp"
#include "cli/read_use.hpp"
#include "support/result.hpp"
#include "support/secret.hpp"

// Reading an account to write down what it holds: `baseline capture` and `init`.

namespace trunkwarden {

// Reads every list once, with progress on a terminal. Returns the organisation that the key belongs to, ""
// when no answer names it. Fails when no request can be sent at all; account_view::coverage holds the lists
// that could not be read.
result<std::string> read_whole_account(account& watched, secret key);

// Whether a baseline is not whole without the resource. Other resources are not judged where the baseline
// says nothing about them.
bool has_to_be_read(const resource_type& type);

// Resources that could not be read and are not accepted as that.
std::vector<const coverage*> holes_in(const account_view& view);

// Facts that the baseline states beside its entries.
struct capture_setting {
    std::string organization_id;
    std::string command;                // the command line that ran
    two_factor_policy two_factor = {};  // as a person attested it before
    spending_policy spending = {};      // as a person limited it before
    traffic_policy traffic = {};        // likewise
    active_calls_policy active_calls = {};
    use_read use = {};  // for limits where nobody set any
};
result<captured_baseline> capture_account(const account& watched, capture_setting with);

// "41 entries for 52 objects of 20 resources"
std::string extent_of(const captured_baseline& written);

}  // namespace trunkwarden
