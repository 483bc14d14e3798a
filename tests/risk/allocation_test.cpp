#include <catch2/catch.hpp>

#include <cstdlib>
#include <new>

#include "risk/world.h"

// After construction nothing is allocated, whatever events and orders come.

namespace {
std::size_t allocations = 0;

void* count_and_try(std::size_t size) noexcept {
  ++allocations;
  return std::malloc(size);
}

void* count_and_allocate(std::size_t size) {
  if (void* memory = count_and_try(size)) return memory;
  throw std::bad_alloc();
}
}  // namespace

void* operator new(std::size_t size) { return count_and_allocate(size); }
void* operator new[](std::size_t size) { return count_and_allocate(size); }
void* operator new(std::size_t size, const std::nothrow_t&) noexcept { return count_and_try(size); }
void* operator new[](std::size_t size, const std::nothrow_t&) noexcept {
  return count_and_try(size);
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete[](void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete[](void* memory, std::size_t) noexcept { std::free(memory); }

namespace tribook::risk_test {
namespace {

int live_a_day(World& world) {
  int passed = 0;
  for (std::uint16_t id = 1; id <= 8; ++id) {
    constexpr std::array<std::string_view, 8> bases{"EUR", "GBP", "AUD", "NZD",
                                                    "CAD", "CHF", "SEK", "NOK"};
    world.open_symbol(SymbolId{id}, forex("PAIR", bases[id - 1], "USD"));
    world.quote(SymbolId{id}, "1.08440", "1.08450");
  }
  for (std::uint32_t id = 1; id <= 8; ++id) world.account(AccountId{id}, "USD", "1000000");
  for (std::uint32_t request = 1; request <= 256; ++request) {
    const AccountId account{1 + request % 8};
    const SymbolId symbol{static_cast<std::uint16_t>(1 + request % 7)};
    NewOrder order = market(Side::Buy, lots("0.5"), symbol);
    passed += world.decide(order, request, account).decision == RejectCode::None ? 1 : 0;
  }
  for (std::uint32_t request = 1; request <= 256; ++request) {
    const AccountId account{1 + request % 8};
    const SymbolId symbol{static_cast<std::uint16_t>(1 + request % 7)};
    world.answer(request, OrderUpdated{}, account);
    world.position(account, request, Side::Buy, "0.5", "1.08450", symbol);
  }
  for (std::uint64_t id = 1; id <= 256; ++id) {
    const AccountId account{static_cast<std::uint32_t>(1 + id % 8)};
    const SymbolId symbol{static_cast<std::uint16_t>(1 + id % 7)};
    world.position(account, id, Side::Buy, "0.25", "1.08450", symbol);
    world.position(account, id, Side::Buy, Volume{}, Cost{}, symbol);
  }
  return passed;
}

TEST_CASE("risk allocates nothing after construction, its tables full to the last place") {
  World world;
  const std::size_t before = allocations;
  const int passed = live_a_day(world);
  const std::size_t during = allocations - before;
  CHECK(passed == 256);
  CHECK(during == 0);
  REQUIRE(before > 0);  // the counter counts
}

}  // namespace
}  // namespace tribook::risk_test
