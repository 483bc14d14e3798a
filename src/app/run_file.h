#pragma once

#include <cstdint>
#include <string>

namespace tribook::app {

/// Writes run.json: which process serves this data folder, and on which ports. When that fails
/// there is none, rather than that of the process before. What went wrong; empty when nothing did.
[[nodiscard]] std::string write_run_file(const std::string& data_directory, std::uint16_t client,
                                         std::uint16_t admin);

}  // namespace tribook::app
