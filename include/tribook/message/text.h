#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string_view>
#include <type_traits>

#include "tribook/domain/currency.h"
#include "tribook/domain/enums.h"
#include "tribook/domain/group.h"
#include "tribook/domain/instrument.h"
#include "tribook/domain/margin.h"
#include "tribook/message/slab.h"

// What lies in the slab beside a record: strings, or one specification.

namespace tribook {

/// Four strings, each with its own limit; which is what depends on the record.
struct Texts {
  std::array<std::string_view, 4> part{};

  [[nodiscard]] bool is_empty() const {
    for (const std::string_view text : part) {
      if (!text.empty()) return false;
    }
    return true;
  }
};

/// Limits of the edge, in bytes.
inline constexpr std::size_t kClientIdMax = 64;  ///< clientOrderId, Idempotency-Key
inline constexpr std::size_t kStrategyMax = 64;
inline constexpr std::size_t kCommentMax = 256;
inline constexpr std::size_t kMetadataMax = 1024;
inline constexpr std::size_t kReferenceMax = 128;
inline constexpr std::size_t kNoteMax = 512;

/// Which of a payment's texts is which.
inline constexpr std::size_t kPaymentKey = 0;
inline constexpr std::size_t kPaymentReference = 1;
inline constexpr std::size_t kPaymentNote = 2;
inline constexpr std::size_t kPaymentAddress = 3;

/// Order: client order id, strategy, comment, metadata (JSON).
/// Payment: idempotency key, reference, note, bank or coin address.
/// Writes lengths and bytes; empty when they do not fit a block.
TextRef put_texts(Slab& slab, const Texts& texts);
/// The views point into the bytes. Empty parts when the bytes are not of this form.
Texts read_texts(std::span<const std::byte> bytes);

/// A user to be made. The password is there only as its bcrypt hash.
struct UserSpec {
  FixedText<100> username{};
  FixedText<64> password_hash{};
  FixedText<128> email{};
  Role role = Role::Client;
  std::array<std::uint8_t, 3> reserved{};
};

/// A user's first account.
struct AccountSpec {
  UserSpec user{};
  Currency currency;
  std::int64_t initial_deposit_low = 0;  ///< Money in two words; 0 = none
  std::int64_t initial_deposit_high = 0;
  Ratio stop_out_level{50 * kFixedOne};  ///< percent
  MarginCallLevels margin_call_levels{};
  std::uint32_t leverage = 100;
  AccountKind kind = AccountKind::Demo;
  PositionMode mode = PositionMode::Hedging;
  std::uint8_t negative_balance_protection = 1;
  Closing closing = Closing::Any;
  FixedText<32> group{};  ///< empty = none
  SwapFreeSpec swap_free{};
  StopOutOrder stop_out_order = StopOutOrder::LargestLoss;
  std::uint8_t from_group = 0;  ///< options (see Option) that the group sets in place of these
  std::array<std::uint8_t, 6> reserved2{};
};

/// What it says of options itself.
constexpr OptionValues own_options(const AccountSpec& spec) {
  OptionValues own;
  own.stop_out_level = spec.stop_out_level;
  own.margin_call_levels = spec.margin_call_levels;
  own.swap_free = spec.swap_free;
  own.negative_balance_protection = spec.negative_balance_protection;
  own.closing = spec.closing;
  own.stop_out_order = spec.stop_out_order;
  return own;
}

constexpr void set_own_options(AccountSpec& spec, const OptionValues& own) {
  spec.stop_out_level = own.stop_out_level;
  spec.margin_call_levels = own.margin_call_levels;
  spec.swap_free = own.swap_free;
  spec.negative_balance_protection = own.negative_balance_protection;
  spec.closing = own.closing;
  spec.stop_out_order = own.stop_out_order;
}

/// What an account's own options shall be, where it says anything of them.
struct OptionsChange {
  OptionValues values{};
  std::uint8_t sets = 0;  ///< of which options (see Option) it says anything
  /// Of these, those that the group sets from now on; `values` holds where it does not.
  std::uint8_t from_group = 0;
  std::uint8_t sets_mode = 0;
  PositionMode mode = PositionMode::Hedging;
  std::array<std::uint8_t, 4> reserved{};
};

constexpr void change_own(const OptionsChange& change, OptionValues& own,
                          std::uint8_t& from_group) {
  const auto sets = [&](Option option) { return (change.sets & bit_of(option)) != 0; };
  const OptionValues& now = change.values;
  if (sets(Option::StopOutLevel)) own.stop_out_level = now.stop_out_level;
  if (sets(Option::MarginCallLevels)) own.margin_call_levels = now.margin_call_levels;
  if (sets(Option::NegativeBalanceProtection))
    own.negative_balance_protection = now.negative_balance_protection;
  if (sets(Option::Closing)) own.closing = now.closing;
  if (sets(Option::SwapFree)) own.swap_free = now.swap_free;
  if (sets(Option::StopOutOrder)) own.stop_out_order = now.stop_out_order;
  from_group = static_cast<std::uint8_t>((from_group & ~change.sets) | change.from_group);
}

/// What a user's password is from now on: its bcrypt hash.
struct PasswordSpec {
  FixedText<64> hash{};
};

template <typename Spec>
TextRef put_spec(Slab& slab, const Spec& spec) {
  static_assert(std::is_trivially_copyable_v<Spec> && sizeof(Spec) <= Slab::kBlockBytes);
  return slab.put(std::as_bytes(std::span<const Spec, 1>(&spec, 1)));
}

/// The user of a UserCreated event: its text is a UserSpec, or the AccountSpec that begins with
/// one.
inline std::optional<UserSpec> read_user_spec(std::span<const std::byte> bytes) {
  static_assert(offsetof(AccountSpec, user) == 0);
  if (bytes.size() != sizeof(UserSpec) && bytes.size() != sizeof(AccountSpec)) return std::nullopt;
  UserSpec spec;
  std::memcpy(&spec, bytes.data(), sizeof spec);
  return spec;
}

/// Empty when the bytes are not of this size.
template <typename Spec>
std::optional<Spec> read_spec(std::span<const std::byte> bytes) {
  if (bytes.size() != sizeof(Spec)) return std::nullopt;
  Spec spec;
  std::memcpy(&spec, bytes.data(), sizeof spec);
  return spec;
}

}  // namespace tribook
