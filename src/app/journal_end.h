#pragma once

#include <string>

#include "core/replica.h"
#include "tribook/journal/reader.h"

namespace tribook::app {

/// Where a journal is torn or damaged and what to do: file, offset, message. Empty for a clean end.
std::string describe(const journal::End& end);

/// What kept a replay from its end, with the place if it is one in a file. Empty when it was good.
std::string problem_of(const core::ReplayResult& result);

}  // namespace tribook::app
