#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gateway/http/counters.h"
#include "gateway/http/listener.h"

namespace tribook::http {

class Acceptor;

struct WsRoute {
  std::string path;
  WsHandler* handler = nullptr;
  WsOptions options;
};

/// What a listener's connections share. Constant once started, but for the counters.
struct ListenerState {
  ListenerState(ListenerOptions listener_options, HttpHandler& http_handler,
                std::vector<IoThread*> threads)
      : options(std::move(listener_options)),
        handler(&http_handler),
        io_threads(std::move(threads)),
        counters(io_threads.size()) {}

  ListenerOptions options;
  HttpHandler* handler;
  std::vector<WsRoute> ws_routes;
  std::vector<IoThread*> io_threads;
  std::vector<Counters> counters;  ///< one for each I/O thread
  std::atomic<std::size_t> open_connections{0};
  std::shared_ptr<Acceptor> acceptor;

  [[nodiscard]] const WsRoute* ws_route(std::string_view path) const {
    for (const WsRoute& route : ws_routes) {
      if (route.path == path) return &route;
    }
    return nullptr;
  }
};

}  // namespace tribook::http
