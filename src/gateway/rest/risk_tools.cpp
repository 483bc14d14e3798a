#include <algorithm>

#include "gateway/api/render.h"
#include "gateway/api/risk_json.h"
#include "gateway/rest/client_api.h"
#include "tribook/domain/decimal.h"
#include "tribook/domain/margin_added.h"

// What an order would cost and how large it may be, at the quotes that this thread has. The engine
// decides again when the order comes. And how the account stands by its limits.

namespace tribook::gateway::rest {
namespace {

struct Question {
  views::AccountSnapshot snapshot;
  const Instrument* instrument = nullptr;
  Quote quote{};
  std::optional<HeldSides> held{};  // of the symbol, at the rates of now; none without a rate
};

// Symbol and account; answers and returns false when something is missing.
bool read_question(const Call& call, Question& out) {
  const auto symbol = call.request.param("symbol");
  if (!symbol) return call.refuse(RejectCode::Validation, "symbol is required"), false;
  out.instrument = call.context.mirror.find(*symbol);
  if (out.instrument == nullptr) return call.refuse(RejectCode::SymbolUnknown), false;
  const auto status = call.context.views.snapshot(call.account, out.snapshot);
  if (status != views::ReadStatus::Found) {
    call.refuse(status == views::ReadStatus::Busy ? RejectCode::Busy : RejectCode::NotFound);
    return false;
  }
  out.quote = call.context.mirror.quote(out.instrument->id, out.snapshot.account.group_id);
  if (!out.quote.is_known()) return call.refuse(RejectCode::StaleQuote), false;
  return true;
}

// A positive decimal parameter; answers and returns false when it is none.
template <typename Fixed>
bool read_positive(const Call& call, std::string_view name, Fixed& out) {
  const auto text = call.request.param(name);
  const DecimalResult parsed = parse_decimal(text.value_or(""));
  if (parsed.error == DecimalError::None && parsed.raw > 0 && parsed.raw <= kMaxFixedRaw) {
    out.raw = static_cast<std::int64_t>(parsed.raw);
    return true;
  }
  std::string detail(name);
  call.refuse(RejectCode::Validation,
              detail += text ? " must be a number above 0" : " is required");
  return false;
}

std::optional<HeldSides> held_of(const Context& context, const Question& question) {
  HeldSides held;
  const Currency currency = question.snapshot.account.currency;
  for (const views::PositionView& position : question.snapshot.positions) {
    if (position.symbol != question.instrument->id) continue;
    const auto basis = margin_basis(*question.instrument, position.volume,
                                    average_price(position.open_cost, position.volume), currency,
                                    context.mirror.rates());
    if (!basis) return std::nullopt;
    held.side(position.side) += {*basis, position.volume, position.open_cost};
  }
  return held;
}

// By how much used margin would rise on the account as it is; where it hedges, it falls.
std::optional<Money> required_margin(const Context& context, const Question& question, Side side,
                                     Volume volume) {
  const Instrument& instrument = *question.instrument;
  const views::AccountView& account = question.snapshot.account;
  const Price price = opening_price(side, question.quote);
  if (!question.held) return std::nullopt;
  HeldSides held = *question.held;
  const bool closes_first =
      account.mode == PositionMode::Netting || account.closing != Closing::Any;
  const Volume closing =
      closes_first ? std::min(volume, held.side(opposite(side)).volume) : Volume{};
  const Volume opening = volume - closing;
  const auto basis =
      margin_basis(instrument, opening, price, account.currency, context.mirror.rates());
  if (!basis) return std::nullopt;
  const std::uint32_t leverage =
      context.mirror.groups().leverage(account.group_id, instrument.id, account.leverage);
  return margin_added(instrument, held, side, {*basis, opening, cost_of(price, opening)}, closing,
                      leverage, account.currency);
}

// Without a rate there is no margin; with one it was beyond what money can express.
RejectCode why_no_margin(const Context& context, const Question& question) {
  Product nothing(0);
  return context.mirror.rates().convert(nothing, question.instrument->margin_currency,
                                        question.snapshot.account.currency, Crossing::Mid)
             ? RejectCode::ValueOverflow
             : RejectCode::NoConversion;
}

// The largest volume, in steps, whose margin is free; 0 when not even the smallest is.
Volume largest_volume(const Context& context, const Question& question, Side side, Money free) {
  const Instrument& instrument = *question.instrument;
  const std::int64_t step = instrument.volume_step.raw;
  std::int64_t low = 0;
  std::int64_t high = instrument.max_volume.raw / step;
  while (low < high) {
    const std::int64_t middle = low + (high - low + 1) / 2;
    const auto margin = required_margin(context, question, side, Volume{middle * step});
    if (margin && *margin <= free) {
      low = middle;
    } else {
      high = middle - 1;
    }
  }
  const Volume volume{low * step};
  return volume < instrument.min_volume ? Volume{} : volume;
}

// What one pip of one lot is worth, as a loss, to 10^-8.
std::optional<Money> pip_value(const Context& context, const Question& question) {
  const Instrument& instrument = *question.instrument;
  constexpr int scales = 2 * kFixedDigits;  // a price times a contract size
  Product value(static_cast<int128>(instrument.pip_size.raw) * instrument.contract_size.raw);
  value.divide_by_power_of_ten(scales);
  if (!context.mirror.rates().convert(value, instrument.quote, question.snapshot.account.currency,
                                      Crossing::Loss)) {
    return std::nullopt;
  }
  return value.round(kFixedDigits);
}

}  // namespace

void get_margin_preview(const Call& call) {
  Question question;
  Volume volume;
  if (!read_question(call, question) || !read_positive(call, "volume", volume)) return;
  const auto side = enum_of<Side>(call.request.param("side").value_or("BUY"));
  if (!side) return call.refuse(RejectCode::Validation, "side must be BUY or SELL");
  question.held = held_of(call.context, question);
  const auto required = required_margin(call.context, question, *side, volume);
  if (!required) return call.refuse(why_no_margin(call.context, question));
  const AccountValue value = call.context.mirror.value(question.snapshot);
  if (!value.equity) return call.refuse(RejectCode::ValueOverflow);
  const Money used_after = question.snapshot.account.used_margin + *required;
  const int digits = minor_digits(question.snapshot.account.currency);
  std::string body;
  json::Writer writer(body);
  writer.begin_object()
      .field("requiredMargin", *required, digits)
      .field("freeMargin", *value.free_margin, digits)
      .field("freeMarginAfter", *value.free_margin - *required, digits);
  write_level(writer, "marginLevelAfter", margin_level(*value.equity, used_after));
  writer.field("maxVolume", largest_volume(call.context, question, *side, *value.free_margin))
      .end_object();
  call.reply(json_response(200, std::move(body)));
}

void get_lot(const Call& call) {
  Question question;
  Ratio risk_percent;
  Ratio stop_pips;
  if (!read_question(call, question) || !read_positive(call, "risk", risk_percent) ||
      !read_positive(call, "slPips", stop_pips)) {
    return;
  }
  constexpr Ratio all{100 * kFixedOne};
  if (risk_percent > all) return call.refuse(RejectCode::Validation, "risk must be at most 100");
  const auto pip = pip_value(call.context, question);
  if (!pip) return call.refuse(RejectCode::NoConversion);
  const AccountValue value = call.context.mirror.value(question.snapshot);
  if (!value.equity) return call.refuse(RejectCode::ValueOverflow);
  const Currency currency = question.snapshot.account.currency;
  Product at_risk(std::max<int128>(value.equity->raw, 0));
  at_risk.scale(static_cast<std::uint64_t>(risk_percent.raw), 100);
  at_risk.divide_by_power_of_ten(2 * kFixedDigits);
  const Money risk = at_risk.round(minor_digits(currency)).value_or(Money{});

  // Loss of one lot at the stop, at 10^-8; the volume is cut down to a whole step.
  const auto loss = checked_multiply<int128>(pip->raw, stop_pips.raw);
  const int128 lot_loss = loss ? *loss / kFixedOne : 0;
  if (lot_loss <= 0) return call.refuse(RejectCode::ValueOverflow);
  const Instrument& instrument = *question.instrument;
  const int128 lots = std::min<int128>(risk.raw * kFixedOne / lot_loss, instrument.max_volume.raw);
  Volume volume{static_cast<std::int64_t>(lots)};
  volume.raw -= volume.raw % instrument.volume_step.raw;
  if (volume < instrument.min_volume) volume = {};
  std::string body;
  json::Writer writer(body);
  writer.begin_object()
      .field("volume", volume)
      .field("riskAmount", risk, minor_digits(currency))
      .field("pipValue", *pip, minor_digits(currency))
      .end_object();
  call.reply(json_response(200, std::move(body)));
}

void get_risk_summary(const Call& call) {
  call.reply(risk_summary(call.context, call.account, Audience::Client));
}

}  // namespace tribook::gateway::rest
