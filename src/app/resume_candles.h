#pragma once

#include "core/forming_candles.h"
#include "tribook/domain/ids.h"
#include "views/views.h"

namespace tribook::app {

/// Gives views the candles of the snapshot of record `last`, so that they go on with whole ones:
/// after the snapshot's state was told to them, before the records after it, and before anybody
/// reads.
void resume_candles(const core::FormingCandles& candles, Sequence last, views::Views& views);

}  // namespace tribook::app
