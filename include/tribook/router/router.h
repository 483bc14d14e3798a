#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "tribook/domain/enums.h"
#include "tribook/domain/instrument.h"
#include "tribook/message/command.h"
#include "tribook/message/event.h"

// Decides for each accepted order whether a provider (A), the house (B) or both (C) take the other
// side, and by which rule. Rules are data: an ordered table, of which the first that matches
// decides.

namespace tribook::router {

/// What a rule looks at.
enum class Match : std::uint8_t { All };

struct Rule {
  std::uint16_t id = 0;  ///< stands in orders and journals; not 0, unique
  Match match = Match::All;
  Book book = Book::None;  ///< not None
  FixedText<32> name{};
  FixedText<96> reason{};  ///< told to the client

  [[nodiscard]] bool matches(const NewOrder& order) const;
};

/// The house takes everything.
inline constexpr Rule kDefaultRule{1, Match::All, Book::B, FixedText<32>::of("default"),
                                   FixedText<96>::of("default: internalise")};

class Router {
 public:
  static constexpr std::size_t kRulesMax = 64;

  Router() : Router(std::span<const Rule>(&kDefaultRule, 1)) {}
  /// REQUIRES: at most kRulesMax rules, each as its fields ask.
  explicit Router(std::span<const Rule> rules);

  /// The engine's next event. Today no rule depends on one.
  void apply(const Event& event);

  /// Sets `book` and `routing_rule` of an order that risk accepted (new, in a pair, TRIGGERED);
  /// without a matching rule it is refused as NoRoute. Everything else is left as it is.
  void decide(Command& command) const;

  /// What a client is told of a rule; empty for an unknown one.
  [[nodiscard]] std::string_view reason(std::uint16_t rule) const;

  [[nodiscard]] std::uint64_t state_digest() const;

 private:
  [[nodiscard]] const Rule* rule_of(const NewOrder& order) const;
  template <typename Body>
  void decide_body(Command& command, const NewOrder& order) const;

  std::array<Rule, kRulesMax> rules_{};
  std::size_t count_ = 0;
};

}  // namespace tribook::router
