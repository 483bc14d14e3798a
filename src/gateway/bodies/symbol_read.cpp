#include "calendar/schedule_text.h"
#include "calendar/time_zone.h"
#include "gateway/bodies/margin_read.h"
#include "gateway/bodies/symbol_json.h"

namespace tribook::gateway {
namespace {

using json::Kind;
using json::Reader;
using json::Value;

/// What the body said itself, where that decides about what it did not say.
struct Said {
  bool margin_currency = false;
  bool pip_size = false;
  MarginSaid margin{};
  bool commission_currency = false;
  bool swap_mode = false;
  bool swap_points = false;
};

// Reads a member object's fields with `read(field)`.
template <typename Read>
void read_object(Value value, Reader& reader, Read read) {
  if (value.is_null() || !reader.expect(value, Kind::Object)) return;
  reader.enter(value.key());
  for (const Value field : value) read(field);
  reader.leave();
}

void read_commission(Value value, Reader& reader, CommissionSpec& out, Said& said) {
  read_object(value, reader, [&](Value field) {
    const std::string_view key = field.key();
    if (key == "basis") reader.name(field, out.basis);
    if (key == "amount") reader.ratio(field, out.amount);
    if (key == "minimum") reader.ratio(field, out.minimum);
    if (key == "currency") {
      said.commission_currency = !field.is_null();
      reader.currency(field, out.currency);
    }
  });
}

void read_triple_day(Value value, Reader& reader, std::uint8_t& out) {
  constexpr std::uint8_t none = 7;
  std::string_view text;
  reader.text(value, text, 16);
  if (!reader.ok() || value.is_null()) return;
  if (text == "NONE") {
    out = none;
  } else if (const auto day = calendar::parse_day(text)) {
    out = *day;
  } else {
    reader.fail(value, "must be a day of the week or NONE");
  }
}

void read_swap(Value value, Reader& reader, SwapSpec& out, Said& said) {
  read_object(value, reader, [&](Value field) {
    const std::string_view key = field.key();
    if (key == "mode") {
      said.swap_mode = !field.is_null();
      reader.name(field, out.mode);
    }
    if (key == "long") reader.ratio(field, out.buy);
    if (key == "short") reader.ratio(field, out.sell);
    if (key == "tripleDay") read_triple_day(field, reader, out.triple_day);
    if (key == "daysInYear") reader.integer(field, out.days_in_year, 1, 366);
    if (key == "price") reader.name(field, out.price);
  });
}

// "A-BOOK" is what the panel says.
void read_book(Value value, Reader& reader, Book& out) {
  std::string_view text;
  reader.text(value, text, 16);
  if (!reader.ok() || value.is_null()) return;
  std::string name(text);
  std::erase(name, '-');
  if (const auto book = enum_of<Book>(name)) {
    out = *book;
  } else {
    reader.fail(value, "must be ABOOK, BBOOK or CBOOK");
  }
}

void read_venue(Value value, Reader& reader, VenueSpec& out) {
  read_object(value, reader, [&](Value field) {
    constexpr std::int64_t hour_ms = 3'600'000;
    const std::string_view key = field.key();
    if (key == "book") read_book(field, reader, out.book);
    if (key == "lotStep") reader.volume(field, out.step);
    if (key == "minVolume") reader.volume(field, out.min_volume);
    if (key == "hedgePercent") reader.ratio(field, out.hedge_percent);
    if (key == "timeoutMs") reader.integer(field, out.timeout_ms, 1, hour_ms);
    if (key == "lateFill") reader.name(field, out.late_fill);
    if (key == "currency") reader.currency(field, out.currency);
  });
}

void read_funding(Value value, Reader& reader, FundingSpec& out) {
  read_object(value, reader, [&](Value field) {
    constexpr std::int64_t year_hours = 8'760;
    if (field.key() == "intervalHours") reader.integer(field, out.interval_hours, 0, year_hours);
    if (field.key() == "rate") reader.ratio(field, out.rate);
  });
}

// Reads a text with `parse`; a mistake that says what it should be otherwise.
template <typename T, typename Parse>
void read_parsed(Value value, Reader& reader, T& out, Parse parse, std::string_view what) {
  std::string_view text;
  reader.text(value, text, 64);
  if (!reader.ok()) return;
  if (const auto parsed = parse(text)) {
    out = *parsed;
  } else {
    reader.fail(value, what);
  }
}

void read_session(Value value, Reader& reader, ScheduleSpec::Session& out) {
  bool has_day = false;
  bool has_open = false;
  bool has_close = false;
  for (const Value field : value) {
    if (field.key() == "day") {
      has_day = true;
      read_parsed(field, reader, out.day, calendar::parse_day, "must be a day of the week");
    } else if (field.key() == "open") {
      has_open = true;
      read_parsed(field, reader, out.open_minute, calendar::parse_minute, "must be HH:MM");
    } else if (field.key() == "close") {
      has_close = true;
      read_parsed(field, reader, out.close_minute, calendar::parse_minute, "must be HH:MM");
    }
  }
  if (!has_day) reader.fail("day", "is required");
  if (!has_open) reader.fail("open", "is required");
  if (!has_close) reader.fail("close", "is required");
}

void read_sessions(Value value, Reader& reader, ScheduleSpec& out) {
  if (!reader.expect(value, Kind::Array)) return;
  reader.enter(value.key());
  std::size_t count = 0;
  for (const Value element : value) {
    if (count == ScheduleSpec::kSessionsMax) {
      reader.fail("", "has more than 28 entries");
      break;
    }
    reader.enter(count);
    if (reader.expect(element, Kind::Object)) read_session(element, reader, out.sessions[count]);
    reader.leave();
    ++count;
  }
  reader.leave();
  out.session_count = static_cast<std::uint8_t>(count);
}

constexpr std::string_view kDateShape = "must be YYYY-MM-DD";

// A date, or one with the minute at which it closes early.
void read_holiday(Value value, Reader& reader, std::int32_t& date, std::uint16_t& closes) {
  if (value.kind() != Kind::Object) {
    return read_parsed(value, reader, date, calendar::parse_date, kDateShape);
  }
  bool has_date = false;
  for (const Value field : value) {
    if (field.key() == "date") {
      has_date = true;
      read_parsed(field, reader, date, calendar::parse_date, kDateShape);
    } else if (field.key() == "close") {
      read_parsed(field, reader, closes, calendar::parse_minute, "must be HH:MM");
    }
  }
  if (!has_date) reader.fail("date", "is required");
}

void read_holidays(Value value, Reader& reader, ScheduleSpec& out) {
  if (!reader.expect(value, Kind::Array)) return;
  reader.enter(value.key());
  std::size_t count = 0;
  for (const Value element : value) {
    if (count == ScheduleSpec::kHolidaysMax) {
      reader.fail("", "has more than 64 entries");
      break;
    }
    reader.enter(count);
    read_holiday(element, reader, out.holidays[count], out.holiday_closes[count]);
    reader.leave();
    ++count;
  }
  reader.leave();
  out.holiday_count = static_cast<std::uint8_t>(count);
}

void read_schedule(Value value, Reader& reader, ScheduleSpec& out) {
  if (value.is_null()) return;
  if (value.kind() == Kind::String) {
    ScheduleSpec named;
    read_parsed(value, reader, named.kind, calendar::parse_schedule_kind,
                "must be 24x7, 24x5 or an object");
    out = named;
    return;
  }
  ScheduleSpec custom;
  custom.kind = ScheduleSpec::Kind::Custom;
  std::string_view zone;
  read_object(value, reader, [&](Value field) {
    if (field.key() == "timeZone") reader.text(field, zone, sizeof custom.time_zone.bytes);
    if (field.key() == "sessions") read_sessions(field, reader, custom);
    if (field.key() == "holidays") read_holidays(field, reader, custom);
  });
  if (!reader.ok()) return;
  if (!calendar::is_time_zone(zone)) {
    reader.fail("schedule.timeZone", "must be the name of a time zone, America/New_York say");
    return;
  }
  custom.time_zone = decltype(custom.time_zone)::of(zone);
  out = custom;
}

// One of the flat fields of old: true when it was.
bool read_shorthand(Value value, Reader& reader, SymbolBody& out, Said& said) {
  const std::string_view key = value.key();
  Instrument& i = out.instrument;
  if (key == "commissionPerLot") {
    reader.ratio(value, i.commission.amount);
    if (!value.is_null()) i.commission.basis = CommissionBasis::PerLot;
  } else if (key == "marginPercent") {
    reader.ratio(value, i.margin.percent);
    said.margin.percent = i.margin.percent.raw > 0;
  } else if (key == "swapLong") {
    reader.ratio(value, i.swap.buy);
    said.swap_points = true;
  } else if (key == "swapShort") {
    reader.ratio(value, i.swap.sell);
    said.swap_points = true;
  } else {
    return false;
  }
  return true;
}

// One of the simple fields: true when it was.
bool read_simple(Value value, Reader& reader, Instrument& i, Said& said) {
  const std::string_view key = value.key();
  if (key == "enabled") return reader.boolean(value, i.enabled), true;
  if (key == "state") return reader.name(value, i.state), true;
  if (key == "category") return reader.name(value, i.category), true;
  if (key == "selfTrade") return reader.name(value, i.self_trade), true;
  if (key == "baseCurrency") return reader.currency(value, i.base), true;
  if (key == "quoteCurrency") return reader.currency(value, i.quote), true;
  if (key == "marginCurrency") {
    said.margin_currency = !value.is_null();
    return reader.currency(value, i.margin_currency), true;
  }
  if (key == "digits") return reader.integer(value, i.digits, 0, kFixedDigits), true;
  if (key == "tickSize") return reader.price(value, i.tick_size), true;
  if (key == "pipSize") {
    said.pip_size = !value.is_null();
    return reader.price(value, i.pip_size), true;
  }
  if (key == "contractSize") return reader.quantity(value, i.contract_size), true;
  if (key == "minVolume") return reader.volume(value, i.min_volume), true;
  if (key == "maxVolume") return reader.volume(value, i.max_volume), true;
  if (key == "volumeStep") return reader.volume(value, i.volume_step), true;
  if (key == "stopsLevelPips") return reader.ratio(value, i.stops_level_pips), true;
  if (key == "spreadMarkup") return reader.ratio(value, i.spread_markup_pips), true;
  if (key == "staleAfterMs") {
    constexpr std::int64_t year_ms = std::int64_t{365} * 86'400'000;
    return reader.integer(value, i.stale_after_ms, 0, year_ms), true;
  }
  return false;
}

Said read_fields(Value body, Reader& reader, SymbolBody& out) {
  Said said;
  Instrument& i = out.instrument;
  for (const Value value : body) {
    const std::string_view key = value.key();
    if (read_simple(value, reader, i, said) || read_shorthand(value, reader, out, said)) continue;
    if (key == "commission") read_commission(value, reader, i.commission, said);
    if (key == "margin") read_margin(value, reader, i.margin, said.margin);
    if (key == "swap") read_swap(value, reader, i.swap, said);
    if (key == "venue") read_venue(value, reader, i.venue);
    if (key == "funding") read_funding(value, reader, i.funding);
    if (key == "schedule") read_schedule(value, reader, i.schedule);
  }
  return said;
}

// What follows from what was said, when it was not said otherwise. A percentage of the notional is
// CFD margin, and the notional is in the quote currency.
void conclude(Instrument& i, const Instrument& before, const Said& said) {
  if (said.margin.percent && !said.margin.mode) {
    i.margin.mode = MarginMode::Cfd;
    if (!said.margin_currency) i.margin_currency = i.quote;
  }
  if (!said.margin.maintenance_rate &&
      before.margin.maintenance_rate == before.margin.initial_rate) {
    i.margin.maintenance_rate = i.margin.initial_rate;
  }
  const bool has_swap = !i.swap.buy.is_zero() || !i.swap.sell.is_zero();
  if (said.swap_points && !said.swap_mode && i.swap.mode == SwapMode::None && has_swap) {
    i.swap.mode = SwapMode::Points;
  }
}

void check_whole(const Instrument& instrument, Reader& reader) {
  if (!reader.ok()) return;
  const InstrumentProblem problem = check(instrument);
  if (problem.code != RejectCode::None) reader.fail(problem.field, problem.what);
}

Price power_of_ten(int exponent) {
  Price price{kFixedOne};
  for (; exponent < 0; ++exponent) price.raw /= 10;
  return price;
}

// A name, its category and currencies decide the usual values of the rest. "EURUSD" says its own.
void read_identity(Value body, Reader& reader, Instrument& i) {
  std::string_view name;
  for (const Value value : body) {
    if (value.key() == "symbol") reader.text(value, name, sizeof i.name.bytes);
    if (value.key() == "category") reader.name(value, i.category);
    if (value.key() == "baseCurrency") reader.currency(value, i.base);
    if (value.key() == "quoteCurrency") reader.currency(value, i.quote);
  }
  if (name.empty()) reader.fail("symbol", "is required");
  if (!reader.ok()) return;
  i.name = SymbolName::of(name);
  constexpr std::size_t code = 3;
  if (name.size() == 2 * code && i.category != Category::Index && i.category != Category::Stock) {
    if (!i.base) i.base = Currency::parse(name.substr(0, code)).value_or(Currency{});
    if (!i.quote) i.quote = Currency::parse(name.substr(code)).value_or(Currency{});
  }
  const bool is_exchange = i.category == Category::Forex || i.category == Category::Metal ||
                           i.category == Category::Crypto;
  if (!i.base && !is_exchange) i.base = i.quote;
  if (!i.quote) reader.fail("quoteCurrency", "is required");
  if (!i.base) reader.fail("baseCurrency", "is required");
}

void set_usual_values(Instrument& i, int digits) {
  const bool is_forex = i.category == Category::Forex;
  const bool is_yen = i.quote == Currency::of("JPY");
  i.digits = static_cast<std::uint8_t>(digits);
  i.tick_size = power_of_ten(-digits);
  i.pip_size = power_of_ten(is_yen ? -2 : -4);
  i.contract_size = Quantity::from_whole(is_forex ? 100'000 : 1);
  i.margin_currency = is_forex ? i.base : i.quote;
  i.margin.mode = is_forex ? MarginMode::Forex : MarginMode::CfdLeverage;
  i.min_volume = Volume{kFixedOne / 100};
  i.max_volume = Volume::from_whole(100);
  i.volume_step = Volume{kFixedOne / 100};
  i.commission.currency = i.quote;
}

}  // namespace

SymbolBody read_new_symbol(Value body, Reader& reader) {
  SymbolBody result;
  Instrument& i = result.instrument;
  read_identity(body, reader, i);
  if (!reader.ok()) return result;
  int digits = i.quote == Currency::of("JPY") ? 3 : 5;
  for (const Value value : body) {
    if (value.key() == "digits") reader.integer(value, digits, 0, kFixedDigits);
  }
  set_usual_values(i, digits);
  const Instrument before = i;
  const Said said = read_fields(body, reader, result);
  // Where prices are coarser than the usual pip, a pip is their step.
  if (!said.pip_size && i.tick_size.raw > 0 && i.pip_size.raw % i.tick_size.raw != 0)
    i.pip_size = i.tick_size;
  conclude(i, before, said);
  check_whole(i, reader);
  return result;
}

SymbolBody read_symbol_change(Value body, const Instrument& current, Reader& reader) {
  SymbolBody result;
  result.instrument = current;
  const Said said = read_fields(body, reader, result);
  for (const Value value : body) {
    std::string_view name;
    if (value.key() != "symbol") continue;
    reader.text(value, name, sizeof current.name.bytes);
    if (!value.is_null() && name != current.name.view()) {
      reader.fail(value, "cannot be changed");
    }
  }
  conclude(result.instrument, current, said);
  check_whole(result.instrument, reader);
  return result;
}

}  // namespace tribook::gateway
