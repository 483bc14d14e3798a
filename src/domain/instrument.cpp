#include "tribook/domain/instrument.h"

namespace tribook {
namespace {

constexpr bool is_name_letter(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' ||
         c == '_' || c == '-' || c == '/' || c == '#' || c == '+';
}

constexpr bool is_in(std::int64_t raw, std::int64_t least, std::int64_t most) {
  return raw >= least && raw <= most;
}

bool is_code(Currency currency) {
  return Currency::parse(CurrencyText(currency).view()) == currency;
}

InstrumentProblem wrong(std::string_view field, std::string_view what) {
  return {RejectCode::Validation, field, what};
}

InstrumentProblem check_identity(const Instrument& i) {
  const std::string_view name = i.name.view();
  // Bytes behind its end would make one name two.
  if (i.name != SymbolName::of(name)) return wrong("symbol", "must end where it ends");
  if (name.size() < 2) return wrong("symbol", "must have 2 to 16 letters, digits or . _ - / # +");
  for (const char c : name) {
    if (!is_name_letter(c))
      return wrong("symbol", "must have 2 to 16 letters, digits or . _ - / # +");
  }
  if (!is_code(i.base)) return wrong("baseCurrency", "must be a 2 to 8 letter code");
  if (!is_code(i.quote)) return wrong("quoteCurrency", "must be a 2 to 8 letter code");
  if (!is_code(i.margin_currency)) return wrong("marginCurrency", "must be a 2 to 8 letter code");
  if (!is_code(i.commission.currency))
    return wrong("commission.currency", "must be a 2 to 8 letter code");
  if (i.digits > kFixedDigits) return wrong("digits", "must be 0 to 8");
  return {};
}

InstrumentProblem check_sizes(const Instrument& i) {
  if (!is_in(i.tick_size.raw, 1, kMaxFixedRaw)) return wrong("tickSize", "must be above 0");
  if (!is_in(i.pip_size.raw, 1, kMaxFixedRaw)) return wrong("pipSize", "must be above 0");
  if (i.pip_size.raw % i.tick_size.raw != 0)
    return wrong("pipSize", "must be a multiple of tickSize, which is 10^-digits if not given");
  if (!is_in(i.contract_size.raw, 1, kMaxFixedRaw)) return wrong("contractSize", "must be above 0");
  if (!is_in(i.volume_step.raw, 1, kMaxFixedRaw)) return wrong("volumeStep", "must be above 0");
  if (!is_in(i.min_volume.raw, 1, kMaxFixedRaw)) return wrong("minVolume", "must be above 0");
  if (!is_in(i.max_volume.raw, i.min_volume.raw, kMaxFixedRaw)) {
    return wrong("maxVolume", "must be at least minVolume");
  }
  if (i.min_volume.raw % i.volume_step.raw != 0) {
    return wrong("minVolume", "must be a multiple of volumeStep");
  }
  constexpr std::int64_t pips_max = 1'000'000 * kFixedOne;
  if (!is_in(i.stops_level_pips.raw, 0, pips_max))
    return wrong("stopsLevelPips", "must be 0 to 1,000,000");
  if (static_cast<int128>(i.stops_level_pips.raw) * i.pip_size.raw / kFixedOne > kMaxFixedRaw) {
    return wrong("stopsLevelPips", "is beyond any price");
  }
  if (!is_in(i.spread_markup_pips.raw, 0, pips_max))
    return wrong("spreadMarkup", "must be 0 to 1,000,000");
  if (!is_in(i.stale_after_ms, 0, std::int64_t{365} * 86'400'000)) {
    return wrong("staleAfterMs", "must be 0 (never) to a year");
  }
  return {};
}

InstrumentProblem check_money(const Instrument& i) {
  if (!is_in(i.commission.amount.raw, 0, kMaxFixedRaw))
    return wrong("commission.amount", "must not be negative");
  if (i.commission.basis == CommissionBasis::Percent && i.commission.amount.raw > 100 * kFixedOne) {
    return wrong("commission.amount", "must be at most 100 percent");
  }
  if (!is_in(i.commission.minimum.raw, 0, kMaxFixedRaw))
    return wrong("commission.minimum", "must not be negative");
  const MarginSpec& m = i.margin;
  constexpr std::int64_t rate_max = 1'000 * kFixedOne;
  if (!is_in(m.initial_rate.raw, 1, rate_max))
    return wrong("margin.initialRate", "must be above 0 and at most 1,000");
  if (!is_in(m.maintenance_rate.raw, 1, rate_max))
    return wrong("margin.maintenanceRate", "must be above 0 and at most 1,000");
  if (!is_in(m.percent.raw, 0, rate_max)) return wrong("margin.percent", "must be 0 to 1,000");
  if (m.mode == MarginMode::Cfd && m.percent.raw == 0)
    return wrong("margin.percent", "must be above 0 in mode CFD");
  if (!is_in(m.initial_per_lot.raw, 0, kMaxFixedRaw))
    return wrong("margin.initialPerLot", "must not be negative");
  if (m.mode == MarginMode::Futures && m.initial_per_lot.raw == 0) {
    return wrong("margin.initialPerLot", "must be above 0 in mode FUTURES");
  }
  if (!is_in(m.hedged_percent.raw, 0, 100 * kFixedOne))
    return wrong("margin.hedgedPercent", "must be 0 to 100");
  if (m.leverage_cap > 100'000) return wrong("margin.leverageCap", "must be at most 100,000");
  return {};
}

InstrumentProblem check_holding(const Instrument& i) {
  const SwapSpec& swap = i.swap;
  if (!is_in(swap.buy.raw, -kMaxFixedRaw, kMaxFixedRaw)) return wrong("swap.long", "is too large");
  if (!is_in(swap.sell.raw, -kMaxFixedRaw, kMaxFixedRaw))
    return wrong("swap.short", "is too large");
  if (!is_in(swap.days_in_year, 1, 366)) return wrong("swap.daysInYear", "must be 1 to 366");
  if (swap.triple_day > 7) return wrong("swap.tripleDay", "must be a day of the week or NONE");
  if (i.funding.interval_hours > 8'760)
    return wrong("funding.intervalHours", "must be 0 (none) to 8,760");
  if (!is_in(i.funding.rate.raw, -kFixedOne, kFixedOne))
    return wrong("funding.rate", "must be -1 to 1");
  return {};
}

InstrumentProblem check_tiers(const MarginSpec& m) {
  if (m.tier_count > MarginSpec::kTiersMax)
    return wrong("margin.tiers", "must have at most 8 entries");
  constexpr int128 bound_max = static_cast<int128>(kMaxFixedRaw) * 1'000'000'000;
  int128 before = 0;
  for (std::size_t i = 0; i < MarginSpec::kTiersMax; ++i) {
    const MarginTier& tier = m.tiers[i];
    if (i >= m.tier_count) {
      if (tier.up_to() != 0 || tier.leverage != 1)
        return wrong("margin.tiers", "must end where they end");
      continue;
    }
    if (tier.leverage < 1 || tier.leverage > 100'000)
      return wrong("margin.tiers", "must each have a leverage of 1 to 100,000");
    if (tier.up_to() < 0 || tier.up_to() > bound_max)
      return wrong("margin.tiers", "must each end above 0 and below 10^19");
    const bool is_endless = i + 1 == m.tier_count && tier.up_to() == 0;
    if (!is_endless && tier.up_to() <= before)
      return wrong("margin.tiers", "must each end above the one before; only the last need not");
    before = tier.up_to();
  }
  return {};
}

// Numbers that stand for nothing; JSON and config files cannot say them.
InstrumentProblem check_kinds(const Instrument& i) {
  if (!is_valid(i.category)) return wrong("category", "must be one of the categories");
  if (!is_valid(i.state)) return wrong("state", "must be one of the states");
  if (!is_valid(i.self_trade)) return wrong("selfTrade", "must be one of the policies");
  if (!is_valid(i.commission.basis)) return wrong("commission.basis", "must be one of the bases");
  if (!is_valid(i.margin.mode)) return wrong("margin.mode", "must be one of the modes");
  if (!is_valid(i.margin.hedged)) return wrong("margin.hedged", "must be one of the policies");
  if (!is_valid(i.margin.tier_basis)) return wrong("margin.tiers", "must count volume or notional");
  if (!is_valid(i.swap.mode)) return wrong("swap.mode", "must be one of the modes");
  if (!is_valid(i.swap.price)) return wrong("swap.price", "must be CURRENT or OPEN");
  if (!is_valid(i.venue.book) || i.venue.book == Book::None)
    return wrong("venue.book", "must be ABOOK, BBOOK or CBOOK");
  if (!is_valid(i.venue.late_fill))
    return wrong("venue.lateFill", "must be GIVE_TO_CLIENT or HEDGE_BACK");
  if (i.schedule.kind > ScheduleSpec::Kind::Custom)
    return wrong("schedule.kind", "must be one of the kinds");
  return {};
}

InstrumentProblem check_schedule(const ScheduleSpec& s) {
  if (s.session_count > ScheduleSpec::kSessionsMax)
    return wrong("schedule.sessions", "must have 1 to 28 entries");
  if (s.holiday_count > ScheduleSpec::kHolidaysMax)
    return wrong("schedule.holidays", "must have at most 64 entries");
  for (std::size_t k = 0; k < s.holiday_count; ++k) {
    if (s.holiday_closes[k] >= 1440) return wrong("schedule.holidays", "must close within the day");
  }
  if (s.kind != ScheduleSpec::Kind::Custom) return {};
  if (s.session_count == 0) return wrong("schedule.sessions", "must have 1 to 28 entries");
  for (std::size_t k = 0; k < s.session_count; ++k) {
    const ScheduleSpec::Session& session = s.sessions[k];
    if (session.day > 6 || session.close_minute > 1440 ||
        session.open_minute >= session.close_minute) {
      return wrong("schedule.sessions", "must open before they close, on one day");
    }
  }
  return {};
}

InstrumentProblem check_venue(const VenueSpec& v) {
  if (!is_in(v.step.raw, 1, kMaxFixedRaw)) return wrong("venue.lotStep", "must be above 0");
  if (!is_in(v.min_volume.raw, 0, kMaxFixedRaw))
    return wrong("venue.minVolume", "must not be negative");
  if (!is_in(v.hedge_percent.raw, 0, 100 * kFixedOne))
    return wrong("venue.hedgePercent", "must be 0 to 100");
  if (!is_in(v.timeout_ms, 1, 3'600'000)) return wrong("venue.timeoutMs", "must be 1 to 3,600,000");
  if (!v.venue) return wrong("venue.venue", "must be the number of a venue");
  return {};
}

}  // namespace

InstrumentProblem check(const Instrument& instrument) {
  for (const auto problem :
       {check_identity(instrument), check_kinds(instrument), check_sizes(instrument),
        check_money(instrument), check_tiers(instrument.margin), check_holding(instrument),
        check_schedule(instrument.schedule), check_venue(instrument.venue)}) {
    if (problem.code != RejectCode::None) return problem;
  }
  return {};
}

}  // namespace tribook
