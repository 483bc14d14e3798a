#pragma once

#include "engine/state.h"

namespace tribook::engine {

/// Whether `amount`, of either sign, can be booked to a total: None, Validation or ValueOverflow.
RejectCode check_amount(Currency currency, Money total, Money amount);

/// A withdrawal that waits, as it was told.
WithdrawalUpdated describe(const Withdrawal& withdrawal);

/// Credit pays what a loss left open: it becomes balance. REQUIRES: 0 < amount <= credit.
void book_credit_as_balance(State& state, Account& account, Money amount);

}  // namespace tribook::engine
