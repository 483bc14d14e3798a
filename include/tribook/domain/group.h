#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "tribook/domain/arithmetic.h"
#include "tribook/domain/currency.h"
#include "tribook/domain/enums.h"
#include "tribook/domain/fixed.h"
#include "tribook/domain/ids.h"
#include "tribook/domain/instrument.h"
#include "tribook/domain/margin.h"

// Groups of accounts and what they deal on. Engine, risk and views each own a GroupBook and feed it
// the same records, so they agree. Group 0 is no group: its accounts deal on the symbol's terms.

namespace tribook {

/// Options that an account has of its own or takes from its group. A set of them is one byte.
enum class Option : std::uint8_t {
  StopOutLevel,
  MarginCallLevels,
  NegativeBalanceProtection,
  Closing,
  SwapFree,  ///< with its days and its fee
  StopOutOrder
};
constexpr std::uint8_t bit_of(Option option) {
  return static_cast<std::uint8_t>(1U << static_cast<unsigned>(option));
}
inline constexpr std::uint8_t kAllOptions =
    bit_of(Option::StopOutLevel) | bit_of(Option::MarginCallLevels) |
    bit_of(Option::NegativeBalanceProtection) | bit_of(Option::Closing) | bit_of(Option::SwapFree) |
    bit_of(Option::StopOutOrder);

struct OptionValues {
  Ratio stop_out_level{50 * kFixedOne};  ///< percent
  MarginCallLevels margin_call_levels{};
  SwapFreeSpec swap_free{};
  std::uint8_t negative_balance_protection = 1;
  Closing closing = Closing::Any;
  StopOutOrder stop_out_order = StopOutOrder::LargestLoss;
  std::array<std::uint8_t, 5> reserved{};
};

/// Static sanity, the same for REST, config and replay: of what holds for an account too, in which
/// some may be the group's. A stop-out level is not above all margin-call levels.
InstrumentProblem check(const OptionValues& options);
/// Each by itself.
InstrumentProblem check_values(const OptionValues& options);

/// What an operator says of a group.
struct GroupSpec {
  FixedText<32> name{};
  OptionValues options{};
  std::uint8_t sets = 0;  ///< which of the options it says anything of
  std::array<std::uint8_t, 7> reserved{};
};

/// What a group sets for one symbol, or for all of them.
struct GroupTerms {
  enum Part : std::uint8_t { kMarkup = 1, kCommission = 2, kLeverageCap = 4, kSwap = 8 };
  static constexpr std::uint8_t kAllParts = kMarkup | kCommission | kLeverageCap | kSwap;

  Ratio markup_pips;  ///< in all, half on each side; in the symbol's place
  CommissionSpec commission{};
  SwapSpec swap{};
  std::uint32_t leverage_cap = 0;  ///< beside the symbol's own
  std::uint8_t sets = 0;           ///< which parts it says anything of
  std::array<std::uint8_t, 3> reserved{};

  [[nodiscard]] constexpr bool has(Part part) const { return (sets & part) != 0; }
};

/// Static sanity, the same for REST and replay.
InstrumentProblem check(const GroupSpec& spec);
InstrumentProblem check(const GroupTerms& terms);

class GroupBook {
 public:
  static constexpr std::size_t kGroupsMax = 64;

  /// With room for symbols 1 .. symbols_max; grows for more.
  explicit GroupBook(std::size_t symbols_max);

  /// So many groups: they are 1 .. count().
  [[nodiscard]] std::size_t count() const { return specs_.size() - 1; }
  [[nodiscard]] bool has(GroupId id) const { return id && id.value < specs_.size(); }
  [[nodiscard]] bool is_full() const { return count() == kGroupsMax; }
  /// No group when there is none of that name.
  [[nodiscard]] GroupId find(std::string_view name) const;
  /// REQUIRES: has(id), or id is 0: a group without name that sets nothing.
  [[nodiscard]] const GroupSpec& spec(GroupId id) const { return specs_[id.value]; }

  /// Makes the next group, or changes one. REQUIRES: has(id), or it is the next and not is_full().
  void put(GroupId id, const GroupSpec& spec);
  [[nodiscard]] GroupId next() const { return GroupId{static_cast<std::uint16_t>(specs_.size())}; }

  /// What it sets nothing of counts as zero. REQUIRES: has(id). Symbol 0: of all symbols.
  void put_terms(GroupId id, SymbolId symbol, const GroupTerms& terms);
  /// What was put, or nothing set.
  [[nodiscard]] const GroupTerms& own_terms(GroupId id, SymbolId symbol) const;
  /// Calls visit(group, symbol, terms) where something is set, by symbol and group.
  template <typename Visit>
  void for_each_terms(Visit visit) const {
    for (std::size_t place = 0; place < terms_.size(); ++place) {
      if (terms_[place].sets == 0) continue;
      visit(GroupId{static_cast<std::uint16_t>(place % kRow)},
            SymbolId{static_cast<std::uint16_t>(place / kRow)}, terms_[place]);
    }
  }

  // What holds: what the group sets for the symbol, else for all symbols, else the symbol's own.

  [[nodiscard]] Ratio markup_pips(GroupId id, const Instrument& instrument) const;
  [[nodiscard]] const CommissionSpec& commission(GroupId id, const Instrument& instrument) const;
  [[nodiscard]] const SwapSpec& swap(GroupId id, const Instrument& instrument) const;
  /// The account's leverage, capped by the group.
  [[nodiscard]] std::uint32_t leverage(GroupId id, SymbolId symbol, std::uint32_t of_account) const;
  /// How an account closes (see options).
  [[nodiscard]] Closing closing(GroupId id, Closing own, std::uint8_t from_group) const;
  /// The options that hold for an account with its `own`, which takes those of `from_group` from
  /// its group if the group sets them.
  [[nodiscard]] OptionValues options(GroupId id, const OptionValues& own,
                                     std::uint8_t from_group) const;
  /// The venue's prices as the group deals at them (see marked_up). REQUIRES: 0 < bid <= ask.
  [[nodiscard]] BidAsk prices(GroupId id, const Instrument& instrument, const BidAsk& venue) const {
    return marked_up(instrument, markup_pips(id, instrument), venue.bid, venue.ask);
  }

 private:
  static constexpr std::size_t kRow = kGroupsMax + 1;
  [[nodiscard]] const GroupTerms* terms_with(GroupId id, SymbolId symbol,
                                             GroupTerms::Part part) const;

  std::vector<GroupSpec> specs_;   // by id; [0] is none
  std::vector<GroupTerms> terms_;  // [symbol * kRow + group]
};

static_assert(std::has_unique_object_representations_v<GroupSpec>);
static_assert(std::has_unique_object_representations_v<GroupTerms>);

}  // namespace tribook
