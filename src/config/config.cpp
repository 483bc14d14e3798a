#include "config/config.h"

#include <algorithm>
#include <filesystem>
#include <string_view>

#include <unistd.h>

#include "config/limit_keys.h"

namespace tribook::config {

std::string HostPort::text() const {
  const bool is_v6 = host.find(':') != std::string::npos;
  return (is_v6 ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

bool operator==(const ListedEntry& a, const ListedEntry& b) {
  return a.json == b.json && is_same(a.limits, b.limits);
}

bool operator==(const Risk& a, const Risk& b) {
  return is_same(a.limits, b.limits) && a.guard == b.guard;
}

ClockType Config::clock_type() const {
  if (clock.type) return *clock.type;
  return has_venue(VenueType::Replay) ? ClockType::Replay : ClockType::System;
}

bool Config::has_venue(VenueType type) const {
  return std::any_of(venues.begin(), venues.end(),
                     [type](const Venue& venue) { return venue.type == type; });
}

std::string Config::resolve(const std::string& path) const {
  // An absolute path stays as it is.
  return (std::filesystem::path(directory) / path).lexically_normal().string();
}

std::vector<std::pair<std::string, std::string>> environment_variables() {
  std::vector<std::pair<std::string, std::string>> variables;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    const std::string_view text = *entry;
    const std::size_t equals = text.find('=');
    if (!text.starts_with("TRIBOOK_") || equals == std::string_view::npos) continue;
    variables.emplace_back(text.substr(0, equals), text.substr(equals + 1));
  }
  std::sort(variables.begin(), variables.end());
  return variables;
}

}  // namespace tribook::config
