#include "tribook/router/router.h"

#include <algorithm>

#include "tribook/base/assert.h"
#include "tribook/base/hash.h"

namespace tribook::router {

bool Rule::matches(const NewOrder& /*order*/) const {
  switch (match) {
    case Match::All:
      return true;
  }
  return false;
}

Router::Router(std::span<const Rule> rules) : count_(rules.size()) {
  TB_ASSERT(rules.size() <= kRulesMax);
  for (std::size_t i = 0; i < rules.size(); ++i) {
    TB_ASSERT(rules[i].id != 0);
    TB_ASSERT(rules[i].book != Book::None);
    for (std::size_t j = 0; j < i; ++j) TB_ASSERT(rules[j].id != rules[i].id);
    rules_[i] = rules[i];
  }
}

void Router::apply(const Event& /*event*/) {}

const Rule* Router::rule_of(const NewOrder& order) const {
  const auto end = rules_.begin() + static_cast<std::ptrdiff_t>(count_);
  const auto rule =
      std::find_if(rules_.begin(), end, [&](const Rule& r) { return r.matches(order); });
  return rule != end ? &*rule : nullptr;
}

template <typename Body>
void Router::decide_body(Command& command, const NewOrder& order) const {
  Body body = command.get<Body>();
  if (body.decision != RejectCode::None) return;
  if (const Rule* rule = rule_of(order); rule != nullptr) {
    body.book = rule->book;
    body.routing_rule = rule->id;
  } else {
    body.decision = RejectCode::NoRoute;
  }
  command.set(body);
}

void Router::decide(Command& command) const {
  switch (command.header.kind) {
    case CommandKind::NewOrder:
      return decide_body<NewOrder>(command, command.get<NewOrder>());
    case CommandKind::CheckOrder: {
      Command order = Command::make(command.get<CheckOrder>().order);
      decide(order);
      return command.set(CheckOrder{order.get<NewOrder>()});
    }
    case CommandKind::NewOrderPair:  // both go one way
      return decide_body<NewOrderPair>(command, leg_of(command.get<NewOrderPair>(), false));
    case CommandKind::ExecuteOrder: {
      const auto execute = command.get<ExecuteOrder>();
      NewOrder order;
      order.volume = execute.volume;
      order.limit = execute.limit;
      order.trigger = execute.trigger;
      order.symbol = execute.symbol;
      order.side = execute.side;
      order.type = execute.type;
      return decide_body<ExecuteOrder>(command, order);
    }
    default:
      return;
  }
}

std::string_view Router::reason(std::uint16_t rule) const {
  for (std::size_t i = 0; i < count_; ++i) {
    if (rules_[i].id == rule) return rules_[i].reason.view();
  }
  return {};
}

std::uint64_t Router::state_digest() const {
  base::Digest digest;
  for (std::size_t i = 0; i < count_; ++i) digest.mix_value(rules_[i]);
  return digest.value();
}

}  // namespace tribook::router
