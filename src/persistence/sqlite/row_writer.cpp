#include "persistence/sqlite/row_writer.h"

#include <array>
#include <string>

#include "persistence/sqlite/decimal_text.h"
#include "persistence/sqlite/row_sql.h"
#include "tribook/base/assert.h"
#include "tribook/domain/decimal.h"
#include "tribook/domain/group.h"
#include "tribook/message/text.h"
#include "views/alerts.h"
#include "views/average.h"

namespace tribook::persistence::sqlite {
namespace {

// Which of an order's and of a payment's texts is which.
constexpr std::size_t kClientId = 0;
constexpr std::size_t kStrategy = 1;
constexpr std::size_t kComment = 2;
constexpr std::size_t kMetadata = 3;
constexpr std::size_t kReference = 1;
constexpr std::size_t kNote = 2;
constexpr std::size_t kAddress = 3;

std::string_view cut(std::string_view text, std::size_t size) { return text.substr(0, size); }

std::string_view text_of(const CurrencyText& currency) { return currency.view(); }

// "150 100".
std::string text_of(const MarginCallLevels& levels) {
  std::string text;
  std::array<char, kDecimalTextMax> number{};
  for (std::size_t i = 0; i < levels.count; ++i) {
    if (i > 0) text += ' ';
    text.append(number.data(), format_decimal(number.data(), levels.level[i].raw));
  }
  return text;
}

}  // namespace

RowWriter::RowWriter(Database& database, const Slab& slab)
    : slab_(slab),
      order_(database, sql::kOrder),
      order_terms_(database, sql::kOrderTerms),
      trade_(database, sql::kTrade),
      position_(database, sql::kPosition),
      position_closed_(database, sql::kPositionClosed),
      reduced_so_far_(database, sql::kReducedSoFar),
      position_reduced_(database, sql::kPositionReduced),
      ledger_(database, sql::kLedger),
      account_created_(database, sql::kAccountCreated),
      account_updated_(database, sql::kAccountUpdated),
      account_options_(database, sql::kAccountOptions),
      user_(database, sql::kUser),
      symbol_(database, sql::kSymbol),
      tick_(database, sql::kTick),
      is_open_(database, sql::kIsOpen),
      alert_(database, sql::kAlert),
      account_day_(database, sql::kAccountDay),
      withdrawal_asked_(database, sql::kWithdrawalAsked),
      withdrawal_decided_(database, sql::kWithdrawalDecided),
      group_(database, sql::kGroup),
      group_terms_(database, sql::kGroupTerms) {}

void RowWriter::apply(const Event& event) {
  number_ = event.header.root == root_ ? number_ + 1 : 0;
  root_ = event.header.root;
  switch (event.header.kind) {
    case EventKind::OrderUpdated:
      return on(event.header, event.get<OrderUpdated>());
    case EventKind::OrderTerms:
      return on(event.header, event.get<OrderTerms>());
    case EventKind::TradeExecuted:
      return on(event.header, event.get<TradeExecuted>());
    case EventKind::TradeSwap:
      swap_ = event.get<TradeSwap>();
      return;
    case EventKind::PositionUpdated:
      return on(event.header, event.get<PositionUpdated>());
    case EventKind::PositionReduced:
      return on(event.header, event.get<PositionReduced>());
    case EventKind::LedgerPosted:
      return on(event.header, event.get<LedgerPosted>());
    case EventKind::AccountUpdated:
      return on(event.header, event.get<AccountUpdated>());
    case EventKind::AccountCreated:
      return on(event.header, event.get<AccountCreated>());
    case EventKind::AccountOptionsUpdated:
      return on(event.header, event.get<AccountOptionsUpdated>());
    case EventKind::UserCreated:
      return on(event.header, event.get<UserCreated>());
    case EventKind::SymbolUpdated:
      return on(event.header, event.get<SymbolUpdated>());
    case EventKind::QuoteApplied:
      return on(event.header, event.get<QuoteApplied>());
    case EventKind::SessionChanged:
      return on(event.header, event.get<SessionChanged>());
    case EventKind::MarginCall:
      return write(views::alert_of(event.header, event.get<MarginCallRaised>()));
    case EventKind::StopOut:
      return write(views::alert_of(event.header, event.get<StopOutStarted>()));
    case EventKind::PositionLiquidated:
      return write(views::alert_of(event.header, event.get<PositionLiquidated>()));
    case EventKind::AccountDayEnded:
      return on(event.header, event.get<AccountDayEnded>());
    case EventKind::WithdrawalUpdated:
      return on(event.header, event.get<WithdrawalUpdated>());
    case EventKind::GroupUpdated:
      return on(event.header, event.get<GroupUpdated>());
    case EventKind::GroupTermsUpdated:
      return on(event.header, event.get<GroupTermsUpdated>());
    case EventKind::None:
    case EventKind::ClockMoved:
    case EventKind::Refused:
    case EventKind::PositionCarried:
    case EventKind::PositionFollowed:
    case EventKind::HouseCarried:
    case EventKind::BookPrinted:
    case EventKind::DepthChanged:
    case EventKind::Settled:
    case EventKind::VenueRequested:
    case EventKind::VenueReported:
    case EventKind::VenueSettled:
    case EventKind::VenueExposureCarried:
    case EventKind::PasswordChanged:
    case EventKind::LimitsUpdated:
    case EventKind::KillSwitchChanged:
    case EventKind::KillSwept:
    case EventKind::OrderWarned:
    case EventKind::RiskAlert:
    case EventKind::AccountWatched:
      return;
  }
}

void RowWriter::on(const EventHeader& header, const OrderUpdated& event) {
  if (event.is_duplicate != 0) return;
  const Texts texts = read_texts(slab_.get(header.text));
  order_.run(event.order.value, header.root.value, header.account.value, event.symbol.value,
             event.position.value, name_of(event.side), name_of(event.type),
             name_of(event.time_in_force), name_of(event.status), name_of(event.book),
             name_of(event.reason), name_of(event.code), name_of(event.origin), event.routing_rule,
             event.volume.raw, event.filled_volume.raw, event.filled_price.raw, event.limit.raw,
             event.stop_loss.raw, event.take_profit.raw,
             DecimalText(Money{event.required_margin_raw}),
             DecimalText(Money{event.free_margin_raw}), header.time.ns,
             cut(texts.part[kClientId], kClientIdMax), cut(texts.part[kStrategy], kStrategyMax),
             cut(texts.part[kComment], kCommentMax), cut(texts.part[kMetadata], kMetadataMax));
}

void RowWriter::on(const EventHeader& header, const OrderTerms& event) {
  order_terms_.run(event.order.value, header.root.value, event.trigger.raw, event.expires.ns,
                   event.partner.value, event.bid.raw, event.ask.raw,
                   event.trailing_distance.hundredths, event.trailing_step.hundredths,
                   header.time.ns);
}

void RowWriter::on(const EventHeader& header, const TradeExecuted& event) {
  trade_.run(event.trade.value, header.root.value, header.account.value, event.order.value,
             event.position.value, event.symbol.value, name_of(event.side), name_of(event.book),
             name_of(event.reason), event.volume.raw, event.price.raw,
             DecimalText(event.realized_pnl), DecimalText(event.commission), header.time.ns,
             DecimalText(swap_.trade == event.trade ? swap_.swap : Money{}));
  traded_ = {event.position, event.highest, event.lowest};
}

// What is left when it closes is nothing; the price at which it was open stays.
void RowWriter::on(const EventHeader& header, const PositionUpdated& event) {
  if (event.action == PositionAction::Closed) {
    position_closed_.run(event.position.value, header.root.value, number_, header.time.ns,
                         DecimalText(event.commission), DecimalText(event.swap));
    return;
  }
  const Marks marks = traded_.position == event.position ? traded_ : Marks{};
  const Price open_price = views::average_price(event.open_cost, event.volume);
  position_.run(event.position.value, header.root.value, header.account.value, event.symbol.value,
                name_of(event.side), name_of(event.book), event.volume.raw,
                DecimalText(event.open_cost), open_price.raw, event.stop_loss.raw,
                event.take_profit.raw, DecimalText(event.commission), DecimalText(event.swap),
                event.open_time.ns, header.time.ns, marks.highest.raw, marks.lowest.raw);
}

// A netting position may turn over without end: a sum that no longer fits stays as it was.
void RowWriter::on(const EventHeader& header, const PositionReduced& event) {
  Volume volume;
  Cost cost;
  {
    Rows rows = reduced_so_far_.rows(event.position.value);
    if (!rows.next()) return;
    volume = {rows.integer(0)};
    cost = cost_of_text(rows.text(1));
  }
  const auto volume_sum = checked_add(volume.raw, event.closed_volume.raw);
  const auto cost_sum = checked_add(cost.raw, cost_of(event.price, event.closed_volume).raw);
  if (volume_sum && cost_sum) {
    volume = {*volume_sum};
    cost = {*cost_sum};
  }
  position_reduced_.run(event.position.value, header.root.value, volume.raw, DecimalText(cost),
                        views::average_price(cost, volume).raw, DecimalText(event.realized_total),
                        name_of(event.reason), header.time.ns, traded_.highest.raw,
                        traded_.lowest.raw);
}

void RowWriter::on(const EventHeader& header, const LedgerPosted& event) {
  if (event.is_duplicate != 0) return;  // an answer; nothing was booked
  const Texts texts = read_texts(slab_.get(header.text));
  ledger_.run(event.entry.value, header.root.value, header.account.value, name_of(event.type),
              name_of(event.house), name_of(event.method), DecimalText(event.amount),
              DecimalText(event.balance_after), event.reference, event.reference_is_position != 0,
              cut(texts.part[kReference], kReferenceMax), cut(texts.part[kNote], kNoteMax),
              header.time.ns, event.is_of_credit != 0, name_of(event.adjustment));
}

void RowWriter::on(const EventHeader& header, const WithdrawalUpdated& event) {
  if (event.is_duplicate != 0) return;  // an answer; nothing changed
  const Texts texts = read_texts(slab_.get(header.text));
  const std::string_view note = cut(texts.part[kNote], kNoteMax);
  if (event.status != WithdrawalStatus::Pending) {
    withdrawal_decided_.run(event.withdrawal.value, header.root.value, name_of(event.status),
                            header.time.ns, event.decided_by.value, note);
    return;
  }
  withdrawal_asked_.run(event.withdrawal.value, header.root.value, header.account.value,
                        DecimalText(event.amount), name_of(event.method), name_of(event.status),
                        event.entry.value, event.requested.ns, event.requested_by.value,
                        cut(texts.part[kReference], kReferenceMax), note,
                        cut(texts.part[kAddress], kNoteMax));
}

void RowWriter::on(const EventHeader& header, const GroupUpdated& event) {
  const auto spec = read_spec<GroupSpec>(slab_.get(header.text));
  TB_ASSERT(spec.has_value());
  const auto sets = [&](Option option) { return (spec->sets & bit_of(option)) != 0; };
  const OptionValues& options = spec->options;
  group_.run(event.group.value, header.root.value, spec->name.view(), sets(Option::StopOutLevel),
             options.stop_out_level.raw, sets(Option::MarginCallLevels),
             text_of(options.margin_call_levels), sets(Option::NegativeBalanceProtection),
             options.negative_balance_protection, sets(Option::Closing), name_of(options.closing),
             sets(Option::SwapFree), options.swap_free.is_on, options.swap_free.free_rollovers,
             options.swap_free.fee.raw, sets(Option::StopOutOrder),
             name_of(options.stop_out_order));
}

void RowWriter::on(const EventHeader& header, const GroupTermsUpdated& event) {
  const auto terms = read_spec<GroupTerms>(slab_.get(header.text));
  TB_ASSERT(terms.has_value());
  const CommissionSpec& commission = terms->commission;
  const SwapSpec& swap = terms->swap;
  group_terms_.run(
      event.group.value, event.symbol.value, header.root.value, terms->has(GroupTerms::kMarkup),
      terms->markup_pips.raw, terms->has(GroupTerms::kLeverageCap), terms->leverage_cap,
      terms->has(GroupTerms::kCommission), name_of(commission.basis), commission.amount.raw,
      commission.minimum.raw, text_of(CurrencyText(commission.currency)),
      terms->has(GroupTerms::kSwap), name_of(swap.mode), swap.buy.raw, swap.sell.raw,
      swap.triple_day, swap.days_in_year, name_of(swap.price));
}

void RowWriter::on(const EventHeader& header, const AccountUpdated& event) {
  account_updated_.run(header.account.value, header.root.value, DecimalText(event.balance),
                       DecimalText(event.credit), DecimalText(event.used_margin), event.leverage,
                       name_of(event.state), header.time.ns, event.group.value);
}

void RowWriter::on(const EventHeader& header, const AccountCreated& event) {
  const auto spec = read_spec<AccountSpec>(slab_.get(header.text));
  TB_ASSERT(spec.has_value());
  account_created_.run(header.account.value, header.root.value, event.user.value,
                       text_of(CurrencyText(spec->currency)), name_of(spec->kind),
                       name_of(spec->mode), name_of(AccountState::Active), spec->group.view(),
                       spec->leverage, spec->stop_out_level.raw, text_of(spec->margin_call_levels),
                       name_of(spec->stop_out_order), spec->negative_balance_protection != 0,
                       header.time.ns, name_of(spec->closing), spec->from_group);
}

void RowWriter::on(const EventHeader& header, const AccountOptionsUpdated& /*event*/) {
  const auto change = read_spec<OptionsChange>(slab_.get(header.text));
  TB_ASSERT(change.has_value());
  const auto sets = [&](Option option) { return (change->sets & bit_of(option)) != 0; };
  const OptionValues& now = change->values;
  account_options_.run(header.account.value, header.root.value, header.time.ns, change->sets,
                       change->from_group, sets(Option::StopOutLevel), now.stop_out_level.raw,
                       sets(Option::MarginCallLevels), text_of(now.margin_call_levels),
                       sets(Option::NegativeBalanceProtection),
                       now.negative_balance_protection != 0, sets(Option::Closing),
                       name_of(now.closing), sets(Option::StopOutOrder),
                       name_of(now.stop_out_order), change->sets_mode != 0, name_of(change->mode));
}

void RowWriter::on(const EventHeader& header, const UserCreated& event) {
  const auto spec = read_user_spec(slab_.get(header.text));
  TB_ASSERT(spec.has_value());
  user_.run(event.user.value, header.root.value, spec->username.view(), spec->email.view(),
            name_of(spec->role), header.time.ns);
}

void RowWriter::on(const EventHeader& header, const SymbolUpdated& event) {
  const auto spec = read_spec<Instrument>(slab_.get(header.text));
  TB_ASSERT(spec.has_value());
  symbol_.run(event.symbol.value, header.root.value, spec->name.view(), name_of(spec->category),
              text_of(CurrencyText(spec->base)), text_of(CurrencyText(spec->quote)),
              text_of(CurrencyText(spec->margin_currency)), spec->digits, spec->tick_size.raw,
              spec->pip_size.raw, spec->contract_size.raw, spec->min_volume.raw,
              spec->max_volume.raw, spec->volume_step.raw, name_of(spec->state), spec->enabled);
}

void RowWriter::on(const EventHeader& header, const QuoteApplied& event) {
  if (event.is_reference != 0) return;
  tick_.run(header.root.value, event.symbol.value, header.time.ns, event.bid.raw, event.ask.raw);
}

void RowWriter::on(const EventHeader&, const SessionChanged& event) {
  is_open_.run(event.symbol.value, event.is_open != 0);
}

void RowWriter::write(const views::AlertView& alert) {
  alert_.run(alert.id.value, alert.sequence.value, alert.account.value, name_of(alert.kind),
             DecimalText(alert.equity), DecimalText(alert.used_margin), alert.threshold.raw,
             alert.level.raw, alert.symbol.value, alert.bid.raw, alert.ask.raw, alert.venue.value,
             alert.venue_time.ns, alert.quote.value, alert.stop_out.value, alert.position.value,
             alert.order.value, alert.volume.raw, alert.time.ns);
}

void RowWriter::on(const EventHeader& header, const AccountDayEnded& event) {
  account_day_.run(header.account.value, event.day, header.root.value, DecimalText(event.balance),
                   DecimalText(event.equity), DecimalText(event.pnl),
                   DecimalText(event.realized_pnl), DecimalText(event.charges), event.volume.raw,
                   event.positions, header.time.ns);
}

}  // namespace tribook::persistence::sqlite
