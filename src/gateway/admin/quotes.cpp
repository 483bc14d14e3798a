#include <memory>
#include <utility>
#include <vector>

#include "gateway/admin/admin_api.h"
#include "gateway/json/writer.h"

// Quotes of the manual venue. The whole array is looked at first; then each element goes in as a
// command of its own, when all that followed from the one before it is done.

namespace tribook::gateway::admin {
namespace {

using json::Value;

struct Batch {
  http::ReplyHandle handle;
  UserId actor;
  std::vector<QuoteCommand> quotes;
  std::size_t next = 0;
};

http::HttpResponse refused_at(const Batch& batch, RejectCode code) {
  std::string detail = "[" + std::to_string(batch.next) + "]: ";
  detail += describe(code);
  ProblemExtras extras;
  extras.accepted = static_cast<int>(batch.next);
  return problem(code, detail, extras);
}

void send_next(Context& context, const std::shared_ptr<Batch>& batch) {
  if (batch->next == batch->quotes.size()) {
    std::string body;
    json::Writer(body).begin_object().field("accepted", batch->next).end_object();
    return context.network.reply(batch->handle, json_response(200, std::move(body)));
  }
  Command command = Command::make(batch->quotes[batch->next]);
  command.header.actor = batch->actor;
  const auto sent =
      context.submit(command, kOperatorWait, [&context, batch](const Outcome& outcome) {
        RejectCode code = outcome.refused;
        if (code == RejectCode::None && !outcome.is_settled) code = RejectCode::Busy;
        if (code != RejectCode::None) {
          return context.network.reply(batch->handle, refused_at(*batch, code));
        }
        ++batch->next;
        send_next(context, batch);
      });
  if (sent != RejectCode::None) context.network.reply(batch->handle, refused_at(*batch, sent));
}

struct Element {
  std::string_view symbol;
  Price bid;
  Price ask;
};

Element read_element(Value value, json::Reader& reader) {
  Element element;
  if (!reader.expect(value, json::Kind::Object)) return element;
  for (const Value field : value) {
    if (field.key() == "symbol") reader.text(field, element.symbol, 64);
    if (field.key() == "bid") reader.price(field, element.bid);
    if (field.key() == "ask") reader.price(field, element.ask);
  }
  if (element.symbol.empty()) reader.fail("symbol", "is required");
  if (element.bid.raw <= 0) reader.fail("bid", "must be above 0");
  if (element.ask < element.bid) reader.fail("ask", "must be at least the bid");
  return element;
}

}  // namespace

void post_quotes(const Call& call) {
  Context& context = call.context;
  if (!context.options.manual_venue) {
    return call.refuse(RejectCode::Forbidden, "No venue of type manual is configured");
  }
  if (!call.read_body(json::Kind::Array)) return;
  auto batch = std::make_shared<Batch>();
  batch->handle = call.handle;
  batch->actor = call.who.user;
  json::Reader reader;
  std::size_t index = 0;
  for (const Value value : context.document.root()) {
    reader.enter(index);
    const Element element = read_element(value, reader);
    if (!reader.ok()) return call.refuse(RejectCode::Validation, reader.problem());
    const Instrument* instrument = context.mirror.find(element.symbol);
    if (instrument == nullptr) {
      return call.refuse(RejectCode::SymbolUnknown,
                         "[" + std::to_string(index) + "]: There is no such symbol");
    }
    QuoteCommand quote;
    quote.bid = element.bid;
    quote.ask = element.ask;
    quote.venue_time = context.options.manual_clock ? context.mirror.time() : context.clock.now();
    quote.symbol = instrument->id;
    quote.venue = *context.options.manual_venue;
    quote.never_stale = 1;
    batch->quotes.push_back(quote);
    reader.leave();
    ++index;
  }
  send_next(context, batch);
}

}  // namespace tribook::gateway::admin
