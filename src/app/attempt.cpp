#include "app/attempt.h"

#include <exception>
#include <utility>

#include "app/log.h"

namespace tribook::app {

Attempt::Attempt(std::string name, std::string fails, std::function<std::string()> work)
    : name_(std::move(name)), sentence_(name_ + " " + fails), work_(std::move(work)) {}

void Attempt::begin(Time now) { note(work_(), now); }

void Attempt::look(Time now) {
  if (!has_failed_.load() || now - tried_ < kAgainAfter) return;
  try {
    note(work_(), now);
  } catch (const std::exception& error) {
    note(error.what(), now);
  }
}

// The same is not told each second.
void Attempt::note(const std::string& problem, Time now) {
  tried_ = now;
  const bool had_failed = has_failed_.exchange(!problem.empty());
  if (!problem.empty() && !had_failed) {
    log_error(sentence_ + " (" + problem + "); it is tried again until it works");
  } else if (problem.empty() && had_failed) {
    log_info(name_ + " is there now");
  }
}

std::string Attempt::trouble() const { return has_failed_.load() ? sentence_ : std::string(); }

}  // namespace tribook::app
