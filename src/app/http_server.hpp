// The HTTP endpoint for metrics and health: GET only, a thread of its own, loopback unless told
// otherwise. It answers with what the given functions say; they are called on its thread.

#pragma once

#include <functional>
#include <memory>
#include <string>

#include "netlogd/core/ip_address.hpp"
#include "netlogd/core/result.hpp"

namespace netlogd::app {

struct HttpAnswer {
  int status = 200;
  std::string content_type = "text/plain; charset=utf-8";
  std::string body;
};

class HttpServer {
 public:
  // The target without its query, e.g. "/metrics".
  using Handler = std::function<HttpAnswer(const std::string& target)>;

  // Binds and starts. Port 0 takes a free one; bound() says which.
  static Result<std::unique_ptr<HttpServer>> start(const Endpoint& address, Handler handler);
  ~HttpServer();

  [[nodiscard]] Endpoint bound() const noexcept;

 private:
  class State;
  explicit HttpServer(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace netlogd::app
