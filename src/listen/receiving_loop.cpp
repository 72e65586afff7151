#include "netlogd/listen/receiving_loop.hpp"

#include <fcntl.h>

#include <atomic>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <future>
#include <map>
#include <thread>

#include "loop_context.hpp"
#include "sockets.hpp"
#include "tcp_listener.hpp"
#include "tls.hpp"
#include "udp_listener.hpp"

namespace netlogd::listen {

class ReceivingLoop::State {
 public:
  State(LoopLimits limits, BatchSink& sink, std::function<bool(ListenerReply&)> take_reply,
        observe::Log& log)
      : work_(io_.get_executor()),
        context_{.io = io_, .sink = sink, .log = log, .limits = limits},
        second_(io_),
        end_check_(io_),
        take_reply_(std::move(take_reply)) {
    use(limits);
  }

  ~State() {
    io_.stop();
    if (thread_.joinable()) thread_.join();
  }

  // Runs on the loop's thread, at once when that has not started yet.
  template <typename Function>
  auto in_loop(Function function) -> decltype(function()) {
    if (!thread_.joinable()) return function();
    std::packaged_task<decltype(function())()> task(std::move(function));
    auto answer = task.get_future();
    boost::asio::post(io_, [&task] { task(); });
    return answer.get();
  }

  Result<void> open(std::uint32_t index, const ListenerSettings& settings,
                    ListenerCounters& counters, UniqueFd inherited) {
    std::shared_ptr<const TlsContext> tls;
    if (settings.transport == Transport::tls) {
      auto made = TlsContext::make(settings.tls);
      if (!made) return made.error();
      tls = std::move(*made);
    }
    auto fd = bind_socket(settings, std::move(inherited));
    if (!fd) return fd.error();
    describe(settings, fd->get(), counters);
    std::unique_ptr<Listener> listener;
    if (settings.transport == Transport::udp)
      listener = std::make_unique<UdpListener>(context_, index, settings, counters, std::move(*fd));
    else
      listener = std::make_unique<TcpListener>(context_, index, settings, counters, std::move(*fd),
                                               std::move(tls));
    if (thread_.joinable()) listener->start();
    listeners_[index] = std::move(listener);
    return {};
  }

  Result<void> change(std::uint32_t index, const ListenerSettings& settings) {
    const auto found = listeners_.find(index);
    if (found == listeners_.end())
      return Error{Errc::not_found, "listener " + std::to_string(index) + ": not open"};
    return found->second->change(settings);
  }

  std::vector<std::pair<std::uint32_t, int>> sockets() const {
    std::vector<std::pair<std::uint32_t, int>> all;
    for (const auto& [index, listener] : listeners_)
      all.emplace_back(index, ::fcntl(listener->socket(), F_DUPFD_CLOEXEC, 3));
    return all;
  }

  void use(std::shared_ptr<const DeviceDirectory> directory) {
    context_.directory = std::move(directory);
  }

  void use(const LoopLimits& limits) {
    context_.limits = limits;
    context_.unknown_limiter.set_rate(limits.unknown_rate);
    context_.known_limiter.set_rate(limits.known_rate);
  }

  void start() {
    for (auto& [index, listener] : listeners_) listener->start();
    every_second();
    thread_ = std::thread([this] { io_.run(); });
  }

  void close(std::uint32_t index) {
    std::promise<void> closed;
    auto answer = closed.get_future();
    boost::asio::post(io_, [this, index, &closed] {
      const auto found = listeners_.find(index);
      if (found != listeners_.end()) {
        found->second->drain();
        leaving_.push_back(std::move(found->second));
        listeners_.erase(found);
      }
      closed.set_value();
    });
    answer.wait();
  }

  void stop(std::chrono::milliseconds patience) {
    if (!thread_.joinable()) return;
    boost::asio::post(io_, [this, patience] {
      for (auto& [index, listener] : listeners_) listener->drain();
      end_by_ = std::chrono::steady_clock::now() + patience;
      check_end();
    });
    thread_.join();
    thread_ = {};
    listeners_.clear();  // their fillers hand on the last batches
    leaving_.clear();
  }

  [[nodiscard]] const RefusedSources& refused() const noexcept { return context_.refused; }
  [[nodiscard]] std::uint64_t heartbeat() const noexcept {
    return heartbeat_.load(std::memory_order_relaxed);
  }

  void wake() {
    boost::asio::post(io_, [this] {
      ListenerReply answer;
      while (take_reply_(answer)) {
        const auto found = listeners_.find(answer.listener);
        if (found != listeners_.end()) found->second->reply(answer.reply);
      }
      for (auto& [index, listener] : listeners_) listener->resume();
      for (auto& listener : leaving_) listener->resume();
    });
  }

 private:
  void describe(const ListenerSettings& settings, int fd, ListenerCounters& counters) {
    counters.protocol = settings.protocol;
    counters.transport = settings.transport;
    counters.bound = bound_endpoint(fd);
    counters.name = std::string(name_of(settings.protocol)) + "/" +
                    std::string(name_of(settings.transport)) + "/" + counters.bound.text();
    if (settings.transport != Transport::udp) return;
    const auto buffer = set_receive_buffer(fd, settings.receive_buffer);
    counters.receive_buffer_asked = buffer.asked;
    counters.receive_buffer_got = buffer.got;
    if (buffer.got < buffer.asked)
      context_.log.warn(
          "{}: receive buffer is {} KiB, asked for {} KiB (sysctl -w net.core.rmem_max={})",
          counters.name, buffer.got / 1024, buffer.asked / 1024, buffer.asked);
  }

  void every_second() {
    second_.expires_after(std::chrono::seconds(1));
    second_.async_wait([this](const boost::system::error_code& error) {
      if (error) return;
      heartbeat_.fetch_add(1, std::memory_order_relaxed);
      for (auto& [index, listener] : listeners_) listener->tick();
      std::erase_if(leaving_, [](const auto& listener) { return listener->is_closed(); });
      tick_makers();
      every_second();
    });
  }

  // The makers that hold messages back have no clock of their own.
  void tick_makers() {
    for (const auto& [index, listener] : listeners_)
      if (listener->settings().protocol == Protocol::flow) return send_tick(index);
  }

  void send_tick(std::uint32_t index) {
    for (unsigned worker = 0; worker < context_.sink.worker_count(); ++worker) {
      auto batch = context_.sink.acquire(BatchSink::Importance::high);
      if (batch == nullptr) return;
      batch->listener = index;
      batch->protocol = Protocol::flow;
      batch->purpose = RawBatch::Purpose::tick;
      batch->tick_time = context_.clock.now();
      context_.sink.submit(std::move(batch), worker);
    }
  }

  void check_end() {
    bool all = true;
    for (const auto& [index, listener] : listeners_) all &= listener->is_closed();
    for (const auto& listener : leaving_) all &= listener->is_closed();
    if (all || std::chrono::steady_clock::now() >= end_by_) {
      if (!all)
        context_.log.error(
            "listeners: some messages that senders had handed over could not be taken in");
      for (auto& [index, listener] : listeners_) listener->flush();
      for (auto& listener : leaving_) listener->flush();
      io_.stop();
      return;
    }
    end_check_.expires_after(std::chrono::milliseconds(2));
    end_check_.async_wait([this](const boost::system::error_code& error) {
      if (!error) check_end();
    });
  }

  boost::asio::io_context io_{1};
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_;
  LoopContext context_;
  boost::asio::steady_timer second_;
  boost::asio::steady_timer end_check_;
  std::function<bool(ListenerReply&)> take_reply_;
  std::map<std::uint32_t, std::unique_ptr<Listener>> listeners_;
  std::vector<std::unique_ptr<Listener>> leaving_;  // closed by a reload, still taking in
  std::chrono::steady_clock::time_point end_by_{};
  std::atomic<std::uint64_t> heartbeat_{0};
  std::thread thread_;
};

ReceivingLoop::ReceivingLoop(LoopLimits limits, BatchSink& sink,
                             std::function<bool(ListenerReply&)> take_reply, observe::Log& log)
    : state_(std::make_unique<State>(limits, sink, std::move(take_reply), log)) {}
ReceivingLoop::~ReceivingLoop() = default;

Result<void> ReceivingLoop::open(std::uint32_t index, const ListenerSettings& settings,
                                 ListenerCounters& counters, UniqueFd inherited) {
  return state_->in_loop(
      [&] { return state_->open(index, settings, counters, std::move(inherited)); });
}
void ReceivingLoop::close(std::uint32_t index) { state_->close(index); }
Result<void> ReceivingLoop::change(std::uint32_t index, const ListenerSettings& settings) {
  return state_->in_loop([&] { return state_->change(index, settings); });
}
std::vector<std::pair<std::uint32_t, int>> ReceivingLoop::sockets() const {
  return state_->in_loop([this] { return state_->sockets(); });
}
void ReceivingLoop::use(std::shared_ptr<const DeviceDirectory> directory) {
  state_->in_loop([&] { state_->use(std::move(directory)); });
}
void ReceivingLoop::use(const LoopLimits& limits) {
  state_->in_loop([&] { state_->use(limits); });
}
void ReceivingLoop::start() { state_->start(); }
void ReceivingLoop::stop(std::chrono::milliseconds patience) { state_->stop(patience); }
void ReceivingLoop::wake() { state_->wake(); }
const RefusedSources& ReceivingLoop::refused() const noexcept { return state_->refused(); }
std::uint64_t ReceivingLoop::heartbeat() const noexcept { return state_->heartbeat(); }

}  // namespace netlogd::listen
