#include "risk/replica.h"

namespace tribook::risk {
namespace {

void mix(base::Digest& digest, int128 value) {
  digest.mix(static_cast<std::uint64_t>(value));
  digest.mix(static_cast<std::uint64_t>(value >> 64));
}

void mix(base::Digest& digest, const MarginSide& side) {
  digest.mix(static_cast<std::uint64_t>(side.volume.raw));
  mix(digest, side.basis.raw);
  mix(digest, side.cost.raw);
}

}  // namespace

// Exposures and positions are summed, not chained: their order in the tables tells how they came
// about, not what they are.
std::uint64_t Replica::digest() const {
  base::Digest all;
  all.mix(static_cast<std::uint64_t>(time_.ns));
  for (std::size_t i = 1; i < symbols_.size(); ++i) {
    if (!symbols_[i].exists) continue;
    all.mix_value(symbols_[i].instrument);
    all.mix(symbols_[i].is_session_open ? 1 : 0);
    const Quote& quote = rates_.quote(symbols_[i].instrument.id);
    all.mix(static_cast<std::uint64_t>(quote.bid.raw));
    all.mix(static_cast<std::uint64_t>(quote.ask.raw));
    all.mix(static_cast<std::uint64_t>(quote.time.ns));
    all.mix(quote.never_stale ? 1 : 0);
    all.mix_value(symbols_[i].venue_prices);
  }
  for (std::size_t i = 1; i <= groups_.count(); ++i) {
    all.mix_value(groups_.spec(GroupId{static_cast<std::uint16_t>(i)}));
  }
  groups_.for_each_terms([&](GroupId group, SymbolId symbol, const GroupTerms& terms) {
    all.mix(std::uint64_t{group.value} << 16 | symbol.value);
    all.mix_value(terms);
  });
  const auto mix_rule = [&](const RiskScope& scope, const auto& rule) {
    all.mix(std::uint64_t{scope.id} << 8 | static_cast<std::uint64_t>(scope.level));
    all.mix_value(rule);
  };
  rules_.limits().for_each(mix_rule);
  rules_.switches().for_each(mix_rule);
  std::uint64_t parts = 0;
  for (std::uint32_t i = 1; i < accounts_.size(); ++i) {
    const Account& account = accounts_[i];
    if (!account.exists) continue;
    all.mix(i);
    mix(all, account.balance.raw);
    mix(all, account.credit.raw);
    mix(all, account.used_margin.raw);
    mix(all, account.reserved_margin.raw);
    all.mix(account.currency.packed);
    all.mix(std::uint64_t{account.leverage} << 16 |
            static_cast<std::uint64_t>(account.closes_first) << 8 |
            static_cast<std::uint64_t>(account.state));
    all.mix(static_cast<std::uint64_t>(account.own_closing) << 8 | account.from_group);
    all.mix(std::uint64_t{account.day_orders} << 16 | account.group.value);
    for (std::uint32_t e = account.first_exposure; e != 0; e = exposures_[e].next) {
      base::Digest part(exposure_key(exposures_[e].account, exposures_[e].symbol));
      mix(part, exposures_[e].buys);
      mix(part, exposures_[e].sells);
      part.mix(exposures_[e].positions);
      parts += part.value();
    }
  }
  for (std::uint32_t i = 1; i <= shares_.capacity(); ++i) {
    const Share& share = shares_[i];
    if (!share.id) continue;
    base::Digest part(share.id.value);
    mix(part, share.cost.raw);
    mix(part, share.basis.raw);
    part.mix(static_cast<std::uint64_t>(share.volume.raw));
    part.mix(exposure_key(share.account, share.symbol) << 1 |
             static_cast<std::uint64_t>(share.side));
    parts += part.value();
  }
  all.mix(parts);
  return all.value();
}

}  // namespace tribook::risk
