#pragma once

#include "tribook/domain/ids.h"

namespace tribook {

/// From the journal: records up to this one are safe, what follows from them may leave.
struct Durable {
  Sequence sequence;
};

}  // namespace tribook
