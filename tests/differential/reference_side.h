#pragma once

#include <map>
#include <string>

#include "differential/told.h"
#include "reference/engine.h"

namespace tribook::differential {

/// The reference engine, told in labels.
class ReferenceSide {
 public:
  explicit ReferenceSide(reference::EngineSettings settings = {});

  Told apply(const Operation& operation);
  /// Account and symbol of an order exist: what the edge sees to.
  [[nodiscard]] bool knows(const Operation& operation) const;
  [[nodiscard]] Held held() const;
  [[nodiscard]] const reference::Engine& engine() const { return engine_; }

  /// The id behind a label, as the engine knows it; one that it never gives when there is none.
  [[nodiscard]] reference::Id account(Label label) const { return id_of(accounts_, label); }
  [[nodiscard]] reference::Id position(Label label) const { return id_of(positions_, label); }
  [[nodiscard]] reference::Id order(Label label) const { return id_of(orders_, label); }
  /// The label behind an id; 0 when it has none.
  [[nodiscard]] Label label_of_account(reference::Id id) const { return label_of(names_, id); }
  [[nodiscard]] Label label_of_order(reference::Id id) const { return label_of(names_, id); }
  [[nodiscard]] Label label_of_position(reference::Id id) const { return label_of(names_, id); }
  [[nodiscard]] Label label_of_withdrawal(reference::Id id) const { return label_of(names_, id); }

 private:
  using Ids = std::map<Label, reference::Id>;
  using Names = std::map<reference::Id, Label>;
  static reference::Id id_of(const Ids& ids, Label label);
  static Label label_of(const Names& names, reference::Id id);

  // The command with ids in the place of labels.
  reference::Command with_ids(const SetSession& session) const;
  reference::Command with_ids(reference::PutSymbol put) const;
  reference::Command with_ids(reference::ChangeAccount change) const;
  reference::Command with_ids(reference::MoveMoney move) const;
  reference::Command with_ids(reference::RequestWithdrawal request) const;
  reference::Command with_ids(reference::DecideWithdrawal decision) const;
  reference::Command with_ids(reference::PlaceOrder order) const;
  reference::Command with_ids(reference::PlaceOco pair) const;
  reference::Command with_ids(reference::ModifyOrder change) const;
  reference::Command with_ids(reference::CancelOrder cancel) const;
  reference::Command with_ids(reference::ClosePosition close) const;
  reference::Command with_ids(reference::CloseBy pair) const;
  reference::Command with_ids(reference::CloseAll close) const;
  reference::Command with_ids(reference::ModifyPosition change) const;
  reference::Command with_ids(reference::PutLimits put) const;
  reference::Command with_ids(reference::SetKillSwitch set) const;
  reference::Command with_ids(reference::VenueReport report) const;
  template <typename Same>
  reference::Command with_ids(const Same& same) const {
    return same;
  }

  void name_made(const Operation& operation, const reference::Result& result);
  void name_opened(const reference::Result& result);
  void tell_orders(const reference::Result& result, Told& told) const;
  void tell_trades(const reference::Result& result, Told& told) const;
  void tell_entries(std::size_t first, Told& told) const;
  void tell_requests(const reference::Result& result, Told& told) const;
  void tell_alerts(const reference::Result& result, Told& told) const;
  void tell_warnings(const reference::Result& result, Told& told) const;

  reference::Engine engine_;
  Ids accounts_;
  Ids orders_;
  Ids positions_;
  Ids withdrawals_;
  Ids requests_;
  Names names_;  ///< of all: the engine counts with one counter
};

}  // namespace tribook::differential
