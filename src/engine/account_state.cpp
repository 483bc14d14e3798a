#include "engine/commands.h"
#include "engine/state.h"

namespace tribook::engine {

// Any state may follow any, but what is open has to be closed before the account is.
void on_change_account_state(State& state, const CommandHeader& header,
                             const ChangeAccountState& change) {
  Account* account = state.find_account(header.account);
  if (account == nullptr) return state.refuse(header.account, RejectCode::NotFound);
  if (change.state == AccountState::Closed && account->positions != 0)
    return state.refuse(header.account, RejectCode::InUse);
  account->state = change.state;
  state.emit_account(*account);
}

}  // namespace tribook::engine
