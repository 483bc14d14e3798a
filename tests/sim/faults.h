#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sim/world.h"

namespace tribook::sim {

/// One thing that may go wrong. The table stands in faults.cpp: a new capability adds its rows
/// there.
struct FaultRow {
  std::string_view name;
  std::uint64_t weight;
  void (*strike)(World& world);
};

/// Draws one row of the table.
void strike_fault(World& world);
std::vector<std::string> fault_names();

}  // namespace tribook::sim
