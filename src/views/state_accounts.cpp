#include "tribook/base/assert.h"
#include "views/state.h"

// Accounts with what they have of their own, and users.

namespace tribook::views {

void Views::State::take_options(AccountView& view) const {
  const OptionValues now = groups->options(view.group_id, view.own, view.from_group);
  view.stop_out_level = now.stop_out_level;
  view.margin_call_levels = now.margin_call_levels;
  view.negative_balance_protection = now.negative_balance_protection != 0;
  view.closing = now.closing;
  view.stop_out_order = now.stop_out_order;
  view.swap_free = now.swap_free;
}

bool Views::State::on(const EventHeader& header, const AccountUpdated& event) {
  AccountSlot* account = accounts.open(header.account, header.root);
  if (account == nullptr) return false;
  AccountView view = account->record.load();
  view.balance = event.balance;
  view.credit = event.credit;
  view.used_margin = event.used_margin;
  view.reserved_margin = event.reserved_margin;
  view.leverage = event.leverage;
  view.state = event.state;
  const bool is_moved = view.group_id != event.group;
  view.group_id = event.group;
  view.group = groups->spec(event.group).name;
  take_options(view);
  account->record.store(view);
  if (is_moved) positions.move(*account, event.group);
  return true;
}

bool Views::State::on(const EventHeader& header, const AccountCreated& event) {
  const auto spec = read_spec<AccountSpec>(slab.get(header.text));
  TB_ASSERT(spec.has_value());
  AccountView view;
  view.currency = spec->currency;
  view.created = header.time;
  view.own = own_options(*spec);
  view.from_group = spec->from_group;
  view.group = spec->group;
  view.group_id = groups->find(spec->group.view());
  view.id = header.account;
  view.user = event.user;
  view.leverage = spec->leverage;
  view.kind = spec->kind;
  view.mode = spec->mode;
  take_options(view);
  if (!accounts.add(view, header.root)) return false;
  directory.add_account(event.user, header.account);
  return true;
}

bool Views::State::on(const EventHeader& header, const AccountOptionsUpdated& /*event*/) {
  const auto change = read_spec<OptionsChange>(slab.get(header.text));
  TB_ASSERT(change.has_value());
  AccountSlot* account = accounts.open(header.account, header.root);
  if (account == nullptr) return false;
  AccountView view = account->record.load();
  change_own(*change, view.own, view.from_group);
  if (change->sets_mode != 0) view.mode = change->mode;
  take_options(view);
  account->record.store(view);
  return true;
}

bool Views::State::on(const EventHeader& header, const AccountWatched& event) {
  AccountSlot* account = accounts.open(header.account, header.root);
  if (account == nullptr) return false;
  AccountView view = account->record.load();
  view.day_base = event.base;
  view.peak = event.peak;
  view.crossed = event.crossed;
  view.near = event.near;
  account->record.store(view);
  return true;
}

bool Views::State::on(const EventHeader& header, const UserCreated& event) {
  const auto spec = read_user_spec(slab.get(header.text));
  TB_ASSERT(spec.has_value());
  return directory.add(event.user, *spec, header.time, event.password_changes);
}

bool Views::State::on(const EventHeader& header, const PasswordChanged& event) {
  const auto spec = read_spec<PasswordSpec>(slab.get(header.text));
  TB_ASSERT(spec.has_value());
  return directory.set_password(event.user, *spec);
}

}  // namespace tribook::views
