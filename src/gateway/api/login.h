#pragma once

#include <functional>
#include <string_view>

#include "gateway/api/context.h"

namespace tribook::gateway {

/// POST /api/login and /admin/login: clients at one door, everybody else at the other.
void log_in(const Call& call, Audience audience);
/// POST /api/logout and /admin/logout: the token is refused from now on.
void log_out(const Call& call);

/// Who a request's bearer token names. False, with the answer in `refusal`, when it names nobody.
bool identify(Context& context, std::string_view token, Audience audience, Identity& out,
              http::HttpResponse& refusal);

/// His password is the one that he had when the token was given.
bool has_same_password(const Context& context, const Identity& who);

/// The account that X-Account-Id (accountId over WebSocket) picks, or the default one when it is
/// empty. Forbidden when it is not the user's.
RejectCode pick_account(const Context& context, const Identity& who, std::string_view wanted,
                        AccountId& out);

}  // namespace tribook::gateway
