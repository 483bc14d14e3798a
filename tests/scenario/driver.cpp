#include "scenario/driver.h"

#include "scenario/engine_driver.h"
#include "scenario/pipeline_driver.h"

namespace tribook::scenario {

const std::vector<DriverKind>& driver_kinds() {
  static const std::vector<DriverKind> kinds{
      {"engine", "engine", [] { return std::make_unique<EngineDriver>(); }},
      {"stepped", "pipeline",
       [] { return std::make_unique<PipelineDriver>(test::Layout::Stepped); }},
      {"fused", "pipeline", [] { return std::make_unique<PipelineDriver>(test::Layout::Fused); }},
      {"split", "pipeline", [] { return std::make_unique<PipelineDriver>(test::Layout::Split); }},
  };
  return kinds;
}

}  // namespace tribook::scenario
