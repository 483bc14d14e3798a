#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "calendar/time_zone.h"
#include "gateway/bodies/account_request.h"
#include "gateway/bodies/order_fields.h"
#include "gateway/bodies/symbol_json.h"
#include "gateway/json/document.h"
#include "gateway/json/writer.h"
#include "tribook/base/assert.h"
#include "tribook/domain/decimal.h"

// Whatever bytes come as a body: what is taken in, written out again and read once more is the
// same.

namespace {

using namespace tribook;
using json::Document;
using json::Kind;
using json::Value;

void write(Value value, std::string& out) {
  const bool is_object = value.kind() == Kind::Object;
  switch (value.kind()) {
    case Kind::Null:
      out += "null";
      return;
    case Kind::Boolean:
      out += value.boolean() ? "true" : "false";
      return;
    case Kind::Number:
      out += value.text();
      return;
    case Kind::String:
      json::append_quoted(out, value.text());
      return;
    case Kind::Array:
    case Kind::Object:
      break;
  }
  out += is_object ? '{' : '[';
  bool is_first = true;
  for (const Value inner : value) {
    if (!is_first) out += ',';
    is_first = false;
    if (is_object) {
      json::append_quoted(out, inner.key());
      out += ':';
    }
    write(inner, out);
  }
  out += is_object ? '}' : ']';
}

bool is_same(Value a, Value b) {
  if (a.kind() != b.kind() || a.key() != b.key() || a.text() != b.text()) return false;
  if (a.kind() == Kind::Boolean) return a.boolean() == b.boolean();
  auto other = b.begin();
  for (const Value inner : a) {
    if (other == b.end() || !is_same(inner, *other)) return false;
    ++other;
  }
  return other == b.end();
}

// What a value says it looks like in the body is that value.
void check_raw(Value value, Document& scratch) {
  for (const Value inner : value) {
    const std::string wrapped = "[" + std::string(inner.raw()) + "]";
    TB_ASSERT(scratch.parse(wrapped));
    const Value again = *scratch.root().begin();
    TB_ASSERT(again.kind() == inner.kind());
    TB_ASSERT(again.text() == inner.text());
  }
}

std::string written(const Instrument& instrument) {
  std::string text;
  json::Writer writer(text);
  writer.begin_object();
  gateway::write_symbol_fields(writer, instrument);
  writer.end_object();
  return text;
}

void check_symbol(Value body, Document& scratch) {
  json::Reader reader;
  const auto symbol = gateway::read_new_symbol(body, reader);
  if (!reader.ok() || !symbol.unsupported.empty()) return;
  TB_ASSERT(check(symbol.instrument).code == RejectCode::None);
  const std::string text = written(symbol.instrument);
  TB_ASSERT(scratch.parse(text));
  json::Reader second;
  const auto again = gateway::read_new_symbol(scratch.root(), second);
  TB_ASSERT(second.ok());
  TB_ASSERT(written(again.instrument) == text);
}

void check_decimal(std::string_view text) {
  const DecimalResult result = parse_decimal(text);
  if (result.error != DecimalError::None) return;
  char buffer[kDecimalTextMax];
  const char* end = format_decimal(buffer, result.raw);
  const DecimalResult again = parse_decimal({buffer, static_cast<std::size_t>(end - buffer)});
  TB_ASSERT(again.error == DecimalError::None);
  TB_ASSERT(again.raw == result.raw);
}

void read_all(Value body) {
  json::Reader order;
  static_cast<void>(gateway::read_order_fields(body, order));
  json::Reader stops;
  static_cast<void>(gateway::read_stop_fields(body, stops));
  json::Reader account;
  static_cast<void>(gateway::read_account_request(body, {}, account));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const bool has_zones = (calendar::load_time_zones(), true);
  static Document document;
  static Document scratch;
  TB_ASSERT(has_zones);
  const std::string_view body(reinterpret_cast<const char*>(data), size);
  check_decimal(body);
  if (!document.parse(body)) {
    TB_ASSERT(!document.problem().empty());
    return 0;
  }
  std::string out;
  write(document.root(), out);
  TB_ASSERT(scratch.parse(out));
  TB_ASSERT(is_same(document.root(), scratch.root()));
  check_raw(document.root(), scratch);
  if (document.root().kind() != Kind::Object) return 0;
  read_all(document.root());
  check_symbol(document.root(), scratch);
  return 0;
}
