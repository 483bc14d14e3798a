#include "gateway/json/writer.h"
#include "gateway/rest/client_api.h"
#include "gateway/rest/lists.h"
#include "tribook/domain/charges.h"

namespace tribook::gateway::rest {
namespace {

// What the account's position would pay or get if the funding were due now.
Money payment_now(const Context& context, const Instrument& instrument,
                  const views::AccountSnapshot& snapshot) {
  Money sum;
  for (const views::PositionView& position : snapshot.positions) {
    if (position.symbol != instrument.id) continue;
    const auto amount = funding_amount(
        instrument, {position.side, position.volume, position.open_cost},
        context.mirror.quote(instrument.id), snapshot.account.currency, context.mirror.rates());
    if (amount) sum += *amount;
  }
  return sum;
}

void write_rate(json::Writer& writer, const Context& context, const Instrument& instrument,
                const views::AccountSnapshot& snapshot) {
  const TimeNs after = context.views.time() + std::chrono::nanoseconds{1};
  writer.begin_object()
      .field("symbol", instrument.name.view())
      .field("rate", instrument.funding.rate)
      .field("intervalHours", instrument.funding.interval_hours)
      .field("nextTime", funding_time_from(instrument.funding, after))
      .field("payment", payment_now(context, instrument, snapshot),
             minor_digits(snapshot.account.currency))
      .end_object();
}

}  // namespace

void get_funding(const Call& call) {
  const auto page = read_page(call);
  if (!page) return;
  const Context& context = call.context;
  views::AccountSnapshot snapshot;
  if (!is_found(call, context.views.snapshot(call.account, snapshot))) return;
  std::string body;
  json::Writer writer(body);
  writer.begin_object().begin_array("items");
  std::size_t count = 0;
  std::uint64_t next = 0;
  for (const auto& instrument : context.mirror.symbols().all()) {
    if (instrument->id.value <= page->cursor || !has_funding(instrument->funding)) continue;
    if (count == page->limit) {
      next = instrument->id.value - std::uint64_t{1};
      break;
    }
    ++count;
    write_rate(writer, context, *instrument, snapshot);
  }
  writer.end_array();
  if (next != 0) writer.field("nextCursor", std::to_string(next));
  writer.end_object();
  call.reply(json_response(200, std::move(body)));
}

}  // namespace tribook::gateway::rest
