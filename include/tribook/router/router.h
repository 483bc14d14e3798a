#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "tribook/domain/enums.h"
#include "tribook/domain/instrument.h"
#include "tribook/message/command.h"
#include "tribook/message/event.h"
#include "tribook/message/slab.h"

// Decides for each accepted order whether a provider (A), the house (B) or both (C) take the other
// side, and by which rule. Rules are data: an ordered table, of which the first that matches
// decides.

namespace tribook::router {

/// What a rule looks at.
/// SymbolBook: a symbol whose own setting says another book than the house's; that one takes it.
enum class Match : std::uint8_t { All, SymbolBook };

struct Rule {
  std::uint16_t id = 0;  ///< stands in orders and journals; not 0, unique
  Match match = Match::All;
  Book book = Book::None;  ///< not None, but for SymbolBook
  FixedText<32> name{};
  FixedText<96> reason{};  ///< told to the client
};

/// A symbol's own setting comes before the rest.
inline constexpr Rule kSymbolRule{2, Match::SymbolBook, Book::None, FixedText<32>::of("symbol"),
                                  FixedText<96>::of("symbol: its own setting")};
/// The house takes everything.
inline constexpr Rule kDefaultRule{1, Match::All, Book::B, FixedText<32>::of("default"),
                                   FixedText<96>::of("default: internalise")};

inline constexpr std::array<Rule, 2> kDefaultRules{kSymbolRule, kDefaultRule};

class Router {
 public:
  static constexpr std::size_t kRulesMax = 64;

  Router() : Router(kDefaultRules) {}
  /// The slab has the texts of the events that it is told.
  explicit Router(const Slab& slab) : Router(kDefaultRules) { slab_ = &slab; }
  /// REQUIRES: at most kRulesMax rules, each as its fields ask.
  explicit Router(std::span<const Rule> rules);

  /// The engine's next event.
  void apply(const Event& event);

  /// Sets `book` and `routing_rule` of an order that risk accepted (new, in a pair, TRIGGERED);
  /// without a matching rule it is refused as NoRoute. Everything else is left as it is.
  void decide(Command& command) const;

  /// What a client is told of a rule; empty for an unknown one.
  [[nodiscard]] std::string_view reason(std::uint16_t rule) const;

  [[nodiscard]] std::uint64_t state_digest() const;

 private:
  [[nodiscard]] Book book_of(const Rule& rule, const NewOrder& order) const;
  [[nodiscard]] const Rule* rule_of(const NewOrder& order) const;
  template <typename Body>
  void decide_body(Command& command, const NewOrder& order) const;

  std::array<Rule, kRulesMax> rules_{};
  std::size_t count_ = 0;
  const Slab* slab_ = nullptr;
  std::vector<Book> symbol_books_;  // by symbol
};

}  // namespace tribook::router
