#include "engine/ledger.h"

#include <algorithm>

#include "tribook/base/archive.h"
#include "tribook/base/assert.h"
#include "tribook/base/hash.h"

namespace tribook::engine {
namespace {

auto find(auto& currencies, Currency currency) {
  return std::find_if(currencies.begin(), currencies.end(),
                      [currency](const auto& c) { return c.currency == currency; });
}

}  // namespace

Ledger::Ledger(std::size_t currencies_max) : currencies_max_(currencies_max) {
  currencies_.reserve(currencies_max);
}

bool Ledger::add_currency(Currency currency) {
  if (find(currencies_, currency) != currencies_.end()) return true;
  if (currencies_.size() == currencies_max_) return false;
  currencies_.push_back({currency, {}});
  return true;
}

LedgerId Ledger::post(Money& balance, Currency currency, HouseAccount house, Money amount) {
  const auto own = find(currencies_, currency);
  TB_ASSERT(own != currencies_.end());
  TB_ASSERT(!amount.is_zero());
  balance += amount;
  own->house[static_cast<std::size_t>(house)] -= amount;
  return LedgerId{++last_};
}

void Ledger::move(Currency currency, HouseAccount from, HouseAccount to, Money amount) {
  const auto own = find(currencies_, currency);
  TB_ASSERT(own != currencies_.end());
  own->house[static_cast<std::size_t>(from)] -= amount;
  own->house[static_cast<std::size_t>(to)] += amount;
}

void Ledger::mix_into(base::Digest& digest) const {
  digest.mix(last_);
  for (const Currencies& currency : currencies_) {
    digest.mix(currency.currency.packed);
    digest.mix_value(currency.house);
  }
}

void Ledger::save(base::ArchiveWriter& archive) const {
  archive(last_, static_cast<std::uint32_t>(currencies_.size()));
  for (const Currencies& own : currencies_) archive(own.currency, own.house);
}

void Ledger::load(base::ArchiveReader& archive) {
  archive(last_);
  constexpr std::size_t bytes_of_one = 8 + 16 * kHouseAccounts;
  for (std::uint32_t left = archive.count(currencies_max_, bytes_of_one); left > 0; --left) {
    Currencies own;
    archive(own.currency, own.house);
    archive.demand(find(currencies_, own.currency) == currencies_.end());
    currencies_.push_back(own);
  }
}

}  // namespace tribook::engine
