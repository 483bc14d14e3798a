#include "gateway/bodies/order_fields.h"

#include <limits>

#include "gateway/json/time_text.h"
#include "tribook/domain/order_prices.h"
#include "tribook/message/text.h"

namespace tribook::gateway {
namespace {

using json::Reader;
using json::Value;

constexpr std::size_t kSymbolMax = 64;  // longer than any, so that a wrong one is just unknown

void read_id(Value value, Reader& reader, std::string_view& out, std::size_t bytes_max) {
  reader.text(value, out, bytes_max);
  if (reader.ok() && !value.is_null() && out.empty()) reader.fail(value, "must not be empty");
}

void read_metadata(Value value, Reader& reader, std::string_view& out) {
  if (value.is_null()) return;
  if (value.raw().size() > kMetadataMax) {
    reader.fail(value, "is longer than 1024 bytes");
    return;
  }
  out = value.raw();
}

void read_pips(Value value, Reader& reader, PipDistance& out) {
  constexpr std::int64_t hundredth = kFixedOne / 100;
  Ratio pips;
  reader.ratio(value, pips);
  if (!reader.ok()) return;
  if (pips.raw < 0) return reader.fail(value, "must not be negative");
  if (pips.raw % hundredth != 0) return reader.fail(value, "has more than 2 decimals");
  if (pips.raw / hundredth > std::numeric_limits<std::uint32_t>::max())
    return reader.fail(value, "is out of range");
  out = {static_cast<std::uint32_t>(pips.raw / hundredth)};
}

void read_trailing(Value value, Reader& reader, PipDistance& distance, PipDistance& step) {
  distance = step = {};
  if (value.is_null() || !reader.expect(value, json::Kind::Object)) return;
  reader.enter(value.key());
  for (const Value part : value) {
    if (part.key() == "distancePips") read_pips(part, reader, distance);
    if (part.key() == "stepPips") read_pips(part, reader, step);
  }
  if (distance.is_zero()) reader.fail("distancePips", "must be above 0");
  reader.leave();
}

void read_expiry(Value value, Reader& reader, TimeNs& out) {
  std::string_view text;
  reader.text(value, text, kSymbolMax);
  if (!reader.ok() || value.is_null()) return;
  const auto time = json::parse_time(text);
  if (time && time->ns > 0) {
    out = *time;
  } else {
    reader.fail(value, "must be a time like 2026-01-21T22:00:00Z");
  }
}

// What is given of how long it holds. A market order never rests.
struct Lifetime {
  std::optional<TimeInForce> time_in_force;
  TimeNs expires{};

  bool take(Value value, Reader& reader) {
    if (value.key() == "timeInForce") {
      TimeInForce read = TimeInForce::Gtc;
      reader.name(value, read);
      if (!value.is_null()) time_in_force = read;
      return true;
    }
    if (value.key() != "expiresAt") return false;
    read_expiry(value, reader, expires);
    return true;
  }
  void check(Reader& reader, OrderType type) {
    if (type == OrderType::Market) return check_of_market(reader);
    check_of_resting(reader);
    const TimeInForce given = *time_in_force;
    const bool is_at_once = given == TimeInForce::Ioc || given == TimeInForce::Fok;
    if (is_at_once && type != OrderType::Limit)
      reader.fail("timeInForce", "must be GTC, DAY or GTD for a stop");
  }
  // Of an order that rests already, or is one of a pair.
  void check_at_rest(Reader& reader) {
    check_of_resting(reader);
    if (*time_in_force == TimeInForce::Ioc || *time_in_force == TimeInForce::Fok)
      reader.fail("timeInForce", "must be GTC, DAY or GTD for an order that rests");
  }

 private:
  void check_of_market(Reader& reader) {
    const TimeInForce given = time_in_force.value_or(TimeInForce::Ioc);
    time_in_force = given;
    if (given != TimeInForce::Ioc && given != TimeInForce::Fok)
      reader.fail("timeInForce", "must be IOC or FOK for a market order");
    if (expires.ns != 0) reader.fail("expiresAt", "does not go with a market order");
  }
  void check_of_resting(Reader& reader) {
    const bool is_dated = expires.ns != 0;
    const TimeInForce given =
        time_in_force.value_or(is_dated ? TimeInForce::Gtd : TimeInForce::Gtc);
    time_in_force = given;
    if (is_dated && given != TimeInForce::Gtd) reader.fail("expiresAt", "goes with GTD alone");
    if (!is_dated && given == TimeInForce::Gtd) reader.fail("expiresAt", "is required with GTD");
  }
};

void check_positive(Reader& reader, std::string_view field, Price price, bool is_needed) {
  if (price.raw < 0) reader.fail(field, "must not be negative");
  if (is_needed && price.is_zero()) reader.fail(field, "is required");
}

// The prices of a single order or of a leg; true when the key was one of them.
bool read_prices(Value value, Reader& reader, OrderFields& order) {
  const std::string_view key = value.key();
  if (key == "price") {
    reader.price(value, order.limit);
  } else if (key == "triggerPrice") {
    reader.price(value, order.trigger);
  } else if (key == "sl") {
    reader.price(value, order.stop_loss);
  } else if (key == "tp") {
    reader.price(value, order.take_profit);
  } else {
    return false;
  }
  return true;
}

// What a type has not must not be given: who names a price does not want any other.
void check_absent(Reader& reader, std::string_view field, Price price, OrderType type) {
  if (price.is_zero()) return;
  std::string why = "does not go with an order of type ";
  why += name_of(type);
  reader.fail(field, why);
}

void check_prices(Reader& reader, const OrderFields& order) {
  check_positive(reader, "price", order.limit, has_limit(order.type));
  check_positive(reader, "triggerPrice", order.trigger, has_trigger(order.type));
  if (!has_limit(order.type)) check_absent(reader, "price", order.limit, order.type);
  if (!has_trigger(order.type)) check_absent(reader, "triggerPrice", order.trigger, order.type);
}

// What is of the request and not of its prices.
bool read_common(Value value, Reader& reader, OrderFields& order) {
  const std::string_view key = value.key();
  if (key == "symbol") {
    reader.text(value, order.symbol, kSymbolMax);
  } else if (key == "clientOrderId") {
    read_id(value, reader, order.client_order_id, kClientIdMax);
  } else if (key == "strategyId") {
    reader.text(value, order.strategy, kStrategyMax);
  } else if (key == "comment") {
    reader.text(value, order.comment, kCommentMax);
  } else if (key == "metadata") {
    read_metadata(value, reader, order.metadata);
  } else {
    return false;
  }
  return true;
}

struct Seen {
  bool side = false;
  bool volume = false;

  bool take(Value value, Reader& reader, OrderFields& order) {
    if (value.key() == "side") {
      side = !value.is_null();
      reader.name(value, order.side);
    } else if (value.key() == "volume") {
      volume = !value.is_null();
      reader.volume(value, order.volume);
    } else {
      return false;
    }
    return true;
  }
  void check(Reader& reader) const {
    if (!side) reader.fail("side", "is required");
    if (!volume) reader.fail("volume", "is required");
  }
};

void read_slippage(Value value, Reader& reader, Ratio& out) {
  reader.ratio(value, out);
  if (!value.is_null() && out.raw < 0) reader.fail(value, "must not be negative");
}

// The path says it; a body that says so as well means the same.
void check_type(Value value, Reader& reader, OrderType type) {
  if (value.is_null() || !reader.expect(value, json::Kind::String)) return;
  if (order_type_of(value.text()) == type) return;
  std::string why = "must be ";
  why += name_of(type);
  reader.fail(value, why += " at this path");
}

OrderFields read_leg(Value leg, Reader& reader) {
  OrderFields order;
  order.type = OrderType::Limit;
  Seen seen;
  for (const Value value : leg) {
    if (value.key() == "type") {
      const auto type =
          value.kind() == json::Kind::String ? order_type_of(value.text()) : std::nullopt;
      if (type && *type != OrderType::Market) {
        order.type = *type;
      } else {
        reader.fail(value, "must be LIMIT, STOP or STOP_LIMIT");
      }
      continue;
    }
    static_cast<void>(read_prices(value, reader, order) || seen.take(value, reader, order));
  }
  seen.check(reader);
  check_prices(reader, order);
  return order;
}

}  // namespace

std::optional<OrderType> order_type_of(std::string_view text) {
  std::string name(text);
  for (char& c : name) {
    if (c == '-') c = '_';
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return enum_of<OrderType>(name);
}

OrderFields read_order_fields(Value body, Reader& reader, OrderType type) {
  OrderFields order;
  order.type = type;
  Lifetime lifetime;
  Seen seen;
  for (const Value value : body) {
    const std::string_view key = value.key();
    if (key == "type") {
      check_type(value, reader, type);
    } else if (key == "maxSlippagePips") {
      read_slippage(value, reader, order.max_slippage_pips);
    } else if (key == "trailing") {
      read_trailing(value, reader, order.trailing_distance, order.trailing_step);
    } else {
      static_cast<void>(read_common(value, reader, order) || read_prices(value, reader, order) ||
                        seen.take(value, reader, order) || lifetime.take(value, reader));
    }
  }
  if (order.symbol.empty()) reader.fail("symbol", "is required");
  seen.check(reader);
  check_prices(reader, order);
  lifetime.check(reader, type);
  order.time_in_force = *lifetime.time_in_force;
  order.expires = lifetime.expires;
  return order;
}

PairFields read_pair_fields(Value body, Reader& reader) {
  PairFields pair;
  Lifetime lifetime;
  std::size_t legs = 0;
  for (const Value value : body) {
    if (value.key() != "orders") {
      static_cast<void>(read_common(value, reader, pair.common) || lifetime.take(value, reader));
      continue;
    }
    if (!reader.expect(value, json::Kind::Array)) return pair;
    reader.enter("orders");
    for (const Value leg : value) {
      reader.enter(legs);
      if (reader.expect(leg, json::Kind::Object) && legs < 2)
        (legs == 0 ? pair.first : pair.second) = read_leg(leg, reader);
      reader.leave();
      ++legs;
    }
    reader.leave();
  }
  if (legs != 2) reader.fail("orders", "must be two orders");
  if (pair.common.symbol.empty()) reader.fail("symbol", "is required");
  lifetime.check_at_rest(reader);
  pair.common.time_in_force = *lifetime.time_in_force;
  pair.common.expires = lifetime.expires;
  return pair;
}

OrderChanges read_order_changes(Value body, Reader& reader) {
  OrderChanges changes;
  Lifetime lifetime;
  const auto level = [&](Value value, std::optional<Price>& out) {
    Price price;
    reader.price(value, price);
    check_positive(reader, value.key(), price, false);
    out = price;
  };
  const auto own_price = [&](Value value, std::optional<Price>& out) {
    level(value, out);
    if (reader.ok() && out->is_zero()) reader.fail(value, "must be above 0");
  };
  for (const Value value : body) {
    const std::string_view key = value.key();
    if (key == "volume" && !value.is_null()) {
      reader.volume(value, changes.volume.emplace());
    } else if (key == "price" && !value.is_null()) {
      own_price(value, changes.limit);
    } else if (key == "triggerPrice" && !value.is_null()) {
      own_price(value, changes.trigger);
    } else if (key == "sl") {
      level(value, changes.stop_loss);
    } else if (key == "tp") {
      level(value, changes.take_profit);
    } else if (key == "trailing") {
      changes.set_trailing = true;
      read_trailing(value, reader, changes.trailing_distance, changes.trailing_step);
    } else {
      static_cast<void>(lifetime.take(value, reader));
    }
  }
  if (lifetime.time_in_force || lifetime.expires.ns != 0) {
    lifetime.check_at_rest(reader);
    changes.time_in_force = lifetime.time_in_force;
    changes.expires = lifetime.expires;
  }
  const bool is_any = changes.volume || changes.limit || changes.trigger || changes.stop_loss ||
                      changes.take_profit || changes.time_in_force || changes.set_trailing;
  if (reader.ok() && !is_any) reader.fail("", "must have something to change");
  return changes;
}

namespace {

void read_break_even(Value value, Reader& reader, StopFields& stops) {
  stops.set_break_even = true;
  if (value.is_null() || !reader.expect(value, json::Kind::Object)) return;
  stops.waits_for_break_even = true;
  reader.enter(value.key());
  for (const Value part : value) {
    if (part.key() == "offsetPips") read_pips(part, reader, stops.break_even_offset);
  }
  reader.leave();
}

}  // namespace

StopFields read_stop_fields(Value body, Reader& reader) {
  StopFields stops;
  for (const Value value : body) {
    const std::string_view key = value.key();
    if (key == "sl") {
      stops.keep_stop_loss = false;
      reader.price(value, stops.stop_loss);
    } else if (key == "tp") {
      stops.keep_take_profit = false;
      reader.price(value, stops.take_profit);
    } else if (key == "trailing") {
      stops.set_trailing = true;
      read_trailing(value, reader, stops.trailing_distance, stops.trailing_step);
    } else if (key == "breakEven") {
      read_break_even(value, reader, stops);
    }
  }
  const bool is_any = !stops.keep_stop_loss || !stops.keep_take_profit || stops.set_trailing ||
                      stops.set_break_even;
  if (reader.ok() && !is_any) reader.fail("", "must have sl, tp, trailing or breakEven");
  return stops;
}

}  // namespace tribook::gateway
