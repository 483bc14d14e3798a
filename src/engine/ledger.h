#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "tribook/domain/currency.h"
#include "tribook/domain/enums.h"
#include "tribook/domain/fixed.h"
#include "tribook/domain/ids.h"

namespace tribook::base {
class ArchiveReader;
class ArchiveWriter;
class Digest;
}  // namespace tribook::base

namespace tribook::engine {

/// The house's side of the double-entry ledger: what a client gains, a house account of the same
/// currency loses. Client balances stand in their accounts.
class Ledger {
 public:
  static constexpr std::size_t kHouseAccounts = EnumNames<HouseAccount>::value.size();

  struct Currencies {
    Currency currency;
    std::array<Money, kHouseAccounts> house{};
  };

  explicit Ledger(std::size_t currencies_max);

  /// Makes the currency's house accounts. False when there is no room.
  bool add_currency(Currency currency);

  /// Books `amount` to a client's balance against the house account; the entry's number.
  /// REQUIRES: the currency was added, amount is not 0.
  LedgerId post(Money& balance, Currency currency, HouseAccount house, Money amount);

  /// Books `amount` from one house account to another. REQUIRES: the currency was added.
  void move(Currency currency, HouseAccount from, HouseAccount to, Money amount);

  [[nodiscard]] LedgerId last_entry() const { return LedgerId{last_}; }
  [[nodiscard]] const std::vector<Currencies>& currencies() const { return currencies_; }
  void mix_into(base::Digest& digest) const;
  void save(base::ArchiveWriter& archive) const;
  /// REQUIRES: nothing was added. What cannot be fails the archive.
  void load(base::ArchiveReader& archive);

 private:
  std::vector<Currencies> currencies_;
  std::size_t currencies_max_;
  std::uint64_t last_ = 0;
};

}  // namespace tribook::engine
