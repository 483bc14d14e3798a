#include "time_machine/formula.h"

#include <algorithm>
#include <cctype>
#include <utility>

#include "time_machine/exact.h"

namespace tribook::time_machine {

std::string decimal(int128 raw) {
  std::string text;
  json::append_decimal(text, raw);
  return text;
}

std::string plain_name(std::string_view name) {
  std::string plain;
  for (const char c : name) {
    plain += std::isalnum(static_cast<unsigned char>(c)) != 0 ? c : '_';
  }
  if (!is_name(plain)) plain.insert(0, "S");
  return plain;
}

FormulaMaker::FormulaMaker(std::string what, std::string unit, int digits) {
  formula_.what = std::move(what);
  formula_.unit = std::move(unit);
  formula_.digits = digits;
}

std::string FormulaMaker::in(std::string name, int128 raw, std::string note) {
  const auto is_there = [&](const Input& input) { return input.name == name; };
  if (std::none_of(formula_.inputs.begin(), formula_.inputs.end(), is_there)) {
    formula_.inputs.push_back({name, decimal(raw), std::move(note)});
  }
  return name;
}

namespace {

// Inputs in the order in which the expression names them.
std::vector<Input> in_order(std::string_view expression, const std::vector<Input>& inputs) {
  std::vector<Input> ordered;
  for (auto token = take_token(expression); !token.empty(); token = take_token(expression)) {
    const auto is_it = [&](const Input& input) { return input.name == token; };
    const auto input = std::find_if(inputs.begin(), inputs.end(), is_it);
    if (input == inputs.end() || std::any_of(ordered.begin(), ordered.end(), is_it)) continue;
    ordered.push_back(*input);
  }
  return ordered;
}

}  // namespace

Formula FormulaMaker::make(std::string expression, std::optional<int128> booked) {
  Formula formula = formula_;
  formula.expression = std::move(expression);
  formula.booked = booked;
  formula.inputs = in_order(formula.expression, formula_.inputs);
  if (const auto exact = evaluate(formula.expression, formula.inputs, formula.digits)) {
    formula.result = exact->rounded;
    formula.unrounded = exact->unrounded;
  }
  return formula;
}

namespace {

// The expression with its signs for people, and its names as they are or as their numbers.
std::string render(const Formula& formula, bool in_numbers) {
  std::string text;
  std::string_view rest = formula.expression;
  for (std::string_view token = take_token(rest); !token.empty(); token = take_token(rest)) {
    const auto input = std::find_if(formula.inputs.begin(), formula.inputs.end(),
                                    [&](const Input& one) { return one.name == token; });
    if (in_numbers && input != formula.inputs.end()) {
      text += input->value.starts_with('-') ? "(" + input->value + ")" : input->value;
    } else if (token == "*") {
      text += " x ";
    } else if (token == "+" || token == "-" || token == "/") {
      text.append(" ").append(token).append(" ");
    } else if (token == ",") {
      text += ", ";
    } else {
      text += token;
    }
  }
  return text;
}

}  // namespace

std::string formula_text(const Formula& formula) {
  const std::string result = decimal(formula.result);
  const std::string unit = formula.unit.empty() ? "" : " " + formula.unit;
  std::string text = "    " + formula.what + " = " + render(formula, false) + "\n";
  const std::size_t indent = formula.what.size() + 4;
  const std::string margin(indent, ' ');
  text += margin + " = " + render(formula, true) + "\n" + margin + " = ";
  if (formula.unrounded != result) {
    text += formula.unrounded + ", rounded to " + std::to_string(formula.digits) + " decimals: ";
  }
  text += result + unit;
  if (formula.booked) {
    text += formula.agrees() ? ", as booked" : ", but " + decimal(*formula.booked) + " was booked";
  }
  text += "\n";
  for (const Input& input : formula.inputs) {
    if (!input.note.empty()) text += margin + "   " + input.name + ": " + input.note + "\n";
  }
  return text;
}

void write_formula(json::Writer& out, const Formula& formula) {
  out.begin_object().field("what", formula.what).field("formula", formula.expression);
  out.begin_array("inputs");
  for (const Input& input : formula.inputs) {
    out.begin_object().field("name", input.name).raw("value", input.value);
    out.text_or_null("note", input.note).end_object();
  }
  out.end_array().field("unrounded", formula.unrounded).field("digits", formula.digits);
  out.text_or_null("unit", formula.unit).raw("result", decimal(formula.result));
  if (formula.booked) {
    out.raw("booked", decimal(*formula.booked)).field("agrees", formula.agrees());
  } else {
    out.null("booked").null("agrees");
  }
  out.end_object();
}

}  // namespace tribook::time_machine
