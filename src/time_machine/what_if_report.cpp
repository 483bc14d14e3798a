#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "gateway/json/writer.h"
#include "time_machine/story.h"
#include "time_machine/what_if.h"

namespace tribook::time_machine {
namespace {

using Rows = std::vector<std::vector<std::string>>;

std::string text_of(Currency currency) { return std::string(CurrencyText(currency).view()); }

std::string signed_text(int128 raw) { return raw > 0 ? "+" + decimal(raw) : decimal(raw); }

void add_row(Rows& rows, std::string name, int128 recorded, int128 other) {
  rows.push_back({std::move(name), decimal(recorded), decimal(other),
                  recorded == other ? "-" : signed_text(other - recorded)});
}

void add_count(Rows& rows, std::string name, std::uint64_t recorded, std::uint64_t other) {
  add_row(rows, std::move(name), static_cast<int128>(recorded) * kFixedOne,
          static_cast<int128>(other) * kFixedOne);
}

template <typename Key>
std::uint64_t count_of(const std::map<Key, std::uint64_t>& counts, Key key) {
  const auto found = counts.find(key);
  return found == counts.end() ? 0 : found->second;
}

template <typename Key>
void add_counts(Rows& rows, const std::string& what, const std::map<Key, std::uint64_t>& recorded,
                const std::map<Key, std::uint64_t>& other) {
  std::set<Key> keys;
  for (const auto& [key, count] : recorded) keys.insert(key);
  for (const auto& [key, count] : other) keys.insert(key);
  for (const Key key : keys) {
    add_count(rows, what + std::string(name_of(key)), count_of(recorded, key),
              count_of(other, key));
  }
}

void add_money(Rows& rows, const Figures& recorded, const Figures& other) {
  add_row(rows, "realised P&L", recorded.realized.raw, other.realized.raw);
  add_row(rows, "commission", recorded.commission.raw, other.commission.raw);
  add_row(rows, "swap and funding", recorded.charges.raw, other.charges.raw);
  add_row(rows, "negative balances covered", recorded.covered.raw, other.covered.raw);
  add_row(rows, "balance", recorded.balance.raw, other.balance.raw);
  add_row(rows, "equity", recorded.equity.raw, other.equity.raw);
  add_row(rows, "used margin", recorded.used_margin.raw, other.used_margin.raw);
  add_row(rows, "house result", recorded.house_result().raw, other.house_result().raw);
}

void add_happenings(Rows& rows, const Figures& recorded, const Figures& other) {
  add_count(rows, "orders filled", recorded.filled, other.filled);
  add_count(rows, "orders rejected", recorded.rejected, other.rejected);
  add_count(rows, "margin calls", recorded.margin_calls, other.margin_calls);
  add_count(rows, "stop-outs", recorded.stop_outs, other.stop_outs);
  add_count(rows, "positions still open", recorded.positions, other.positions);
}

Rows heading(std::string name) { return {{std::move(name), "recorded", "with", "difference"}}; }

// The first column to the left, the numbers to the right.
std::string side_by_side(Rows rows) {
  std::size_t width = 0;
  for (const auto& row : rows) width = std::max(width, row[0].size());
  for (auto& row : rows) row[0].append(width - row[0].size(), ' ');
  return table(rows);
}

const Figures& figures_of(const Outcome& outcome, AccountId id) {
  static const Figures kNone;
  const auto found = outcome.accounts.find(id);
  return found == outcome.accounts.end() ? kNone : found->second;
}

std::string totals_text(const Comparison& comparison) {
  Rows rows = heading("all accounts");
  add_happenings(rows, comparison.recorded.counts(), comparison.other.counts());
  add_counts(rows, "  rejected: ", comparison.recorded.rejected, comparison.other.rejected);
  add_counts(rows, "  refused: ", comparison.recorded.refused, comparison.other.refused);
  add_counts(rows, "  closed: ", comparison.recorded.closes, comparison.other.closes);
  std::string text = side_by_side(rows);
  const auto other = comparison.other.by_currency();
  for (const auto& [currency, figures] : comparison.recorded.by_currency()) {
    rows = heading("all in " + text_of(currency));
    add_money(rows, figures, other.at(currency));
    text += "\n" + side_by_side(rows);
  }
  return text;
}

std::string changes_text(const Comparison& comparison) {
  const auto line = [](std::uint64_t count, const char* what) {
    return count == 0 ? std::string() : std::to_string(count) + " " + what + "\n";
  };
  return line(comparison.only_recorded_filled,
              "orders were filled and would not have been: what followed from them fell away") +
         line(comparison.only_other_filled,
              "orders were not filled and would have been: no client closes their positions") +
         line(comparison.closes_of_nothing, "closes applied to nothing") +
         line(comparison.changes_of_nothing,
              "changes of stop-loss or take-profit applied to nothing") +
         line(comparison.kept_decisions,
              "decisions of risk were kept: they rested on orders under way at that moment");
}

}  // namespace

std::string comparison_text(const Comparison& comparison, AccountId account) {
  std::string text = "up to record " + std::to_string(comparison.sequence.value) + ", " +
                     time_text(comparison.time) + "\n";
  for (const std::string& note : comparison.notes) text += "note: " + note + "\n";
  if (!account) text += "\n" + totals_text(comparison);
  for (const auto& [id, recorded] : comparison.recorded.accounts) {
    if (account && id != account) continue;
    const Figures& other = figures_of(comparison.other, id);
    Rows rows =
        heading("account " + std::to_string(id.value) + " in " + text_of(recorded.currency));
    add_happenings(rows, recorded, other);
    add_money(rows, recorded, other);
    text += "\n" + side_by_side(rows);
  }
  const std::string changes = account ? "" : changes_text(comparison);
  return changes.empty() ? text : text + "\n" + changes;
}

namespace {

void write_figures(json::Writer& out, const Figures& figures) {
  const int digits = minor_digits(figures.currency);
  out.field("currency", figures.currency);
  out.field("realizedPnL", figures.realized, digits);
  out.field("commission", figures.commission, digits);
  out.field("swap", figures.charges, digits);
  out.field("negativeBalance", figures.covered, digits);
  out.field("houseResult", figures.house_result(), digits);
  out.field("balance", figures.balance, digits).field("equity", figures.equity, digits);
  out.field("margin", figures.used_margin, digits);
}

void write_happenings(json::Writer& out, const Figures& figures) {
  out.field("filled", figures.filled).field("rejected", figures.rejected);
  out.field("marginCalls", figures.margin_calls).field("stopOuts", figures.stop_outs);
  out.field("openPositions", figures.positions);
}

template <typename Key>
void write_counts(json::Writer& out, std::string_view key,
                  const std::map<Key, std::uint64_t>& counts) {
  out.begin_object(key);
  for (const auto& [name, count] : counts) out.field(name_of(name), count);
  out.end_object();
}

void write_outcome(json::Writer& out, std::string_view key, const Outcome& outcome,
                   AccountId account) {
  out.begin_object(key);
  write_happenings(out, outcome.counts());
  write_counts(out, "rejectedByCode", outcome.rejected);
  write_counts(out, "refusedByCode", outcome.refused);
  write_counts(out, "closesByReason", outcome.closes);
  out.begin_array("currencies");
  for (const auto& [currency, figures] : outcome.by_currency()) {
    out.begin_object();
    write_figures(out, figures);
    out.end_object();
  }
  out.end_array().begin_array("accounts");
  for (const auto& [id, figures] : outcome.accounts) {
    if (account && id != account) continue;
    out.begin_object().field("id", id.value);
    write_figures(out, figures);
    write_happenings(out, figures);
    out.end_object();
  }
  out.end_array().end_object();
}

}  // namespace

std::string comparison_json(const Comparison& comparison, AccountId account) {
  std::string text;
  json::Writer out(text);
  out.begin_object().field("sequence", comparison.sequence.value).field("time", comparison.time);
  out.begin_array("notes");
  for (const std::string& note : comparison.notes) out.element(note);
  out.end_array().begin_object("changed");
  out.field("onlyRecordedFilled", comparison.only_recorded_filled);
  out.field("onlyWithFilled", comparison.only_other_filled);
  out.field("closesAppliedToNothing", comparison.closes_of_nothing);
  out.field("changesAppliedToNothing", comparison.changes_of_nothing);
  out.field("decisionsKept", comparison.kept_decisions).end_object();
  write_outcome(out, "recorded", comparison.recorded, account);
  write_outcome(out, "with", comparison.other, account);
  out.end_object();
  text += '\n';
  return text;
}

}  // namespace tribook::time_machine
