#include "client/client.h"

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <exception>
#include <span>

#include "app/commands.h"
#include "cli/arguments.h"
#include "client/command.h"
#include "client/context.h"
#include "client/failure.h"

namespace tribook::client {
namespace {

using app::kBadUsage;
using app::kFailed;
using app::kGood;

constexpr std::string_view kHead =
    "tribook client: trade, and run the house, from the terminal\n"
    "\n";
constexpr std::string_view kFoot =
    "\n"
    "Log in first; the login is kept for the commands after it. `tribook client COMMAND --help`\n"
    "says what a command takes. With --json the server's own answer is shown. Exit status: 0 "
    "good,\n"
    "1 failed or refused, 2 bad usage.\n";

bool is_help(const std::string& word) { return word == "--help" || word == "-h"; }

// All commands, or those of the admins alone.
std::string help_text(std::string_view group) {
  constexpr std::size_t name_columns = 22;
  std::string out(kHead);
  for (const Command& command : command_table()) {
    if (!command.name.starts_with(group)) continue;
    std::string line = "  " + std::string(command.name);
    line.resize(std::max(line.size() + 1, name_columns + 2), ' ');
    out += line + std::string(command.summary) + "\n";
  }
  return out + std::string(kFoot);
}

int bad_usage(const std::string& problem, const std::string& usage) {
  std::fprintf(stderr, "tribook client: %s\n%s", problem.c_str(), usage.c_str());
  return kBadUsage;
}

const Command* find_command(const std::string& name) {
  for (const Command& command : command_table()) {
    if (command.name == name) return &command;
  }
  return nullptr;
}

// What is wrong with the words, "" when nothing is.
std::string words_problem(const Syntax& syntax, const cli::Arguments& arguments) {
  if (!arguments.problem().empty()) return arguments.problem();
  const std::size_t count = arguments.plain().size();
  if (count < syntax.required.size()) return std::string(syntax.required[count]) + " is missing";
  if (count > syntax.words_max) return "unexpected word " + arguments.plain()[syntax.words_max];
  return {};
}

int run_command(const Command& command, const std::vector<std::string>& words) {
  const std::string usage = whole_usage(command);
  const Syntax syntax = parse_usage(usage);
  const cli::Arguments arguments(words, std::span(syntax.valued), std::span(syntax.flags));
  const std::string problem = words_problem(syntax, arguments);
  if (!problem.empty()) return bad_usage(problem, usage_text(command));
  try {
    Context context(command, arguments);
    command.run(context);
    return kGood;
  } catch (const UsageMistake& mistake) {
    return bad_usage(mistake.what(), usage_text(command));
  } catch (const OutputClosed&) {
    return kGood;
  } catch (const std::exception& failure) {
    std::fprintf(stderr, "tribook client: %s\n", failure.what());
    return kFailed;
  }
}

}  // namespace

int run(const std::vector<std::string>& words) {
  // A pipe or a connection that is closed is told by the call that writes.
  std::signal(SIGPIPE, SIG_IGN);
  std::vector<std::string> rest = words;
  std::string name;
  std::string group;
  if (!rest.empty() && rest.front() == "admin") {
    group = "admin ";
    rest.erase(rest.begin());
  }
  if (rest.empty()) return bad_usage("no command", help_text(group));
  if (is_help(rest.front()) || rest.front() == "help") {
    const std::string help = help_text(group);
    std::fwrite(help.data(), 1, help.size(), stdout);
    return kGood;
  }
  name = group + rest.front();
  rest.erase(rest.begin());
  const Command* command = find_command(name);
  if (command == nullptr) return bad_usage("unknown command " + name, help_text(group));
  for (const std::string& word : rest) {
    if (!is_help(word)) continue;
    const std::string help = usage_text(*command) + std::string(command->summary) + "\n";
    std::fwrite(help.data(), 1, help.size(), stdout);
    return kGood;
  }
  return run_command(*command, rest);
}

}  // namespace tribook::client
