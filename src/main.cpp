#include <algorithm>
#include <cstdio>
#include <string>
#include <string_view>

#include "app/commands.h"
#include "client/client.h"
#include "tribook/version.h"

namespace {

constexpr std::string_view kHelp =
    "tribook: a trading engine for FX, CFD and crypto brokers\n"
    "\n"
    "  serve (--config FILE)... [--data DIR] [--set key=value]...\n"
    "                                                          run the daemon\n"
    "  check-config FILE... [--set key=value]...               is the configuration good?\n"
    "  print-config FILE... [--set key=value]...               what holds in the end, secrets "
    "hidden\n"
    "  verify DIR [--store FILE]                               check every byte of a journal\n"
    "  replay DIR [--until SEQ|TIME] [--account N] [--json]    show the house as it was\n"
    "  replay DIR --explain ID [--json]                        the story of order:N or position:N\n"
    "  replay DIR --with FILE [--account N] [--json]           what other settings would have "
    "given\n"
    "  state-hash DIR [--until SEQ|TIME]                       digest of the state a journal "
    "gives\n"
    "  backup --data DIR --to DIR_OR_FILE --key FILE [--json]  copy a data folder, while its "
    "daemon "
    "runs\n"
    "  backup verify FILE --key FILE [--json]                  is that backup good?\n"
    "  backup --make-key FILE                                  a new key for backups\n"
    "  restore FILE --to DIR --key FILE [--json]               make a data folder of a backup\n"
    "  client COMMAND                                          trade, or run the house, from the "
    "terminal\n"
    "  --help, --version\n"
    "\n"
    "DIR is the daemon's data folder. Exit status: 0 good, 1 failed, 2 bad usage.\n";

struct Subcommand {
  std::string_view name;
  int (*run)(const tribook::app::Words&);
};

constexpr Subcommand kSubcommands[] = {
    {"serve", tribook::app::run_serve},
    {"check-config", tribook::app::run_check_config},
    {"print-config", tribook::app::run_print_config},
    {"verify", tribook::app::run_verify},
    {"replay", tribook::app::run_replay},
    {"state-hash", tribook::app::run_state_hash},
    {"backup", tribook::app::run_backup},
    {"restore", tribook::app::run_restore},
    {"client", tribook::client::run},
};

}  // namespace

int main(int argc, char** argv) {
  const std::string_view name = argc > 1 ? argv[1] : "";
  // The client has a help for each of its commands.
  const bool asks_for_help =
      name != "client" &&
      std::find(argv + std::min(argc, 1), argv + argc, std::string_view("--help")) != argv + argc;
  if (asks_for_help || name == "help") {
    std::fwrite(kHelp.data(), 1, kHelp.size(), stdout);
    return tribook::app::kGood;
  }
  if (name == "--version") {
    std::printf("tribook %s\n", std::string(tribook::kVersion).c_str());
    return tribook::app::kGood;
  }
  for (const Subcommand& subcommand : kSubcommands) {
    if (subcommand.name == name) return subcommand.run({argv + 2, argv + argc});
  }
  std::fprintf(
      stderr, "tribook: %s\n",
      name.empty() ? "no subcommand" : ("unknown subcommand " + std::string(name)).c_str());
  std::fwrite(kHelp.data(), 1, kHelp.size(), stderr);
  return tribook::app::kBadUsage;
}
