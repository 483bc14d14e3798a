#include "app/alert_log.h"

#include <algorithm>
#include <vector>

#include "app/log.h"
#include "tribook/domain/decimal.h"
#include "views/alerts.h"

namespace tribook::app {
namespace {

constexpr std::size_t kPage = 500;

std::string decimal(std::int64_t raw) {
  std::array<char, kDecimalTextMax> text{};
  return {text.data(), format_decimal(text.data(), raw)};
}

std::string of_limit(const views::AlertView& alert) {
  std::string text = ": " + std::string(terms_of(alert.limit).name) + ", " +
                     decimal(alert.measured.raw) + " of " + decimal(alert.threshold.raw);
  if (alert.position) text += ", position " + std::to_string(alert.position.value);
  return alert.is_over ? text + ", well again" : text;
}

std::string of_switch(const views::AlertView& alert) {
  std::string text = ": " + std::string(name_of(alert.scope.level));
  if (alert.scope.id != 0) text += ' ' + std::to_string(alert.scope.id);
  return text + ' ' + std::string(name_of(alert.action)) + ", " + std::string(name_of(alert.cause));
}

}  // namespace

std::string text_of(const views::AlertView& alert) {
  std::string text = "alert " + std::to_string(alert.id.value) + ": " +
                     std::string(name_of(views::severity_of(alert))) + ' ' +
                     std::string(name_of(alert.kind));
  if (alert.account) text += " of account " + std::to_string(alert.account.value);
  switch (alert.kind) {
    case AlertKind::Limit:
      return text + of_limit(alert);
    case AlertKind::KillSwitch:
      return text + of_switch(alert);
    case AlertKind::Liquidation:
      return text + ": position " + std::to_string(alert.position.value);
    case AlertKind::MarginCall:
    case AlertKind::StopOut:
      break;
  }
  return text + ": margin level " + decimal(alert.level.raw) + " % of " +
         decimal(alert.threshold.raw) + " %";
}

AlertLog::AlertLog(const views::Views& views) : views_(views) {
  const auto newest = views_.alerts({}, {}, 1);
  if (!newest.items.empty()) last_ = newest.items.front().id;
}

// Pages come newest first. What is no longer kept in memory by now was too much to write anyway.
void AlertLog::look() {
  const auto page = views_.alerts({}, {}, kPage);
  const auto is_old = [&](const views::AlertView& alert) { return alert.id <= last_; };
  const auto end = std::find_if(page.items.begin(), page.items.end(), is_old);
  if (end == page.items.begin()) return;
  std::size_t written = 0;
  for (auto alert = end; alert != page.items.begin();) {
    --alert;
    counts_[static_cast<std::size_t>(alert->kind)].fetch_add(1, std::memory_order_relaxed);
    if (written == kLinesOfLook) continue;
    ++written;
    const bool is_grave = views::severity_of(*alert) != AlertSeverity::Info;
    is_grave ? log_warning(text_of(*alert)) : log_info(text_of(*alert));
  }
  const auto all = page.items.front().id.value - last_.value;
  if (all > written) log_warning("alerts: " + std::to_string(all - written) + " more");
  last_ = page.items.front().id;
}

}  // namespace tribook::app
