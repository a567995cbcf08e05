#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "support/async/async.hpp"
#include "support/async/async_event.hpp"
#include "support/result.hpp"

namespace trunkwarden {

enum class reload_cause : std::uint8_t {
    asked,          // by a person, over a socket or with SIGHUP
    files_changed,  // on disk
};

// A caller who asks for a reload waits here for its outcome. One reload runs at a time: a caller who asks
// meanwhile gets another, because the running one may have read the files before they were edited.
class reload_queue {
public:
    // The changes that were taken, as lines, or every problem, one a line.
    using outcome = result<std::string>;

    task<outcome> ask(reload_cause why);

    // Asks and does not wait, as a signal does: twenty of them while a reload is under way are one more.
    void want(reload_cause why) { wait_in_line(why); }

    // For the one task that reloads: waits until somebody asks. `asked` when anybody did so.
    task<reload_cause> next();
    void done(const outcome& outcome);

private:
    struct ticket {
        reload_cause why = reload_cause::asked;
        std::optional<outcome> ended;
        async_event answered;
    };
    using tickets = std::vector<std::shared_ptr<ticket>>;  // shared with waiting callers, who may give up

    std::shared_ptr<ticket> wait_in_line(reload_cause why);

    tickets waiting_;
    tickets in_hand_;
    async_event somebody_asks_;
};

}  // namespace trunkwarden
