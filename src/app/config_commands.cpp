#include <cstdio>
#include <cstdlib>
#include <exception>
#include <filesystem>

#include "app/backup_keeper.h"
#include "app/catalog.h"
#include "app/commands.h"
#include "app/daemon.h"
#include "app/restore_folder.h"
#include "cli/arguments.h"
#include "config/config.h"

namespace tribook::app {
namespace {

int bad_usage(const std::string& problem, const char* usage) {
  std::fprintf(stderr, "tribook: %s\nusage: tribook %s\n", problem.c_str(), usage);
  return kBadUsage;
}

// REQUIRES: at least one file.
std::optional<config::Config> load_config(const std::vector<std::string>& files,
                                          const std::vector<std::string>& set) {
  config::LoadOptions options;
  options.file = files.front();
  options.more_files.assign(files.begin() + 1, files.end());
  options.set = set;
  options.environment = config::environment_variables();
  const config::LoadResult result = config::load(options);
  for (const std::string& error : result.errors) std::fprintf(stderr, "%s\n", error.c_str());
  return result.config;
}

}  // namespace

int run_check_config(const Words& words) {
  const cli::Arguments arguments(words, {"--set"}, {});
  if (!arguments.problem().empty() || arguments.plain().empty()) {
    return bad_usage(arguments.problem().empty() ? "name a file" : arguments.problem(),
                     "check-config FILE... [--set key=value]...");
  }
  const auto config = load_config(arguments.plain(), arguments.values("--set"));
  if (!config) return kFailed;
  const std::vector<std::string> problems = backup_problems(*config);
  for (const std::string& problem : problems) {
    std::fprintf(stderr, "%s: %s\n", arguments.plain()[0].c_str(), problem.c_str());
  }
  const std::vector<std::string> of_catalog = catalog_problems(*config);
  for (const std::string& problem : of_catalog) std::fprintf(stderr, "%s\n", problem.c_str());
  if (!problems.empty() || !of_catalog.empty()) return kFailed;
  std::printf("%s: good\n", arguments.plain()[0].c_str());
  return kGood;
}

int run_print_config(const Words& words) {
  const cli::Arguments arguments(words, {"--set"}, {});
  if (!arguments.problem().empty() || arguments.plain().empty()) {
    return bad_usage(arguments.problem().empty() ? "name a file" : arguments.problem(),
                     "print-config FILE... [--set key=value]...");
  }
  const auto config = load_config(arguments.plain(), arguments.values("--set"));
  if (!config) return kFailed;
  std::printf("%s", config::to_toml(*config).c_str());
  return kGood;
}

int run_serve(const Words& words) {
  const char* usage = "serve (--config FILE)... [--data DIR] [--set key=value]...";
  const cli::Arguments arguments(words, {"--config", "--data", "--set"}, {});
  if (!arguments.problem().empty()) return bad_usage(arguments.problem(), usage);
  if (!arguments.plain().empty())
    return bad_usage("unexpected word " + arguments.plain()[0], usage);
  const std::vector<std::string> files = arguments.values("--config");
  if (files.empty()) return bad_usage("--config is missing", usage);
  auto config = load_config(files, arguments.values("--set"));
  if (!config) return kFailed;
  if (const auto data = arguments.value("--data")) config->data_directory = *data;
  if (const std::string problem = cut_off_restore(config->data_directory); !problem.empty()) {
    std::fprintf(stderr, "tribook: %s\n", problem.c_str());
    return kFailed;
  }
  const char* password = std::getenv("TRIBOOK_ADMIN_PASSWORD");
  try {
    return serve(*config, password != nullptr ? password : "");
  } catch (const std::exception& error) {
    std::fprintf(stderr, "tribook: %s\n", error.what());
    return kFailed;
  }
}

}  // namespace tribook::app
