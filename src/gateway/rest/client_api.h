#pragma once

#include "gateway/api/context.h"

namespace tribook::gateway {

/// Answers one request at the client's door, now or later. REQUIRES: the role was checked.
void handle_client(const Call& call);

namespace rest {

void get_profile(const Call& call);
void post_market_order(const Call& call);
void post_limit_order(const Call& call);
void post_stop_order(const Call& call);
void post_stop_limit_order(const Call& call);
void post_order_pair(const Call& call);
void post_order_check(const Call& call);
void put_modify_order(const Call& call);
void delete_order(const Call& call);
void post_close(const Call& call);
void post_close_part(const Call& call);
void post_close_by(const Call& call);
void post_close_all(const Call& call);
void put_modify(const Call& call);
void get_summary(const Call& call);
void get_positions(const Call& call);
void get_orders(const Call& call);
void get_trades(const Call& call);
void get_ledger(const Call& call);
void get_days(const Call& call);
void get_withdrawals(const Call& call);
void get_symbols(const Call& call);
void get_funding(const Call& call);
void get_ohlc(const Call& call);
void get_ticks(const Call& call);
void get_margin_preview(const Call& call);
void get_lot(const Call& call);
void get_risk_summary(const Call& call);
void explain_order(const Call& call);
void explain_position(const Call& call);
void explain_account(const Call& call);

}  // namespace rest
}  // namespace tribook::gateway
