#pragma once

#include <cstdint>

#include "tribook/domain/enums.h"
#include "tribook/domain/fixed.h"
#include "tribook/domain/ids.h"
#include "tribook/message/command_kind.h"

// Bodies of commands about users, accounts, groups and money.

namespace tribook {

/// Attachment: AccountSpec. Makes a user and its first account.
struct CreateAccount {
  static constexpr CommandKind kKind = CommandKind::CreateAccount;
  UserId user;  ///< given by the directory when the command is sequenced
  std::uint8_t reserved[4] = {};
};

/// Attachment: UserSpec. A user without an account (admins).
struct CreateUser {
  static constexpr CommandKind kKind = CommandKind::CreateUser;
  UserId user;  ///< given by the directory when the command is sequenced
  std::uint8_t reserved[4] = {};
};

/// Attachment: PaymentText. Amount above 0.
struct Deposit {
  static constexpr CommandKind kKind = CommandKind::Deposit;
  std::int64_t amount_low = 0;   ///< see amount(): 128 bits in two words, so that records need
  std::int64_t amount_high = 0;  ///< no 16-byte alignment
  PaymentMethod method = PaymentMethod::None;
  std::uint8_t reserved[7] = {};
};

/// Asks for money: booked at once and PENDING until it is decided. Attachment: PaymentText. Amount
/// above 0.
struct Withdraw {
  static constexpr CommandKind kKind = CommandKind::Withdraw;
  std::int64_t amount_low = 0;
  std::int64_t amount_high = 0;
  PaymentMethod method = PaymentMethod::None;
  std::uint8_t reserved[7] = {};
};

/// Attachment: PaymentText, its note the reason. The amount may be negative, but for a bonus.
struct Adjust {
  static constexpr CommandKind kKind = CommandKind::Adjust;
  std::int64_t amount_low = 0;
  std::int64_t amount_high = 0;
  AdjustmentKind kind = AdjustmentKind::Manual;
  std::uint8_t reserved[7] = {};
};

/// Gives credit, or takes it (a negative amount). Attachment: PaymentText.
struct ChangeCredit {
  static constexpr CommandKind kKind = CommandKind::ChangeCredit;
  std::int64_t amount_low = 0;
  std::int64_t amount_high = 0;
};

/// Attachment: PaymentText.
struct DecideWithdrawal {
  static constexpr CommandKind kKind = CommandKind::DecideWithdrawal;
  WithdrawalId withdrawal;
  std::uint8_t approve = 0;
  std::uint8_t reserved[7] = {};
};

/// What of an account is changed; the rest of ChangeAccount does not count.
enum class AccountChange : std::uint8_t {
  Leverage,
  State,
  Group,
  Options  ///< attachment: OptionsChange
};

struct ChangeAccount {
  static constexpr CommandKind kKind = CommandKind::ChangeAccount;
  std::uint32_t leverage = 0;
  GroupId group;  ///< 0 = none
  AccountState state = AccountState::Active;
  AccountChange what = AccountChange::Leverage;
};

/// Attachment: PasswordSpec.
struct ChangePassword {
  static constexpr CommandKind kKind = CommandKind::ChangePassword;
  UserId user;
  std::uint8_t reserved[4] = {};
};

/// Attachment: GroupSpec. Makes a group, or changes the one of that name.
struct PutGroup {
  static constexpr CommandKind kKind = CommandKind::PutGroup;
  std::uint8_t reserved[8] = {};
};

/// Attachment: GroupTerms, whole: what the group sets for a symbol, or for all (symbol 0).
struct PutGroupTerms {
  static constexpr CommandKind kKind = CommandKind::PutGroupTerms;
  GroupId group;
  SymbolId symbol;
  std::uint8_t reserved[4] = {};
};

template <typename Payment>
constexpr void set_amount(Payment& payment, Money amount) {
  payment.amount_low = static_cast<std::int64_t>(static_cast<std::uint64_t>(amount.raw));
  payment.amount_high = static_cast<std::int64_t>(amount.raw >> 64);
}
template <typename Payment>
constexpr Money amount_of(const Payment& payment) {
  return Money{(static_cast<int128>(payment.amount_high) << 64) |
               static_cast<std::uint64_t>(payment.amount_low)};
}

}  // namespace tribook
