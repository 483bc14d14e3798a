#pragma once

#include <string_view>

#include "config/config.h"

// The daemon's own log: cold events, one line each. Any thread; lines never mix.

namespace tribook::app {

/// Opens the output of the settings; `data_directory` is where output "file" goes. Throws
/// std::runtime_error when the file cannot be opened.
void open_log(const config::Log& settings, const std::string& data_directory);

void log(config::LogLevel level, std::string_view message);
/// An error, whatever holds the log: the process ends.
void log_last(std::string_view message);
inline void log_info(std::string_view message) { log(config::LogLevel::Info, message); }
inline void log_warning(std::string_view message) { log(config::LogLevel::Warn, message); }
inline void log_error(std::string_view message) { log(config::LogLevel::Error, message); }

}  // namespace tribook::app
