// Datagrams: batches of them in one system call, with the kernel's receive time and drop counter.

#pragma once

#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>

#include <memory>

#include "loop_context.hpp"

namespace netlogd::listen {

class UdpListener final : public Listener {
 public:
  UdpListener(LoopContext& context, std::uint32_t index, ListenerSettings settings,
              ListenerCounters& counters, UniqueFd fd);
  ~UdpListener() override;

  void start() override;
  void resume() override;
  void tick() override;
  void reply(const Reply& reply) override;
  Result<void> change(const ListenerSettings& settings) override;
  void drain() override;
  bool is_closed() const noexcept override { return closed_; }
  int socket() const noexcept override { return fd_; }

 private:
  struct Scratch;

  void wait();
  void receive();
  bool receive_round(bool pressed, bool& drained);
  void take(std::size_t slot, bool pressed);
  void refuse(const IpAddress& source, DropReason reason) noexcept;
  void pause();
  void close();
  [[nodiscard]] bool kernel_is_filling() const noexcept;
  void read_kernel_drops() noexcept;

  boost::asio::posix::stream_descriptor descriptor_;
  boost::asio::steady_timer pressure_timer_;
  const int fd_;  // owned by descriptor_
  const int family_;
  std::unique_ptr<Scratch> scratch_;
  std::uint32_t last_drops_ = 0;
  bool paused_ = false;
  bool draining_ = false;
  bool closed_ = false;
};

}  // namespace netlogd::listen
