#include "gateway/bodies/limit_json.h"

#include "tribook/domain/limit_level.h"

namespace tribook::gateway {
namespace {

using json::Kind;
using json::Reader;
using json::Value;

LimitInForce own_of(const LimitSet& limits, Limit limit) {
  const auto i = static_cast<std::size_t>(limit);
  return {limits.threshold[i], limits.mode[i], limits.kill[i]};
}

// What holds when only a value is said.
LimitMode usual_mode(const LimitTerms& terms) {
  return terms.stage == LimitStage::Watched ? LimitMode::Warn : LimitMode::Reject;
}

// A flag that is off has its one threshold all the same.
void read_value(Value value, const LimitTerms& terms, Reader& reader, LimitInForce& said) {
  if (terms.unit != LimitUnit::Flag) {
    Ratio threshold{said.threshold};
    reader.ratio(value, threshold);
    said.threshold = threshold.raw;
    return;
  }
  bool is_on = true;
  reader.boolean(value, is_on);
  if (!is_on) said.mode = LimitMode::Off;
}

// Of what was set before, what is not named stays.
LimitInForce read_members(Value body, const LimitTerms& terms, const LimitSet& current,
                          Reader& reader) {
  const bool was_set = current.has(terms.limit);
  LimitInForce said = own_of(current, terms.limit);
  if (!was_set) said.mode = usual_mode(terms);
  bool has_value = was_set || terms.unit == LimitUnit::Flag;
  for (const Value value : body) {
    const std::string_view key = value.key();
    if (key == "value") {
      has_value = has_value || !value.is_null();
      read_value(value, terms, reader, said);
    } else if (key == "mode") {
      reader.name(value, said.mode);
    } else if (key == "killSwitch") {
      if (value.is_null()) said.kill = KillAction::None;
      reader.name(value, said.kill);
    } else {
      reader.fail(value, "is not known");
    }
  }
  if (!has_value && said.mode != LimitMode::Off) reader.fail("value", "is required");
  return said;
}

void read_limit(Value value, const LimitTerms& terms, const LimitSet& current, Reader& reader,
                LimitSet& limits) {
  if (value.is_null()) return limits.clear(terms.limit);
  LimitInForce said;
  if (value.kind() == Kind::Object) {
    reader.enter(value.key());
    said = read_members(value, terms, current, reader);
    reader.leave();
  } else {
    said.mode = usual_mode(terms);
    read_value(value, terms, reader, said);
  }
  const bool is_flag = terms.unit == LimitUnit::Flag;
  limits.put(terms.limit, is_flag ? kFixedOne : said.threshold, said.mode, said.kill);
}

}  // namespace

LimitSet read_limits(Value body, const LimitSet& current, ScopeLevel level, Reader& reader) {
  LimitSet limits = current;
  for (const Value value : body) {
    const auto limit = limit_of(value.key());
    if (limit) {
      read_limit(value, terms_of(*limit), current, reader, limits);
    } else {
      reader.fail(value, "is no limit");
    }
  }
  const InstrumentProblem problem = reader.ok() ? check(limits, level) : InstrumentProblem{};
  if (problem.code != RejectCode::None) reader.fail(problem.field, problem.what);
  return limits;
}

void write_threshold(json::Writer& writer, std::string_view key, Limit limit, std::int64_t value) {
  if (terms_of(limit).unit == LimitUnit::Flag) {
    writer.field(key, value != 0);
  } else {
    writer.field(key, Ratio{value});
  }
}

void write_limit_terms(json::Writer& writer, Limit limit, const LimitInForce& terms) {
  write_threshold(writer, "value", limit, terms.threshold);
  writer.field("mode", terms.mode);
  if (terms.kill != KillAction::None) writer.field("killSwitch", terms.kill);
}

void write_limits(json::Writer& writer, std::string_view key, const LimitSet& limits) {
  writer.begin_object(key);
  for (std::size_t i = 0; i < kLimits; ++i) {
    const auto limit = static_cast<Limit>(i);
    if (!limits.has(limit)) continue;
    writer.begin_object(terms_of(limit).name);
    write_limit_terms(writer, limit, own_of(limits, limit));
    writer.end_object();
  }
  writer.end_object();
}

}  // namespace tribook::gateway
