#include "time_machine/what_if.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "core/timer_queue.h"
#include "tribook/message/text.h"
#include "tribook/risk/risk.h"
#include "tribook/router/router.h"

namespace tribook::time_machine {
namespace {

constexpr std::uint32_t kTexts = 64;
// What was refused as unknown when it was recorded must not meet another's position here.
constexpr PositionId kNoPosition{~std::uint64_t{0} - 1};
constexpr OrderId kNoOrder{~std::uint64_t{0} - 1};

risk::RiskLimits risk_limits(const engine::EngineLimits& limits) {
  risk::RiskLimits most;
  most.accounts = limits.accounts;
  most.positions = limits.positions;
  most.symbols = limits.symbols;
  most.holds = 1;  // nobody waits for an answer, so nothing is held
  return most;
}

// Between two recorded records, orders that go round have records of their own.
constexpr std::uint64_t kRoundsOfOne = std::uint64_t{1} << 24;

// Orders and positions of one run by the record that placed the order, and which of its orders it
// is: two runs give them different numbers, and fill them in different records.
struct Openings {
  using Place = std::pair<Sequence, std::uint32_t>;
  std::map<OrderId, Place> placed;
  std::map<Place, OrderId> order;
  std::map<PositionId, Place> root;
  std::map<Place, PositionId> position;
  std::set<PositionId> open;
  std::set<Place> filled;

  void hear(const Event& event, Sequence record) {
    if (event.header.kind == EventKind::OrderUpdated) {
      hear_order(event.get<OrderUpdated>(), record);
    } else if (event.header.kind == EventKind::PositionUpdated) {
      const auto updated = event.get<PositionUpdated>();
      if (updated.action == PositionAction::Opened) {
        open.insert(updated.position);
        root[updated.position] = filling_;
        position[filling_] = updated.position;
      }
      if (updated.action == PositionAction::Closed) open.erase(updated.position);
    }
  }

 private:
  void hear_order(const OrderUpdated& updated, Sequence record) {
    if (updated.reason != CloseReason::None || updated.is_duplicate != 0) return;
    if (placed.find(updated.order) == placed.end()) {
      last_ = {record, record == last_.first ? last_.second + 1 : 0};
      placed[updated.order] = last_;
      order[last_] = updated.order;
    }
    if (updated.status != OrderStatus::Filled) return;
    filling_ = placed[updated.order];
    filled.insert(filling_);
  }

  Place last_;
  Place filling_;  // of the order that was filled last: what opens next is its
};

std::uint64_t missing_in(const std::set<Openings::Place>& some,
                         const std::set<Openings::Place>& others) {
  return static_cast<std::uint64_t>(std::count_if(
      some.begin(), some.end(), [&](const auto& place) { return others.count(place) == 0; }));
}

// A house that goes the same way under other settings, record by record beside the recorded one.
class OtherHouse {
 public:
  OtherHouse(const engine::EngineLimits& limits, Slab& slab, const Settings& settings,
             Comparison& comparison)
      : slab_(slab),
        settings_(settings),
        comparison_(comparison),
        house_(limits, slab),
        outbox_(limits.events_of_one_record()),
        risk_(risk_limits(limits), slab),
        recorded_risk_(risk_limits(limits), slab),
        router_(slab) {}

  // The recorded house is about to apply it. Orders that a quote reached go round by themselves
  // here, at once.
  void apply(const Record& record) {
    if (!comparison_.problem.empty()) return;
    const auto nominal = core::nominal_of(record.command);
    if (nominal != house_.engine().timer_run().nominal) finish_timer(record.sequence);
    if (record.command.header.kind == CommandKind::ExecuteOrder) return;
    Record mine = record;
    TextRef own_text;
    adapt(mine, own_text);
    mine.sequence = Sequence{record.sequence.value * kRoundsOfOne};
    if (comparison_.problem.empty()) give(mine, record.sequence);
    slab_.release(own_text);
    mine.command = {};
    while (house_.take_triggered(mine.command)) {
      ++mine.sequence.value;
      risk_.decide(mine.command, mine.time);
      router_.decide(mine.command);
      give(mine, record.sequence);
    }
  }

  void hear_recorded(const Event& event) {
    recorded_risk_.apply(event);
    recorded_.hear(event, event.header.root);
  }

  void finish() {
    finish_timer(Sequence{});
    comparison_.only_recorded_filled = missing_in(recorded_.filled, openings_.filled);
    comparison_.only_other_filled = missing_in(openings_.filled, recorded_.filled);
    tally_.finish(house_);
    comparison_.other = tally_.outcome();
    if (!comparison_.problem.empty()) return;
    for (const auto& [name, change] : settings_.symbols) {
      if (seen_.find(name) == seen_.end()) {
        comparison_.problem = "symbols: " + name + " is not in this journal";
      }
    }
    for (const auto& [id, change] : settings_.account) {
      if (!house_.engine().has_account(id)) {
        comparison_.problem = "account: " + std::to_string(id.value) + " is not in this journal";
      }
    }
  }

 private:
  void give(const Record& record, Sequence of) {
    house_.apply(record, outbox_);
    hear(of);
  }

  void hear(Sequence of) {
    for (const Event& event : outbox_) {
      risk_.apply(event);
      router_.apply(event);
      openings_.hear(event, of);
      tally_.hear(event);
    }
    outbox_.clear();
  }

  // The recorded house had fewer positions to charge, so it was through earlier.
  void finish_timer(Sequence of) {
    house_.finish_timer(outbox_);
    hear(of);
  }

  void adapt(Record& record, TextRef& own_text) {
    switch (record.command.header.kind) {
      case CommandKind::CreateSymbol:
      case CommandKind::UpdateSymbol:
        return change_symbol(record.command, own_text);
      case CommandKind::CreateAccount:
        return change_account(record.command, own_text);
      case CommandKind::NewOrder:
        return decide(record);
      case CommandKind::ClosePosition:
        return find_position<ClosePosition>(record.command, comparison_.closes_of_nothing);
      case CommandKind::CloseBy:
        return find_pair(record.command);
      case CommandKind::ModifyPosition:
        return find_position<ModifyPosition>(record.command, comparison_.changes_of_nothing);
      case CommandKind::VenueReport:
        return find_request(record.command);
      case CommandKind::CancelOrder:
        return find_order<CancelOrder>(record.command);
      case CommandKind::ModifyOrder:
        return find_order<ModifyOrder>(record.command);
      default:
        return;
    }
  }

  // What the same record asked of a venue here. A request that a round asked is another's here.
  static void find_request(Command& command) {
    auto report = command.get<VenueReport>();
    report.request = request_id(Sequence{root_of(report.request).value * kRoundsOfOne},
                                place_of(report.request));
    command.set(report);
  }

  void change_symbol(Command& command, TextRef& own_text) {
    const auto spec = read_spec<Instrument>(slab_.get(command.header.text));
    if (!spec) return;
    const auto change = settings_.symbols.find(std::string(spec->name.view()));
    if (change == settings_.symbols.end()) return;
    seen_.insert(change->first);
    std::string problem;
    const auto instrument = changed(*spec, change->second, problem);
    if (!instrument) {
      comparison_.problem = "symbols: " + change->first + ": " + problem;
      return;
    }
    command.header.text = own_text = put_spec(slab_, *instrument);
  }

  void change_account(Command& command, TextRef& own_text) {
    auto spec = read_spec<AccountSpec>(slab_.get(command.header.text));
    if (!spec) return;
    settings_.accounts.apply(*spec);
    const AccountId next{house_.engine().last_account().value + 1};
    if (const auto own = settings_.account.find(next); own != settings_.account.end()) {
      own->second.apply(*spec);
    }
    if (settings_.max_leverage) spec->leverage = std::min(spec->leverage, *settings_.max_leverage);
    const GroupBook& groups = house_.engine().groups();
    const GroupId group = groups.find(spec->group.view());
    const InstrumentProblem problem =
        check(groups.options(group, own_options(*spec), spec->from_group));
    if (problem.code != RejectCode::None) {
      comparison_.problem = "account " + std::to_string(next.value) + ": " +
                            std::string(problem.field) + " " + std::string(problem.what);
      return;
    }
    command.header.text = own_text = put_spec(slab_, *spec);
  }

  // Risk and router decide again. Where they would not even give what was recorded when asked about
  // the recorded house, something had a say that no record tells of (orders under way at that
  // moment, an event that had not arrived yet): then the recorded decision stays.
  void decide(Record& record) {
    const auto recorded = record.command.get<NewOrder>();
    Command again = record.command;
    decide_with(recorded_risk_, again, record.time);
    const auto same = again.get<NewOrder>();
    if (same.decision != recorded.decision || same.worst_price != recorded.worst_price) {
      ++comparison_.kept_decisions;
      return;
    }
    decide_with(risk_, record.command, record.time);
  }

  void decide_with(risk::Risk& risk, Command& command, TimeNs now) {
    auto order = command.get<NewOrder>();
    order.book = Book::None;
    order.routing_rule = 0;
    command.set(order);
    risk.decide(command, now);
    router_.decide(command);
  }

  // The position that the same order opened here; none when there was one then and is none now.
  std::optional<PositionId> counterpart(PositionId position) const {
    const auto root = recorded_.root.find(position);
    const auto mine = root == recorded_.root.end() ? openings_.position.end()
                                                   : openings_.position.find(root->second);
    const bool is_there = mine != openings_.position.end();
    const bool was_open = recorded_.open.count(position) != 0;
    if (was_open && !(is_there && openings_.open.count(mine->second) != 0)) return std::nullopt;
    return is_there ? mine->second : kNoPosition;
  }

  // Without such a position the command does nothing here.
  template <typename Body>
  void find_position(Command& command, std::uint64_t& of_nothing) {
    auto body = command.get<Body>();
    const auto mine = counterpart(body.position);
    if (!mine) {
      ++of_nothing;
      command = Command{};
      return;
    }
    body.position = *mine;
    command.set(body);
  }

  // The order that the same record placed here.
  template <typename Body>
  void find_order(Command& command) {
    auto body = command.get<Body>();
    const auto place = recorded_.placed.find(body.order);
    const auto mine = place == recorded_.placed.end() ? openings_.order.end()
                                                      : openings_.order.find(place->second);
    body.order = mine != openings_.order.end() ? mine->second : kNoOrder;
    command.set(body);
  }

  void find_pair(Command& command) {
    auto pair = command.get<CloseBy>();
    const auto one = counterpart(pair.position);
    const auto two = counterpart(pair.other);
    if (!one || !two) {
      ++comparison_.closes_of_nothing;
      command = Command{};
      return;
    }
    pair.position = *one;
    pair.other = *two;
    command.set(pair);
  }

  Slab& slab_;
  const Settings& settings_;
  Comparison& comparison_;
  core::House house_;
  engine::Outbox outbox_;
  risk::Risk risk_;
  risk::Risk recorded_risk_;
  router::Router router_;  // by what symbols say here
  Openings openings_;
  Openings recorded_;
  Tally tally_;
  std::set<std::string> seen_;
};

}  // namespace

core::ReplayResult compare(journal::Disk& disk, const std::string& directory,
                           const core::ReplayUntil& until, const Settings& settings,
                           Comparison& comparison) {
  const engine::EngineLimits limits = core::journaled_limits(disk, directory);
  Slab slab(kTexts);
  core::Replica replica(limits, slab);
  OtherHouse other(limits, slab, settings, comparison);
  Tally recorded;
  const core::ReplayResult result = replica.replay(
      disk, directory, until,
      [&](const Event& event) {
        recorded.hear(event);
        other.hear_recorded(event);
      },
      [&](const Record& record) { other.apply(record); });
  other.finish();
  recorded.finish(replica.house());
  comparison.recorded = recorded.outcome();
  comparison.sequence = replica.house().engine().last_sequence();
  comparison.time = replica.house().engine().now();
  comparison.notes = settings.notes;
  return result;
}

}  // namespace tribook::time_machine
