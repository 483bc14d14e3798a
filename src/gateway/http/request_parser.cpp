#include "gateway/http/request_parser.h"

#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/field.hpp>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "tribook/base/assert.h"

namespace tribook::http {
namespace {

namespace beast_http = boost::beast::http;
using boost::beast::error_code;
using boost::beast::string_view;

std::string_view view(string_view text) { return {text.data(), text.size()}; }

std::string_view trim(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

/// No control characters, no spaces, nothing outside ASCII, and every % begins an escape.
bool valid_target(std::string_view target) {
  for (std::size_t i = 0; i < target.size(); ++i) {
    const auto c = static_cast<unsigned char>(target[i]);
    if (c <= 0x20 || c >= 0x7F || c == '#') return false;
    if (c != '%') continue;
    constexpr std::string_view kHex = "0123456789abcdefABCDEF";
    if (i + 2 >= target.size() || kHex.find(target[i + 1]) == std::string_view::npos ||
        kHex.find(target[i + 2]) == std::string_view::npos) {
      return false;
    }
  }
  return true;
}

/// A whole header is taken at once, so only a body can come in more than one piece.
struct Span {
  std::size_t offset = 0;
  std::size_t size = 0;
};

struct StoredField {
  Span name;
  Span value;
};

}  // namespace

bool list_has_token(std::string_view list, std::string_view token) {
  while (!list.empty()) {
    const std::size_t comma = list.find(',');
    if (equal_ignoring_case(trim(list.substr(0, comma)), token)) return true;
    if (comma == std::string_view::npos) return false;
    list.remove_prefix(comma + 1);
  }
  return false;
}

/// Everything is copied out of the input as it comes, into one string; only a body that lies whole
/// in the input is left there.
class RequestParser::Core {
 public:
  void reset(const ParserLimits& limits) {
    limits_ = limits;
    parser_.emplace(*this);
    parser_->header_limit(static_cast<std::uint32_t>(limits.max_header_bytes));
    parser_->body_limit(limits.max_body_bytes);
    parser_->eager(true);
    text_.clear();
    fields_.clear();
    body_text_.clear();
    body_view_ = {};
    counts_ = {};
    request_ = {};
    error_status_ = 0;
    error_detail_ = {};
  }

  State put(std::string_view input, std::size_t& taken) {
    error_code error;
    taken = parser_->put(boost::asio::const_buffer(input.data(), input.size()), error);
    if (error_status_ != 0) return State::Failed;
    if (parser_->is_done()) {
      finish();
      return error_status_ != 0 ? State::Failed : State::Done;
    }
    if (!error || error == beast_http::error::need_more) {
      own_body();
      // Chunk headers and trailers count too: Beast waits for their end without a limit.
      if (input.size() - taken <= limits_.max_header_bytes) return State::NeedMore;
      fail(parser_->is_header_done() ? 400U : 431U, "Header or chunk line too long");
      return State::Failed;
    }
    translate(error);
    return State::Failed;
  }

  [[nodiscard]] bool header_done() const { return parser_->is_header_done(); }
  [[nodiscard]] bool expects_continue() const { return counts_.expects_continue; }
  [[nodiscard]] bool keep_alive() const { return parser_->keep_alive(); }
  [[nodiscard]] bool has_body() const { return !request_.body.empty() || parser_->chunked(); }
  [[nodiscard]] bool is_http_1_0() const { return counts_.http_1_0; }
  [[nodiscard]] const HttpRequest& request() const { return request_; }
  [[nodiscard]] std::size_t held_bytes() const { return text_.capacity() + body_text_.capacity(); }
  [[nodiscard]] unsigned error_status() const { return error_status_; }
  [[nodiscard]] std::string_view error_detail() const { return error_detail_; }

 private:
  struct Counts {
    unsigned hosts = 0;
    unsigned content_lengths = 0;
    bool http_1_0 = false;
    bool expects_continue = false;
    bool header_done = false;
  };

  /// Hands Beast's calls on.
  class Parser : public beast_http::basic_parser<true> {
   public:
    explicit Parser(Core& core) : core_(core) {}

   private:
    void on_request_impl(beast_http::verb, string_view method, string_view target, int version,
                         error_code& error) override {
      core_.on_request(view(method), view(target), version, error);
    }
    void on_response_impl(int, string_view, int, error_code&) override { TB_ASSERT(false); }
    void on_field_impl(beast_http::field id, string_view name, string_view value,
                       error_code& error) override {
      core_.on_field(id, view(name), view(value), error);
    }
    void on_header_impl(error_code& error) override { core_.on_header(error); }
    void on_body_init_impl(const boost::optional<std::uint64_t>&, error_code&) override {}
    std::size_t on_body_impl(string_view body, error_code&) override {
      core_.on_body(view(body));
      return body.size();
    }
    void on_chunk_header_impl(std::uint64_t, string_view, error_code&) override {}
    std::size_t on_chunk_body_impl(std::uint64_t, string_view body, error_code&) override {
      core_.on_body(view(body));
      return body.size();
    }
    void on_finish_impl(error_code&) override {}

    Core& core_;
  };

  Span store(std::string_view text) {
    const Span span{text_.size(), text.size()};
    text_.append(text);
    return span;
  }
  [[nodiscard]] std::string_view load(Span span) const {
    return std::string_view(text_).substr(span.offset, span.size);
  }

  void fail(unsigned status, std::string_view detail) {
    if (error_status_ != 0) return;
    error_status_ = status;
    error_detail_ = detail;
  }
  void fail(unsigned status, std::string_view detail, error_code& error) {
    fail(status, detail);
    error = beast_http::error::bad_value;  // any: the status counts
  }

  void on_request(std::string_view method, std::string_view target, int version,
                  error_code& error) {
    counts_.http_1_0 = version == 10;
    const std::optional<Method> known = method_from(method);
    if (!known) return fail(501, "Method not implemented", error);
    if (!valid_target(target)) return fail(400, "Malformed request target", error);
    request_.method = *known;
    if (target == "*") {
      if (*known != Method::Options) return fail(400, "Malformed request target", error);
    } else if (target.front() != '/') {
      // Absolute form, as a client sends to a proxy: the authority is dropped.
      const bool http = target.size() > 7 && equal_ignoring_case(target.substr(0, 7), "http://");
      const bool https = target.size() > 8 && equal_ignoring_case(target.substr(0, 8), "https://");
      if (!http && !https) return fail(400, "Malformed request target", error);
      const std::size_t path = target.find_first_of("/?", http ? 7 : 8);
      target = path == std::string_view::npos ? std::string_view{} : target.substr(path);
      if (target.empty() || target.front() == '?') text_.push_back('/');
    }
    text_.append(target);
    target_ = {0, text_.size()};
  }

  void on_field(beast_http::field id, std::string_view name, std::string_view value,
                error_code& error) {
    if (counts_.header_done) return;  // trailers are read over
    if (fields_.size() == limits_.max_header_fields) {
      return fail(431, "Too many header fields", error);
    }
    if (value.find('\0') != std::string_view::npos) {
      return fail(400, "Malformed header field", error);
    }
    switch (id) {
      case beast_http::field::host:
        if (++counts_.hosts > 1) return fail(400, "Host given twice", error);
        break;
      case beast_http::field::content_length:
        if (++counts_.content_lengths > 1 || value.find(',') != std::string_view::npos) {
          return fail(400, "Content-Length given twice", error);
        }
        break;
      case beast_http::field::transfer_encoding:
        if (counts_.http_1_0) return fail(400, "Transfer-Encoding in HTTP/1.0", error);
        if (!equal_ignoring_case(value, "chunked")) {
          return fail(501, "Transfer-Encoding other than chunked", error);
        }
        break;
      case beast_http::field::expect:
        if (counts_.http_1_0) break;
        if (!equal_ignoring_case(value, "100-continue")) {
          return fail(417, "Expectation other than 100-continue", error);
        }
        counts_.expects_continue = true;
        break;
      default:
        break;
    }
    fields_.push_back({store(name), store(value)});
  }

  void on_header(error_code& error) {
    counts_.header_done = true;
    if (!counts_.http_1_0 && counts_.hosts == 0) fail(400, "Host missing", error);
  }

  void on_body(std::string_view piece) {
    if (piece.empty()) return;
    if (body_text_.empty() && body_view_.empty()) {
      body_view_ = piece;
      return;
    }
    own_body();
    body_text_.append(piece);
  }

  /// The input goes away: what of the body was left in it is copied.
  void own_body() {
    if (body_view_.empty()) return;
    body_text_.append(body_view_);
    body_view_ = {};
  }

  void finish() {
    field_views_.clear();
    for (const StoredField& field : fields_) {
      field_views_.push_back({load(field.name), load(field.value)});
    }
    request_.headers = field_views_;
    request_.target = load(target_);
    const std::size_t mark = request_.target.find('?');
    request_.path = request_.target.substr(0, mark);
    request_.query =
        mark == std::string_view::npos ? std::string_view{} : request_.target.substr(mark + 1);
    request_.body = body_view_.empty() ? std::string_view(body_text_) : body_view_;
    request_.keep_alive = keep_alive();
  }

  void translate(const error_code& error) {
    using Error = beast_http::error;
    if (error == Error::header_limit) return fail(431, "Header too large");
    if (error == Error::body_limit) return fail(413, "Body too large");
    if (error == Error::bad_version) return fail(400, "Not HTTP/1.1");
    if (error == Error::bad_content_length) return fail(400, "Bad Content-Length");
    if (error == Error::multiple_content_length) return fail(400, "Content-Length given twice");
    if (error == Error::bad_transfer_encoding) {
      return fail(400, "Ambiguous Transfer-Encoding");
    }
    if (error == Error::bad_chunk || error == Error::bad_chunk_extension) {
      return fail(400, "Malformed chunk");
    }
    fail(400, "Malformed request");
  }

  ParserLimits limits_;
  std::optional<Parser> parser_;
  std::string text_;
  Span target_;
  std::vector<StoredField> fields_;
  std::vector<HeaderField> field_views_;
  std::string body_text_;
  std::string_view body_view_;
  Counts counts_;
  HttpRequest request_;
  unsigned error_status_ = 0;
  std::string_view error_detail_;
};

RequestParser::RequestParser() : core_(std::make_unique<Core>()) {}
RequestParser::~RequestParser() = default;

void RequestParser::reset(const ParserLimits& limits) { core_->reset(limits); }
RequestParser::State RequestParser::put(std::string_view input, std::size_t& taken) {
  return core_->put(input, taken);
}
bool RequestParser::header_done() const { return core_->header_done(); }
bool RequestParser::expects_continue() const { return core_->expects_continue(); }
bool RequestParser::keep_alive() const { return core_->keep_alive(); }
bool RequestParser::has_body() const { return core_->has_body(); }
bool RequestParser::is_http_1_0() const { return core_->is_http_1_0(); }
const HttpRequest& RequestParser::request() const { return core_->request(); }
unsigned RequestParser::error_status() const { return core_->error_status(); }
std::size_t RequestParser::held_bytes() const { return core_->held_bytes(); }
std::string_view RequestParser::error_detail() const { return core_->error_detail(); }

}  // namespace tribook::http
