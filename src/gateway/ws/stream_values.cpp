#include <algorithm>
#include <span>
#include <utility>

#include "gateway/ws/clients.h"
#include "gateway/ws/messages.h"

// What open positions are worth, as quotes move it: the same for all sessions of an account, told
// in pieces that a queue can take.

namespace tribook::gateway {
namespace {

using ws::ValuedPosition;

constexpr std::size_t kValuesInMessage = 500;
constexpr std::size_t kBytesQueued = 256 * 1'024;

struct Piece {
  PositionId first;
  std::shared_ptr<const std::string> text;
};

std::vector<Piece> pieces_of(const Context& context, std::span<const ValuedPosition> values,
                             Currency currency) {
  std::vector<Piece> pieces;
  while (!values.empty()) {
    const auto some = values.first(std::min(values.size(), kValuesInMessage));
    pieces.push_back({some.front().id, std::make_shared<const std::string>(
                                           ws::position_values(context, some, currency))});
    values = values.subspan(some.size());
  }
  return pieces;
}

// Until the queue is full; the place where it stopped is noted.
template <typename Client>
void offer(Client& client, const std::vector<Piece>& pieces) {
  for (const Piece& piece : pieces) {
    if (client.session->queued_messages() >= kQuotesQueued ||
        client.session->queued_bytes() >= kBytesQueued) {
      client.values_before = PositionId{piece.first.value + 1};
      return;
    }
    client.session->send(piece.text);
  }
}

}  // namespace

void Stream::send_values(Group& group, const views::AccountSnapshot& snapshot) {
  const bool any = std::any_of(group.clients.begin(), group.clients.end(),
                               [](const Client* c) { return c->wants_positions; });
  std::unordered_map<std::uint64_t, PositionValue> values;
  std::vector<ValuedPosition> changed;
  const Owner owner = owner_of(snapshot.account);
  for (const views::PositionView& position : snapshot.positions) {
    if (!any) break;
    const PositionValue value = context_.mirror.value(position, owner);
    const auto told = group.values.find(position.id.value);
    if (told == group.values.end() || told->second != value) {
      changed.push_back({position.id, position.symbol, value});
    }
    values.emplace(position.id.value, value);
  }
  group.values.swap(values);
  const auto pieces = pieces_of(context_, changed, owner.currency);
  for (Client* client : group.clients) {
    if (!client->wants_positions || pieces.empty()) continue;
    if (client->values_before) {
      client->missed_values = true;
    } else {
      offer(*client, pieces);
    }
  }
}

// Those older than `before`, 0 = all, whether or not they changed.
void Stream::send_all_values(Client& client, PositionId before) {
  views::AccountSnapshot snapshot;
  if (context_.views.snapshot(client.account, snapshot) != views::ReadStatus::Found) return;
  const Owner owner = owner_of(snapshot.account);
  std::vector<ValuedPosition> values;
  for (const views::PositionView& position : snapshot.positions) {
    if (before && position.id >= before) continue;
    values.push_back({position.id, position.symbol, context_.mirror.value(position, owner)});
  }
  offer(client, pieces_of(context_, values, owner.currency));
  const auto group = groups_.find(client.account.value);
  if (group == groups_.end()) return;
  const auto is_other = [&](const Client* c) { return c != &client && c->wants_positions; };
  auto& clients = group->second->clients;
  if (std::any_of(clients.begin(), clients.end(), is_other)) return;  // they were told others
  for (const ValuedPosition& position : values) {
    group->second->values.insert_or_assign(position.id.value, position.value);
  }
}

void Stream::send_waiting_values(Client& client) {
  if (!client.values_before) return;
  const PositionId before = std::exchange(client.values_before, PositionId{});
  if (!client.wants_positions) return;
  send_all_values(client, before);
  if (client.values_before || !client.missed_values) return;
  client.missed_values = false;
  send_all_values(client, {});
}

}  // namespace tribook::gateway
