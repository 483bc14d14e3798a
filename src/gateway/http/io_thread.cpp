#include "gateway/http/io_thread.h"

#include <utility>

#include "gateway/http/connection.h"
#include "gateway/http/io_core.h"
#include "gateway/http/ws_session.h"
#include "tribook/base/assert.h"

namespace tribook::http {

IoThread::IoThread(IoThreadOptions options)
    : core_(std::make_unique<IoCore>(*this, std::move(options))) {}

IoThread::~IoThread() = default;

void IoThread::on_wake(std::function<void()> callback) { core_->set_on_wake(std::move(callback)); }

void IoThread::every(std::chrono::milliseconds interval, std::function<void()> fn) {
  core_->every(interval, std::move(fn));
}

void IoThread::on_fault(IoFaults faults) { core_->set_faults(std::move(faults)); }

void IoThread::start() { core_->start(); }

void IoThread::wake() noexcept { core_->wake(); }

void IoThread::post(std::function<void()> fn) { core_->post(std::move(fn)); }

bool IoThread::on_this_thread() const { return core_->on_this_thread(); }

bool IoThread::is_down() const { return core_->is_down(); }

void IoThread::stop(std::chrono::milliseconds drain) { core_->stop(drain); }

const Asker& IoThread::asker() const { return core_->asker(); }

void IoThread::set_route(std::string_view route) { core_->set_route(route); }

void IoThread::serve(const Asker& asker, const std::function<void()>& fn) {
  TB_DEBUG_ASSERT(on_this_thread());
  core_->serve(asker, asker.kind == Asker::Kind::Session ? "a session" : "a request", fn);
}

void IoThread::in_doubt(std::string_view what) { core_->in_doubt(what); }

bool IoThread::reply(const ReplyHandle& handle, HttpResponse response) {
  TB_DEBUG_ASSERT(on_this_thread());
  Connection* connection = core_->find(handle.slot, handle.generation);
  return connection != nullptr && connection->reply(handle.request, std::move(response));
}

WsSession* IoThread::find(const WsHandle& handle) {
  TB_DEBUG_ASSERT(on_this_thread());
  Connection* connection = core_->find(handle.slot, handle.generation);
  return connection != nullptr ? connection->websocket() : nullptr;
}

}  // namespace tribook::http
