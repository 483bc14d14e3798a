#include <catch2/catch.hpp>

#include <future>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "app/dry_run.h"
#include "app/explain_keeper.h"
#include "core/follower.h"
#include "core/follower_support.h"
#include "core/house_snapshot.h"
#include "gateway/json/document.h"
#include "snapshot/shelf.h"

// What a change would do to margin, told by the keeper, against what it does.

namespace tribook::test {
namespace {

using app::ExplainKeeper;
using gateway::Explanation;
using gateway::ProposedCommand;
using gateway::Question;
using Outcome = Explanation::Outcome;

template <typename Spec>
ProposedCommand propose(const Command& command, const Spec& spec) {
  const auto bytes = std::as_bytes(std::span<const Spec, 1>(&spec, 1));
  return {command, {bytes.begin(), bytes.end()}};
}

ProposedCommand change_of(AccountId account, const ChangeAccount& change) {
  Command command = Command::make(change);
  command.header.account = account;
  return {command, {}};
}

ProposedCommand leverage_of(AccountId account, std::uint32_t leverage) {
  ChangeAccount change;
  change.leverage = leverage;
  return change_of(account, change);
}

GroupSpec group_spec(std::string_view name) {
  GroupSpec spec;
  spec.name = decltype(spec.name)::of(name);
  return spec;
}

ProposedCommand levels_of_group(std::string_view name, std::int64_t stop_out,
                                std::initializer_list<std::int64_t> calls) {
  GroupSpec spec = group_spec(name);
  spec.options.stop_out_level = Ratio{stop_out * kFixedOne};
  spec.options.margin_call_levels.count = 0;
  spec.options.margin_call_levels.level = {};
  for (const std::int64_t level : calls) {
    MarginCallLevels& levels = spec.options.margin_call_levels;
    levels.level[levels.count++] = Ratio{level * kFixedOne};
  }
  spec.sets = bit_of(Option::StopOutLevel) | bit_of(Option::MarginCallLevels);
  return propose(Command::make(PutGroup{}), spec);
}

Instrument capped(std::uint32_t leverage, Ratio markup = {}) {
  Instrument instrument = forex("EUR", "USD");
  instrument.id = SymbolId{1};
  instrument.margin.leverage_cap = leverage;
  instrument.spread_markup_pips = markup;
  return instrument;
}

ProposedCommand symbol_change(const Instrument& instrument) {
  UpdateSymbol update;
  update.symbol = SymbolId{1};
  return propose(Command::make(update), instrument);
}

std::optional<json::Value> member(json::Value object, std::string_view name) {
  for (const json::Value value : object) {
    if (value.key() == name) return value;
  }
  return std::nullopt;
}

/// What was told, read again.
struct Answer {
  std::string text;
  std::map<std::uint32_t, std::string> accounts;  ///< and the event
  std::uint64_t sequence = 0;
};

Answer read(const std::string& text) {
  json::Document document;
  REQUIRE(document.parse(text));
  Answer answer;
  answer.text = text;
  answer.sequence = std::stoull(std::string(member(document.root(), "sequence")->raw()));
  const auto accounts = member(document.root(), "accounts");
  for (const json::Value account : *accounts) {
    const auto id = std::stoul(std::string(member(account, "accountId")->raw()));
    answer.accounts.emplace(static_cast<std::uint32_t>(id), member(account, "event")->text());
  }
  return answer;
}

/// A house of many accounts in two groups and none, EURUSD, and snapshots beside it.
class Broker {
 public:
  explicit Broker(std::uint32_t accounts_max = 1'000)
      : limits_(settings_of_test(accounts_max).limits),
        house_(Layout::Stepped, disk, settings_of_test(accounts_max)),
        follower_(
            options_of_test(limits_),
            {[this] { return written(); }, [](Sequence, const std::string& what) { FAIL(what); },
             [](const std::string& what) { FAIL(what); },
             [this](const core::House& of, const core::FormingCandles& candles,
                    const journal::EndPosition& position) {
               return shelf_.put(core::snapshot_of(of, candles, position)).empty();
             }},
            disk) {
    house_.submit(house_.create_symbol(forex("EUR", "USD")));
    quote(100'000);
  }

  std::vector<Event> give(const ProposedCommand& part) {
    Command command = part.command;
    if (!part.attachment.empty()) command.header.text = house_.slab().put(part.attachment);
    std::vector<Event> events = house_.submit(command);
    while (follower_.do_work({}) != 0) {
    }
    return events;
  }
  void add_account(std::int64_t deposit, std::uint32_t leverage = 100) {
    AccountSpec spec;
    spec.user.username = FixedText<100>::of("client" + std::to_string(++accounts_));
    spec.user.password_hash = FixedText<64>::of("$2b$04$not.a.real.hash");
    spec.currency = Currency::of("USD");
    spec.leverage = leverage;
    spec.from_group = kAllOptions;
    Deposit amount;
    set_amount(amount, Money::from_whole(deposit));
    spec.initial_deposit_low = amount.amount_low;
    spec.initial_deposit_high = amount.amount_high;
    give(propose(Command::make(CreateAccount{}), spec));
  }
  void join(AccountId account, std::uint16_t group) {
    ChangeAccount change;
    change.what = AccountChange::Group;
    change.group = GroupId{group};
    give(change_of(account, change));
  }
  void trade(AccountId account, Side side, std::int64_t hundredths_of_lots) {
    NewOrder body;
    body.symbol = SymbolId{1};
    body.side = side;
    body.volume = Volume{hundredths_of_lots * kFixedOne / 100};
    body.max_slippage_pips = Ratio{-1};
    body.origin = Origin::Rest;
    Command command = Command::make(body);
    command.header.account = account;
    give({command, {}});
  }
  /// bid and ask 0.00010 above, in points.
  void quote(std::int64_t bid) {
    QuoteCommand body;
    body.symbol = SymbolId{1};
    body.bid = Price{bid * 1'000};
    body.ask = Price{(bid + 10) * 1'000};
    body.venue_time = TimeNs::from_ms(1'400'000'000'000 + ++quotes_ * 1'000);
    body.never_stale = 1;
    body.drives_clock = 1;
    give({Command::make(body), {}});
    bid_ = bid;
  }
  void quote_again() { quote(bid_); }

  Explanation ask(const std::vector<ProposedCommand>& change, bool with_snapshots = true) {
    ExplainKeeper::Ports ports;
    ports.journal_directory = "data/journal";
    ports.snapshot_directory = with_snapshots ? "data/snapshots" : "data/none";
    ports.limits = limits_;
    ports.written = [this] { return written(); };
    ports.account_number_prefix = "TB-";
    ExplainKeeper keeper(ports, disk, house_.clock());
    Question question;
    question.of = Question::Of::Change;
    question.change = change;
    std::promise<Explanation> promise;
    REQUIRE(keeper.ask(question, [&](const Explanation& told) { promise.set_value(told); }));
    Explanation told = promise.get_future().get();
    REQUIRE(told.outcome == Outcome::Told);
    return told;
  }
  std::string text(const std::vector<ProposedCommand>& change) { return ask(change).text; }

  /// Accounts that had margin calls and stop-outs after the record, as the journal tells.
  std::map<std::uint32_t, std::string> happened_since(std::uint64_t sequence) {
    Slab slab(16);
    core::Replica replica(limits_, slab);
    std::map<std::uint32_t, std::string> happened;
    const auto result = replica.replay(disk, "data/journal", {}, [&](const Event& event) {
      const bool is_call = event.header.kind == EventKind::MarginCall;
      if (event.header.root.value <= sequence) return;
      if (!is_call && event.header.kind != EventKind::StopOut) return;
      std::string& what = happened[event.header.account.value];
      if (what != "STOP_OUT") what = is_call ? "MARGIN_CALL" : "STOP_OUT";
    });
    REQUIRE(result.is_good);
    return happened;
  }
  [[nodiscard]] Sequence written() { return house_.pipeline().journal_stage().written(); }
  [[nodiscard]] std::uint32_t accounts() const { return accounts_; }
  [[nodiscard]] std::int64_t bid() const { return bid_; }
  [[nodiscard]] std::size_t snapshots() const { return shelf_.list().size(); }

 private:
  static app::PipelineSettings settings_of_test(std::uint32_t accounts_max) {
    auto settings = small_settings();
    settings.journal_directory = "data/journal";
    settings.snapshot_directory = "data/snapshots";
    settings.limits.accounts = accounts_max;
    settings.views.accounts = accounts_max + 1;
    settings.views.users = 2 * accounts_max + 100;
    return settings;
  }
  static core::FollowerOptions options_of_test(const engine::EngineLimits& limits) {
    auto options = small_follower();
    options.journal_directory = "data/journal";
    options.limits = limits;
    options.snapshot_after_records = 60;
    return options;
  }

  journal::MemoryDisk disk;
  engine::EngineLimits limits_;
  HouseRunner house_;
  snapshot::Shelf shelf_{disk, "data/snapshots", 3};
  core::Follower follower_;
  std::uint32_t accounts_ = 0;
  std::int64_t quotes_ = 0;
  std::int64_t bid_ = 0;
};

ProposedCommand some_change(Random& random, const Broker& broker) {
  const AccountId account{1 + static_cast<std::uint32_t>(random.below(broker.accounts()))};
  const auto leverage = static_cast<std::uint32_t>(random.between(3, 60));
  const std::string group = random.one_in(2) ? "tight" : "wide";
  switch (random.below(5)) {
    case 0:
      return leverage_of(account, leverage);
    case 1: {
      ChangeAccount change;
      change.what = AccountChange::Group;
      change.group = GroupId{static_cast<std::uint16_t>(random.below(3))};
      return change_of(account, change);
    }
    case 2:
      return levels_of_group(group, random.between(10, 120),
                             {random.between(160, 300), random.between(120, 150)});
    case 3: {
      PutGroupTerms put;
      put.group = GroupId{static_cast<std::uint16_t>(1 + random.below(2))};
      GroupTerms terms;
      terms.sets = GroupTerms::kLeverageCap | GroupTerms::kMarkup;
      terms.leverage_cap = leverage;
      terms.markup_pips = Ratio{random.between(0, 30) * kFixedOne};
      return propose(Command::make(put), terms);
    }
    default:
      return symbol_change(capped(leverage * 2, Ratio{random.between(0, 20) * kFixedOne}));
  }
}

}  // namespace

TEST_CASE("a change calls and stops out exactly those that its dry run tells") {
  const std::uint64_t seed = GENERATE(1U, 2U, 3U);
  CAPTURE(seed);
  Random random(seed);
  Broker broker;
  broker.give(levels_of_group("tight", 50, {200, 130}));
  broker.give(levels_of_group("wide", 20, {100}));
  for (std::uint32_t i = 1; i <= 30; ++i) {
    broker.add_account(random.between(500, 5'000),
                       static_cast<std::uint32_t>(random.between(20, 300)));
    broker.join(AccountId{i}, static_cast<std::uint16_t>(i % 3));
  }
  std::map<std::string, int> seen;
  for (int round = 0; round < 40; ++round) {
    CAPTURE(round);
    for (std::uint32_t i = 1; i <= broker.accounts(); ++i) {
      if (!random.one_in(3)) continue;
      broker.trade(AccountId{i}, random.one_in(2) ? Side::Buy : Side::Sell, random.between(1, 60));
    }
    broker.quote(broker.bid() + random.between(-150, 150));
    const ProposedCommand change = some_change(random, broker);
    const Sequence before = broker.written();
    const Answer told = read(broker.text({change}));
    CAPTURE(told.text);
    CHECK(broker.written() == before);
    CHECK(told.sequence == before.value);
    if (round % 8 == 0) CHECK(told.text == broker.ask({change}, false).text);
    broker.give(change);
    broker.quote_again();
    CHECK(told.accounts == broker.happened_since(before.value));
    for (const auto& [account, what] : told.accounts) ++seen[what];
  }
  CHECK(broker.snapshots() == 3);
  CHECK(seen["MARGIN_CALL"] > 10);
  CHECK(seen["STOP_OUT"] > 10);
}

TEST_CASE("a dry run says what margin was and would be, and at which level") {
  Broker broker;
  broker.add_account(3'000);
  broker.add_account(1'000);
  broker.trade(AccountId{1}, Side::Buy, 100);
  broker.trade(AccountId{2}, Side::Sell, 10);
  const std::string sequence = std::to_string(broker.written().value);
  const std::string head = "{\"sequence\":" + sequence + ",\"time\":\"2014-05-13T16:53:21.000Z\",";
  CHECK(broker.text({leverage_of(AccountId{1}, 30)}) ==
        head + R"("refused":null,"accounts":[)" +
            R"({"accountId":1,"accountNumber":"TB-1","event":"MARGIN_CALL","currency":"USD",)"
            R"("equity":2990.00,"margin":{"before":1000.05,"after":3333.50},)"
            R"("marginLevel":{"before":298.99,"after":89.7},"threshold":100}],)"
            R"("marginCalls":1,"stopOuts":0})");
}

TEST_CASE("who is in that condition already is not told, and each dry run is made anew") {
  Broker broker;
  broker.add_account(3'000);
  broker.trade(AccountId{1}, Side::Buy, 100);
  const auto accounts = [&](std::uint32_t leverage) {
    return read(broker.text({leverage_of(AccountId{1}, leverage)})).accounts;
  };
  const std::map<std::uint32_t, std::string> called{{1, "MARGIN_CALL"}};
  const std::map<std::uint32_t, std::string> stopped{{1, "STOP_OUT"}};
  CHECK(accounts(30) == called);
  CHECK(accounts(10) == stopped);
  CHECK(accounts(30) == called);
  broker.give(leverage_of(AccountId{1}, 30));
  CHECK(accounts(25).empty());
  CHECK(accounts(10) == stopped);
  broker.give(leverage_of(AccountId{1}, 10));
  CHECK(accounts(9).empty());
  broker.give(leverage_of(AccountId{1}, 100));
  CHECK(accounts(30) == called);
}

TEST_CASE("a dry run goes as far as the house would: to the first part that it refuses") {
  Broker broker;
  broker.add_account(3'000);
  broker.trade(AccountId{1}, Side::Buy, 100);
  const ProposedCommand good = leverage_of(AccountId{1}, 30);
  const ProposedCommand bad = leverage_of(AccountId{7}, 30);
  const std::string called = broker.text({good, bad, leverage_of(AccountId{1}, 10)});
  CHECK(called.find(R"("refused":{"code":"NOT_FOUND","detail":")") != std::string::npos);
  CHECK(called.find(R"("accepted":1})") != std::string::npos);
  CHECK(called.find(R"("marginCalls":1,"stopOuts":0})") != std::string::npos);
  Instrument other = capped(0);
  other.contract_size = quantity("10");
  const std::string held = broker.text({symbol_change(other)});
  CHECK(held.find(R"("code":"IN_USE")") != std::string::npos);
  CHECK(held.find(R"("accounts":[],"marginCalls":0,"stopOuts":0})") != std::string::npos);
  CHECK(broker.text({}).find(R"("refused":null,"accounts":[],)") != std::string::npos);
}

TEST_CASE("of very many accounts a thousand are told, and all are counted") {
  constexpr std::uint32_t count = app::kAccountsTold + 5;
  Broker broker(count);
  for (std::uint32_t i = 1; i <= count; ++i) {
    broker.add_account(3'000);
    broker.trade(AccountId{i}, Side::Buy, i % 2 == 0 ? 100 : 250);
  }
  const Answer told = read(broker.text({symbol_change(capped(25))}));
  CHECK(told.accounts.size() == app::kAccountsTold);
  CHECK(told.accounts.at(1) == "STOP_OUT");
  CHECK(told.accounts.at(2) == "MARGIN_CALL");
  CHECK(told.text.ends_with(R"("marginCalls":502,"stopOuts":503,"isCut":true})"));
}

}  // namespace tribook::test
