#include "app/backup_text.h"

#include <cstdio>
#include <exception>

#include "gateway/json/time_text.h"

namespace tribook::app {
namespace {

std::string plural(std::uint64_t count, const char* what) {
  return std::to_string(count) + " " + what + (count == 1 ? "" : "s");
}

}  // namespace

int bad_backup_usage(const std::string& problem, const char* usage) {
  std::fprintf(stderr, "tribook: %s\nusage: tribook %s\n", problem.c_str(), usage);
  return kBadUsage;
}

int backup_failed(const std::string& problem) {
  std::fprintf(stderr, "tribook: %s\n", problem.c_str());
  return kFailed;
}

void warn(const std::vector<std::string>& warnings) {
  for (const std::string& warning : warnings) {
    std::fprintf(stderr, "tribook: warning: %s\n", warning.c_str());
  }
}

std::string text_of(TimeNs time) {
  std::string text;
  json::append_time(text, time);
  return text;
}

std::string text_of(const backup::About& about) {
  return "record " + std::to_string(about.last_sequence) + " of " + text_of(about.last_time) +
         "; " + plural(about.segments, "segment") + ", " +
         plural(about.archived_segments, "archived segment") + ", " +
         plural(about.snapshots, "snapshot");
}

void add_about(json::Writer& writer, const backup::About& about, std::uint64_t bytes,
               const std::vector<std::string>& warnings) {
  writer.field("bytes", bytes);
  writer.field("lastSequence", about.last_sequence);
  writer.field("lastTime", about.last_time);
  writer.field("segments", about.segments);
  writer.field("archivedSegments", about.archived_segments);
  writer.field("snapshots", about.snapshots);
  writer.begin_array("warnings");
  for (const std::string& warning : warnings) writer.element(warning);
  writer.end_array();
}

int guarded(int (*run)(const Words&), const Words& words) {
  try {
    return run(words);
  } catch (const std::exception& error) {
    return backup_failed(error.what());
  }
}

}  // namespace tribook::app
