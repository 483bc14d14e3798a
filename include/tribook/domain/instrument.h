#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "tribook/base/int128.h"
#include "tribook/domain/currency.h"
#include "tribook/domain/enums.h"
#include "tribook/domain/fixed.h"
#include "tribook/domain/ids.h"
#include "tribook/domain/reject_code.h"

namespace tribook {

/// Text of at most N bytes inside a record; what is unused is zero.
template <std::size_t N>
struct FixedText {
  std::array<char, N> bytes{};

  static constexpr bool fits(std::string_view text) { return text.size() <= N; }
  /// REQUIRES: fits(text).
  static constexpr FixedText of(std::string_view text) {
    FixedText result;
    for (std::size_t i = 0; i < text.size() && i < N; ++i) result.bytes[i] = text[i];
    return result;
  }
  [[nodiscard]] constexpr std::string_view view() const {
    std::size_t size = 0;
    while (size < N && bytes[size] != '\0') ++size;
    return {bytes.data(), size};
  }
  friend constexpr bool operator==(const FixedText&, const FixedText&) = default;
};

using SymbolName = FixedText<16>;

struct CommissionSpec {
  Ratio amount;   ///< money per lot or per million, or percent of notional; not negative
  Ratio minimum;  ///< per order and side, in `currency`
  Currency currency;
  CommissionBasis basis = CommissionBasis::PerLot;
  std::array<std::uint8_t, 7> reserved{};
};

/// A part of a side's volume or notional with a leverage of its own.
struct MarginTier {
  std::int64_t up_to_low = 0;   ///< see up_to(): 128 bits in two words, so that an Instrument
  std::int64_t up_to_high = 0;  ///< needs no 16-byte alignment
  std::uint32_t leverage = 1;
  std::array<std::uint8_t, 4> reserved{};

  static constexpr MarginTier of(int128 up_to, std::uint32_t leverage) {
    MarginTier tier;
    tier.up_to_low = static_cast<std::int64_t>(static_cast<std::uint64_t>(up_to));
    tier.up_to_high = static_cast<std::int64_t>(up_to >> 64);
    tier.leverage = leverage;
    return tier;
  }
  /// Where it ends, at 10^-8 of a lot or of the margin currency; 0 = nowhere.
  [[nodiscard]] constexpr int128 up_to() const {
    return (static_cast<int128>(up_to_high) << 64) | static_cast<std::uint64_t>(up_to_low);
  }
};

struct MarginSpec {
  static constexpr std::size_t kTiersMax = 8;

  Ratio percent;          ///< CFD: percent of notional
  Ratio initial_per_lot;  ///< FUTURES: margin currency a lot
  Ratio initial_rate{kFixedOne};
  Ratio maintenance_rate{kFixedOne};
  Ratio hedged_percent;            ///< HedgedMargin::Percent only
  std::uint32_t leverage_cap = 0;  ///< 0 = none
  MarginMode mode = MarginMode::Forex;
  HedgedMargin hedged = HedgedMargin::LargerLeg;
  TierBasis tier_basis = TierBasis::Lots;
  std::uint8_t tier_count = 0;
  /// Rising; the last one goes on without end. With tiers `leverage_cap` does not count. They are
  /// for FOREX and CFD_LEVERAGE, the modes with a leverage.
  std::array<MarginTier, kTiersMax> tiers{};

  [[nodiscard]] constexpr bool has_leverage() const {
    return mode == MarginMode::Forex || mode == MarginMode::CfdLeverage;
  }
};

struct SwapSpec {
  Ratio buy;   ///< "long": a night's charge (negative) or credit, unit by mode
  Ratio sell;  ///< "short"
  std::uint16_t days_in_year = 360;
  SwapMode mode = SwapMode::None;
  std::uint8_t triple_day = 3;           ///< 0 Sunday .. 6 Saturday, 7 = no triple day
  SwapPrice price = SwapPrice::Current;  ///< SwapMode::Percent only
  std::array<std::uint8_t, 3> reserved{};
};

/// Accounts that pay no swap, but for a fee once a position is older than some rollovers.
struct SwapFreeSpec {
  static constexpr std::uint16_t kFreeRolloversMax = 365;

  Ratio fee;  ///< a lot and night, account currency; not negative
  std::uint16_t free_rollovers = 0;
  std::uint8_t is_on = 0;
  std::array<std::uint8_t, 5> reserved{};
};

struct FundingSpec {
  Ratio rate;  ///< a fraction of the position's value; above 0, buys pay sells
  std::uint32_t interval_hours = 0;  ///< 0 = none
  std::array<std::uint8_t, 4> reserved{};
};

/// When a symbol trades, in its own time zone. The calendar turns it into SessionChange commands.
struct ScheduleSpec {
  enum class Kind : std::uint8_t { Always, FxWeek, Custom };
  struct Session {
    std::uint8_t day = 0;  ///< 0 Sunday .. 6 Saturday
    std::uint8_t reserved = 0;
    std::uint16_t open_minute = 0;   ///< of the day, 0 to 1439
    std::uint16_t close_minute = 0;  ///< 1 to 1440, after open_minute
  };
  static constexpr std::size_t kSessionsMax = 28;
  static constexpr std::size_t kHolidaysMax = 64;

  Kind kind = Kind::Always;
  std::uint8_t session_count = 0;
  std::uint8_t holiday_count = 0;
  std::uint8_t reserved = 0;
  FixedText<44> time_zone{};  ///< IANA name; Custom only
  std::array<Session, kSessionsMax> sessions{};
  std::array<std::int32_t, kHolidaysMax> holidays{};  ///< days since 1970-01-01
  /// By holiday: minute of the day from which it is closed; 0 = closed all day.
  std::array<std::uint16_t, kHolidaysMax> holiday_closes{};
};

/// Which book takes its orders, and what its liquidity provider takes of them.
struct VenueSpec {
  Volume step{kFixedOne / 100};         ///< its lots are multiples of it; the rest is the house's
  Volume min_volume;                    ///< below it nothing is sent
  Ratio hedge_percent{50 * kFixedOne};  ///< of a C-book order, the part that is sent
  Currency currency;                    ///< in which it settles; none = the symbol's quote currency
  std::uint32_t timeout_ms = 10'000;    ///< without an end by then a request is given up
  VenueId venue{1};
  Book book = Book::B;
  LateFill late_fill = LateFill::GiveToClient;
};

/// Everything an operator says of a symbol. Pips and sizes are in units of price.
struct Instrument {
  SymbolName name{};
  Currency base;
  Currency quote;
  Currency margin_currency;
  Price tick_size{1};
  Price pip_size{1};
  Quantity contract_size{kFixedOne};
  Volume min_volume{1};
  Volume max_volume{kMaxFixedRaw};
  Volume volume_step{1};
  Ratio stops_level_pips;
  Ratio spread_markup_pips;              ///< in all, half on each side
  std::int64_t stale_after_ms = 60'000;  ///< 0 = never
  CommissionSpec commission{};
  MarginSpec margin{};
  SwapSpec swap{};
  FundingSpec funding{};
  ScheduleSpec schedule{};
  VenueSpec venue{};
  SymbolId id;
  Category category = Category::Forex;
  SymbolState state = SymbolState::Open;
  std::uint8_t digits = 5;  ///< decimals of a printed price, 0 to 8
  bool enabled = true;
  SelfTradePrevention self_trade = SelfTradePrevention::CancelNewest;
  std::array<std::uint8_t, 1> reserved{};

  [[nodiscard]] constexpr SymbolState effective_state() const {
    return enabled ? state : SymbolState::Disabled;
  }
};

/// What is wrong with a specification; code None when nothing is.
struct InstrumentProblem {
  RejectCode code = RejectCode::None;
  std::string_view field{};
  std::string_view what{};
};

/// Static sanity of a specification, the same for config, REST and replay.
InstrumentProblem check(const Instrument& instrument);

}  // namespace tribook
