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

void Router::decide(Command& command) const {
  if (command.header.kind != CommandKind::NewOrder) return;
  NewOrder order = command.get<NewOrder>();
  if (order.decision != RejectCode::None) return;
  const auto end = rules_.begin() + static_cast<std::ptrdiff_t>(count_);
  const auto rule =
      std::find_if(rules_.begin(), end, [&](const Rule& r) { return r.matches(order); });
  if (rule == end) {
    order.decision = RejectCode::NoRoute;
  } else {
    order.book = rule->book;
    order.routing_rule = rule->id;
  }
  command.set(order);
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
