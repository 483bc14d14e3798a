#include "client/watch.h"

#include <sys/signalfd.h>
#include <unistd.h>

#include <charconv>
#include <csignal>
#include <map>
#include <optional>

#include "client/answer.h"
#include "client/failure.h"
#include "client/http_client.h"
#include "client/text_width.h"
#include "gateway/json/time_text.h"
#include "gateway/json/writer.h"
#include "tribook/domain/decimal.h"

namespace tribook::client {
namespace {

constexpr std::size_t kSymbolsMax = 10'000;
constexpr std::string_view kClear = "\x1b[H\x1b[2J";
constexpr std::string_view kHome = "\x1b[H";
constexpr std::string_view kClearLine = "\x1b[K\n";
constexpr std::string_view kClearBelow = "\x1b[J";

// Ctrl-C and the like as something to wait for. The signals stay blocked: the command is about to
// end anyway.
class Interrupt {
 public:
  Interrupt() {
    sigset_t signals;
    ::sigemptyset(&signals);
    ::sigaddset(&signals, SIGINT);
    ::sigaddset(&signals, SIGTERM);
    ::sigprocmask(SIG_BLOCK, &signals, nullptr);
    descriptor_ = ::signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK);
  }
  ~Interrupt() { ::close(descriptor_); }
  Interrupt(const Interrupt&) = delete;
  Interrupt& operator=(const Interrupt&) = delete;
  [[nodiscard]] int descriptor() const { return descriptor_; }

 private:
  int descriptor_ = -1;
};

std::string subscription(const std::vector<std::string>& symbols) {
  std::string text;
  json::Writer writer(text);
  writer.begin_object()
      .field("action", "subscribe")
      .field("type", "quotes")
      .field("requestId", "watch");
  if (!symbols.empty()) {
    writer.begin_array("symbols");
    for (const std::string& symbol : symbols) writer.element(symbol);
    writer.end_array();
  }
  writer.end_object();
  return text;
}

std::string time_of(json::Value tick) {
  std::string ms = member_text(tick, "timestamp");
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(ms.data(), ms.data() + ms.size(), value);
  constexpr std::int64_t ms_max = 9'000'000'000'000;  // the year 2255
  if (error != std::errc{} || value < 0 || value > ms_max) return ms;
  std::string text;
  json::append_time(text, TimeNs::from_ms(value));
  return text;
}

class Screen {
 public:
  explicit Screen(bool has_colour) : has_colour_(has_colour) { Context::print(kClear); }

  void show(json::Value tick) {
    const std::string symbol = member_text(tick, "symbol");
    if (rows_.size() == kSymbolsMax && !rows_.contains(symbol)) return;
    Row& row = rows_[symbol];
    const std::string bid = member_text(tick, "bid");
    const std::string ask = member_text(tick, "ask");
    row.bid = moved(row.bid, bid);
    row.ask = moved(row.ask, ask);
    row.spread = cell_of(tick, "spread");
    row.time = {time_of(tick)};
    draw();
  }

 private:
  struct Row {
    Cell bid;
    Cell ask;
    Cell spread;
    Cell time;
  };

  // Up is good, down is bad; an equal price keeps the tone it had.
  static Cell moved(const Cell& before, const std::string& now) {
    Cell cell{now, Cell::Kind::Number, before.tone};
    if (before.text.empty() || before.text == now) return cell;
    const bool is_up = parse_decimal(now).raw > parse_decimal(before.text).raw;
    cell.tone = is_up ? Cell::Tone::Good : Cell::Tone::Bad;
    return cell;
  }

  void draw() const {
    Table table({"symbol", "bid", "ask", "spread", "time"});
    for (const auto& [symbol, row] : rows_) {
      table.add_row({{symbol}, row.bid, row.ask, row.spread, row.time});
    }
    std::string out(kHome);
    for (const std::string& line : table.lines(has_colour_)) {
      out += line;
      out += kClearLine;
    }
    Context::print(out + std::string(kClearBelow));
  }

  bool has_colour_;
  std::map<std::string, Row> rows_;
};

void print_tick(json::Value tick) {
  Context::print(printable(time_of(tick) + " " + member_text(tick, "symbol") + " " +
                           member_text(tick, "bid") + " " + member_text(tick, "ask")) +
                 "\n");
}

std::string again(const Session& session) {
  return "; the login has ended: " + login_command(session.door, &session);
}

[[noreturn]] void refuse(const std::string& message, const Session& session) {
  std::string code;
  std::string sentence = problem_sentence(message, code);
  if (code == "UNAUTHENTICATED") sentence += again(session);
  throw Refused(0, code, sentence.empty() ? "the stream refused the request" : sentence);
}

// The server says why it ends a stream in a message, or, to who reads too slowly for that, in the
// reason of its close alone.
std::optional<std::string> next_message(StreamClient& stream, const Interrupt& interrupt,
                                        const Session& session) {
  try {
    return stream.receive(interrupt.descriptor());
  } catch (const NetworkFailure& failure) {
    const std::string sentence = failure.what();
    if (sentence.find("UNAUTHENTICATED") == std::string::npos) throw;
    throw Failure(sentence + again(session));
  }
}

}  // namespace

void watch_quotes(Context& context, const std::vector<std::string>& symbols) {
  Api& api = context.api();
  std::optional<Reply> refusal;
  StreamClient stream(api.session().url, "/ws", api.credentials(), context.timeout(), refusal);
  if (refusal) api.refuse(*refusal);
  stream.send(subscription(symbols));
  const Interrupt interrupt;
  std::optional<Screen> screen;
  if (!context.wants_json() && ::isatty(STDOUT_FILENO) == 1) screen.emplace(context.has_colour());
  json::Document document;
  while (const auto message = next_message(stream, interrupt, api.session())) {
    read_answer(document, *message);
    const std::string type = member_text(document.root(), "type");
    if (type == "error") refuse(*message, api.session());
    if (type != "tick") continue;
    if (context.wants_json()) {
      Context::print(*message + "\n");
    } else if (screen) {
      screen->show(document.root());
    } else {
      print_tick(document.root());
    }
  }
  stream.close();
}

}  // namespace tribook::client
