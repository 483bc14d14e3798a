#include "tribook/router/router.h"

#include <algorithm>

#include "tribook/base/assert.h"
#include "tribook/base/hash.h"
#include "tribook/message/text.h"

namespace tribook::router {

namespace {

constexpr std::size_t kSymbolsMax = 65'536;  // that an id can name

}  // namespace

Router::Router(std::span<const Rule> rules)
    : count_(rules.size()), symbol_books_(kSymbolsMax, Book::B) {
  TB_ASSERT(rules.size() <= kRulesMax);
  for (std::size_t i = 0; i < rules.size(); ++i) {
    TB_ASSERT(rules[i].id != 0);
    TB_ASSERT(rules[i].book != Book::None || rules[i].match == Match::SymbolBook);
    for (std::size_t j = 0; j < i; ++j) TB_ASSERT(rules[j].id != rules[i].id);
    rules_[i] = rules[i];
  }
}

void Router::apply(const Event& event) {
  if (event.header.kind != EventKind::SymbolUpdated || slab_ == nullptr) return;
  const auto instrument = read_spec<Instrument>(slab_->get(event.header.text));
  TB_ASSERT(instrument);
  symbol_books_[event.get<SymbolUpdated>().symbol.value] = instrument->venue.book;
}

// None: the rule does not match.
Book Router::book_of(const Rule& rule, const NewOrder& order) const {
  if (rule.match == Match::All) return rule.book;
  const Book book = symbol_books_[order.symbol.value];
  return book != Book::B ? book : Book::None;
}

const Rule* Router::rule_of(const NewOrder& order) const {
  const auto end = rules_.begin() + static_cast<std::ptrdiff_t>(count_);
  const auto rule = std::find_if(rules_.begin(), end,
                                 [&](const Rule& r) { return book_of(r, order) != Book::None; });
  return rule != end ? &*rule : nullptr;
}

template <typename Body>
void Router::decide_body(Command& command, const NewOrder& order) const {
  Body body = command.get<Body>();
  if (body.decision != RejectCode::None) return;
  if (const Rule* rule = rule_of(order); rule != nullptr) {
    body.book = book_of(*rule, order);
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
  for (std::size_t i = 0; i < symbol_books_.size(); ++i) {
    if (symbol_books_[i] != Book::B)
      digest.mix(i << 8 | static_cast<std::uint64_t>(symbol_books_[i]));
  }
  return digest.value();
}

}  // namespace tribook::router
