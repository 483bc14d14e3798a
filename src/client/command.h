#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tribook::client {

class Context;

/// A row of the command table. What a command takes is told by its usage alone: "--word VALUE" is
/// an option with a value, "--word" a flag, another word a plain one; brackets make it optional,
/// and "WORD..." is any number of them.
struct Command {
  std::string_view name;   ///< "order", "admin deposit"
  std::string_view usage;  ///< what is the command's own
  unsigned also = 0;       ///< kLists, kAccount, kPlain
  std::string_view summary;
  void (*run)(Context& context) = nullptr;
};

/// The options of lists; the option that picks an account; no `--json`.
inline constexpr unsigned kLists = 1;
inline constexpr unsigned kAccount = 2;
inline constexpr unsigned kPlain = 4;

/// The most plain words that "WORD..." stands for.
inline constexpr std::size_t kWordsMax = 256;

/// All commands, in the order of the help.
std::span<const Command> command_table();

/// What a usage says. The views are the usage's.
struct Syntax {
  std::vector<std::string_view> valued;
  std::vector<std::string_view> flags;
  std::vector<std::string_view> required;  ///< plain words that must be there, by name
  std::size_t words_max = 0;
};
Syntax parse_usage(std::string_view usage);

/// The command's own usage, and the options that it shares with others.
std::string whole_usage(const Command& command);

/// "usage: tribook client NAME ...", broken into lines of at most 80 columns.
std::string usage_text(const Command& command);

}  // namespace tribook::client
