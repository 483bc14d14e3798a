#include "config/layers.h"

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <optional>
#include <system_error>
#include <utility>

#include "config/keys.h"
#include "config/toml_text.h"

namespace tribook::config {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kFileBytesMax = 4U << 20;
constexpr std::size_t kFilesMax = 256;
constexpr std::string_view kPrefix = "TRIBOOK_";
constexpr std::string_view kBackupKey = "backup_key";  // TRIBOOK_BACKUP_KEY: no setting

void merge(Value& into, Value&& from) {
  if (!into.is(ValueKind::Table) || !from.is(ValueKind::Table)) {
    into = std::move(from);
    return;
  }
  for (std::size_t i = 0; i < from.items.size(); ++i) {
    if (Value* there = into.find(from.names[i])) {
      merge(*there, std::move(from.items[i]));
    } else {
      into.names.push_back(std::move(from.names[i]));
      into.items.push_back(std::move(from.items[i]));
    }
  }
}

std::optional<std::string> read_file(const std::string& path, std::string& problem) {
  std::string text(kFileBytesMax + 1, '\0');
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (!file.eof()) {
    const bool is_large = file.good();
    problem =
        is_large ? "is larger than 4 MiB" : std::string("cannot be read: ") + std::strerror(errno);
    return std::nullopt;
  }
  text.resize(static_cast<std::size_t>(file.gcount()));
  return text;
}

void read_toml_file(const std::string& path, Value& root, Problems& problems) {
  const std::uint32_t source = problems.add_source(path);
  std::string problem;
  const auto text = read_file(path, problem);
  if (!text) {
    problems.report({source, 0}, "", problem);
    return;
  }
  merge(root, parse_toml(*text, source, problems));
}

void read_conf_d(const fs::path& directory, Value& root, Problems& problems) {
  std::error_code error;
  std::vector<std::string> paths;
  for (fs::directory_iterator entry(directory, error), end; !error && entry != end;
       entry.increment(error)) {
    if (entry->path().extension() == ".toml") paths.push_back(entry->path().string());
  }
  if (error && error != std::errc::no_such_file_or_directory) {
    problems.report({problems.add_source(directory.string()), 0}, "",
                    "cannot be read: " + error.message());
    return;
  }
  if (paths.size() > kFilesMax) {
    problems.report({problems.add_source(directory.string()), 0}, "", "has more than 256 files");
    return;
  }
  std::sort(paths.begin(), paths.end());
  for (const std::string& path : paths) read_toml_file(path, root, problems);
}

bool is_same_but_for_case(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) {
    return std::tolower(static_cast<unsigned char>(x)) ==
           std::tolower(static_cast<unsigned char>(y));
  });
}

// Puts the value at the end of the path, over what is there. A name that differs from one there in
// case alone is that one, if `any_case`: the environment has capitals only, venues have names.
void put(Value& root, const std::vector<std::string>& path, Value value, bool any_case) {
  Value* at = &root;
  for (const std::string& name : path) {
    if (!at->is(ValueKind::Table)) {
      *at = Value{};
      at->location = value.location;
    }
    Value* next = at->find(name);
    for (std::size_t i = 0; any_case && next == nullptr && i < at->names.size(); ++i) {
      if (is_same_but_for_case(at->names[i], name)) next = &at->items[i];
    }
    if (next == nullptr) {
      at->names.push_back(name);
      next = &at->items.emplace_back();
      next->location = value.location;
    }
    at = next;
  }
  merge(*at, std::move(value));
}

std::vector<std::string> split(std::string_view text, std::string_view separator) {
  std::vector<std::string> parts;
  while (true) {
    const std::size_t end = text.find(separator);
    parts.emplace_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + separator.size());
  }
}

bool is_path(const std::vector<std::string>& path) {
  return path.size() <= static_cast<std::size_t>(kDepthMax) &&
         std::none_of(path.begin(), path.end(), [](const auto& name) { return name.empty(); });
}

// Is the variable a key of ours? A single name may be another program's, but not one that looks
// like a section's key with an underscore too few.
bool is_ours(const std::vector<std::string>& path, std::string& problem) {
  if (path.size() > 1) return true;
  if (path.front() == kBackupKey) return false;
  for (const KeyInfo& key : all_keys()) {
    const std::string_view top = std::string_view(key.path).substr(0, key.path.find('.'));
    if (path.front() == top) return true;
    if (key.path.find('.') == std::string::npos) continue;
    if (path.front().starts_with(std::string(top) + "_")) {
      problem = "two underscores part a section from its key: TRIBOOK_SECTION__KEY";
      return true;
    }
  }
  return false;
}

void read_environment(const LoadOptions& options, Value& root, Problems& problems) {
  for (const auto& [variable, text] : options.environment) {
    if (!variable.starts_with(kPrefix)) continue;
    std::string name = variable.substr(kPrefix.size());
    std::transform(name.begin(), name.end(), name.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    const auto path = split(name, "__");
    std::string problem;
    if (!is_ours(path, problem)) continue;
    const std::uint32_t source = problems.add_source(variable);
    if (!is_path(path)) problem = "is not of the form TRIBOOK_SECTION__KEY";
    if (!problem.empty()) {
      problems.report({source, 0}, "", problem);
      continue;
    }
    put(root, path, parse_given(text, source, problems), true);
  }
}

std::string trim(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return std::string(text);
}

void read_set(const LoadOptions& options, Value& root, Problems& problems) {
  for (const std::string& assignment : options.set) {
    const std::size_t equals = assignment.find('=');
    const std::string name = trim(std::string_view(assignment).substr(0, equals));
    const std::uint32_t source = problems.add_source("--set " + name);
    const auto path = split(name, ".");
    if (equals == std::string::npos || !is_path(path)) {
      problems.report({source, 0}, "", "is not of the form section.key=value");
      continue;
    }
    const std::string text = trim(std::string_view(assignment).substr(equals + 1));
    put(root, path, parse_given(text, source, problems), false);
  }
}

}  // namespace

Value read_layers(const LoadOptions& options, Problems& problems) {
  Value root;
  if (!options.file.empty()) {
    read_toml_file(options.file, root, problems);
    for (const std::string& file : options.more_files) read_toml_file(file, root, problems);
    read_conf_d(fs::path(options.file).parent_path() / "conf.d", root, problems);
  }
  read_environment(options, root, problems);
  read_set(options, root, problems);
  return root;
}

}  // namespace tribook::config
