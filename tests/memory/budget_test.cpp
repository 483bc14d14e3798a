#include <catch2/catch.hpp>

#include <cstdlib>
#include <memory>
#include <new>

#include "tribook/engine/engine.h"
#include "tribook/risk/risk.h"
#include "views/views.h"

// What a place for an account or an open position costs: everything that the tables ask for at
// start-up, whether it is touched later or not. Two houses that differ in nothing else tell. A
// place for a position brings five for watched prices, of which most are never touched: see the
// bench.

namespace {
std::size_t asked = 0;

void* count(std::size_t size) {
  asked += size;
  if (void* memory = std::malloc(size)) return memory;
  throw std::bad_alloc();
}
void* count(std::size_t size, std::align_val_t border) {
  asked += size;
  const auto to = static_cast<std::size_t>(border);
  if (void* memory = std::aligned_alloc(to, (size + to - 1) / to * to)) return memory;
  throw std::bad_alloc();
}
}  // namespace

void* operator new(std::size_t size) { return count(size); }
void* operator new[](std::size_t size) { return count(size); }
void* operator new(std::size_t size, std::align_val_t border) { return count(size, border); }
void* operator new[](std::size_t size, std::align_val_t border) { return count(size, border); }
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  asked += size;
  return std::malloc(size);
}
void* operator new[](std::size_t size, const std::nothrow_t&) noexcept {
  asked += size;
  return std::malloc(size);
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete[](void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete[](void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete(void* memory, std::align_val_t) noexcept { std::free(memory); }
void operator delete[](void* memory, std::align_val_t) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept { std::free(memory); }
void operator delete[](void* memory, std::size_t, std::align_val_t) noexcept { std::free(memory); }

namespace tribook {
namespace {

// Just below powers of two, where hash tables are as full as they get.
constexpr std::uint32_t kFew = (1U << 14) - 1;
constexpr std::uint32_t kMany = (1U << 16) - 1;

template <typename Make>
std::size_t bytes_of(const Make& make) {
  const std::size_t before = asked;
  make();
  return asked - before;
}

/// Of one more, by what kMany cost more than kFew.
template <typename Make>
std::size_t bytes_of_one(const Make& make) {
  const std::size_t few = bytes_of([&] { make(kFew); });
  const std::size_t many = bytes_of([&] { make(kMany); });
  return (many - few) / (kMany - kFew);
}

void make_engine(std::uint32_t accounts, std::uint32_t positions) {
  engine::EngineLimits limits;
  limits.accounts = accounts;
  limits.positions = positions;
  limits.symbols = 16;
  limits.client_ids = limits.orders = 64;
  const Slab slab(1);
  const engine::Engine made(limits, slab);
}

void make_risk(std::uint32_t accounts, std::uint32_t positions) {
  const Slab slab(1);
  const risk::Risk made({accounts, positions, 16, 64}, slab);
}

void make_views(std::size_t accounts, std::size_t positions) {
  views::ViewLimits limits;
  limits.accounts = limits.users = accounts;
  limits.symbols = 16;
  limits.open_positions = positions;
  const Slab slab(1);
  const views::Views made(limits, slab);
}

TEST_CASE("a place for an open position") {
  const std::size_t engine = bytes_of_one([](std::uint32_t n) { make_engine(kFew, n); });
  const std::size_t risk = bytes_of_one([](std::uint32_t n) { make_risk(kFew, n); });
  const std::size_t views = bytes_of_one([](std::uint32_t n) { make_views(kFew, n); });
  // What they are now: the target, 256 in all, is far away.
  CHECK(engine <= 1'300);
  CHECK(risk <= 264);
  CHECK(views <= 380);
}

TEST_CASE("a place for an account") {
  const std::size_t engine = bytes_of_one([](std::uint32_t n) { make_engine(n, kFew); });
  const std::size_t risk = bytes_of_one([](std::uint32_t n) { make_risk(n, kFew); });
  const std::size_t views = bytes_of_one([](std::uint32_t n) { make_views(n, kFew); });
  CAPTURE(engine, risk, views);
  // What they are now: the target, 1,024 in all, is missed since views say an account's own
  // options and what is watched of it.
  CHECK(engine + risk + views <= 1'128);
}

}  // namespace
}  // namespace tribook
