#pragma once

#include <cstdint>
#include <string_view>

#include "gateway/api/context.h"
#include "gateway/json/writer.h"
#include "views/views.h"

// Limits and kill switches as JSON: of a level, and of an account. A client is not told who of the
// house did something, nor the names of groups.

namespace tribook::gateway {

/// {"level","group"|"accountId"|"symbol"}; to a client the level and the symbol alone.
void write_scope(json::Writer& writer, std::string_view key, const Context& context,
                 const RiskScope& scope, Audience audience);

/// What set a kill switch off: limit, measured and threshold, as fields; none of a hand's.
void write_trigger(json::Writer& writer, Limit limit, std::int64_t measured,
                   std::int64_t threshold);
/// "actor": the user's name, or null.
void write_actor(json::Writer& writer, const Context& context, UserId actor);
/// scope action cause reason since actor limit measured threshold, as fields.
void write_kill_switch(json::Writer& writer, const Context& context,
                       const views::KillSwitchView& view, Audience audience);

/// "effective": what holds for the subject, each with the level that sets it.
void write_limits_in_force(json::Writer& writer, std::string_view key, const Context& context,
                           const RuleSubject& subject);

/// The names of limits, as elements.
void write_limit_names(json::Writer& writer, std::uint32_t bits);

/// How an account stands by its limits, as REST answers it.
http::HttpResponse risk_summary(const Context& context, AccountId account, Audience audience);

}  // namespace tribook::gateway
