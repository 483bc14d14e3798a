#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "tribook/base/time.h"
#include "tribook/domain/enums.h"
#include "tribook/domain/fixed.h"
#include "tribook/domain/ids.h"
#include "tribook/message/text.h"

namespace tribook::base {
class ArchiveReader;
class ArchiveWriter;
class Digest;
}  // namespace tribook::base

namespace tribook::engine {

struct Withdrawal {
  Money amount;
  WithdrawalId id;
  LedgerId entry;  ///< that booked it
  TimeNs requested{};
  AccountId account;
  UserId requested_by;
  PaymentMethod method = PaymentMethod::None;
  std::uint16_t texts = 0;  ///< its place among the texts
};

/// Withdrawals that wait for a decision, the oldest first, with what was said of them: whoever
/// decides must know where the money shall go, after a restart too. Those that were decided are in
/// the views and in the store.
class Withdrawals {
 public:
  static constexpr std::size_t kPendingMax = 16'384;
  static constexpr std::size_t kPendingOfAccountMax = 256;

  Withdrawals();

  [[nodiscard]] WithdrawalId next() const { return WithdrawalId{last_ + 1}; }
  [[nodiscard]] WithdrawalId last() const { return WithdrawalId{last_}; }
  [[nodiscard]] bool has_room_for(AccountId account) const;
  /// One of the account's waits.
  [[nodiscard]] bool has_any_of(AccountId account) const;
  /// Gives it the next number. Of the texts: reference, note and address; longer ones are cut.
  /// REQUIRES: has_room_for the account.
  void add(Withdrawal withdrawal, const Texts& texts);
  /// Null when it does not wait. Valid until the next change.
  [[nodiscard]] const Withdrawal* find(WithdrawalId id) const;
  /// REQUIRES: it waits.
  void remove(WithdrawalId id);

  [[nodiscard]] const std::vector<Withdrawal>& pending() const { return pending_; }
  /// As they came with the request, without its key.
  [[nodiscard]] Texts texts(const Withdrawal& withdrawal) const;

  void mix_into(base::Digest& digest) const;
  void save(base::ArchiveWriter& archive) const;
  /// REQUIRES: none was added. What cannot be fails the archive.
  void load(base::ArchiveReader& archive);

 private:
  struct Kept {
    std::array<char, kReferenceMax> reference;
    std::array<char, kNoteMax> note;
    std::array<char, kNoteMax> address;
    std::uint16_t reference_size;
    std::uint16_t note_size;
    std::uint16_t address_size;
  };
  [[nodiscard]] std::vector<Withdrawal>::const_iterator place_of(WithdrawalId id) const;

  std::vector<Withdrawal> pending_;  // by id
  std::unique_ptr<Kept[]> kept_;
  std::vector<std::uint16_t> free_;  // places in kept_
  std::uint64_t last_ = 0;
};

}  // namespace tribook::engine
