#include "gateway/admin/admin_api.h"

#include "gateway/admin/dry_run.h"
#include "gateway/api/health.h"
#include "gateway/api/login.h"
#include "gateway/api/payments.h"
#include "gateway/api/volatility.h"

namespace tribook::gateway {

namespace admin {

void get_metrics(const Call& call) {
  const auto& metrics = call.context.options.metrics;
  http::HttpResponse response;
  response.content_type = "text/plain; version=0.0.4; charset=utf-8";
  if (metrics) response.body = metrics();
  call.reply(std::move(response));
}

}  // namespace admin

void handle_admin(const Call& call) {
  if (!admin::check_dry_run(call)) return;
  switch (call.endpoint) {
    case Endpoint::AdminHealth:
      return get_health(call);
    case Endpoint::AdminReady:
      return get_readiness(call);
    case Endpoint::Metrics:
      return admin::get_metrics(call);
    case Endpoint::AdminLogin:
      return log_in(call, Audience::Admin);
    case Endpoint::AdminLogout:
      return log_out(call);
    case Endpoint::ListAccounts:
      return admin::list_accounts(call);
    case Endpoint::CreateAccount:
      return admin::create_account(call);
    case Endpoint::GetAccount:
      return admin::get_account(call);
    case Endpoint::PutAccount:
      return admin::put_account(call);
    case Endpoint::PutLeverage:
      return admin::put_leverage(call);
    case Endpoint::PutGroup:
      return admin::put_account_group(call);
    case Endpoint::PutPassword:
      return admin::put_password(call);
    case Endpoint::SuspendAccount:
    case Endpoint::PostSuspendAccount:
      return admin::set_account_state(call, AccountState::Suspended);
    case Endpoint::ActivateAccount:
    case Endpoint::PostActivateAccount:
      return admin::set_account_state(call, AccountState::Active);
    case Endpoint::CloseOnlyAccount:
      return admin::set_account_state(call, AccountState::CloseOnly);
    case Endpoint::CloseAccount:
      return admin::set_account_state(call, AccountState::Closed);
    case Endpoint::Deposit:
      return post_deposit(call);
    case Endpoint::Withdraw:
      return post_withdrawal(call);
    case Endpoint::Adjust:
      return post_adjustment(call);
    case Endpoint::Bonus:
      return post_bonus(call);
    case Endpoint::Credit:
      return post_credit(call);
    case Endpoint::ListWithdrawals:
      return admin::list_withdrawals(call);
    case Endpoint::ApproveWithdrawal:
      return decide_withdrawal(call, true);
    case Endpoint::RejectWithdrawal:
      return decide_withdrawal(call, false);
    case Endpoint::ListGroups:
      return admin::list_groups(call);
    case Endpoint::CreateGroup:
      return admin::create_group(call);
    case Endpoint::GetGroup:
      return admin::get_group(call);
    case Endpoint::ChangeGroup:
      return admin::change_group(call);
    case Endpoint::ChangeGroupSymbol:
      return admin::change_group_symbol(call);
    case Endpoint::ListSymbols:
      return admin::list_symbols(call);
    case Endpoint::CreateSymbol:
      return admin::create_symbol(call);
    case Endpoint::GetSymbol:
      return admin::get_symbol(call);
    case Endpoint::PutSymbol:
    case Endpoint::PutSymbolSettings:
      return admin::put_symbol(call);
    case Endpoint::EnableSymbol:
      return admin::set_symbol_enabled(call, true);
    case Endpoint::DisableSymbol:
      return admin::set_symbol_enabled(call, false);
    case Endpoint::PostQuotes:
      return admin::post_quotes(call);
    case Endpoint::SetClock:
      return admin::set_clock(call);
    case Endpoint::ListPositions:
      return admin::list_positions(call);
    case Endpoint::ListOrders:
      return admin::list_orders(call);
    case Endpoint::ListAlerts:
      return admin::list_alerts(call);
    case Endpoint::ListExposure:
      return admin::list_exposure(call);
    case Endpoint::ListVenueRequests:
      return admin::list_venue_requests(call);
    case Endpoint::AdminVolatility:
      return get_volatility(call);
    case Endpoint::GetRiskSettings:
      return admin::get_risk_settings(call);
    case Endpoint::PutRiskSettings:
      return admin::put_risk_settings(call);
    case Endpoint::GetAccountRisk:
      return admin::get_account_risk(call);
    case Endpoint::ListKillSwitches:
      return admin::list_kill_switches(call);
    case Endpoint::PutKillSwitch:
      return admin::put_kill_switch(call);
    case Endpoint::DeleteKillSwitch:
      return admin::delete_kill_switch(call);
    case Endpoint::ExplainAnyOrder:
      return admin::explain_order(call);
    case Endpoint::ExplainAnyPosition:
      return admin::explain_position(call);
    case Endpoint::ExplainAnyAccount:
      return admin::explain_account(call);
    case Endpoint::ExplainAlert:
      return admin::explain_alert(call);
    default:
      call.reply(no_such_path());
  }
}

}  // namespace tribook::gateway
