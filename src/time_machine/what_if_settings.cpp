#include "time_machine/what_if_settings.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <fstream>
#include <iterator>
#include <string_view>

#include "config/problems.h"
#include "config/symbol_text.h"
#include "config/toml_text.h"
#include "gateway/bodies/symbol_json.h"
#include "gateway/json/document.h"
#include "gateway/json/reader.h"
#include "tribook/domain/decimal.h"
#include "tribook/domain/group.h"

namespace tribook::time_machine {
namespace {

using config::Value;
using config::ValueKind;

constexpr std::uint32_t kLeverageMost = 100'000;

constexpr std::array kSymbolKeys{std::string_view("symbol"),
                                 std::string_view("enabled"),
                                 std::string_view("state"),
                                 std::string_view("marginCurrency"),
                                 std::string_view("digits"),
                                 std::string_view("tickSize"),
                                 std::string_view("pipSize"),
                                 std::string_view("contractSize"),
                                 std::string_view("minVolume"),
                                 std::string_view("maxVolume"),
                                 std::string_view("volumeStep"),
                                 std::string_view("stopsLevelPips"),
                                 std::string_view("staleAfterMs"),
                                 std::string_view("spreadMarkup"),
                                 std::string_view("commission"),
                                 std::string_view("margin"),
                                 std::string_view("swap"),
                                 std::string_view("funding"),
                                 std::string_view("commissionPerLot"),
                                 std::string_view("marginPercent"),
                                 std::string_view("swapLong"),
                                 std::string_view("swapShort")};

// Members of a symbol that are tables themselves, and what these have.
struct Members {
  std::string_view table;
  std::array<std::string_view, 9> names;
};
constexpr std::array kMembers{
    Members{"commission", {"basis", "amount", "minimum", "currency"}},
    Members{"margin",
            {"mode", "percent", "initialPerLot", "initialRate", "maintenanceRate", "leverageCap",
             "hedged", "hedgedPercent", "tiers"}},
    Members{"swap", {"mode", "long", "short", "tripleDay", "daysInYear", "price"}},
    Members{"funding", {"intervalHours", "rate"}}};

template <typename List>
bool contains(const List& list, std::string_view name) {
  return std::find(list.begin(), list.end(), name) != list.end();
}

class SettingsReader {
 public:
  explicit SettingsReader(const std::string& file) : file_(file) {}

  SettingsResult read() {
    std::ifstream stream(file_, std::ios::binary);
    if (!stream) return {{}, {file_ + ": cannot be read"}};
    const std::string text{std::istreambuf_iterator<char>(stream), {}};
    const Value root = config::parse_toml(text, problems_.add_source(file_), problems_);
    for (std::size_t i = 0; i < root.items.size(); ++i) read_part(root.names[i], root.items[i]);
    result_.problems = problems_.texts();
    return std::move(result_);
  }

 private:
  void refuse(const Value& value, const std::string& key, std::string_view what) {
    problems_.report(value.location, key, what);
  }

  void read_part(const std::string& name, const Value& value) {
    if (name == "symbols") return read_list(name, value, &SettingsReader::read_symbol);
    if (name == "account") return read_list(name, value, &SettingsReader::read_account);
    if (name == "accounts") return read_accounts(value);
    refuse(value, name,
           name == "venues" ? "the quotes are replayed as they were recorded: a venue's settings "
                              "cannot be tried"
                            : "cannot be replayed: what can is [[symbols]], [accounts] with "
                              "stop_out_level, margin_call_level, leverage, max_leverage, and "
                              "[[account]] with id");
  }

  void read_list(const std::string& name, const Value& value,
                 void (SettingsReader::*read_one)(const std::string&, const Value&)) {
    if (!value.is(ValueKind::List)) return refuse(value, name, "must be a list of tables");
    for (const Value& item : value.items) {
      if (item.is(ValueKind::Table)) {
        (this->*read_one)(name, item);
      } else {
        refuse(item, name, "must be a table");
      }
    }
  }

  bool check_symbol_key(const std::string& name, const Value& value) {
    const std::string key = "symbols." + name;
    if (name == "schedule") {
      refuse(value, key,
             "when markets were open stands in the journal as it happened: it cannot be tried");
    } else if (name == "baseCurrency" || name == "quoteCurrency" || name == "category") {
      refuse(value, key, "is what the symbol is: with another its orders would mean nothing");
    } else if (!contains(kSymbolKeys, name)) {
      refuse(value, key, "unknown key");
    } else {
      return check_members(key, name, value);
    }
    return false;
  }

  bool check_members(const std::string& key, const std::string& name, const Value& value) {
    for (const Members& members : kMembers) {
      if (members.table != name) continue;
      if (!value.is(ValueKind::Table)) return refuse(value, key, "must be a table"), false;
      for (std::size_t i = 0; i < value.items.size(); ++i) {
        if (contains(members.names, value.names[i])) continue;
        return refuse(value.items[i], key + "." + value.names[i], "unknown key"), false;
      }
    }
    return true;
  }

  void read_symbol(const std::string& list, const Value& table) {
    const Value* name = table.find("symbol");
    if (name == nullptr || !name->is(ValueKind::Text)) {
      return refuse(table, list, "needs symbol = \"NAME\"");
    }
    Value change;
    change.location = table.location;
    for (std::size_t i = 0; i < table.items.size(); ++i) {
      const std::string& key = table.names[i];
      if (!check_symbol_key(key, table.items[i])) return;
      if (key == "symbol") continue;
      change.names.push_back(key);
      change.items.push_back(table.items[i]);
    }
    SymbolChange entry;
    entry.where = problems_.where(table.location);
    std::vector<std::string> unused;
    if (!config::append_json({list, problems_, unused}, change, entry.json)) return;
    if (!result_.settings.symbols.emplace(name->text, std::move(entry)).second) {
      refuse(table, list, "names " + name->text + " twice");
    }
  }

  bool read_level(const std::string& key, const Value& value, std::optional<Ratio>& out) {
    const auto level = parse_ratio(value.text);
    if (!level || level->raw < 0 || *level > kMarginLevelMax) {
      return refuse(value, key, "must be 0 to 10,000 percent"), false;
    }
    out = level;
    return true;
  }

  bool read_leverage(const std::string& key, const Value& value,
                     std::optional<std::uint32_t>& out) {
    std::uint32_t number = 0;
    const char* last = value.text.data() + value.text.size();
    const auto [end, error] = std::from_chars(value.text.data(), last, number);
    if (error != std::errc{} || end != last || number < 1 || number > kLeverageMost) {
      return refuse(value, key, "must be a whole number from 1 to 100000"), false;
    }
    out = number;
    return true;
  }

  // True when the key is one of those that a change has.
  bool read_change(const std::string& list, const std::string& name, const Value& value,
                   AccountChange& out) {
    const std::string key = list + "." + name;
    if (name == "leverage") {
      read_leverage(key, value, out.leverage);
    } else if (name == "stop_out_level") {
      read_level(key, value, out.stop_out_level);
    } else if (name == "margin_call_level") {
      read_level(key, value, out.margin_call_level);
    } else {
      return false;
    }
    return true;
  }

  void read_accounts(const Value& table) {
    if (!table.is(ValueKind::Table)) return refuse(table, "accounts", "must be a table");
    for (std::size_t i = 0; i < table.items.size(); ++i) {
      const std::string& name = table.names[i];
      const Value& value = table.items[i];
      if (name == "max_leverage") {
        read_leverage("accounts.max_leverage", value, result_.settings.max_leverage);
      } else if (!read_change("accounts", name, value, result_.settings.accounts)) {
        refuse(value, "accounts." + name, "cannot be replayed");
      }
    }
  }

  void read_account(const std::string& list, const Value& table) {
    AccountChange change;
    std::optional<std::uint32_t> id;
    for (std::size_t i = 0; i < table.items.size(); ++i) {
      const std::string& name = table.names[i];
      if (name == "id") {
        read_leverage("account.id", table.items[i], id);
      } else if (!read_change(list, name, table.items[i], change)) {
        refuse(table.items[i], "account." + name, "cannot be replayed");
      }
    }
    if (!id) return refuse(table, list, "needs id = NUMBER");
    if (!result_.settings.account.emplace(AccountId{*id}, change).second) {
      refuse(table, list, "names account " + std::to_string(*id) + " twice");
    }
  }

  const std::string& file_;
  config::Problems problems_;
  SettingsResult result_;
};

}  // namespace

void AccountChange::apply(AccountSpec& spec) const {
  spec.leverage = leverage.value_or(spec.leverage);
  const auto take = [&](Option option) {
    spec.from_group &= static_cast<std::uint8_t>(~bit_of(option));
  };
  if (stop_out_level) {
    spec.stop_out_level = *stop_out_level;
    take(Option::StopOutLevel);
  }
  if (margin_call_level) {
    spec.margin_call_levels = MarginCallLevels::of(*margin_call_level);
    take(Option::MarginCallLevels);
  }
}

SettingsResult read_settings(const std::string& file) { return SettingsReader(file).read(); }

std::optional<Instrument> changed(const Instrument& instrument, const SymbolChange& change,
                                  std::string& problem) {
  json::Document document;
  json::Reader reader;
  if (!document.parse(change.json)) {
    problem = document.problem();
    return std::nullopt;
  }
  const gateway::SymbolBody body = gateway::read_symbol_change(document.root(), instrument, reader);
  if (!reader.ok()) {
    problem = reader.problem();
  } else if (!body.unsupported.empty()) {
    problem = std::string(body.unsupported) + " not supported yet";
  } else {
    return body.instrument;
  }
  return std::nullopt;
}

}  // namespace tribook::time_machine
