#pragma once

#include "engine/state.h"
#include "tribook/message/text.h"

// What each kind of command does; see engine.cpp for the switch.

namespace tribook::engine {

void on_new_order(State& state, const CommandHeader& header, const NewOrder& order);
void on_close_position(State& state, const CommandHeader& header, const ClosePosition& close);
void on_modify_position(State& state, const CommandHeader& header, const ModifyPosition& modify);

void on_new_order_pair(State& state, const CommandHeader& header, const NewOrderPair& pair);
void on_cancel_order(State& state, const CommandHeader& header, const CancelOrder& cancel);
void on_modify_order(State& state, const CommandHeader& header, const ModifyOrder& modify);
void on_execute_order(State& state, const ExecuteOrder& execute);
void on_expire_orders(State& state, const ExpireOrders& timer);
void on_close_by(State& state, const CommandHeader& header, const CloseBy& close);
void on_close_all(State& state, const CommandHeader& header, const CloseAll& close);

void on_venue_report(State& state, const VenueReport& report);
void on_expire_venue_requests(State& state, const ExpireVenueRequests& timer);

void on_started(State& state, const Started& started);
void on_quote(State& state, const QuoteCommand& quote);
void on_session_change(State& state, const SessionChange& change);
void on_set_clock(State& state, const SetClock& clock);
void on_rollover(State& state, const Rollover& rollover);
void on_funding(State& state, const Funding& funding);
void finish_run(State& state);

void on_create_symbol(State& state, const CommandHeader& header);
void on_update_symbol(State& state, const CommandHeader& header, const UpdateSymbol& update);

RejectCode check_account(const State& state, const AccountSpec& spec);
void on_create_account(State& state, const CommandHeader& header, const CreateAccount& create);
void on_change_account(State& state, const CommandHeader& header, const ChangeAccount& wanted);
void on_deposit(State& state, const CommandHeader& header, const Deposit& deposit);
void on_withdraw(State& state, const CommandHeader& header, const Withdraw& withdraw);
void on_adjust(State& state, const CommandHeader& header, const Adjust& adjust);
void on_change_credit(State& state, const CommandHeader& header, const ChangeCredit& change);
void on_decide_withdrawal(State& state, const CommandHeader& header,
                          const DecideWithdrawal& decision);

void on_put_group(State& state, const CommandHeader& header);
void on_put_group_terms(State& state, const CommandHeader& header, const PutGroupTerms& put);

void on_put_limits(State& state, const CommandHeader& header, const PutLimits& put);
void on_set_kill_switch(State& state, const CommandHeader& header, const SetKillSwitch& set);
void on_kill_sweep(State& state, const KillSweep& sweep);

}  // namespace tribook::engine
