#include <catch2/catch.hpp>

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <csignal>
#include <functional>
#include <stdexcept>
#include <string>
#include <thread>

#include "app/error_log.h"
#include "app/last_words.h"
#include "app/system_clock.h"
#include "runtime/stage_thread.h"

namespace tribook::app {
namespace {

class Broken final : public runtime::Stage {
 public:
  [[nodiscard]] std::string_view name() const override { return "broken"; }
  std::size_t do_work(TimeNs) override { throw std::runtime_error("a sum does not come out"); }
};

struct End {
  int status = 0;
  std::string said;
};

/// What a process says, and how it ends, that does this.
End end_of(const std::function<void()>& life) {
  std::array<int, 2> pipe{};
  REQUIRE(::pipe(pipe.data()) == 0);
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    const rlimit none{0, 0};
    ::setrlimit(RLIMIT_CORE, &none);
    std::signal(SIGABRT, SIG_DFL);
    ::dup2(pipe[1], STDERR_FILENO);
    prepare_last_words();
    life();
    ::_exit(0);
  }
  ::close(pipe[1]);
  End end;
  std::array<char, 512> bytes{};
  for (ssize_t got = 0; (got = ::read(pipe[0], bytes.data(), bytes.size())) > 0;) {
    end.said.append(bytes.data(), static_cast<std::size_t>(got));
  }
  ::close(pipe[0]);
  REQUIRE(::waitpid(child, &end.status, 0) == child);
  return end;
}

}  // namespace

TEST_CASE("a stage that throws ends the process at once, and the log says which and what") {
  const End end = end_of([] {
    const SystemClock clock;
    Broken stage;
    runtime::StageThread thread({"engine"}, clock, {&stage});
    thread.start();
    std::this_thread::sleep_for(std::chrono::seconds{60});
  });
  INFO(end.said);
  CHECK(WIFSIGNALED(end.status));
  CHECK(WTERMSIG(end.status) == SIGABRT);
  CHECK_THAT(end.said,
             Catch::EndsWith(" error the thread engine failed: a sum does not come out; stopped at "
                             "once, the next start recovers from the journal\n"));
}

TEST_CASE("what is no std::exception ends it likewise") {
  const End end = end_of([] { std::thread([] { throw 7; }).join(); });
  INFO(end.said);
  CHECK(WIFSIGNALED(end.status));
  CHECK_THAT(end.said, Catch::Contains("failed: an exception without a text; stopped at once"));
}

TEST_CASE("of many errors a few a second are logged, and how many were not") {
  using namespace std::chrono_literals;
  ErrorLog log;
  const ErrorLog::Time start{1'000s};
  for (int i = 0; i < 5; ++i) CHECK(log.note("a line", start + i * 10ms) == "a line");
  for (int i = 0; i < 7; ++i) CHECK(log.note("a line", start + 900ms).empty());
  CHECK(log.note("the next", start + 1s) == "the next (7 others since the last line)");
  CHECK(log.note("and one", start + 1s) == "and one");
}

}  // namespace tribook::app
