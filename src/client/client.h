#pragma once

#include <string>
#include <vector>

namespace tribook::client {

/// `tribook client ...`: the words behind "client". The exit status: 0 good, 1 failed or refused,
/// 2 bad usage.
int run(const std::vector<std::string>& words);

}  // namespace tribook::client
