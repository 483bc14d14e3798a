#include "gateway/rest/client_api.h"

#include "gateway/api/health.h"
#include "gateway/api/login.h"
#include "gateway/api/payments.h"
#include "gateway/api/volatility.h"

namespace tribook::gateway {

void handle_client(const Call& call) {
  switch (call.endpoint) {
    case Endpoint::ClientHealth:
      return get_health(call);
    case Endpoint::ClientReady:
      return get_readiness(call);
    case Endpoint::ClientLogin:
      return log_in(call, Audience::Client);
    case Endpoint::ClientLogout:
      return log_out(call);
    case Endpoint::Profile:
      return rest::get_profile(call);
    case Endpoint::PlaceMarketOrder:
      return rest::post_market_order(call);
    case Endpoint::PlaceLimitOrder:
      return rest::post_limit_order(call);
    case Endpoint::PlaceStopOrder:
      return rest::post_stop_order(call);
    case Endpoint::PlaceStopLimitOrder:
      return rest::post_stop_limit_order(call);
    case Endpoint::PlaceOrderPair:
      return rest::post_order_pair(call);
    case Endpoint::CheckOrder:
      return rest::post_order_check(call);
    case Endpoint::ModifyOrder:
      return rest::put_modify_order(call);
    case Endpoint::CancelOrder:
      return rest::delete_order(call);
    case Endpoint::AccountSummary:
      return rest::get_summary(call);
    case Endpoint::AccountPositions:
      return rest::get_positions(call);
    case Endpoint::AccountOrders:
      return rest::get_orders(call);
    case Endpoint::AccountTrades:
      return rest::get_trades(call);
    case Endpoint::AccountLedger:
      return rest::get_ledger(call);
    case Endpoint::AccountDays:
      return rest::get_days(call);
    case Endpoint::AccountWithdrawals:
      return rest::get_withdrawals(call);
    case Endpoint::AskForWithdrawal:
      return post_own_withdrawal(call);
    case Endpoint::Symbols:
      return rest::get_symbols(call);
    case Endpoint::FundingRates:
      return rest::get_funding(call);
    case Endpoint::Ohlc:
      return rest::get_ohlc(call);
    case Endpoint::Ticks:
      return rest::get_ticks(call);
    case Endpoint::Volatility:
      return get_volatility(call);
    case Endpoint::MarginPreview:
      return rest::get_margin_preview(call);
    case Endpoint::CalculateLot:
      return rest::get_lot(call);
    case Endpoint::RiskSummary:
      return rest::get_risk_summary(call);
    case Endpoint::ClosePosition:
      return rest::post_close(call);
    case Endpoint::ClosePositionPart:
      return rest::post_close_part(call);
    case Endpoint::ClosePositionBy:
      return rest::post_close_by(call);
    case Endpoint::CloseAllPositions:
      return rest::post_close_all(call);
    case Endpoint::ModifyPosition:
      return rest::put_modify(call);
    case Endpoint::ExplainOrder:
      return rest::explain_order(call);
    case Endpoint::ExplainPosition:
      return rest::explain_position(call);
    case Endpoint::ExplainAccount:
      return rest::explain_account(call);
    default:
      call.reply(no_such_path());
  }
}

}  // namespace tribook::gateway
