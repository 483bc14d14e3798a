#include "scenario/driver.h"

#include "scenario/engine_driver.h"

namespace tribook::scenario {

const std::vector<DriverKind>& driver_kinds() {
  static const std::vector<DriverKind> kinds{
      {"engine", "engine", [] { return std::make_unique<EngineDriver>(); }},
  };
  return kinds;
}

}  // namespace tribook::scenario
