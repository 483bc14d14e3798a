#pragma once

#include <string>

#include "core/house.h"

namespace tribook::time_machine {

/// The house as it is after a replay: quotes in force and accounts. One account, when it is named,
/// with its positions and the quotes that it depends on alone, those of its conversions too.
std::string accounts_json(const core::House& house, AccountId account);
std::string accounts_text(const core::House& house, AccountId account);

}  // namespace tribook::time_machine
