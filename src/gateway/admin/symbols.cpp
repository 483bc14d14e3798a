#include <utility>

#include "gateway/admin/admin_api.h"
#include "gateway/admin/dry_run.h"
#include "gateway/admin/search.h"
#include "gateway/bodies/symbol_json.h"
#include "gateway/json/writer.h"

namespace tribook::gateway::admin {
namespace {

http::HttpResponse symbol_response(unsigned status, const Instrument& instrument) {
  std::string body;
  json::Writer writer(body);
  writer.begin_object();
  write_symbol_fields(writer, instrument);
  writer.end_object();
  return json_response(status, std::move(body));
}

http::HttpResponse changed_response(const Context& context, const Outcome& outcome,
                                    const SymbolName& name, unsigned status) {
  if (outcome.refused != RejectCode::None) return problem(outcome.refused);
  const Instrument* instrument = context.mirror.find(name.view());
  if (!outcome.is_settled || instrument == nullptr) {
    return json_response(202, R"({"status":"PENDING"})");
  }
  return symbol_response(status, *instrument);
}

void send_symbol(const Call& call, Command command, const Instrument& instrument, unsigned status) {
  Context& context = call.context;
  command.header.actor = call.who.user;
  if (!context.attach_spec(command, instrument)) return call.refuse(RejectCode::Busy);
  const auto sent = context.submit(
      command, kOperatorWait,
      [&context, handle = call.handle, name = instrument.name, status](const Outcome& outcome) {
        context.network.reply(handle, changed_response(context, outcome, name, status));
      });
  if (sent != RejectCode::None) call.refuse(sent);
}

// The symbol in the path; answers and returns null when there is none.
const Instrument* find_symbol(const Call& call) {
  const Instrument* found = call.context.mirror.find(call.param);
  if (found == nullptr) call.refuse(RejectCode::NotFound, "There is no such symbol");
  return found;
}

// What a symbol is cannot change. The first of its fields that would; empty: none.
std::string_view changed_nature(const Instrument& before, const Instrument& now) {
  if (now.category != before.category) return "category";
  if (now.base != before.base) return "baseCurrency";
  if (now.quote != before.quote) return "quoteCurrency";
  return now.name != before.name ? "symbol" : std::string_view{};
}

void send_update(const Call& call, const Instrument& instrument) {
  UpdateSymbol update;
  update.symbol = instrument.id;
  if (is_dry_run(call)) return try_change(call, {propose(Command::make(update), instrument)});
  send_symbol(call, Command::make(update), instrument, 200);
}

}  // namespace

void list_symbols(const Call& call) {
  const auto page = read_page(call);
  if (!page) return;
  const auto search = read_search(call);
  if (!search) return;
  std::string body;
  json::Writer writer(body);
  writer.begin_object().begin_array("items");
  std::size_t count = 0;
  std::uint64_t last = 0;
  std::uint64_t total = 0;
  bool has_more = false;
  for (const auto& instrument : call.context.mirror.symbols().all()) {
    if (!search->finds(instrument->name.view())) continue;
    ++total;
    if (instrument->id.value <= page->cursor || has_more) continue;
    has_more = count == page->limit;
    if (has_more) continue;
    ++count;
    last = instrument->id.value;
    writer.begin_object();
    write_symbol_fields(writer, *instrument);
    writer.end_object();
  }
  writer.end_array();
  if (has_more) writer.field("nextCursor", std::to_string(last));
  if (search->with_total) write_total(writer, total);
  writer.end_object();
  call.reply(json_response(200, std::move(body)));
}

void get_symbol(const Call& call) {
  const Instrument* instrument = find_symbol(call);
  if (instrument != nullptr) call.reply(symbol_response(200, *instrument));
}

void create_symbol(const Call& call) {
  if (!call.read_body()) return;
  json::Reader reader;
  const SymbolBody body = read_new_symbol(call.context.document.root(), reader);
  if (!reader.ok()) return call.refuse(RejectCode::Validation, reader.problem());
  if (!body.unsupported.empty()) return call.reply(not_supported(body.unsupported));
  send_symbol(call, Command::make(CreateSymbol{}), body.instrument, 201);
}

void put_symbol(const Call& call) {
  if (!call.read_body()) return;
  const Instrument* current = find_symbol(call);
  if (current == nullptr) return;
  json::Reader reader;
  const SymbolBody body = read_symbol_change(call.context.document.root(), *current, reader);
  if (!reader.ok()) return call.refuse(RejectCode::Validation, reader.problem());
  if (!body.unsupported.empty()) return call.reply(not_supported(body.unsupported));
  const std::string_view changed = changed_nature(*current, body.instrument);
  if (!changed.empty())
    return call.refuse(RejectCode::Validation, std::string(changed) + " cannot be changed");
  send_update(call, body.instrument);
}

void set_symbol_enabled(const Call& call, bool enabled) {
  if (!call.request.body.empty() && !call.read_body()) return;
  const Instrument* current = find_symbol(call);
  if (current == nullptr) return;
  Instrument changed = *current;
  changed.enabled = enabled;
  send_update(call, changed);
}

}  // namespace tribook::gateway::admin
