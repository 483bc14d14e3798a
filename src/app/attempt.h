#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <string>

namespace tribook::app {

/// Something that a start wants and the house can do without for a while: when it fails, on a full
/// disk say, it is told, and tried again until it works.
class Attempt {
 public:
  using Time = std::chrono::steady_clock::time_point;
  static constexpr std::chrono::seconds kAgainAfter{1};

  /// `name` and `fails` make a sentence of what is wrong as long as it does not work. `work` says
  /// what went wrong; empty when nothing did.
  Attempt(std::string name, std::string fails, std::function<std::string()> work);

  // One thread.

  /// Tries for the first time. What the work throws passes: no later try would do better.
  void begin(Time now);
  /// Tries again when it is time; what the work throws is one more failure.
  void look(Time now);

  /// Any thread: the sentence while it does not work; empty before it was tried.
  [[nodiscard]] std::string trouble() const;

 private:
  void note(const std::string& problem, Time now);

  const std::string name_;
  const std::string sentence_;
  std::function<std::string()> work_;
  Time tried_{};
  std::atomic<bool> has_failed_{false};
};

}  // namespace tribook::app
