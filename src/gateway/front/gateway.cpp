#include "gateway/front/gateway.h"

#include <exception>
#include <utility>

#include "gateway/admin/admin_api.h"
#include "gateway/api/login.h"
#include "gateway/rest/client_api.h"
#include "gateway/site/site.h"

namespace tribook::gateway {

Gateway::Gateway(const Options& options, const Pipeline& pipeline, const World& world)
    : context_(options, pipeline, world), stream_(context_) {}

namespace {

/// Gives the reference to an event's text back, whatever is thrown meanwhile.
class TextHeld {
 public:
  TextHeld(Slab& slab, TextRef text) : slab_(slab), text_(text) {}
  ~TextHeld() { slab_.release(text_); }
  TextHeld(const TextHeld&) = delete;
  TextHeld& operator=(const TextHeld&) = delete;

 private:
  Slab& slab_;
  TextRef text_;
};

}  // namespace

// What goes wrong with an event that has come in is no fault of this request.
void Gateway::handle(Door door, const http::HttpRequest& request, const http::ReplyHandle& handle) {
  try {
    drain();
  } catch (const std::exception& error) {
    return context_.network.in_doubt(error.what());
  }
  dispatch(door, request, handle);
}

bool Gateway::admit(const Route& route, const http::HttpRequest& request, Identity& who,
                    AccountId& account, http::HttpResponse& refusal) {
  if (route.is_public()) return true;
  const Audience audience = route.door == Door::Client ? Audience::Client : Audience::Admin;
  if (!identify(context_, http::bearer_token(request), audience, who, refusal)) return false;
  RejectCode code = RejectCode::Forbidden;
  if (route.admits(who.role)) {
    code = pick_account(context_, who, request.header("X-Account-Id"), account);
  }
  if (code == RejectCode::None) return true;
  refusal = problem(code);
  return false;
}

void Gateway::dispatch(Door door, const http::HttpRequest& request,
                       const http::ReplyHandle& handle) {
  if (door == Door::Client) {
    if (auto page = site::embedded_site().answer(request)) {
      context_.network.reply(handle, std::move(*page));
      return;
    }
  }
  const RouteMatch match = find_route(door, request.method, request.path);
  if (match.route == nullptr) {
    context_.network.reply(
        handle, match.allowed.empty() ? no_such_path() : method_not_allowed(match.allowed));
    return;
  }
  context_.network.set_route(match.route->pattern);
  Identity who;
  AccountId account;
  http::HttpResponse refusal;
  if (!admit(*match.route, request, who, account, refusal)) {
    context_.network.reply(handle, std::move(refusal));
    return;
  }
  const Call call{context_, request, handle, match.route->endpoint, match.param, who, account};
  if (door == Door::Client) {
    handle_client(call);
  } else {
    handle_admin(call);
  }
}

void Gateway::take(const Event& event) {
  const TextHeld held(context_.pipeline.slab, event.header.text);
  context_.mirror.apply(event);
  stream_.on_event(event);
  if (event.header.gateway == context_.pipeline.gateway) context_.pending.take(event);
}

std::size_t Gateway::drain() {
  Event event;
  std::size_t count = 0;
  while (count < kDrainMax && context_.pipeline.events.try_pop(event)) {
    take(event);
    ++count;
  }
  context_.pipeline.events.notify_room();
  if (count == kDrainMax) {
    context_.network.post([this] { drain(); });
  } else if (context_.pipeline.quotes_missed.exchange(false, std::memory_order_acq_rel)) {
    // Only now that the ring is empty: nothing older than what the views show can follow.
    context_.mirror.load_quotes();
    stream_.on_quotes_missed();
  }
  if (count > 0) stream_.flush();
  return count;
}

void Gateway::tick() {
  drain();
  const TimeNs now = context_.clock.now();
  context_.pending.expire(now);
  stream_.tick(now);
}

void Gateway::forget() {
  context_.pending.forget();
  stream_.forget();
}

void Gateway::discard() {
  Event event;
  std::size_t count = 0;
  for (; count < kDrainMax && context_.pipeline.events.try_pop(event); ++count) {
    context_.pipeline.slab.release(event.header.text);
  }
  context_.pipeline.events.notify_room();
  discarded_.store(discarded() + count, std::memory_order_relaxed);
}

// What the views show is at least as new as all that was in the ring.
void Gateway::begin_anew() {
  discard();
  context_.pipeline.quotes_missed.store(false, std::memory_order_release);
  context_.mirror.load();
}

}  // namespace tribook::gateway
