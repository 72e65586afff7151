#include "http_server.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <chrono>
#include <optional>
#include <thread>

namespace netlogd::app {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using tcp = boost::asio::ip::tcp;

constexpr std::size_t max_connections = 64;
constexpr std::size_t max_header_bytes = 8192;
constexpr auto patience = std::chrono::seconds(10);

asio::ip::address to_asio(const IpAddress& address) {
  if (address.is_v4()) return asio::ip::make_address_v4(address.v4_host_order());
  return asio::ip::make_address_v6(address.bytes());
}

IpAddress from_asio(const asio::ip::address& address) {
  if (address.is_v4()) return IpAddress::v4(address.to_v4().to_uint());
  return IpAddress::v6_bytes(address.to_v6().to_bytes().data());
}

// One request and its answer, then the next of the same connection. It holds itself alive by the
// handlers that wait for it, as Asio's sessions do.
class Conversation final : public std::enable_shared_from_this<Conversation> {
 public:
  Conversation(tcp::socket socket, const HttpServer::Handler& handler, std::size_t& open)
      : stream_(std::move(socket)), handler_(handler), open_(open) {
    ++open_;
  }
  ~Conversation() { --open_; }
  Conversation(const Conversation&) = delete;
  Conversation& operator=(const Conversation&) = delete;

  void read() {
    parser_.emplace();
    parser_->header_limit(max_header_bytes);
    parser_->body_limit(0);
    stream_.expires_after(patience);
    http::async_read(stream_, buffer_, *parser_,
                     [self = shared_from_this()](beast::error_code error, std::size_t) {
                       if (!error) self->answer();
                     });
  }

 private:
  void answer() {
    const auto& request = parser_->get();
    HttpAnswer answer{.status = 405, .body = "only GET and HEAD\n"};
    if (request.method() == http::verb::get || request.method() == http::verb::head) {
      const std::string target(request.target());
      answer = handler_(target.substr(0, target.find('?')));
    }
    response_ = {};
    response_.version(request.version());
    response_.result(static_cast<unsigned>(answer.status));
    response_.set(http::field::content_type, answer.content_type);
    response_.set(http::field::cache_control, "no-store");
    response_.keep_alive(request.keep_alive());
    response_.content_length(answer.body.size());
    if (request.method() != http::verb::head) response_.body() = std::move(answer.body);
    stream_.expires_after(patience);
    http::async_write(stream_, response_,
                      [self = shared_from_this()](beast::error_code error, std::size_t) {
                        if (!error && self->response_.keep_alive()) self->read();
                      });
  }

  beast::tcp_stream stream_;
  beast::flat_buffer buffer_{2 * max_header_bytes};
  std::optional<http::request_parser<http::empty_body>> parser_;
  http::response<http::string_body> response_;
  const HttpServer::Handler& handler_;
  std::size_t& open_;
};

}  // namespace

class HttpServer::State {
 public:
  explicit State(Handler handler) : handler_(std::move(handler)) {}
  ~State() {
    io_.stop();
    if (thread_.joinable()) thread_.join();
  }

  Result<void> start(const Endpoint& address) {
    const tcp::endpoint endpoint(to_asio(address.address), address.port);
    beast::error_code error;
    acceptor_.open(endpoint.protocol(), error);
    if (!error) acceptor_.set_option(tcp::acceptor::reuse_address(true), error);
    if (!error) acceptor_.bind(endpoint, error);
    if (!error) acceptor_.listen(64, error);
    if (error) return Error{Errc::io, "http " + address.text() + ": " + error.message()};
    accept();
    thread_ = std::thread([this] { io_.run(); });
    return {};
  }

  [[nodiscard]] Endpoint bound() const noexcept {
    beast::error_code error;
    const auto endpoint = acceptor_.local_endpoint(error);
    return error ? Endpoint{} : Endpoint{from_asio(endpoint.address()), endpoint.port()};
  }

 private:
  void accept() {
    acceptor_.async_accept([this](beast::error_code error, tcp::socket socket) {
      if (error == asio::error::operation_aborted) return;
      if (!error && open_ < max_connections)
        std::make_shared<Conversation>(std::move(socket), handler_, open_)->read();
      if (!error) return accept();
      // Out of descriptors: wait a moment instead of spinning.
      pause_.expires_after(std::chrono::milliseconds(100));
      pause_.async_wait([this](beast::error_code aborted) {
        if (!aborted) accept();
      });
    });
  }

  const Handler handler_;
  std::size_t open_ = 0;
  asio::io_context io_{1};
  tcp::acceptor acceptor_{io_};
  asio::steady_timer pause_{io_};
  std::thread thread_;
};

HttpServer::HttpServer(std::unique_ptr<State> state) : state_(std::move(state)) {}
HttpServer::~HttpServer() = default;
Endpoint HttpServer::bound() const noexcept { return state_->bound(); }

Result<std::unique_ptr<HttpServer>> HttpServer::start(const Endpoint& address, Handler handler) {
  auto state = std::make_unique<State>(std::move(handler));
  if (auto started = state->start(address); !started) return started.error();
  return std::unique_ptr<HttpServer>(new HttpServer(std::move(state)));
}

}  // namespace netlogd::app
