#include "gateway/ws/stream.h"

#include <algorithm>
#include <utility>

#include "gateway/api/login.h"
#include "gateway/ws/clients.h"
#include "gateway/ws/messages.h"

namespace tribook::gateway {
namespace {

constexpr std::chrono::seconds kAuthWait{10};
constexpr std::chrono::seconds kLookInterval{1};

template <typename T>
void erase_one(std::vector<T>& list, const T& value) {
  const auto found = std::find(list.begin(), list.end(), value);
  if (found == list.end()) return;
  *found = list.back();
  list.pop_back();
}

std::string account_of(const http::HttpRequest& request) {
  const std::string_view header = request.header("X-Account-Id");
  return header.empty() ? request.param("accountId").value_or("") : std::string(header);
}

}  // namespace

Stream::Stream(Context& context)
    : context_(context),
      by_symbol_(context.options.symbols_max + 1),
      ticks_(context.options.symbols_max + 1),
      by_depth_(context.options.symbols_max + 1),
      by_tape_(context.options.symbols_max + 1) {}

Stream::~Stream() = default;

std::optional<http::HttpResponse> Stream::upgrade(const http::HttpRequest& request) {
  if (request.header("Authorization").empty()) return std::nullopt;
  Identity who;
  AccountId account;
  http::HttpResponse refusal;
  if (!identify(context_, http::bearer_token(request), Audience::Client, who, refusal)) {
    return refusal;
  }
  const RejectCode code = pick_account(context_, who, account_of(request), account);
  if (code != RejectCode::None) return problem(code);
  return std::nullopt;
}

void Stream::open(http::WsSession& session, const http::HttpRequest& request) {
  auto owned = std::make_unique<Client>();
  Client& client = *owned;
  client.id = next_id_++;
  client.session = &session;
  client.opened = context_.clock.now();
  session.set_user(&client);
  clients_.emplace(client.id, std::move(owned));
  if (request.header("Authorization").empty()) return;
  // upgrade() has looked at the same token a moment ago.
  Identity who;
  AccountId account;
  http::HttpResponse refusal;
  if (!identify(context_, http::bearer_token(request), Audience::Client, who, refusal) ||
      pick_account(context_, who, account_of(request), account) != RejectCode::None) {
    return end(client, RejectCode::Unauthenticated, {});
  }
  admit(client, who, account);
}

void Stream::admit(Client& client, const Identity& who, AccountId account) {
  client.who = who;
  client.account = account;
  client.is_known = true;
  auto& group = groups_[account.value];
  if (group == nullptr) {
    group = std::make_unique<Group>();
    group->account = account;
    group->owner = find_owner(account);
  }
  client.price_group = group->owner.group;
  group->clients.push_back(&client);
}

Owner Stream::find_owner(AccountId account) const {
  views::AccountView view;
  const auto status = context_.views.account(account, view);
  return status == views::ReadStatus::Found ? owner_of(view) : Owner{};
}

void Stream::forget_quotes(Client& client) {
  erase_one(all_quotes_, &client);
  for (const SymbolId symbol : client.symbols) erase_one(by_symbol_[symbol.value], &client);
  client.symbols.clear();
  client.waiting.clear();
  client.wants_all_quotes = false;
}

void Stream::close(http::WsSession& session) {
  auto* client = static_cast<Client*>(session.user());
  if (client == nullptr) return;
  session.set_user(nullptr);
  forget_quotes(*client);
  forget_candles(*client);
  forget_book(*client);
  if (const auto group = groups_.find(client->account.value);
      client->is_known && group != groups_.end()) {
    erase_one(group->second->clients, client);
    if (group->second->clients.empty()) {
      erase_one(changed_, group->second.get());
      groups_.erase(group);
    }
  }
  clients_.erase(client->id);
}

// Numbers of sessions go on: what comes late for one must not find another.
void Stream::forget() {
  for (const auto& [id, client] : clients_) client->session->set_user(nullptr);
  clients_.clear();
  groups_.clear();
  all_quotes_.clear();
  for (auto& clients : by_symbol_) clients.clear();
  for (auto& ticks : ticks_) ticks.clear();
  followed_.clear();
  for (auto& clients : by_depth_) clients.clear();
  for (auto& clients : by_tape_) clients.clear();
  depths_changed_.clear();
  changed_.clear();
  quotes_valued_ = 0;
}

void Stream::end(Client& client, RejectCode code, std::string_view detail) {
  client.send(ws::error_message(code, detail, {}));
  client.session->close(http::CloseCode::PolicyViolation, name_of(code));
}

Stream::Client* Stream::find(std::uint64_t id) {
  const auto found = clients_.find(id);
  return found == clients_.end() || !found->second->session->open() ? nullptr : found->second.get();
}

void Stream::end_stale_sessions(TimeNs now) {
  const std::uint64_t revocations = context_.tokens.revocations();
  const bool any_revoked = revocations != revocations_seen_;
  revocations_seen_ = revocations;
  for (const auto& [id, client] : clients_) {
    if (!client->session->open()) continue;
    if (!client->is_known) {
      if (now - client->opened > kAuthWait) {
        end(*client, RejectCode::Unauthenticated, "No token came in time");
      }
    } else if (client->who.expires <= now) {
      end(*client, RejectCode::Unauthenticated, "The token has expired");
    } else if (any_revoked && context_.tokens.is_revoked(client->who.token_id)) {
      end(*client, RejectCode::Unauthenticated, "Logged out");
    }
  }
}

void Stream::end_sessions_of(UserId user) {
  for (const auto& [id, client] : clients_) {
    if (!client->session->open() || !client->is_known || client->who.user != user) continue;
    if (has_same_password(context_, client->who)) continue;  // logged in since
    end(*client, RejectCode::Unauthenticated, "The password was changed");
  }
}

void Stream::tick(TimeNs now) {
  if (context_.mirror.quote_count() != quotes_valued_) {
    quotes_valued_ = context_.mirror.quote_count();
    for (const auto& [account, group] : groups_) value(*group);
    if (!send_candles()) quotes_valued_ = 0;  // again at the next turn
  }
  if (now - looked_at_ < kLookInterval) return;
  looked_at_ = now;
  end_stale_sessions(now);
}

}  // namespace tribook::gateway
