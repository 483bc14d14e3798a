#include "client/command.h"
#include "client/commands.h"

namespace tribook::client {
namespace {

// clang-format off
constexpr Command kTable[] = {
    {"login", "USER [--url URL] [--admin] [--password-file FILE|-]", kPlain,
     "log in, and keep the login", log_in},
    {"logout", "[--admin]", kPlain, "end the login", log_out},
    {"whoami", "[--admin]", 0, "the user who is logged in", who_am_i},

    {"order", "buy|sell SYMBOL VOLUME [--sl PRICE] [--tp PRICE] [--max-slippage PIPS] "
     "[--id CLIENTORDERID] [--comment TEXT]", kAccount, "a market order", place_order},
    {"close", "[POSITION [VOLUME]] [--all [--symbol SYMBOL]]", kAccount,
     "close a position, a part of it, or all", close_positions},
    {"modify", "POSITION [--sl PRICE|none] [--tp PRICE|none]", kAccount,
     "change or take away the SL and TP of a position", modify_position},

    {"positions", "[--closed]", kLists | kAccount, "positions, the open ones unless told",
     show_positions},
    {"orders", "[--all]", kLists | kAccount, "orders, the open ones unless told", show_orders},
    {"trades", "", kLists | kAccount, "trades", show_trades},
    {"ledger", "", kLists | kAccount, "what changed the balance", show_ledger},
    {"summary", "", kAccount, "balance, equity and margin", show_summary},
    {"symbols", "", kLists | kAccount, "what can be traded", show_symbols},
    {"quotes", "[SYMBOL...] [--watch]", kAccount, "bid and ask, with --watch as they change",
     show_quotes},
    {"candles", "SYMBOL TIMEFRAME", kLists | kAccount, "candles of 1m 5m 15m 30m 1h 4h 1d",
     show_candles},
    {"margin", "SYMBOL VOLUME [--side buy|sell]", kAccount, "the margin that an order would take",
     show_margin},

    {"admin accounts", "", kLists, "accounts", admin::show_accounts},
    {"admin account", "ID", 0, "one account", admin::show_account},
    {"admin create-account", "USER [--currency CODE] [--deposit AMOUNT] [--leverage N] "
     "[--type DEMO|LIVE] [--password-file FILE|-]", 0, "a new account for a new user",
     admin::create_account},
    {"admin deposit", "ACCOUNT AMOUNT [--note TEXT] [--key KEY]", 0, "pay in", admin::deposit},
    {"admin withdraw", "ACCOUNT AMOUNT [--note TEXT] [--key KEY]", 0, "pay out", admin::withdraw},
    {"admin symbols", "", kLists, "symbols", admin::show_symbols},
    {"admin symbol", "NAME", 0, "every setting of a symbol", admin::show_symbol},
    {"admin enable", "SYMBOL", 0, "let a symbol be traded", admin::enable_symbol},
    {"admin disable", "SYMBOL", 0, "stop a symbol's trading", admin::disable_symbol},
    {"admin quote", "SYMBOL BID ASK", 0, "quote by hand (venue of type manual)", admin::set_quote},
    {"admin clock", "TIME", 0, "set the clock by hand (clock of type manual)", admin::set_clock},
    {"admin positions", "", kLists | kAccount, "open positions of all accounts, or of one",
     admin::show_positions},
    {"admin orders", "[--all]", kLists | kAccount, "orders of all accounts, or of one",
     admin::show_orders},
    {"admin risk", "[set|unset NAME [VALUE [MODE]]] [--group GROUP] [--symbol SYMBOL]", kAccount,
     "limits of the house, a group, an account or a symbol", admin::run_risk},
    {"admin kill-switch", "[on|off LEVEL [ID] [ACTION]] [--reason TEXT]", 0,
     "kill switches that are on; on and off by hand", admin::run_kill_switch},
    {"admin health", "[--url URL]", 0, "is the daemon ready?", admin::show_health},
    {"admin metrics", "[--url URL]", kPlain, "the daemon's figures, for Prometheus",
     admin::show_metrics},
};
// clang-format on

}  // namespace

std::span<const Command> command_table() { return kTable; }

}  // namespace tribook::client
