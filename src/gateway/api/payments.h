#pragma once

#include "gateway/api/context.h"

// Money in and out, each with an Idempotency-Key if the caller wants to be able to ask again.

namespace tribook::gateway {

void post_deposit(const Call& call);
/// Of the account in the body; a client's, of its own.
void post_withdrawal(const Call& call);
void post_own_withdrawal(const Call& call);
void post_adjustment(const Call& call);
void post_bonus(const Call& call);
void post_credit(const Call& call);
/// Decides the withdrawal in the path.
void decide_withdrawal(const Call& call, bool approve);

}  // namespace tribook::gateway
