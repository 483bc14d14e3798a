#pragma once

#include <zlib.h>

#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

namespace tribook::tests {

/// A folder of its own that goes with the test.
class TickFolder {
 public:
  TickFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "tribook-ticks-XXXXXX").string();
    REQUIRE(mkdtemp(name.data()) != nullptr);
    path_ = name;
  }
  ~TickFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TickFolder(const TickFolder&) = delete;
  TickFolder& operator=(const TickFolder&) = delete;

  [[nodiscard]] std::string path(std::string_view name) const { return path_ / name; }

  [[nodiscard]] std::string write(std::string_view name, std::string_view bytes) const {
    std::ofstream out(path(name), std::ios::binary);
    out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    REQUIRE(out.good());
    return path(name);
  }

  [[nodiscard]] std::string write_gzip(std::string_view name, std::string_view text) const {
    gzFile file = gzopen(path(name).c_str(), "wb");
    REQUIRE(file != nullptr);
    if (!text.empty()) {
      REQUIRE(gzwrite(file, text.data(), static_cast<unsigned>(text.size())) ==
              static_cast<int>(text.size()));
    }
    REQUIRE(gzclose(file) == Z_OK);
    return path(name);
  }

 private:
  std::filesystem::path path_;
};

inline std::string read_bytes(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

}  // namespace tribook::tests
