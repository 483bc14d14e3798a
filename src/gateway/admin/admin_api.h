#pragma once

#include "gateway/api/context.h"

namespace tribook::gateway {

/// Answers one request at the operator's door, now or later. REQUIRES: the role was checked.
void handle_admin(const Call& call);

namespace admin {

void get_metrics(const Call& call);
void list_accounts(const Call& call);
void get_account(const Call& call);
void create_account(const Call& call);
void put_account(const Call& call);
void put_leverage(const Call& call);
void put_password(const Call& call);
void put_account_group(const Call& call);
void set_account_state(const Call& call, AccountState state);
void list_withdrawals(const Call& call);
void list_groups(const Call& call);
void get_group(const Call& call);
void create_group(const Call& call);
void change_group(const Call& call);
void change_group_symbol(const Call& call);
void list_symbols(const Call& call);
void get_symbol(const Call& call);
void create_symbol(const Call& call);
void put_symbol(const Call& call);
void set_symbol_enabled(const Call& call, bool enabled);
void post_quotes(const Call& call);
void set_clock(const Call& call);
void list_positions(const Call& call);
void list_orders(const Call& call);
void list_alerts(const Call& call);
void list_exposure(const Call& call);
void list_venue_requests(const Call& call);
void get_risk_settings(const Call& call);
void put_risk_settings(const Call& call);
void get_account_risk(const Call& call);
void list_kill_switches(const Call& call);
void put_kill_switch(const Call& call);
void delete_kill_switch(const Call& call);
void explain_order(const Call& call);
void explain_position(const Call& call);
void explain_account(const Call& call);
void explain_alert(const Call& call);

}  // namespace admin
}  // namespace tribook::gateway
