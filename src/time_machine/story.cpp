#include "time_machine/story.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "gateway/json/time_text.h"

namespace tribook::time_machine {
namespace {

// "stop-loss before" as a JSON key: stopLossBefore.
std::string key_of(std::string_view label) {
  std::string key;
  bool is_new_word = false;
  for (const char c : label) {
    if (c == ' ' || c == '-') {
      is_new_word = true;
      continue;
    }
    const bool is_small = c >= 'a' && c <= 'z';
    key += is_new_word && is_small ? static_cast<char>(c - 'a' + 'A') : c;
    is_new_word = false;
  }
  return key;
}

std::string price_text(Price price) { return price.is_zero() ? "-" : decimal(price.raw); }

std::string facts_text(const std::vector<Fact>& facts) {
  std::size_t width = 0;
  for (const Fact& fact : facts) width = std::max(width, fact.label.size());
  std::string text;
  for (const Fact& fact : facts) {
    text.append(4, ' ').append(fact.label).append(width - fact.label.size() + 2, ' ');
    text += fact.value + "\n";
  }
  return text;
}

std::string ledger_text(const std::vector<LedgerLine>& ledger) {
  std::vector<std::vector<std::string>> rows{{"entry", "type", "before", "amount", "after"}};
  for (const LedgerLine& line : ledger) {
    rows.push_back({std::to_string(line.entry.value), std::string(name_of(line.type)),
                    decimal(line.before.raw), decimal(line.amount.raw), decimal(line.after.raw)});
  }
  return table(rows, "    ");
}

}  // namespace

std::string time_text(TimeNs time) {
  std::string text;
  json::append_time(text, time);
  return text;
}

std::string age_text(std::chrono::nanoseconds age) {
  const auto milliseconds = std::chrono::duration_cast<std::chrono::milliseconds>(age).count();
  return decimal(static_cast<int128>(milliseconds) * (kFixedOne / 1'000)) + " s";
}

std::string table(const std::vector<std::vector<std::string>>& rows, std::string_view indent) {
  std::vector<std::size_t> width(rows.front().size(), 0);
  for (const auto& row : rows) {
    for (std::size_t c = 0; c < row.size(); ++c) width[c] = std::max(width[c], row[c].size());
  }
  std::string text;
  for (const auto& row : rows) {
    text += indent;
    for (std::size_t c = 0; c < row.size(); ++c) {
      text.append(c == 0 ? 0 : 2, ' ').append(width[c] - row[c].size(), ' ').append(row[c]);
    }
    text += '\n';
  }
  return text;
}

QuoteLine quote_line(const Instrument& instrument, const Quote& quote, bool is_session_open,
                     TimeNs now) {
  QuoteLine line;
  line.symbol = instrument.name.view();
  line.quote = quote;
  line.is_session_open = is_session_open;
  if (!quote.is_known()) return line;
  line.age = now - quote.time;
  line.is_stale = !quote.never_stale && instrument.stale_after_ms != 0 &&
                  line.age > std::chrono::milliseconds{instrument.stale_after_ms};
  return line;
}

std::string quotes_text(const std::vector<QuoteLine>& quotes, std::string_view indent) {
  std::vector<std::vector<std::string>> rows{
      {"symbol", "bid", "ask", "quoted at", "age", "stale", "market"}};
  for (const QuoteLine& line : quotes) {
    const bool is_known = line.quote.is_known();
    rows.push_back({line.symbol, price_text(line.quote.bid), price_text(line.quote.ask),
                    is_known ? time_text(line.quote.time) : "never",
                    is_known ? age_text(line.age) : "-", line.is_stale ? "yes" : "no",
                    line.is_session_open ? "open" : "closed"});
  }
  return table(rows, indent);
}

void write_quotes(json::Writer& out, const std::vector<QuoteLine>& quotes) {
  out.begin_array("quotes");
  for (const QuoteLine& line : quotes) {
    out.begin_object().field("symbol", line.symbol);
    out.price_or_null("bid", line.quote.bid).price_or_null("ask", line.quote.ask);
    if (line.quote.is_known()) {
      const auto age = std::chrono::duration_cast<std::chrono::milliseconds>(line.age).count();
      out.field("time", line.quote.time).field("ageMs", age);
    } else {
      out.null("time").null("ageMs");
    }
    out.field("stale", line.is_stale).field("sessionOpen", line.is_session_open).end_object();
  }
  out.end_array();
}

void Section::say(std::string label, std::string_view text) {
  if (!text.empty()) facts.push_back({std::move(label), std::string(text), false});
}

void Section::say_apart(std::string label, std::string_view to_house, std::string_view to_client) {
  facts.push_back({std::move(label), std::string(to_house), false, std::string(to_client)});
}

void Section::number(std::string label, int128 raw) {
  facts.push_back({std::move(label), decimal(raw), true});
}

void Section::price(std::string label, Price price) {
  if (!price.is_zero()) number(std::move(label), price.raw);
}

Story to_client(Story story) {
  std::erase_if(story.sections, [](const Section& section) { return section.is_of_house; });
  for (Section& section : story.sections) {
    for (Fact& fact : section.facts) {
      if (!fact.to_client.empty()) fact.value = fact.to_client;
    }
  }
  return story;
}

std::string story_text(const Story& story) {
  std::string text = story.subject + "\n";
  Sequence last;
  for (const Section& section : story.sections) {
    if (section.sequence != last) {
      text += "\nrecord " + std::to_string(section.sequence.value) + ", " +
              time_text(section.time) + "\n";
      last = section.sequence;
    }
    text += "\n  " + section.title + "\n" + facts_text(section.facts);
    if (!section.quotes.empty()) text += quotes_text(section.quotes, "    ");
    for (const Formula& formula : section.formulas) text += formula_text(formula);
    if (!section.ledger.empty()) text += ledger_text(section.ledger);
  }
  return text;
}

namespace {

void write_ledger(json::Writer& out, const std::vector<LedgerLine>& ledger) {
  out.begin_array("ledger");
  for (const LedgerLine& line : ledger) {
    out.begin_object().field("id", line.entry.value).field("type", line.type);
    out.field("balanceBefore", line.before, 0).field("amount", line.amount, 0);
    out.field("balanceAfter", line.after, 0).end_object();
  }
  out.end_array();
}

}  // namespace

void write_story(json::Writer& out, const Story& story) {
  out.begin_object().field("subject", story.subject);
  write_sections(out, story);
  out.end_object();
}

void write_sections(json::Writer& out, const Story& story) {
  out.begin_array("sections");
  for (const Section& section : story.sections) {
    out.begin_object().field("kind", section.kind).field("title", section.title);
    out.field("sequence", section.sequence.value).field("time", section.time);
    out.begin_object("facts");
    for (const Fact& fact : section.facts) {
      if (fact.is_number) {
        out.raw(key_of(fact.label), fact.value);
      } else {
        out.field(key_of(fact.label), fact.value);
      }
    }
    out.end_object();
    write_quotes(out, section.quotes);
    out.begin_array("formulas");
    for (const Formula& formula : section.formulas) write_formula(out, formula);
    out.end_array();
    write_ledger(out, section.ledger);
    out.end_object();
  }
  out.end_array();
}

}  // namespace tribook::time_machine
