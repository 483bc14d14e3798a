#pragma once

#include <stdexcept>
#include <string>
#include <utility>

// How a command ends early. Each is a sentence for the user; run() prints it.

namespace tribook::client {

/// Exit status 1.
struct Failure : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Exit status 2, with the usage of the command.
struct UsageMistake : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// The server said no.
struct Refused : Failure {
  Refused(unsigned status_given, std::string code_given, const std::string& sentence)
      : Failure(sentence), status(status_given), code(std::move(code_given)) {}

  unsigned status;
  std::string code;  ///< empty when it was no answer of the API
};

/// No whole answer came.
struct NetworkFailure : Failure {
  enum class Kind { Unreachable, Untrusted, Dropped, TimedOut, Malformed };

  NetworkFailure(Kind kind_given, const std::string& sentence)
      : Failure(sentence), kind(kind_given) {}

  Kind kind;
  bool may_have_arrived = false;  ///< the request, or a part of it, was sent
};

}  // namespace tribook::client
