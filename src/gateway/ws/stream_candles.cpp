#include <algorithm>
#include <utility>

#include "gateway/ws/clients.h"
#include "gateway/ws/messages.h"

// Candles that sessions follow: what changed since the last turn, some four times a second. The
// views have them; the end of a candle is told before the beginning of the next.

namespace tribook::gateway {
namespace {

constexpr std::size_t kFollowedMax = 256;  // by one session
// Candles told at once when several began since the last turn: the newest ones.
constexpr std::size_t kCaughtUpMax = 8;

std::uint32_t key_of(SymbolId symbol, Timeframe timeframe) {
  return symbol.value * static_cast<std::uint32_t>(kTimeframes) +
         static_cast<std::uint32_t>(timeframe);
}

SymbolId symbol_of(std::uint32_t key) {
  return {static_cast<std::uint16_t>(key / static_cast<std::uint32_t>(kTimeframes))};
}

struct News {
  TimeNs start;
  std::shared_ptr<const std::string> text;
};

// Candles from `since` on, as they are now, but one that was told like this.
std::vector<News> news_of(const Context& context, SymbolId symbol, Timeframe timeframe,
                          TimeNs since, const Candle& told) {
  std::vector<News> news;
  const auto page = context.views.candles(symbol, timeframe, since, {INT64_MAX}, kCaughtUpMax);
  for (const Candle& candle : page.items) {
    if (candle == told) continue;
    news.push_back({candle.start, std::make_shared<const std::string>(
                                      ws::candle_message(context, symbol, timeframe, candle))});
  }
  return news;
}

// A reader who is behind waits, and is told all of it when its queue is empty.
template <typename Follower>
void tell(Follower& follower, const std::vector<News>& news) {
  http::WsSession& session = *follower.client->session;
  if (session.queued_messages() >= kQuotesQueued) follower.is_waiting = true;
  if (follower.is_waiting) return;
  for (const News& one : news) {
    if (one.start < follower.told) continue;
    session.send(one.text);
    follower.told = one.start;
  }
}

}  // namespace

void Stream::subscribe_candles(Client& client, const Request& request, bool wanted) {
  std::vector<SymbolId> symbols;
  bool is_all = false;
  if (!read_symbols(client, request, symbols, is_all)) return;
  const auto timeframe = timeframe_from(request.timeframe);
  if (!timeframe && (wanted || !request.timeframe.empty())) {
    return refuse(client, request, RejectCode::Validation,
                  "timeframe must be one of 1m 5m 15m 30m 1h 4h 1d");
  }
  if (!wanted) {
    const std::vector<std::uint32_t> followed = client.candles;
    for (const std::uint32_t key : followed) {
      const SymbolId symbol = symbol_of(key);
      const bool is_named =
          is_all || std::find(symbols.begin(), symbols.end(), symbol) != symbols.end();
      if (is_named && (!timeframe || key == key_of(symbol, *timeframe))) unfollow(client, key);
    }
    return acknowledge(client, request);
  }
  if (is_all) {
    return refuse(client, request, RejectCode::Validation, "symbols must be an array of names");
  }
  std::sort(symbols.begin(), symbols.end());
  symbols.erase(std::unique(symbols.begin(), symbols.end()), symbols.end());
  const auto is_new = [&](SymbolId symbol) {
    return std::find(client.candles.begin(), client.candles.end(), key_of(symbol, *timeframe)) ==
           client.candles.end();
  };
  const auto more = std::count_if(symbols.begin(), symbols.end(), is_new);
  if (client.candles.size() + static_cast<std::size_t>(more) > kFollowedMax) {
    return refuse(client, request, RejectCode::LimitReached,
                  "a session may follow 256 candles; unsubscribe from others first");
  }
  acknowledge(client, request);
  for (const SymbolId symbol : symbols) follow(client, symbol, *timeframe);
}

void Stream::follow(Client& client, SymbolId symbol, Timeframe timeframe) {
  const std::uint32_t key = key_of(symbol, timeframe);
  auto& followed = followed_[key];
  if (followed == nullptr) {
    followed = std::make_unique<Followed>();
    followed->symbol = symbol;
    followed->timeframe = timeframe;
  }
  Candle now;
  const bool is_known = context_.views.candle(symbol, timeframe, now) == views::ReadStatus::Found;
  if (is_known) {
    client.send(ws::candle_message(context_, symbol, timeframe, now));
    if (followed->followers.empty()) followed->told = now;
  }
  auto& followers = followed->followers;
  const auto own = std::find_if(followers.begin(), followers.end(),
                                [&](const auto& one) { return one.client == &client; });
  if (own == followers.end()) {
    followers.push_back({&client, now.start, false});
    client.candles.push_back(key);
  }
}

void Stream::unfollow(Client& client, std::uint32_t key) {
  std::erase(client.candles, key);
  const auto followed = followed_.find(key);
  if (followed == followed_.end()) return;
  auto& followers = followed->second->followers;
  std::erase_if(followers, [&](const auto& one) { return one.client == &client; });
  if (followers.empty()) followed_.erase(followed);
}

void Stream::forget_candles(Client& client) {
  while (!client.candles.empty()) unfollow(client, client.candles.back());
}

bool Stream::send_candles() {
  bool is_done = true;
  for (const auto& [key, followed] : followed_) {
    Candle now;
    const auto status = context_.views.candle(followed->symbol, followed->timeframe, now);
    if (status == views::ReadStatus::Busy) is_done = false;
    if (status != views::ReadStatus::Found || now == followed->told) continue;
    const auto news = news_of(context_, followed->symbol, followed->timeframe, followed->told.start,
                              followed->told);
    for (auto& follower : followed->followers) tell(follower, news);
    followed->told = now;
  }
  return is_done;
}

void Stream::send_waiting_candles(Client& client) {
  for (const std::uint32_t key : client.candles) {
    Followed& followed = *followed_.find(key)->second;
    for (auto& follower : followed.followers) {
      if (follower.client != &client || !follower.is_waiting) continue;
      follower.is_waiting = false;
      tell(follower, news_of(context_, followed.symbol, followed.timeframe, follower.told, {}));
    }
  }
}

}  // namespace tribook::gateway
