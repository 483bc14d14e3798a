#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace tribook::bench {

/// A benchmark's options: `--name VALUE` each, and flags that stand alone.
class Options {
 public:
  using Values = std::vector<std::uint64_t>;

  void flag(std::string_view name, bool& is_set);
  void number(std::string_view name, std::uint64_t& value, std::uint64_t least = 0);
  /// `1,2,3`; `count` of them, or any number but none when 0.
  void numbers(std::string_view name, Values& values, std::size_t count = 0);
  void text(std::string_view name, std::string& value);

  /// False when something is not an option or not a value of it.
  [[nodiscard]] bool parse(int argc, char** argv) const;

 private:
  struct Option {
    std::string_view name;
    std::function<bool(std::string_view)> take;  // empty: a flag
    bool* is_set = nullptr;
  };
  std::vector<Option> options_;
};

/// A folder of its own below `parent`, removed with all that is in it at the end.
class TemporaryFolder {
 public:
  explicit TemporaryFolder(const std::string& parent);
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
};

/// Where benchmarks that need a disk put their files unless told: beside the program, since the
/// system's folder for temporary files may lie in memory.
std::string folder_beside_program();

}  // namespace tribook::bench
