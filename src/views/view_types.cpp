#include "views/view_types.h"

#include "views/average.h"

namespace tribook::views {

Price PositionView::open_price() const { return average_price(open_cost, volume); }

}  // namespace tribook::views
