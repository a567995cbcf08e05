#pragma once

// The precautions that every command takes before it does anything else.

namespace trunkwarden {

// Opens the descriptors 0 to 2 that the parent process left closed on /dev/null. Else the next file that is
// opened would get such a number, and be written to by code that means stdout or stderr. A write to a stdout
// that was closed fails, because somebody may rely on the result.
void open_missing_streams();

// A file that would become larger than the limit of the process (ulimit -f) is a failure of that write
// (EFBIG), as on a full disk, and not the end of the process.
void outlive_file_size_limit();

// Lets the signals come that the parent process had blocked: a daemon that inherits such a mask could not be
// ended.
void unblock_signals();

}  // namespace trunkwarden
