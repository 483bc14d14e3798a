#pragma once

#include <algorithm>
#include <array>
#include <chrono>
#include <cstring>
#include <string>
#include <vector>

#include "core/house.h"
#include "support/instruments.h"
#include "support/random.h"
#include "tribook/base/archive.h"
#include "tribook/domain/group.h"
#include "tribook/message/text.h"

// Records of all kinds, made at random for a house with many accounts, symbols and currencies: some
// are refused, prices leap, accounts are stopped out, tables fill up.

namespace tribook::test {

struct RandomRecord {
  Record record;
  std::vector<std::byte> text;
};

/// A house that records are applied to, and what it said last.
class RecordedHouse {
 public:
  explicit RecordedHouse(const engine::EngineLimits& limits)
      : slab(8), house(limits, slab), out_(limits.events_of_one_record()) {}

  const std::vector<Event>& apply(const RandomRecord& given) {
    Record record = given.record;
    if (!given.text.empty()) record.command.header.text = slab.put(given.text);
    house.apply(record, out_);
    if (on_event) std::for_each(out_.begin(), out_.end(), on_event);
    events.assign(out_.begin(), out_.end());
    for (Event& event : events) event.header.text = {};
    out_.clear();
    slab.release(record.command.header.text);
    return events;
  }
  [[nodiscard]] std::vector<std::byte> saved() const {
    base::ArchiveWriter archive;
    house.save(archive);
    return archive.take();
  }
  /// False when the bytes are not a house's.
  bool load(std::span<const std::byte> bytes) {
    base::ArchiveReader archive(bytes);
    house.load(archive);
    return archive.ok() && archive.left() == 0;
  }

  Slab slab;
  core::House house;
  std::vector<Event> events;
  EventVisitor on_event;  ///< sees each with its text

 private:
  engine::Outbox out_;
};

inline bool are_same(const std::vector<Event>& a, const std::vector<Event>& b) {
  return a.size() == b.size() &&
         (a.empty() || std::memcmp(a.data(), b.data(), a.size() * sizeof(Event)) == 0);
}

class RandomRecords {
 public:
  RandomRecords(Random random, const engine::EngineLimits& limits)
      : random_(std::move(random)), limits_(limits) {
    market_.push_back({forex("EUR", "USD"), 110'000'000});
    market_.push_back({forex("USD", "JPY"), 15'000'000'000});
    market_.push_back({forex("GBP", "USD"), 130'000'000});
    market_.push_back({forex("EUR", "CHF"), 95'000'000});
    market_.push_back({contract("XAUUSD", Category::Metal, "XAU", "USD", "100"), 200'000'000'000});
    market_.push_back({contract("DAX", Category::Index, "DAX", "EUR", "1"), 1'800'000'000'000});
    market_.push_back({contract("BTCUSD", Category::Crypto, "BTC", "USD", "1"), 6'000'000'000'000});
    market_[0].instrument.commission.amount = ratio("3");
    market_[3].instrument.margin.hedged = HedgedMargin::Net;
    market_[0].instrument.swap = {ratio("-4"), ratio("1.5"),       360, SwapMode::Points,
                                  3,           SwapPrice::Current, {}};
    market_[4].instrument.swap = {ratio("-3"), ratio("2"),      365, SwapMode::Percent,
                                  7,           SwapPrice::Open, {}};
    market_[6].instrument.funding = {ratio("0.0001"), 1, {}};
    std::uint16_t id = 0;  // as the sequencer fills it in
    for (Listed& listed : market_) listed.instrument.id = SymbolId{++id};
  }

  RandomRecord next() {
    now_ = now_ + std::chrono::milliseconds(random_.between(0, 3'000));
    RandomRecord made = make();
    made.record.sequence = Sequence{++sequence_};
    made.record.time = now_;
    return made;
  }
  Random& random() { return random_; }

 private:
  struct Listed {
    Instrument instrument;
    std::int64_t mid = 0;
  };

  RandomRecord make() {
    if (sequence_ == 0) return started();
    if (symbols_ < 2 || (symbols_ < market_.size() && random_.one_in(60))) return create_symbol();
    if (accounts_ < 3 || random_.one_in(25)) return create_account();
    switch (random_.below(40)) {
      case 0:
        return pay();
      case 1:
        return session();
      case 2:
        return update_symbol();
      case 3:
        return random_.one_in(2) ? create_user() : settings();
      case 4:
        return random_.one_in(10) ? started() : pay();
      case 5:
      case 6:
        return modify();
      case 7:
      case 8:
      case 9:
        return random_.one_in(6) ? close_several() : close();
      case 10:
        return random_.one_in(2) ? timer() : close_by();
      default:
        return random_.one_in(3) ? order() : quote();
    }
  }

  template <typename Body>
  static RandomRecord made(const Body& body, AccountId account = {}) {
    RandomRecord record;
    record.record.command = Command::make(body);
    record.record.command.header.account = account;
    return record;
  }
  template <typename Spec>
  static RandomRecord with_spec(RandomRecord record, const Spec& spec) {
    const auto bytes = std::as_bytes(std::span<const Spec, 1>(&spec, 1));
    record.text.assign(bytes.begin(), bytes.end());
    return record;
  }
  RandomRecord with_id(RandomRecord record) {
    if (random_.one_in(2)) return record;
    const std::string id = "id" + std::to_string(random_.below(300));
    Texts texts;
    texts.part[0] = id;
    const TextRef ref = put_texts(slab_, texts);
    const auto bytes = slab_.get(ref);
    record.text.assign(bytes.begin(), bytes.end());
    slab_.release(ref);
    return record;
  }

  AccountId account() {
    return AccountId{1 + static_cast<std::uint32_t>(random_.below(accounts_))};
  }
  SymbolId symbol() { return SymbolId{static_cast<std::uint16_t>(1 + random_.below(symbols_))}; }
  PositionId position() { return PositionId{1 + random_.below(orders_ + 1)}; }

  RandomRecord started() {
    Started body;
    body.rules_version = engine::kRulesVersion;
    body.accounts = limits_.accounts;
    body.positions = limits_.positions - static_cast<std::uint32_t>(random_.below(10));
    body.symbols = limits_.symbols;
    body.client_ids = limits_.client_ids - static_cast<std::uint32_t>(random_.below(10));
    body.orders = limits_.orders;
    return made(body);
  }
  RandomRecord create_symbol() {
    return with_spec(made(CreateSymbol{}), market_[symbols_++].instrument);
  }
  RandomRecord update_symbol() {
    const SymbolId id = symbol();
    Instrument& instrument = market_[id.value - 1U].instrument;
    instrument.margin.maintenance_rate = Ratio{random_.between(kFixedOne / 2, 3 * kFixedOne)};
    instrument.spread_markup_pips = Ratio{random_.between(0, 2) * kFixedOne};
    instrument.state = random_.one_in(6) ? SymbolState::Disabled : SymbolState::Open;
    UpdateSymbol body;
    body.symbol = id;
    return with_spec(made(body), instrument);
  }
  UserSpec user() {
    UserSpec spec;
    spec.username = FixedText<100>::of("user" + std::to_string(random_.below(500)));
    spec.password_hash = FixedText<64>::of("$2b$hash");
    spec.role = random_.one_in(5) ? Role::Support : Role::Client;
    return spec;
  }
  RandomRecord create_user() { return with_spec(made(CreateUser{}), user()); }
  RandomRecord create_account() {
    constexpr std::array currencies{"USD", "EUR", "JPY", "CHF", "GBP", "PLN"};
    AccountSpec spec;
    spec.user = user();
    spec.currency = Currency::of(currencies[random_.below(currencies.size())]);
    const std::int64_t scale = spec.currency == Currency::of("JPY") ? 100 : 1;
    spec.initial_deposit_low = random_.between(100, 6'000) * scale * kFixedOne;
    spec.leverage = static_cast<std::uint32_t>(random_.between(20, 500));
    spec.negative_balance_protection = random_.one_in(4) ? 0 : 1;
    if (random_.one_in(5)) spec.swap_free = {Ratio{kFixedOne}, 1, 1, {}};
    spec.mode = random_.one_in(3) ? PositionMode::Netting : PositionMode::Hedging;
    spec.closing = random_.one_in(2) ? Closing::Any : static_cast<Closing>(random_.below(3));
    if (accounts_ < limits_.accounts) ++accounts_;
    return with_spec(made(CreateAccount{}), spec);
  }
  RandomRecord pay() {
    if (random_.one_in(6)) {
      ChangeCredit body;
      set_amount(body, Money::from_whole(random_.between(-100, 200)));
      return with_id(made(body, account()));
    }
    if (random_.one_in(2)) {
      Withdraw body;
      set_amount(body, Money::from_whole(random_.between(1, 200)));
      return with_id(made(body, account()));
    }
    Deposit body;
    set_amount(body, Money::from_whole(random_.between(1, 200)));
    return with_id(made(body, account()));
  }
  // Groups, what they set, and accounts that change.
  RandomRecord settings() {
    const auto group = GroupId{static_cast<std::uint16_t>(random_.between(0, 4))};
    switch (random_.below(4)) {
      case 0: {
        GroupSpec spec;
        spec.name = FixedText<32>::of("group" + std::to_string(random_.between(1, 3)));
        spec.sets = static_cast<std::uint8_t>(random_.below(kAllOptions + 1U));
        spec.options.stop_out_level = Ratio{random_.between(10, 90) * kFixedOne};
        return with_spec(made(PutGroup{}), spec);
      }
      case 1: {
        PutGroupTerms body;
        body.group = group;
        if (random_.one_in(2)) body.symbol = symbol();
        GroupTerms terms;
        terms.sets = static_cast<std::uint8_t>(random_.below(GroupTerms::kAllParts + 1U));
        terms.markup_pips = Ratio{random_.between(0, 30) * kFixedOne / 10};
        terms.commission.amount = Ratio{random_.between(0, 5) * kFixedOne};
        terms.commission.currency = Currency::of("USD");
        terms.leverage_cap = static_cast<std::uint32_t>(random_.between(10, 500));
        return with_spec(made(body), terms);
      }
      case 2: {
        DecideWithdrawal body;
        body.withdrawal = WithdrawalId{random_.below(60)};
        body.approve = random_.one_in(2) ? 1 : 0;
        return with_id(made(body));
      }
      default: {
        ChangeAccount body;
        body.what = static_cast<AccountChange>(random_.below(4));
        body.leverage = static_cast<std::uint32_t>(random_.between(0, 500));
        body.group = group;
        if (body.what != AccountChange::Options) return made(body, account());
        OptionsChange options;
        options.sets = static_cast<std::uint8_t>(random_.below(kAllOptions + 1U));
        options.from_group = random_.one_in(2) ? options.sets : 0;
        options.values.stop_out_level = Ratio{random_.between(0, 90) * kFixedOne};
        options.values.closing = static_cast<Closing>(random_.below(3));
        options.sets_mode = random_.one_in(2) ? 1 : 0;
        options.mode = static_cast<PositionMode>(random_.below(2));
        return with_spec(made(body, account()), options);
      }
    }
  }
  RandomRecord session() {
    SessionChange body;
    body.symbol = symbol();
    body.nominal = now_;
    body.is_open = random_.one_in(5) ? 0 : 1;
    return made(body);
  }
  // A new one, or one more slice of the last.
  RandomRecord timer() {
    if (random_.one_in(2)) timer_ = now_;
    if (random_.one_in(3)) {
      constexpr std::int64_t hour = 3'600'000'000'000;
      return made(Funding{TimeNs{timer_.ns / hour * hour}});
    }
    Rollover body;
    body.nominal = timer_;
    body.day = static_cast<std::int32_t>(day_of(timer_));
    return made(body);
  }
  RandomRecord quote() {
    const SymbolId id = symbol();
    Listed& listed = market_[id.value - 1U];
    const std::int64_t tick = listed.instrument.tick_size.raw;
    const std::int64_t move = listed.mid / (random_.one_in(20) ? 40 : 1'000) / tick;
    listed.mid =
        std::max(listed.mid / tick + random_.between(-move, move), std::int64_t{500}) * tick;
    QuoteCommand body;
    body.symbol = id;
    body.bid = Price{listed.mid};
    body.ask = Price{listed.mid + tick * random_.between(1, 20)};
    body.venue_time = now_;
    body.venue = VenueId{static_cast<std::uint16_t>(sequence_ % 5)};
    body.never_stale = random_.one_in(3) ? 1 : 0;
    if (opened_ < symbols_ * 2) {  // else nothing would trade for long
      SessionChange open;
      open.symbol = SymbolId{static_cast<std::uint16_t>(opened_++ % symbols_ + 1)};
      open.is_open = 1;
      return made(open);
    }
    return made(body);
  }
  RandomRecord order() {
    const SymbolId id = symbol();
    const Listed& listed = market_[id.value - 1U];
    NewOrder body;
    body.symbol = id;
    body.side = random_.one_in(2) ? Side::Buy : Side::Sell;
    body.volume = Volume{random_.between(1, 40) * 1'000'000};
    body.max_slippage_pips = Ratio{-1};
    body.book = Book::B;
    const std::int64_t tick = listed.instrument.tick_size.raw;
    const std::int64_t far = listed.mid / 300 / tick * tick;
    const std::int64_t up = body.side == Side::Buy ? far : -far;
    if (random_.one_in(2)) body.stop_loss = Price{listed.mid / tick * tick - up};
    if (random_.one_in(2)) body.take_profit = Price{listed.mid / tick * tick + up};
    ++orders_;
    return with_id(made(body, account()));
  }
  RandomRecord close() {
    ClosePosition body;
    body.position = position();
    body.partial = random_.one_in(2) ? 1 : 0;
    body.volume = Volume{random_.between(1, 20) * 1'000'000};
    return made(body, random_.one_in(3) ? account() : AccountId{});
  }
  RandomRecord close_by() {
    CloseBy body;
    body.position = position();
    body.other = position();
    return made(body);
  }
  RandomRecord close_several() {
    CloseAll body;
    if (random_.one_in(2)) body.symbol = symbol();
    return made(body, account());
  }
  RandomRecord modify() {
    const Listed& listed = market_[symbol().value - 1U];
    ModifyPosition body;
    body.position = position();
    body.stop_loss = Price{random_.one_in(2) ? 0 : listed.mid - listed.mid / 200};
    body.keep_take_profit = 1;
    return made(body);
  }

  Random random_;
  engine::EngineLimits limits_;
  Slab slab_{4};
  std::vector<Listed> market_;
  std::size_t symbols_ = 0;
  std::size_t opened_ = 0;
  std::uint32_t accounts_ = 0;
  std::uint64_t orders_ = 0;
  std::uint64_t sequence_ = 0;
  TimeNs timer_{};
  TimeNs now_ = TimeNs::from_ms(1'700'000'000'000);
};

}  // namespace tribook::test
