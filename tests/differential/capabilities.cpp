#include "differential/capabilities.h"

#include <cstdlib>
#include <sstream>

namespace tribook::differential {
namespace {

Capabilities read() {
  Capabilities result = Capabilities::all();
  result.remove(Capability::OrdersInQuote);
  result.remove(Capability::Drawdown);  // a peak may rise a little unseen
  const char* without = std::getenv("TRIBOOK_TEST_WITHOUT");
  std::istringstream numbers(without != nullptr ? without : "");
  for (std::string number; std::getline(numbers, number, ',');) {
    result.remove(static_cast<Capability>(std::stoul(number)));
  }
  return result;
}

}  // namespace

const Capabilities& of_engine() {
  static const Capabilities result = read();
  return result;
}

}  // namespace tribook::differential
