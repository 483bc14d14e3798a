#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <limits>
#include <span>
#include <string>

#include "book/book_command.h"
#include "book/book_duel.h"
#include "tribook/base/assert.h"

// Bytes as the operations of a small book: whatever they are, it tells and holds what the naive one
// does. The first byte chooses the tick, the capacity and the window; six make an operation.

namespace {

using namespace tribook;

test::BookSetting setting_of(std::uint8_t byte) {
  constexpr std::array<std::int64_t, 4> ticks{1, 1'000, 2'500, std::int64_t{1} << 40};
  constexpr std::array<std::uint32_t, 2> orders{5, 40};
  constexpr std::array<std::uint32_t, 3> windows{1, 64, 5'000};
  return {{ticks[byte & 3U]},
          {.orders = orders[byte >> 2U & 1U], .window = windows[(byte >> 3U) % windows.size()]}};
}

// Near the middle, or anywhere: a shift spreads the few numbers over 64 bits.
Price price_of(std::uint8_t coarse, std::uint8_t fine, std::int64_t tick) {
  const auto offset = static_cast<std::int8_t>(fine);
  if (coarse < 128) return {tick * (100 + offset)};
  if (coarse == 255) return {std::numeric_limits<std::int64_t>::max() - fine};
  if (coarse == 254) return {std::numeric_limits<std::int64_t>::min() + fine};
  return {static_cast<std::int64_t>(static_cast<std::uint64_t>(std::int64_t{offset})
                                    << (coarse & 63U))};
}

Volume volume_of(std::uint8_t byte) {
  return {byte < 192 ? byte % 16 : std::int64_t{byte} << (byte % 56)};
}

test::BookCommand command_of(std::span<const std::uint8_t> bytes, std::int64_t tick) {
  test::BookCommand command;
  // Mostly adding.
  constexpr std::array<test::BookCommand::Kind, 4> kinds{
      test::BookCommand::Kind::Add, test::BookCommand::Kind::Cancel,
      test::BookCommand::Kind::Reduce, test::BookCommand::Kind::Replace};
  const std::uint8_t kind = bytes[0] & 7U;
  command.kind = kinds[kind < 4 ? 0 : kind % 4];
  command.order.side = (bytes[0] & 8U) != 0 ? Side::Buy : Side::Sell;
  command.order.time_in_force = static_cast<TimeInForce>((bytes[0] >> 4U) % 5);
  command.order.id = {bytes[1]};
  command.order.price = price_of(bytes[2], bytes[3], tick);
  command.order.volume = volume_of(bytes[4]);
  command.order.owner = {bytes[5] & 3U};
  command.order.self_trade = static_cast<engine::SelfTrade>(bytes[5] >> 2U & 3U);
  return command;
}

void check(const std::string& difference) {
  if (!difference.empty()) std::fputs(difference.c_str(), stderr);
  TB_ASSERT(difference.empty());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::size_t kBytes = 6;
  constexpr std::size_t kMostCommands = 400;
  std::span bytes(data, size);
  if (bytes.empty()) return 0;
  const test::BookSetting setting = setting_of(bytes[0]);
  bytes = bytes.subspan(1);
  test::BookDuel duel(setting);
  for (std::size_t i = 0; i < kMostCommands && bytes.size() >= kBytes; ++i) {
    check(duel.step(command_of(bytes.first(kBytes), setting.tick_size.raw)));
    check(duel.compare());
    bytes = bytes.subspan(kBytes);
  }
  check(duel.rebuild(false));
  return 0;
}
