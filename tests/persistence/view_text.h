#pragma once

#include <string>

#include "views/view_types.h"

namespace tribook::test {

// All fields of a view in one line, to compare and to print.
std::string text_of(const views::OrderView& order);
std::string text_of(const views::TradeView& trade);
std::string text_of(const views::LedgerView& entry);
std::string text_of(const views::ClosedPositionView& closed);
std::string text_of(const views::AlertView& alert);
std::string text_of(const views::WithdrawalView& withdrawal);

}  // namespace tribook::test
