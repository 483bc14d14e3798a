#include "support/options.h"

#include <stdlib.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <stdexcept>

namespace tribook::bench {
namespace {

bool parse_number(std::string_view text, std::uint64_t& value) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc{} && end == text.data() + text.size();
}

bool parse_numbers(std::string_view text, Options::Values& values) {
  values.clear();
  while (!text.empty()) {
    const std::size_t comma = std::min(text.find(','), text.size());
    if (!parse_number(text.substr(0, comma), values.emplace_back())) return false;
    text.remove_prefix(std::min(comma + 1, text.size()));
  }
  return true;
}

}  // namespace

void Options::flag(std::string_view name, bool& is_set) { options_.push_back({name, {}, &is_set}); }

void Options::number(std::string_view name, std::uint64_t& value, std::uint64_t least) {
  options_.push_back({name, [&value, least](std::string_view text) {
                        return parse_number(text, value) && value >= least;
                      }});
}

void Options::numbers(std::string_view name, Values& values, std::size_t count) {
  options_.push_back({name, [&values, count](std::string_view text) {
                        return parse_numbers(text, values) &&
                               (count == 0 ? !values.empty() : values.size() == count);
                      }});
}

void Options::text(std::string_view name, std::string& value) {
  options_.push_back({name, [&value](std::string_view text) {
                        value = text;
                        return !value.empty();
                      }});
}

bool Options::parse(int argc, char** argv) const {
  for (int i = 1; i < argc; ++i) {
    const std::string_view name = argv[i];
    const auto found = std::find_if(options_.begin(), options_.end(),
                                    [&](const Option& option) { return option.name == name; });
    if (found == options_.end()) return false;
    if (found->is_set != nullptr) {
      *found->is_set = true;
      continue;
    }
    if (++i == argc || !found->take(argv[i])) return false;
  }
  return true;
}

TemporaryFolder::TemporaryFolder(const std::string& parent) : path_(parent + "/bench-XXXXXX") {
  if (mkdtemp(path_.data()) == nullptr) throw std::runtime_error(path_ + ": cannot be made");
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::string folder_beside_program() {
  return std::filesystem::read_symlink("/proc/self/exe").parent_path().string();
}

}  // namespace tribook::bench
