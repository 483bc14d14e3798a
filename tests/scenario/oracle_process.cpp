#include "scenario/oracle_process.h"

#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <system_error>

namespace tribook::scenario {

TemporaryFolder::TemporaryFolder()
    : path_((std::filesystem::temp_directory_path() / "tribook-scenario-XXXXXX").string()) {
  if (::mkdtemp(path_.data()) == nullptr) {
    throw std::runtime_error("cannot make " + path_ + ": " + std::strerror(errno));
  }
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

OracleProcess::OracleProcess(const std::string& operations, std::string results)
    : results_(std::move(results)) {
  std::string arguments[] = {"python3", "-B", TRIBOOK_SOURCE_DIR "/tests/scenario/oracle/oracle.py",
                             operations, results_};
  std::vector<char*> argv;
  for (std::string& argument : arguments) argv.push_back(argument.data());
  argv.push_back(nullptr);
  const int error = ::posix_spawnp(&process_, argv[0], nullptr, nullptr, argv.data(), environ);
  if (error != 0) {
    throw std::runtime_error(std::string("the oracle needs python3: ") + std::strerror(error));
  }
}

OracleProcess::~OracleProcess() {
  if (process_ <= 0) return;
  ::kill(process_, SIGKILL);
  ::waitpid(process_, nullptr, 0);
}

std::vector<std::string> OracleProcess::lines() {
  int status = 0;
  pid_t ended = 0;
  do {
    ended = ::waitpid(process_, &status, 0);
  } while (ended < 0 && errno == EINTR);
  process_ = -1;
  if (ended < 0 || !WIFEXITED(status) || WEXITSTATUS(status) != 0) {
    throw std::runtime_error("the oracle failed (python3 oracle.py), wait status " +
                             std::to_string(status));
  }
  std::vector<std::string> lines;
  std::ifstream file(results_, std::ios::binary);
  for (std::string line; std::getline(file, line);) {
    line.erase(std::remove(line.begin(), line.end(), ' '), line.end());
    lines.push_back(std::move(line));
  }
  return lines;
}

}  // namespace tribook::scenario
