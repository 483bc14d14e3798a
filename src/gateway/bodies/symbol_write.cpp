#include "calendar/schedule_text.h"
#include "gateway/bodies/symbol_json.h"

namespace tribook::gateway {

void write_commission(json::Writer& writer, const CommissionSpec& commission) {
  writer.begin_object("commission")
      .field("basis", commission.basis)
      .field("amount", commission.amount)
      .field("currency", commission.currency)
      .field("minimum", commission.minimum)
      .end_object();
}

namespace {

void write_tier(json::Writer& writer, const MarginSpec& margin, const MarginTier& tier) {
  const bool is_by_volume = margin.tier_basis == TierBasis::Lots;
  constexpr int as_needed = 0;
  writer.begin_object();
  if (tier.up_to() != 0) {
    writer.field(is_by_volume ? "upToVolume" : "upToNotional", Money{tier.up_to()}, as_needed);
  }
  writer.field("leverage", tier.leverage).end_object();
}

void write_margin(json::Writer& writer, const MarginSpec& margin) {
  writer.begin_object("margin")
      .field("mode", margin.mode)
      .field("percent", margin.percent)
      .field("initialPerLot", margin.initial_per_lot)
      .field("initialRate", margin.initial_rate)
      .field("maintenanceRate", margin.maintenance_rate)
      .field("leverageCap", margin.leverage_cap)
      .field("hedged", margin.hedged)
      .field("hedgedPercent", margin.hedged_percent)
      .begin_array("tiers");
  for (std::size_t i = 0; i < margin.tier_count; ++i) write_tier(writer, margin, margin.tiers[i]);
  writer.end_array().end_object();
}

}  // namespace

void write_swap(json::Writer& writer, const SwapSpec& swap) {
  writer.begin_object("swap")
      .field("mode", swap.mode)
      .field("long", swap.buy)
      .field("short", swap.sell)
      .field("tripleDay", swap.triple_day <= 6 ? calendar::day_text(swap.triple_day) : "NONE")
      .field("daysInYear", swap.days_in_year)
      .field("price", swap.price)
      .end_object();
}

void write_venue(json::Writer& writer, const VenueSpec& venue) {
  writer.begin_object("venue")
      .field("book", venue.book)
      .field("lotStep", venue.step)
      .field("minVolume", venue.min_volume)
      .field("hedgePercent", venue.hedge_percent)
      .field("timeoutMs", venue.timeout_ms)
      .field("lateFill", venue.late_fill);
  if (venue.currency) writer.field("currency", venue.currency);
  writer.end_object();
}
namespace {

void write_schedule(json::Writer& writer, const ScheduleSpec& schedule) {
  if (schedule.kind != ScheduleSpec::Kind::Custom) {
    writer.field("schedule", calendar::schedule_kind_text(schedule.kind));
    return;
  }
  writer.begin_object("schedule").field("timeZone", schedule.time_zone.view());
  writer.begin_array("sessions");
  for (std::size_t i = 0; i < schedule.session_count; ++i) {
    const ScheduleSpec::Session& session = schedule.sessions[i];
    writer.begin_object()
        .field("day", calendar::day_text(session.day))
        .field("open", calendar::minute_text(session.open_minute))
        .field("close", calendar::minute_text(session.close_minute))
        .end_object();
  }
  writer.end_array().begin_array("holidays");
  for (std::size_t i = 0; i < schedule.holiday_count; ++i) {
    const std::string date = calendar::date_text(schedule.holidays[i]);
    if (schedule.holiday_closes[i] == 0) {
      writer.element(date);
    } else {
      writer.begin_object()
          .field("date", date)
          .field("close", calendar::minute_text(schedule.holiday_closes[i]))
          .end_object();
    }
  }
  writer.end_array().end_object();
}

}  // namespace

void write_symbol_fields(json::Writer& writer, const Instrument& instrument) {
  writer.field("symbol", instrument.name.view())
      .field("enabled", instrument.enabled)
      .field("state", instrument.state)
      .field("category", instrument.category)
      .field("selfTrade", instrument.self_trade)
      .field("baseCurrency", instrument.base)
      .field("quoteCurrency", instrument.quote)
      .field("marginCurrency", instrument.margin_currency)
      .field("digits", instrument.digits)
      .field("tickSize", instrument.tick_size)
      .field("pipSize", instrument.pip_size)
      .field("contractSize", instrument.contract_size)
      .field("minVolume", instrument.min_volume)
      .field("maxVolume", instrument.max_volume)
      .field("volumeStep", instrument.volume_step)
      .field("stopsLevelPips", instrument.stops_level_pips)
      .field("staleAfterMs", instrument.stale_after_ms)
      .field("spreadMarkup", instrument.spread_markup_pips);
  write_commission(writer, instrument.commission);
  write_margin(writer, instrument.margin);
  write_swap(writer, instrument.swap);
  writer.begin_object("funding")
      .field("intervalHours", instrument.funding.interval_hours)
      .field("rate", instrument.funding.rate)
      .end_object();
  write_venue(writer, instrument.venue);
  write_schedule(writer, instrument.schedule);
}

}  // namespace tribook::gateway
