#pragma once

#include "account/account.hpp"
#include "support/async/async.hpp"

namespace trunkwarden {

// Asks the access log of Telnyx IAM who changed the objects of findings for which the audit log names nobody,
// once a minute at most, and only while there are such findings of the last quarter of an hour. It names who
// sent a request with the object's id in its path; nothing else rests on it. Each look continues where the
// last one ended, every ten seconds until the end of the log: requests without number hide nobody for long.
// Where the API refuses it, which it does to everybody but the owner of an account, nobody is named, it is
// asked again after an hour, and account/not_proven.hpp says so.
task<> look_at_the_access_log(account& account);

// The same every ten seconds, for ever, where the audit log is watched: beside it, so that neither waits for
// the other.
task<> watch_the_access_log(account& account);

}  // namespace trunkwarden
