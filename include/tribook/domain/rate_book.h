#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "tribook/base/time.h"
#include "tribook/domain/currency.h"
#include "tribook/domain/fixed.h"
#include "tribook/domain/ids.h"
#include "tribook/domain/instrument.h"
#include "tribook/domain/product.h"

// The latest quote of every symbol, and what one currency is worth in another. Engine, risk and
// views each own one and feed it the same records, so they agree.
//
// A conversion takes the shortest chain of symbols (ties: lowest symbol ids first), each crossed at
// the side against the client: a gain is sold at the bid, a loss bought at the ask. Only FOREX,
// METAL and CRYPTO symbols are exchange rates. The listed chain depends on which symbols exist
// alone: what opens needs all of it quoted. Until a new symbol's first quote what is held already
// is valued by the shortest chain of quoted ones.

namespace tribook {

struct Quote {
  Price bid;
  Price ask;
  TimeNs time{};             ///< engine time at which it was applied
  bool never_stale = false;  ///< from a manual or replay venue

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

  /// In the order in which they became known.
  [[nodiscard]] const std::vector<Currency>& currencies() const { return currencies_; }

  // A book as it was: its currencies in their order, then its symbols by id, each with its quote,
  // then find_chains(), once.

  /// False when it names a currency that was not added.
  bool restore_symbol(const Instrument& instrument, const Quote& quote);
  void find_chains();

  /// True when it is an exchange rate's first quote: chains may have changed.
  bool set_quote(SymbolId symbol, const Quote& quote) {
    const bool is_first = !quotes_[symbol.value].is_known();
    quotes_[symbol.value] = quote;
    return is_first && on_first_quote(symbol);
  }
  [[nodiscard]] const Quote& quote(SymbolId symbol) const { return quotes_[symbol.value]; }

  /// Multiplies the amount from one currency into another over chain(). False when there is none.
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
  /// The listed chain between two known currencies; `exists` is false when there is none.
  [[nodiscard]] const Chain& listed_chain(Currency from, Currency to) const;
  /// The chain that conversions take now: the listed one if all of it is quoted, else the shortest
  /// of quoted symbols.
  [[nodiscard]] const Chain& chain(Currency from, Currency to) const;
  /// Every symbol of the listed chain is good by `is_good(symbol, quote)`.
  template <typename Predicate>
  [[nodiscard]] bool is_listed_chain(Currency from, Currency to, Predicate is_good) const {
    if (from == to) return true;
    const Chain& path = listed_chain(from, to);
    for (std::size_t i = 0; i < path.length; ++i) {
      if (!is_good(path.steps[i].symbol, quotes_[path.steps[i].symbol.value])) return false;
    }
    return path.exists;
  }

 private:
  struct Edge {
    SymbolId symbol;
    std::uint8_t base = 0;
    std::uint8_t quote = 0;
  };
  [[nodiscard]] std::optional<std::uint8_t> index_of(Currency currency) const;
  [[nodiscard]] std::size_t place_of(Currency currency) const;
  bool add_edge(const Instrument& instrument);
  bool on_first_quote(SymbolId symbol);
  [[nodiscard]] bool is_quoted(const Chain& chain) const;
  void find_chains(std::vector<Chain>& chains, bool only_quoted) const;
  void find_chains_from(std::uint8_t source, Chain* row, bool only_quoted) const;

  std::vector<Quote> quotes_;
  std::vector<Edge> edges_;
  std::vector<Currency> currencies_;
  // Hash table of them with linear probing: index + 1, 0 is free; never more than half full.
  std::array<std::uint8_t, 2 * kCurrenciesMax> places_{};
  std::vector<Chain> chains_;         // [from * kCurrenciesMax + to], over all listed
  std::vector<Chain> quoted_chains_;  // over those that have a quote
};

}  // namespace tribook
