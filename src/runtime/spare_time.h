#pragma once

#include <functional>

namespace tribook::runtime {

/// Does the work on a thread of its own that gets only the time which no other thread wants, and
/// returns when it is done; what it throws is passed on. For work of seconds beside threads that
/// must not wait, asked for by one that has nothing else to do meanwhile.
void run_in_spare_time(const std::function<void()>& work);

}  // namespace tribook::runtime
