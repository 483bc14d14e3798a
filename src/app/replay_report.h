#pragma once

#include <string>

#include "core/house.h"

namespace tribook::app {

/// The house as it is after a replay: quotes in force and accounts; one account with its positions
/// when it is named.
std::string report_json(const core::House& house, AccountId account);
std::string report_text(const core::House& house, AccountId account);

}  // namespace tribook::app
