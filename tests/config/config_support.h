#pragma once

#include <stdlib.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <initializer_list>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "config/config.h"

namespace tribook::config {

/// A folder of its own, gone with it.
class Folder {
 public:
  Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "tribook-config-XXXXXX").string();
    REQUIRE(mkdtemp(name.data()) != nullptr);
    path_ = name;
  }
  ~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  [[nodiscard]] std::string path(const std::string& name) const { return (path_ / name).string(); }
  /// Writes the file and returns its path.
  std::string write(const std::string& name, std::string_view text) const {
    const std::filesystem::path file = path_ / name;
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file, std::ios::binary) << text;
    return file.string();
  }

 private:
  std::filesystem::path path_;
};

using Variables = std::vector<std::pair<std::string, std::string>>;

inline std::string read_all(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

inline std::string lines(const std::vector<std::string>& texts) {
  std::string all;
  for (const std::string& text : texts) all += text + "\n";
  return all;
}

/// The configuration; the test fails if there is none.
inline Config good(const LoadOptions& options) {
  LoadResult result = load(options);
  INFO(lines(result.errors));
  REQUIRE(result.config);
  REQUIRE(result.errors.empty());
  return *result.config;
}

inline Config good_text(std::string_view toml) {
  const Folder folder;
  return good({.file = folder.write("a.toml", toml), .set = {}, .environment = {}});
}

inline Config good_set(std::vector<std::string> set) {
  return good({.file = "", .set = std::move(set), .environment = {}});
}

/// What is wrong with this file, with the file's path as "a.toml". None: the test fails.
inline std::vector<std::string> errors_of(std::string_view toml, std::vector<std::string> set = {},
                                          Variables environment = {}) {
  const Folder folder;
  const std::string file = folder.write("a.toml", toml);
  const LoadResult result =
      load({.file = file, .set = std::move(set), .environment = std::move(environment)});
  CHECK(!result.config);
  CHECK(!result.errors.empty());
  std::vector<std::string> errors;
  for (std::string error : result.errors) {
    for (std::size_t at = error.find(file); at != std::string::npos; at = error.find(file)) {
      error.replace(at, file.size(), "a.toml");
    }
    errors.push_back(error);
  }
  return errors;
}

}  // namespace tribook::config
