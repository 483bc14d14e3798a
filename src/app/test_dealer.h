#pragma once

#include <memory>

#include "app/pipeline.h"
#include "config/config.h"
#include "venue/test/test_venue.h"

namespace tribook::app {

/// The test venue of the configuration, wired to the pipeline; null when there is none.
std::unique_ptr<venue::test::TestVenue> make_test_venue(const config::Config& config,
                                                        Pipeline& pipeline);

}  // namespace tribook::app
