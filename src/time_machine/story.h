#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/json/writer.h"
#include "time_machine/formula.h"
#include "tribook/base/time.h"
#include "tribook/domain/ids.h"
#include "tribook/domain/instrument.h"
#include "tribook/domain/rate_book.h"
#include "tribook/message/event.h"

// What is told, and how it looks: sections of facts, quotes, formulas and ledger entries.

namespace tribook::time_machine {

struct Fact {
  std::string label;  ///< "free margin", in JSON freeMargin
  std::string value;
  bool is_number = false;
  std::string to_client{};  ///< what a client is told instead; empty: the same
};

struct QuoteLine {
  std::string symbol;
  Quote quote;
  std::chrono::nanoseconds age{};
  bool is_stale = false;
  bool is_session_open = false;
};
QuoteLine quote_line(const Instrument& instrument, const Quote& quote, bool is_session_open,
                     TimeNs now);
std::string quotes_text(const std::vector<QuoteLine>& quotes, std::string_view indent);
void write_quotes(json::Writer& out, const std::vector<QuoteLine>& quotes);

struct LedgerLine {
  LedgerId entry;
  LedgerType type = LedgerType::Deposit;
  Money before;
  Money amount;
  Money after;
};

struct Section {
  std::string kind;  ///< "RISK"
  std::string title;
  Sequence sequence;
  TimeNs time{};
  std::vector<Fact> facts;
  std::vector<QuoteLine> quotes;
  std::vector<Formula> formulas;
  std::vector<LedgerLine> ledger;
  bool is_of_house = false;  ///< what a client is not told

  void say(std::string label, std::string_view text);
  void number(std::string label, int128 raw);
  /// In other words to operators than to the client whose it is.
  void say_apart(std::string label, std::string_view to_house, std::string_view to_client);
  /// A price; nothing for none.
  void price(std::string label, Price price);
};

struct Story {
  std::string subject;  ///< "order 12"
  std::vector<Section> sections;
};

/// As a client is told it: without what is the house's own affair.
Story to_client(Story story);
std::string story_text(const Story& story);
void write_story(json::Writer& out, const Story& story);
/// As the member "sections".
void write_sections(json::Writer& out, const Story& story);

/// Columns, each as wide as its widest cell; the first row is the heading.
std::string table(const std::vector<std::vector<std::string>>& rows, std::string_view indent = {});
std::string time_text(TimeNs time);
/// "12.5 s".
std::string age_text(std::chrono::nanoseconds age);

}  // namespace tribook::time_machine
