#include "app/log.h"

#include <cstdio>
#include <mutex>
#include <stdexcept>
#include <string>

#include "app/system_clock.h"
#include "gateway/json/time_text.h"
#include "gateway/json/writer.h"

namespace tribook::app {
namespace {

struct Output {
  std::mutex mutex;
  std::FILE* file = stderr;
  config::Log settings;
};

Output& output() {
  static Output instance;
  return instance;
}

std::string_view level_name(config::LogLevel level) {
  switch (level) {
    case config::LogLevel::Debug:
      return "debug";
    case config::LogLevel::Info:
      return "info";
    case config::LogLevel::Warn:
      return "warn";
    case config::LogLevel::Error:
      return "error";
  }
  return {};
}

void write(Output& out, config::LogLevel level, std::string_view message) {
  if (level < out.settings.level) return;
  std::string line;
  if (out.settings.format == config::LogFormat::Json) {
    json::Writer writer(line);
    writer.begin_object();
    writer.field("time", SystemClock().now());
    writer.field("level", level_name(level));
    writer.field("message", message);
    writer.end_object();
  } else {
    json::append_time(line, SystemClock().now());
    line += ' ';
    line += level_name(level);
    line += ' ';
    line += message;
  }
  line += '\n';
  std::fwrite(line.data(), 1, line.size(), out.file);
  std::fflush(out.file);
}

}  // namespace

void open_log(const config::Log& settings, const std::string& data_directory) {
  Output& out = output();
  const std::lock_guard lock(out.mutex);
  out.settings = settings;
  if (settings.output == "stdout") {
    out.file = stdout;
  } else if (settings.output == "file") {
    const std::string path = data_directory + "/tribook.log";
    std::FILE* file = std::fopen(path.c_str(), "ae");
    if (file == nullptr) throw std::runtime_error(path + ": cannot be opened for the log");
    out.file = file;
  }
}

void log(config::LogLevel level, std::string_view message) {
  Output& out = output();
  const std::lock_guard lock(out.mutex);
  write(out, level, message);
}

void log_last(std::string_view message) {
  Output& out = output();
  const std::unique_lock lock(out.mutex, std::try_to_lock);
  write(out, config::LogLevel::Error, message);
}

}  // namespace tribook::app
