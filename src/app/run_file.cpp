#include "app/run_file.h"

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <system_error>

namespace tribook::app {

std::string write_run_file(const std::string& data_directory, std::uint16_t client,
                           std::uint16_t admin) {
  const std::string path = data_directory + "/run.json";
  const std::string draft = path + ".new";
  std::error_code error;
  {
    std::ofstream file(draft);
    file << "{\"pid\":" << getpid() << ",\"client\":" << client << ",\"admin\":" << admin
         << ",\"fix\":null}\n";
    if (file.flush()) {
      std::filesystem::rename(draft, path, error);
      return error ? path + ": " + error.message() : std::string();
    }
  }
  std::filesystem::remove(draft, error);
  std::filesystem::remove(path, error);
  return draft + ": cannot be written";
}

}  // namespace tribook::app
