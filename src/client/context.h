#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "cli/arguments.h"
#include "client/api.h"
#include "client/command.h"

namespace tribook::client {

/// What a command has to work with: its words, its login, its output.
class Context {
 public:
  /// Throws UsageMistake when a shared option is wrong.
  Context(const Command& command, const cli::Arguments& arguments);

  /// Plain words by place.
  [[nodiscard]] std::size_t word_count() const { return arguments_.plain().size(); }
  [[nodiscard]] const std::string& word(std::size_t index) const;
  [[nodiscard]] std::optional<std::string> option(std::string_view name) const;
  [[nodiscard]] bool has(std::string_view flag) const { return arguments_.has(flag); }

  /// Words that must be numbers. Throw UsageMistake, which calls the word `name`.
  [[nodiscard]] static std::string number(std::string_view name, const std::string& text);
  [[nodiscard]] static std::string whole_number(std::string_view name, const std::string& text);

  [[nodiscard]] bool wants_json() const { return arguments_.has("--json"); }
  /// On a terminal, unless NO_COLOR is set.
  [[nodiscard]] bool has_colour() const;

  /// The door that the command is for: of "admin ..." and with --admin, the admins'.
  [[nodiscard]] Door door() const { return door_; }
  [[nodiscard]] std::string session_file() const;
  [[nodiscard]] std::chrono::milliseconds timeout() const { return timeout_; }

  /// As the user who is logged in. Throws Failure when nobody is.
  Api& api();

  /// To the standard output. Throws OutputClosed or Failure when that fails.
  static void print(std::string_view text);
  /// With --json the answer as it is, else `text`.
  void print_answer(const std::string& answer, std::string_view text) const;

 private:
  const cli::Arguments& arguments_;
  Door door_;
  std::string account_;
  std::chrono::milliseconds timeout_;
  std::unique_ptr<Api> api_;
};

/// Nobody reads the output any more: the end, without a word.
struct OutputClosed {};

}  // namespace tribook::client
