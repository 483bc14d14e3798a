#include <algorithm>
#include <utility>

#include "gateway/ws/clients.h"
#include "gateway/ws/messages.h"

// The clients' book in public: its best prices, told once for a batch of events that changed them,
// and its deals, each one.

namespace tribook::gateway {
namespace {

// Deals that a slow reader does not get: there is no latest one in their place.
bool is_behind(const http::WsSession& session) {
  return session.queued_messages() >= kQuotesQueued;
}

}  // namespace

void Stream::set_book(Client& client, SymbolId symbol, bool is_depth, bool wanted) {
  std::vector<SymbolId>& own = is_depth ? client.depths : client.tapes;
  auto& clients = (is_depth ? by_depth_ : by_tape_)[symbol.value];
  const bool has = std::find(own.begin(), own.end(), symbol) != own.end();
  if (has == wanted) return;
  if (wanted) {
    own.push_back(symbol);
    clients.push_back(&client);
  } else {
    std::erase(own, symbol);
    std::erase(clients, &client);
    if (is_depth) std::erase(client.waiting_depths, symbol);
  }
}

void Stream::subscribe_book(Client& client, const Request& request, bool wanted) {
  std::vector<SymbolId> named;
  bool is_all = false;
  if (!read_symbols(client, request, named, is_all)) return;
  if (is_all) {
    named.clear();
    for (const auto& instrument : context_.mirror.symbols().all()) {
      if (instrument->id.value < by_depth_.size()) named.push_back(instrument->id);
    }
  }
  const bool is_depth = request.type == "depth";
  for (const SymbolId symbol : named) set_book(client, symbol, is_depth, wanted);
  acknowledge(client, request);
  if (!is_depth || !wanted) return;
  // The latest now, the changes as they come.
  for (const SymbolId symbol : named) {
    std::erase(client.waiting_depths, symbol);
    client.waiting_depths.push_back(symbol);
  }
  send_waiting_depths(client);
}

void Stream::forget_book(Client& client) {
  while (!client.depths.empty()) set_book(client, client.depths.back(), true, false);
  while (!client.tapes.empty()) set_book(client, client.tapes.back(), false, false);
}

void Stream::on_depth(SymbolId symbol) {
  if (symbol.value >= by_depth_.size() || by_depth_[symbol.value].empty()) return;
  if (std::find(depths_changed_.begin(), depths_changed_.end(), symbol) == depths_changed_.end())
    depths_changed_.push_back(symbol);
}

void Stream::send_depths() {
  for (const SymbolId symbol : std::exchange(depths_changed_, {})) {
    views::DepthView depth;
    if (context_.views.depth(symbol, depth) != views::ReadStatus::Found) continue;
    const auto text =
        std::make_shared<const std::string>(ws::depth_message(context_, symbol, depth));
    for (Client* client : by_depth_[symbol.value]) {
      if (!is_behind(*client->session)) {
        client->session->send(text);
      } else if (std::find(client->waiting_depths.begin(), client->waiting_depths.end(), symbol) ==
                 client->waiting_depths.end()) {
        client->waiting_depths.push_back(symbol);
      }
    }
  }
}

void Stream::send_waiting_depths(Client& client) {
  std::vector<SymbolId> waiting = std::exchange(client.waiting_depths, {});
  auto next = waiting.begin();
  for (; next != waiting.end() && !is_behind(*client.session); ++next) {
    views::DepthView depth;
    if (context_.views.depth(*next, depth) != views::ReadStatus::Found) continue;
    client.send(ws::depth_message(context_, *next, depth));
  }
  client.waiting_depths.assign(next, waiting.end());
}

void Stream::on_print(const BookPrinted& print, TimeNs time) {
  if (print.symbol.value >= by_tape_.size() || by_tape_[print.symbol.value].empty()) return;
  const auto text = std::make_shared<const std::string>(ws::tape_message(context_, print, time));
  for (Client* client : by_tape_[print.symbol.value]) {
    if (!is_behind(*client->session)) client->session->send(text);
  }
}

}  // namespace tribook::gateway
