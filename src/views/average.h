#pragma once

#include "tribook/domain/arithmetic.h"

namespace tribook::views {

using tribook::average_price;

}  // namespace tribook::views
