#pragma once

#include <string>

#include "config/config.h"

namespace tribook::app {

/// Runs the daemon until SIGTERM or SIGINT; the exit status. `admin_password` is for the first
/// start and may be empty.
int serve(const config::Config& config, const std::string& admin_password);

}  // namespace tribook::app
