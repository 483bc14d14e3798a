#include "traffic.h"

#include <stdlib.h>

#include <algorithm>
#include <stdexcept>

#include "core/house.h"
#include "support/instruments.h"
#include "support/random.h"
#include "tribook/domain/group.h"
#include "tribook/message/text.h"

namespace tribook::test {
namespace {

using persistence::sqlite::Database;
using persistence::sqlite::Rows;
using persistence::sqlite::Statement;

constexpr std::uint32_t kAccounts = 12;
constexpr const char* kCurrencies[] = {"USD", "EUR", "JPY"};

class Day {
 public:
  explicit Day(std::uint64_t seed)
      : random_(seed),
        slab_(64),
        house_(limits(), slab_),
        outbox_(limits().events_of_one_record()) {
    traffic_.reproduce = random_.reproduce();
  }

  Traffic live(std::size_t records) {
    set_up();
    while (sequence_ < records) {
      act();
      go_round();
    }
    traffic_.last = {sequence_};
    return std::move(traffic_);
  }

 private:
  struct Open {
    PositionId id;
    AccountId account;
  };
  struct Market {
    std::int64_t bid = 0;
    std::int64_t tick = 0;
  };

  static engine::EngineLimits limits() {
    engine::EngineLimits limits;
    limits.accounts = 64;
    limits.positions = 2'048;
    limits.symbols = 16;
    limits.client_ids = 128;
    limits.orders = 128;
    return limits;
  }

  void apply(Command command, AccountId account = {}, TextRef text = {}) {
    command.header.account = account;
    command.header.text = text;
    house_.apply({Sequence{++sequence_}, now_, command}, outbox_);
    for (const Event& event : outbox_) {
      const auto bytes = slab_.get(event.header.text);
      Told told{event, {}};
      if (event.header.text) told.text.assign(bytes.begin(), bytes.end());
      told.event.header.text = {};
      note(event);
      traffic_.told.push_back(std::move(told));
    }
    outbox_.clear();
    slab_.release(text);
  }
  template <typename Body>
  void send(AccountId account, const Body& body, const Texts& texts = {}) {
    apply(Command::make(body), account, texts.is_empty() ? TextRef{} : put_texts(slab_, texts));
  }

  void note(const Event& event) {
    if (event.header.kind != EventKind::PositionUpdated) return;
    const auto position = event.get<PositionUpdated>();
    if (position.action == PositionAction::Opened) {
      open_.push_back({position.position, event.header.account});
    }
    if (position.action == PositionAction::Closed) {
      std::erase_if(open_, [&](const Open& open) { return open.id == position.position; });
    }
  }

  void set_up() {
    add_symbol(forex("EUR", "USD"), 108'450'000, 1'000);
    add_symbol(forex("USD", "JPY"), 15'012'300'000, 100'000);
    add_symbol(forex("EUR", "JPY"), 16'280'100'000, 100'000);
    for (const char* name : {"group0", "group1"}) put_group(name);
    for (std::uint32_t i = 1; i <= kAccounts; ++i) add_account(i);
    UserSpec admin;
    admin.username = FixedText<100>::of("root");
    admin.password_hash = FixedText<64>::of("secret hash");
    admin.role = Role::SuperAdmin;
    admin.email = FixedText<128>::of("root@example.com");
    CreateUser create;
    create.user = house_.directory().next_user();
    apply(Command::make(create), {}, put_spec(slab_, admin));
    for (std::uint16_t id = 1; id <= market_.size(); ++id) quote(id);
    traffic_.accounts = kAccounts;
    traffic_.symbols = static_cast<std::uint16_t>(market_.size());
  }
  void add_symbol(Instrument instrument, std::int64_t bid, std::int64_t tick) {
    instrument.id = house_.engine().next_symbol();
    instrument.commission.amount = Ratio::from_whole(3);
    instrument.swap.mode = SwapMode::Points;
    instrument.swap.buy = Ratio::from_whole(-4);
    instrument.swap.sell = Ratio::from_whole(2);
    instrument.swap.triple_day = 7;
    apply(Command::make(CreateSymbol{}), {}, put_spec(slab_, instrument));
    instruments_.push_back(instrument);
    market_.push_back({bid, tick});
    session(instrument.id, true);
  }
  void put_group(const char* name) {
    GroupSpec group;
    group.name = FixedText<32>::of(name);
    group.sets = bit_of(Option::StopOutLevel);
    group.options.stop_out_level = Ratio::from_whole(random_.between(20, 60));
    apply(Command::make(PutGroup{}), {}, put_spec(slab_, group));
  }
  void put_terms() {
    PutGroupTerms put;
    put.group = {static_cast<std::uint16_t>(random_.between(1, 2))};
    if (random_.one_in(2)) put.symbol = any_symbol();
    GroupTerms terms;
    terms.sets = static_cast<std::uint8_t>(random_.below(GroupTerms::kAllParts + 1U));
    terms.markup_pips = Ratio::from_whole(random_.between(0, 3));
    terms.commission.amount = Ratio::from_whole(random_.between(0, 5));
    terms.commission.currency = Currency::of("USD");
    terms.leverage_cap = 100;
    apply(Command::make(put), {}, put_spec(slab_, terms));
  }
  void session(SymbolId symbol, bool is_open) {
    SessionChange change;
    change.nominal = now_;
    change.symbol = symbol;
    change.is_open = is_open ? 1 : 0;
    send({}, change);
  }
  void add_account(std::uint32_t number) {
    AccountSpec spec;
    spec.user.username = FixedText<100>::of("client" + std::to_string(number));
    spec.user.password_hash = FixedText<64>::of("secret hash");
    spec.currency = Currency::of(kCurrencies[number % 3]);
    spec.leverage = number % 2 == 0 ? 100 : 500;
    spec.stop_out_order = static_cast<StopOutOrder>(number % 3);
    spec.margin_call_levels.count = MarginCallLevels::kMax;
    std::int64_t level = 10'000;  // 10,000, 5,000 and so on to 78 percent: calls all day long
    for (Ratio& each : spec.margin_call_levels.level) {
      each = Ratio::from_whole(level);
      level /= 2;
    }
    spec.group = FixedText<32>::of("group" + std::to_string(number % 2));
    Deposit initial;
    const bool is_yen = number % 3 == 2;
    set_amount(initial, Money::from_whole((is_yen ? 100 : 1) * random_.between(1'000, 9'000)));
    spec.initial_deposit_low = initial.amount_low;
    spec.initial_deposit_high = initial.amount_high;
    CreateAccount create;
    create.user = house_.directory().next_user();
    apply(Command::make(create), {}, put_spec(slab_, spec));
  }

  void act() {
    if (random_.one_in(3)) pass_time();
    const auto what = random_.below(100);
    if (what < 45) return quote(any_symbol().value);
    if (what < 65) return order();
    if (what < 78) return close();
    if (what < 84) return modify();
    if (what < 94) return pay();
    if (what < 96) return session(any_symbol(), !random_.one_in(4));
    if (what < 97) return change_symbol();
    if (what < 98) return random_.one_in(3) ? put_terms() : change_account();
    if (what < 99) return decide();
    if (random_.one_in(3)) return roll_over();
    SetClock clock;
    clock.now = now_ + std::chrono::milliseconds(random_.between(0, 500));
    now_ = clock.now;
    send({}, clock);
  }
  void roll_over() {
    const Rollover rollover{now_, ++day_, {}};
    do {
      send({}, rollover);
    } while (house_.engine().timer_run().kind != CommandKind::None);
  }
  // Mostly moments, now and then a weekend.
  void pass_time() {
    const std::int64_t most = random_.one_in(200)  ? 200'000'000
                              : random_.one_in(10) ? 900'000
                                                   : 3'000;
    now_ = now_ + std::chrono::milliseconds(random_.between(0, most));
  }
  SymbolId any_symbol() { return {static_cast<std::uint16_t>(1 + random_.below(market_.size()))}; }
  AccountId any_account() { return {static_cast<std::uint32_t>(1 + random_.below(kAccounts))}; }

  void quote(std::uint16_t id) {
    Market& market = market_[id - std::size_t{1}];
    const std::int64_t most = random_.one_in(60) ? 2'000 : 20;
    market.bid =
        std::max(market.bid + random_.between(-most, most) * market.tick, 1'000 * market.tick);
    QuoteCommand quote;
    quote.symbol = {id};
    quote.bid = {market.bid};
    quote.ask = {market.bid + random_.between(0, 20) * market.tick};
    quote.venue_time = now_;
    quote.venue = {1};
    quote.is_reference = ++quotes_ % 50 == 0 ? 1 : 0;
    send({}, quote);
  }
  void order() {
    const SymbolId symbol = any_symbol();
    const Market& market = market_[symbol.value - std::size_t{1}];
    NewOrder order;
    order.symbol = symbol;
    order.side = random_.one_in(2) ? Side::Buy : Side::Sell;
    order.volume = {random_.between(1, random_.one_in(4) ? 500 : 60) * 1'000'000};
    order.max_slippage_pips = Ratio{-1};
    order.book = Book::B;
    order.required_margin_raw = random_.between(0, INT64_MAX);
    order.free_margin_raw = random_.between(INT64_MIN / 2, INT64_MAX / 2);
    order.origin = random_.one_in(2) ? Origin::Rest : Origin::WebSocket;
    order.routing_rule = static_cast<std::uint16_t>(random_.below(5));
    const std::int64_t way = order.side == Side::Buy ? 1 : -1;
    if (random_.one_in(3)) order.stop_loss = {market.bid - way * 60 * market.tick};
    if (random_.one_in(3)) order.take_profit = {market.bid + way * 60 * market.tick};
    if (random_.one_in(3)) let_rest(order, market);
    if (random_.one_in(8)) order.decision = RejectCode::InsufficientMargin;
    if (random_.one_in(3)) return send(any_account(), order);
    const std::string id = random_.one_in(4) ? "again" : "order" + std::to_string(sequence_);
    const std::string comment(random_.below(kCommentMax + 1), 'c');
    const std::string metadata = "{\"n\":\"" + std::string(random_.below(900), 'm') + "\"}";
    send(any_account(), order, {{id, random_.one_in(2) ? "grid" : "", comment, metadata}});
  }
  void let_rest(NewOrder& order, const Market& market) {
    const bool is_limit = random_.one_in(2);
    const std::int64_t way = order.side == Side::Buy ? 1 : -1;
    const Price at{market.bid + (is_limit ? -way : way) * random_.between(1, 40) * market.tick};
    order.type = is_limit ? OrderType::Limit : OrderType::Stop;
    (is_limit ? order.limit : order.trigger) = at;
    order.stop_loss = {at.raw - way * 60 * market.tick};
    order.take_profit = {};
    order.trailing_distance = {random_.one_in(2) ? 1'000U : 0U};
    order.time_in_force = random_.one_in(2) ? TimeInForce::Gtd : TimeInForce::Gtc;
    if (order.time_in_force == TimeInForce::Gtd)
      order.expires = now_ + std::chrono::seconds(random_.between(1, 10'000));
  }
  // What the sequencer does between two records: orders that come back, and those that are over.
  void go_round() {
    Command command;
    while (house_.take_triggered(command)) {
      auto execute = command.get<ExecuteOrder>();
      execute.book = Book::B;
      execute.routing_rule = 1;
      command.set(execute);
      apply(command, command.header.account);
    }
    const auto expiry = house_.engine().next_expiry();
    if (!expiry || *expiry > now_) return;
    ExpireOrders timer;
    timer.nominal = *expiry;
    send({}, timer);
  }
  void close() {
    if (open_.empty()) return;
    const Open open = open_[random_.below(open_.size())];
    ClosePosition close;
    close.position = open.id;
    if (random_.one_in(2)) {
      close.volume = {random_.between(1, 20) * 1'000'000};
      close.partial = 1;
    }
    send(open.account, close);
  }
  void modify() {
    if (open_.empty()) return;
    const Open open = open_[random_.below(open_.size())];
    ModifyPosition modify;
    modify.position = open.id;
    modify.stop_loss = {random_.between(0, 2) * 100'000'000};
    modify.keep_take_profit = random_.one_in(2) ? 1 : 0;
    send(open.account, modify);
  }
  void pay() {
    const std::string key = random_.one_in(5) ? "key" : "key" + std::to_string(sequence_);
    const std::string note(random_.below(kNoteMax + 1), 'n');
    const Texts texts{{key, random_.one_in(2) ? "" : "ref \u20AC", note, ""}};
    const Money amount{random_.between(1, 1'000'000) * 1'000'000};
    if (random_.one_in(5)) return pay_by_hand(amount, texts);
    if (random_.one_in(3)) {
      Withdraw withdraw;
      set_amount(withdraw, amount);
      withdraw.method = PaymentMethod::Card;
      Texts with_address = texts;
      with_address.part[kPaymentAddress] = "bc1q";
      return send(any_account(), withdraw, with_address);
    }
    Deposit deposit;
    set_amount(deposit, amount);
    deposit.method = random_.one_in(2) ? PaymentMethod::Crypto : PaymentMethod::BankTransfer;
    send(any_account(), deposit, texts);
  }
  // Reasons and keys as of payments; credit, adjustments and bonuses among them.
  void pay_by_hand(const Money amount, const Texts& texts) {
    if (random_.one_in(2)) {
      ChangeCredit change;
      set_amount(change, amount);
      return send(any_account(), change, texts);
    }
    Adjust adjust;
    set_amount(adjust, amount);
    adjust.kind = static_cast<AdjustmentKind>(random_.below(3));
    send(any_account(), adjust, texts);
  }
  void decide() {
    DecideWithdrawal decision;
    decision.withdrawal = {1 + random_.below(sequence_ / 40 + 1)};
    decision.approve = random_.one_in(2) ? 1 : 0;
    send({}, decision, {{"", "", random_.one_in(2) ? "not now" : "", ""}});
  }
  void change_account() {
    ChangeAccount change;
    change.what = random_.one_in(2) ? AccountChange::Leverage : AccountChange::Group;
    change.leverage = static_cast<std::uint32_t>(random_.between(50, 500));
    change.group = {static_cast<std::uint16_t>(random_.below(3))};
    send(any_account(), change);
    change.what = AccountChange::Options;
    OptionsChange options;
    options.sets = static_cast<std::uint8_t>(random_.below(kAllOptions + 1U));
    options.from_group = random_.one_in(2) ? options.sets : 0;
    options.values.stop_out_level = Ratio{random_.between(0, 90) * kFixedOne};
    options.values.closing = static_cast<Closing>(random_.below(3));
    options.sets_mode = random_.one_in(2) ? 1 : 0;
    options.mode = static_cast<PositionMode>(random_.below(2));
    Command command = Command::make(change);
    command.header.account = any_account();
    apply(command, {}, put_spec(slab_, options));
  }
  void change_symbol() {
    const SymbolId symbol = any_symbol();
    Instrument& instrument = instruments_[symbol.value - std::size_t{1}];
    instrument.max_volume = Volume::from_whole(random_.between(10, 1'000));
    UpdateSymbol update;
    update.symbol = symbol;
    apply(Command::make(update), {}, put_spec(slab_, instrument));
  }

  Random random_;
  Slab slab_;
  core::House house_;
  engine::Outbox outbox_;
  Traffic traffic_;
  std::uint64_t sequence_ = 0;
  std::int32_t day_ = 20'000;
  TimeNs now_ = TimeNs::from_ms(1'700'000'000'123);
  std::uint64_t quotes_ = 0;
  std::vector<Instrument> instruments_;
  std::vector<Market> market_;
  std::vector<Open> open_;
};

}  // namespace

Traffic random_traffic(std::uint64_t seed, std::size_t records) { return Day(seed).live(records); }

void play(const Traffic& traffic, Slab& slab, core::EventSink& sink, std::size_t batch,
          Sequence until) {
  std::size_t given = 0;
  Sequence whole;  // records up to it were given
  for (const Told& told : traffic.told) {
    Event event = told.event;
    if (event.header.root > until) break;
    const bool begins_record = whole.value + 1 < event.header.root.value;
    if (begins_record) {
      whole = {event.header.root.value - 1};
      if (given >= batch) {
        sink.commit(whole, true);
        given = 0;
      }
    }
    if (!told.text.empty()) event.header.text = slab.put(told.text);
    try {
      sink.apply(event);
    } catch (...) {
      slab.release(event.header.text);
      throw;
    }
    slab.release(event.header.text);
    ++given;
  }
  sink.commit(std::min(until, traffic.last), true);
}

TempFolder::TempFolder() {
  std::string pattern = (std::filesystem::temp_directory_path() / "tribook-store-XXXXXX").string();
  if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no folder for the test");
  path_ = pattern;
}

TempFolder::~TempFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

persistence::sqlite::SqliteOptions eager_options(const std::string& path) {
  persistence::sqlite::SqliteOptions options;
  options.path = path;
  options.journal = "test";
  options.tick_days = 0;
  options.patience = std::chrono::milliseconds{0};
  options.commit_interval = std::chrono::milliseconds{0};
  return options;
}

std::string dump(const std::string& path) {
  Database database(path, Database::Access::ReadWrite, std::chrono::milliseconds{1'000});
  Statement tables(database,
                   "SELECT name, (SELECT group_concat('quote(' || c.name || ')', ' || '' '' || ') "
                   "FROM pragma_table_info(t.name) AS c) "
                   "FROM sqlite_schema AS t WHERE type = 'table' ORDER BY name");
  std::string all;
  Rows table = tables.rows();
  while (table.next()) {
    const std::string name(table.text(0));
    Statement lines(database,
                    "SELECT " + std::string(table.text(1)) + " FROM " + name + " ORDER BY 1");
    Rows line = lines.rows();
    while (line.next()) all += name + " " + std::string(line.text(0)) + "\n";
  }
  return all;
}

}  // namespace tribook::test
