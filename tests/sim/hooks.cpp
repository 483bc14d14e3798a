#include "sim/canaries.h"

// Compiled into each program by itself: only one that is compiled with TRIBOOK_CANARY, and with it
// the files of the product that ask base::is_broken(), can be broken.

namespace tribook::sim {

bool break_part(base::Broken part) {
#ifdef TRIBOOK_CANARY
  base::broken = part;
  return true;
#else
  return part == base::Broken::Nothing;
#endif
}

}  // namespace tribook::sim
