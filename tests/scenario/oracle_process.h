#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

namespace tribook::scenario {

/// A directory of its own, removed with everything in it.
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  [[nodiscard]] std::string file(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

/// The oracle at work on a file of operations, in a process of its own.
class OracleProcess {
 public:
  /// Throws std::runtime_error when python3 cannot be started.
  OracleProcess(const std::string& operations, std::string results);
  ~OracleProcess();
  OracleProcess(const OracleProcess&) = delete;
  OracleProcess& operator=(const OracleProcess&) = delete;

  /// Waits for its end and gives its lines, without spaces. Throws std::runtime_error when it
  /// failed.
  std::vector<std::string> lines();

 private:
  std::string results_;
  pid_t process_ = -1;
};

}  // namespace tribook::scenario
