#pragma once

#include <string>
#include <vector>

// The subcommands of the program. Each takes its words (the subcommand's name left out) and gives
// the exit status: 0 good, 1 failed, 2 bad usage.

namespace tribook::app {

inline constexpr int kGood = 0;
inline constexpr int kFailed = 1;
inline constexpr int kBadUsage = 2;

using Words = std::vector<std::string>;

int run_serve(const Words& words);
int run_check_config(const Words& words);
int run_print_config(const Words& words);
int run_verify(const Words& words);
int run_state_hash(const Words& words);
int run_replay(const Words& words);
int run_backup(const Words& words);
int run_restore(const Words& words);

}  // namespace tribook::app
