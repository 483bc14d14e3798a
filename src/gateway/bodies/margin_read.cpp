#include "gateway/bodies/margin_read.h"

#include <optional>

namespace tribook::gateway {
namespace {

using json::Kind;
using json::Reader;
using json::Value;

// One of {"upToVolume","leverage"}, {"upToNotional","leverage"}; the last may go without a bound.
void read_tier(Value value, Reader& reader, MarginTier& out, std::optional<TierBasis>& basis) {
  int128 up_to = 0;
  bool has_leverage = false;
  const auto read_bound = [&](Value field, TierBasis counted) {
    Money bound;
    reader.money(field, bound);
    if (field.is_null()) return;
    if (bound.raw <= 0) reader.fail(field, "must be above 0");
    if (up_to != 0 || basis.value_or(counted) != counted) {
      reader.fail(field, "cannot stand beside the other: all by volume, or all by notional");
    }
    basis = counted;
    up_to = bound.raw;
  };
  for (const Value field : value) {
    if (field.key() == "upToVolume") read_bound(field, TierBasis::Lots);
    if (field.key() == "upToNotional") read_bound(field, TierBasis::Notional);
    if (field.key() == "leverage") {
      has_leverage = !field.is_null();
      reader.integer(field, out.leverage, 1, 100'000);
    }
  }
  if (!has_leverage) reader.fail("leverage", "is required");
  out = MarginTier::of(up_to, out.leverage);
}

void read_tiers(Value value, Reader& reader, MarginSpec& out) {
  if (value.is_null() || !reader.expect(value, Kind::Array)) return;
  out.tiers = {};
  std::optional<TierBasis> basis;
  std::size_t count = 0;
  reader.enter(value.key());
  for (const Value element : value) {
    if (count == MarginSpec::kTiersMax) {
      reader.fail("", "has more than 8 entries");
      break;
    }
    reader.enter(count);
    if (reader.expect(element, Kind::Object)) read_tier(element, reader, out.tiers[count], basis);
    reader.leave();
    ++count;
  }
  reader.leave();
  out.tier_count = static_cast<std::uint8_t>(count);
  out.tier_basis = basis.value_or(TierBasis::Lots);
}

void read_field(Value field, Reader& reader, MarginSpec& margin, MarginSaid& said) {
  const std::string_view key = field.key();
  if (key == "mode") {
    said.mode = !field.is_null();
    reader.name(field, margin.mode);
  } else if (key == "percent") {
    reader.ratio(field, margin.percent);
    said.percent = margin.percent.raw > 0;
  } else if (key == "initialPerLot") {
    reader.ratio(field, margin.initial_per_lot);
  } else if (key == "initialRate") {
    reader.ratio(field, margin.initial_rate);
  } else if (key == "maintenanceRate") {
    said.maintenance_rate = !field.is_null();
    reader.ratio(field, margin.maintenance_rate);
  } else if (key == "leverageCap") {
    reader.integer(field, margin.leverage_cap, 0, 100'000);
  } else if (key == "hedged") {
    reader.name(field, margin.hedged);
  } else if (key == "hedgedPercent") {
    reader.ratio(field, margin.hedged_percent);
  } else if (key == "tiers") {
    read_tiers(field, reader, margin);
  }
}

}  // namespace

void read_margin(Value value, Reader& reader, MarginSpec& out, MarginSaid& said) {
  if (value.is_null() || !reader.expect(value, Kind::Object)) return;
  reader.enter(value.key());
  for (const Value field : value) read_field(field, reader, out, said);
  reader.leave();
}

}  // namespace tribook::gateway
