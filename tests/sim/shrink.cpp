#include "sim/shrink.h"

#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <functional>
#include <string>
#include <vector>

#include "sim/commands.h"
#include "sim/faults.h"

namespace tribook::sim {
namespace {

/// What a run tells through a pipe.
struct Told {
  Size size;
  std::uint64_t step = 0;
  std::uint64_t digest = 0;
  std::uint64_t strikes_drawn = 0;
  std::uint64_t commands_drawn = 0;
  std::array<char, 100> invariant{};
  std::array<char, 400> what{};
};

template <std::size_t N>
void copy_text(std::array<char, N>& into, const std::string& text) {
  std::copy_n(text.begin(), std::min(text.size(), N - 1), into.begin());
}

[[noreturn]] void run_and_tell(const Options& options, unsigned seconds, int pipe) {
  std::signal(SIGABRT, SIG_DFL);
  alarm(seconds);
  if (std::freopen("/dev/null", "w", stderr) == nullptr) _exit(1);
  const Outcome outcome = run(options);
  Told told{outcome.size,
            outcome.step,
            outcome.digest,
            outcome.strikes_drawn,
            outcome.commands_drawn,
            {},
            {}};
  copy_text(told.invariant, outcome.invariant);
  copy_text(told.what, outcome.what);
  const bool is_written = write(pipe, &told, sizeof told) == static_cast<ssize_t>(sizeof told);
  _exit(is_written ? 0 : 1);
}

class Shrinker {
 public:
  Shrinker(const Options& failing, const Outcome& outcome, std::uint64_t runs_max)
      : left_(runs_max), best_{failing, outcome, 0} {
    best_.options.is_verbose = false;
    best_.options.steps = std::min(failing.steps, outcome.step);
  }

  Shrunk shrink() {
    best_.outcome = run_apart(best_.options);
    best_.outcome.step = std::min(best_.outcome.step, best_.options.steps);
    drop_faults();
    shorten();
    drop_kinds();
    drop_parts(&Cut::steps, best_.options.steps);
    shorten();
    drop_parts(&Cut::commands, best_.outcome.commands_drawn);
    return best_;
  }

 private:
  /// Keeps the change when the same is broken still.
  bool try_out(const Options& options) {
    if (left_ == 0) return false;
    --left_;
    ++best_.runs;
    const Outcome outcome = run_apart(options);
    if (outcome.invariant != best_.outcome.invariant) return false;
    best_.options = options;
    best_.outcome = outcome;
    best_.options.steps = std::min(options.steps, outcome.step);
    return true;
  }

  void shorten() {
    for (std::uint64_t part = 2; part <= 64; part *= 2) {
      Options options = best_.options;
      options.steps -= options.steps / part;
      if (try_out(options)) part = 1;
    }
  }

  // None at all, then half of them, then each alone.
  void drop_faults() {
    Options options = best_.options;
    options.cut.faults = Numbers{};
    if (try_out(options)) return;
    std::vector<std::uint64_t> kept;
    for (std::uint64_t i = 1; i <= best_.outcome.strikes_drawn; ++i) kept.push_back(i);
    for (std::size_t size = (kept.size() + 1) / 2; size > 0 && left_ > 0; size /= 2) {
      for (std::size_t at = 0; at < kept.size();) {
        std::vector<std::uint64_t> fewer(kept.begin(), kept.begin() + static_cast<long>(at));
        const std::size_t after = std::min(at + size, kept.size());
        fewer.insert(fewer.end(), kept.begin() + static_cast<long>(after), kept.end());
        options = best_.options;
        options.cut.faults = Numbers{};
        for (const std::uint64_t strike : fewer) options.cut.faults->add(strike, strike);
        if (try_out(options)) {
          kept = std::move(fewer);
        } else {
          at += size;
        }
      }
    }
  }

  void drop_kinds() {
    for (const std::string& name : command_names()) {
      Options options = best_.options;
      options.cut.without.push_back(name);
      try_out(options);
    }
  }

  // Larger pieces first. What was taken out already is not tried again.
  void drop_parts(Numbers Cut::*part, std::uint64_t last) {
    for (std::uint64_t size = (last + 1) / 2; size > 0 && left_ > 0; size /= 2) {
      for (std::uint64_t first = 1; first <= last && left_ > 0; first += size) {
        const std::uint64_t end = std::min(first + size - 1, last);
        Options options = best_.options;
        Numbers& numbers = options.cut.*part;
        if (numbers.missing_of(first, end) == 0) continue;
        numbers.add(first, end);
        try_out(options);
        last = std::min(last, &Cut::steps == part ? best_.options.steps : last);
      }
    }
  }

  std::uint64_t left_;
  Shrunk best_;
};

}  // namespace

Outcome run_apart(const Options& options, unsigned seconds) {
  Outcome outcome;
  outcome.invariant = "no abort";
  outcome.step = options.steps;
  std::array<int, 2> ends{};
  if (pipe(ends.data()) != 0) throw std::runtime_error("no pipe for a run");
  const pid_t child = fork();
  if (child < 0) throw std::runtime_error("no process for a run");
  if (child == 0) run_and_tell(options, seconds, ends[1]);
  close(ends[1]);
  Told told;
  const ssize_t got = read(ends[0], &told, sizeof told);
  close(ends[0]);
  int status = 0;
  waitpid(child, &status, 0);
  if (WIFSIGNALED(status) && WTERMSIG(status) == SIGALRM) outcome.invariant = "an end";
  if (got != static_cast<ssize_t>(sizeof told)) return outcome;
  outcome.invariant = told.invariant.data();
  outcome.what = told.what.data();
  outcome.size = told.size;
  outcome.step = told.step;
  outcome.digest = told.digest;
  outcome.strikes_drawn = told.strikes_drawn;
  outcome.commands_drawn = told.commands_drawn;
  return outcome;
}

Shrunk shrink(const Options& failing, const Outcome& outcome, std::uint64_t runs_max) {
  return Shrinker(failing, outcome, runs_max).shrink();
}

}  // namespace tribook::sim
