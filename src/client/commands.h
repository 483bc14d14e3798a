#pragma once

#include "client/context.h"

// What the rows of the command table run.

namespace tribook::client {

void log_in(Context& context);
void log_out(Context& context);
void who_am_i(Context& context);

void place_order(Context& context);
void close_positions(Context& context);
void modify_position(Context& context);

void show_positions(Context& context);
void show_orders(Context& context);
void show_trades(Context& context);
void show_ledger(Context& context);
void show_summary(Context& context);
void show_symbols(Context& context);
void show_quotes(Context& context);
void show_candles(Context& context);
void show_margin(Context& context);

namespace admin {

void show_accounts(Context& context);
void show_account(Context& context);
void create_account(Context& context);
void deposit(Context& context);
void withdraw(Context& context);
void show_symbols(Context& context);
void show_symbol(Context& context);
void enable_symbol(Context& context);
void disable_symbol(Context& context);
void set_quote(Context& context);
void set_clock(Context& context);
void show_positions(Context& context);
void show_orders(Context& context);
void run_risk(Context& context);
void run_kill_switch(Context& context);
void show_health(Context& context);
void show_metrics(Context& context);

}  // namespace admin
}  // namespace tribook::client
