#include <catch2/catch.hpp>

#include <chrono>
#include <stdexcept>
#include <string>

#include "app/attempt.h"

namespace tribook::app {
namespace {

using namespace std::chrono_literals;

const Attempt::Time kStart{1'000s};

TEST_CASE("Attempt: what works at once is not tried again") {
  int tries = 0;
  Attempt attempt("the file", "cannot be written", [&] {
    ++tries;
    return std::string();
  });
  attempt.look(kStart);
  CHECK(tries == 0);  // it was not begun
  attempt.begin(kStart);
  attempt.look(kStart + 1h);
  CHECK(tries == 1);
  CHECK(attempt.trouble().empty());
}

TEST_CASE("Attempt: what fails is tried again, each second, until it works") {
  int tries = 0;
  std::string problem = "no space left";
  bool throws = false;
  Attempt attempt("the file", "cannot be written", [&] {
    ++tries;
    if (throws) throw std::runtime_error("worse");
    return problem;
  });
  attempt.begin(kStart);
  CHECK(attempt.trouble() == "the file cannot be written");
  attempt.look(kStart + 999ms);
  CHECK(tries == 1);
  attempt.look(kStart + 1s);
  CHECK(tries == 2);
  throws = true;
  attempt.look(kStart + 2s);
  CHECK(tries == 3);
  CHECK(attempt.trouble() == "the file cannot be written");
  throws = false;
  problem.clear();
  attempt.look(kStart + 3s);
  CHECK(attempt.trouble().empty());
  attempt.look(kStart + 1h);
  CHECK(tries == 4);
}

TEST_CASE("Attempt: what the first try throws passes") {
  Attempt attempt("the file", "cannot be written",
                  []() -> std::string { throw std::runtime_error("is a folder"); });
  CHECK_THROWS_WITH(attempt.begin(kStart), "is a folder");
  CHECK(attempt.trouble().empty());
}

}  // namespace
}  // namespace tribook::app
