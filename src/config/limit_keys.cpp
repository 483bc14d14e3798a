#include "config/limit_keys.h"

#include <cctype>

#include "config/key_types.h"

namespace tribook::config {
namespace {

std::string with_underscores(std::string_view name) {
  std::string made;
  for (const char c : name) {
    const auto letter = static_cast<unsigned char>(c);
    if (std::isupper(letter) != 0) made += '_';
    made += static_cast<char>(std::tolower(letter));
  }
  return made;
}

Range range_of(LimitUnit unit) {
  switch (unit) {
    case LimitUnit::Percent:
    case LimitUnit::Times:
      return {0, 10'000};
    case LimitUnit::Number:
    case LimitUnit::Pips:
      return {0, 1'000'000'000};
    case LimitUnit::Seconds:
      return {0, 86'400};
    case LimitUnit::Lots:
    case LimitUnit::Amount:
    case LimitUnit::Flag:
      break;
  }
  return {0, kMaxFixedRaw / kFixedOne};
}

std::string_view unit_words(LimitUnit unit) {
  switch (unit) {
    case LimitUnit::Lots:
      return ", in lots";
    case LimitUnit::Amount:
      return ", in the account's currency";
    case LimitUnit::Percent:
      return ", in percent";
    case LimitUnit::Pips:
      return ", in pips";
    case LimitUnit::Seconds:
      return ", in seconds";
    case LimitUnit::Number:
    case LimitUnit::Times:
    case LimitUnit::Flag:
      break;
  }
  return "";
}

LimitMode usual_mode(const LimitTerms& terms) {
  return terms.stage == LimitStage::Watched ? LimitMode::Warn : LimitMode::Reject;
}

bool may_kill(const LimitTerms& terms) {
  LimitSet limits;
  limits.put(terms.limit, terms.unit == LimitUnit::Flag ? kFixedOne : 0, usual_mode(terms),
             KillAction::Block);
  return check(limits).code == RejectCode::None;
}

std::string explanation_of(const LimitTerms& terms) {
  const bool is_flag = terms.unit == LimitUnit::Flag;
  std::string text = is_flag ? "Wants " : terms.is_least ? "At least: " : "At most: ";
  text += terms.text;
  text += unit_words(terms.unit);
  return text + (terms.stage == LimitStage::Watched ? "; only watched." : ".");
}

std::string takes_of(const LimitTerms& terms) {
  const Range range = range_of(terms.unit);
  std::string words = terms.unit == LimitUnit::Flag     ? words_of<bool>(range)
                      : terms.unit == LimitUnit::Number ? words_of<std::int64_t>(range)
                                                        : words_of<Ratio>(range);
  return words + (may_kill(terms) ? ", or a table of value, mode and kill_switch"
                                  : ", or a table of value and mode");
}

/// What one key says, before it is put among the others.
struct Said {
  std::int64_t threshold = 0;
  LimitMode mode = LimitMode::Off;
  KillAction kill = KillAction::None;
};

bool read_threshold(const Reading& at, const Value& value, LimitUnit unit, std::int64_t& out) {
  if (unit == LimitUnit::Number) {
    std::int64_t number = 0;
    if (!read_value(at, value, range_of(unit), number)) return false;
    out = number * kFixedOne;
    return true;
  }
  if (unit == LimitUnit::Flag) {
    bool flag = false;
    if (!read_value(at, value, {}, flag)) return false;
    return flag || at.refuse(value, "must be true beside a mode; to have it off, say mode \"OFF\"");
  }
  Ratio ratio;
  if (!read_value(at, value, range_of(unit), ratio)) return false;
  out = ratio.raw;
  return true;
}

bool read_table(const Reading& at, const Value& table, const LimitTerms& terms, Said& said) {
  bool is_good = true;
  for (std::size_t i = 0; i < table.items.size(); ++i) {
    const std::string& name = table.names[i];
    const Value& value = table.items[i];
    const Reading inside{at.key + "." + name, at.problems, at.without_effect};
    if (name == "value") {
      is_good = read_threshold(inside, value, terms.unit, said.threshold) && is_good;
    } else if (name == "mode") {
      is_good = read_value(inside, value, {}, said.mode) && is_good;
    } else if (name == "kill_switch") {
      is_good = read_value(inside, value, {}, said.kill) && is_good;
    } else {
      is_good = inside.refuse(value, "unknown key; a limit has value, mode and kill_switch");
    }
  }
  const bool needs_value = terms.unit != LimitUnit::Flag && said.mode != LimitMode::Off;
  if (!needs_value || table.find("value") != nullptr) return is_good;
  const Reading missing{at.key + ".value", at.problems, at.without_effect};
  return missing.refuse(table, "is required");
}

bool read_limit(const Reading& at, const Value& value, const LimitTerms& terms, LimitSet& limits) {
  const bool is_flag = terms.unit == LimitUnit::Flag;
  Said said{is_flag ? kFixedOne : 0, usual_mode(terms), KillAction::None};
  if (value.is(ValueKind::Table)) {
    if (!read_table(at, value, terms, said)) return false;
  } else if (is_flag && value.is(ValueKind::Boolean)) {
    if (value.text != "true") said.mode = LimitMode::Off;
  } else if (!read_threshold(at, value, terms.unit, said.threshold)) {
    return false;
  }
  LimitSet alone;
  alone.put(terms.limit, said.threshold, said.mode, said.kill);
  const InstrumentProblem problem = check(alone);
  if (problem.code != RejectCode::None) return at.refuse(value, std::string(problem.what));
  limits.put(terms.limit, said.threshold, said.mode, said.kill);
  return true;
}

std::string threshold_text(const LimitTerms& terms, std::int64_t threshold) {
  if (terms.unit == LimitUnit::Flag) return "true";
  return toml_of(Ratio{threshold});
}

std::string print_limit(const LimitTerms& terms, const LimitSet& limits) {
  if (!limits.has(terms.limit)) return {};
  const auto i = static_cast<std::size_t>(terms.limit);
  const std::string value = threshold_text(terms, limits.threshold[i]);
  if (limits.mode[i] == usual_mode(terms) && limits.kill[i] == KillAction::None) return value;
  std::string table = "{value = " + value + ", mode = " + toml_of(limits.mode[i]);
  if (limits.kill[i] != KillAction::None) table += ", kill_switch = " + toml_of(limits.kill[i]);
  return table + "}";
}

Key<LimitSet> key_of(const LimitTerms& terms) {
  Key<LimitSet> made;
  made.name = with_underscores(terms.name);
  made.explanation = explanation_of(terms);
  made.takes = takes_of(terms);
  made.read = [&terms](const Reading& at, const Value& value, LimitSet& limits) {
    return read_limit(at, value, terms, limits);
  };
  made.print = [&terms](const LimitSet& limits) { return print_limit(terms, limits); };
  return made;
}

}  // namespace

const Keys<LimitSet>& limit_keys() {
  static const Keys<LimitSet> keys = [] {
    Keys<LimitSet> all;
    for (std::size_t i = 0; i < kLimits; ++i)
      all.push_back(key_of(terms_of(static_cast<Limit>(i))));
    return all;
  }();
  return keys;
}

bool is_same(const LimitSet& a, const LimitSet& b) {
  return a.sets == b.sets && a.threshold == b.threshold && a.mode == b.mode && a.kill == b.kill;
}

std::string inline_limits(const LimitSet& limits) {
  std::string toml;
  for (const Key<LimitSet>& key : limit_keys()) {
    const std::string value = key.print(limits);
    if (!value.empty()) toml += (toml.empty() ? "{" : ", ") + key.name + " = " + value;
  }
  return toml + "}";
}

}  // namespace tribook::config
