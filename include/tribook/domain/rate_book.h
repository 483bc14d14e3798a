#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "tribook/base/time.h"
#include "tribook/domain/currency.h"
#include "tribook/domain/ids.h"
#include "tribook/domain/fixed.h"
#include "tribook/domain/instrument.h"
#include "tribook/domain/product.h"

// The latest quote of every symbol, and what one currency is worth in another. Engine, risk and views
// each own one and feed it the same records, so they agree.
//
// A conversion takes the shortest chain of symbols (ties: lowest symbol ids first), each crossed at the
// side against the client: a gain is sold at the bid, a loss bought at the ask. Only FOREX, METAL and
// CRYPTO symbols are exchange rates. Chains depend on which symbols exist, never on their quotes.

namespace tribook {

struct Quote {
  Price bid;
  Price ask;
  TimeNs time{};               ///< engine time at which it was applied
  bool never_stale = false;    ///< from a manual or replay venue

  /// False until the first quote.
  [[nodiscard]] constexpr bool is_known() const { return bid.raw > 0; }
};

/// Which side of a rate a conversion takes.
enum class Crossing : std::uint8_t { Gain, Loss, Mid };

class RateBook {
 public:
  static constexpr std::size_t kCurrenciesMax = 128;
  static constexpr std::size_t kChainMax = 4;

  /// Room for symbols 1 .. symbols_max.
  explicit RateBook(std::size_t symbols_max);

  /// A symbol was created. False when kCurrenciesMax would be passed; nothing has changed then.
  bool add_symbol(const Instrument& instrument);
  /// Whether add_currency would take it.
  [[nodiscard]] bool has_room_for(Currency currency) const {
    return index_of(currency) || currencies_.size() < kCurrenciesMax;
  }
  /// A currency that no symbol names yet, an account's say. False as above.
  bool add_currency(Currency currency);

  void set_quote(SymbolId symbol, const Quote& quote) { quotes_[symbol.value] = quote; }
  [[nodiscard]] const Quote& quote(SymbolId symbol) const { return quotes_[symbol.value]; }

  /// Multiplies the amount from one currency into another. False when there is no chain, or a symbol
  /// of it was never quoted.
  bool convert(Product& amount, Currency from, Currency to, Crossing crossing) const;

  struct Step {
    SymbolId symbol;
    bool from_base = false;  ///< the amount is in the symbol's base currency
  };
  struct Chain {
    std::array<Step, kChainMax> steps{};
    std::uint8_t length = 0;
    bool exists = false;
  };
  /// The chain between two known currencies; `exists` is false when there is none.
  [[nodiscard]] const Chain& chain(Currency from, Currency to) const;

 private:
  struct Edge {
    SymbolId symbol;
    std::uint8_t base = 0;
    std::uint8_t quote = 0;
  };
  [[nodiscard]] std::optional<std::uint8_t> index_of(Currency currency) const;
  void find_chains();
  void find_chains_from(std::uint8_t source);

  std::vector<Quote> quotes_;
  std::vector<Edge> edges_;
  std::vector<Currency> currencies_;
  std::vector<Chain> chains_;  // [from * kCurrenciesMax + to]
};

}  // namespace tribook
