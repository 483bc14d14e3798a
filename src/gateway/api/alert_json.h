#pragma once

#include "gateway/api/context.h"
#include "gateway/json/writer.h"
#include "views/views.h"

namespace tribook::gateway {

/// An alert's fields but its times, without braces: id severity kind accountId message details. To
/// an operator its kind is its type too; a message of the stream has a "type" of its own.
/// `currency` is the account's. Margin calls, stop-outs and what these closed say their details
/// also outside.
void write_alert(json::Writer& writer, const Context& context, const views::AlertView& alert,
                 Currency currency, Audience audience);

}  // namespace tribook::gateway
