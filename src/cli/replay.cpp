// netlog replay: what was received once, sent again to a collector: JSON lines of the syslog stream
// by their raw text, or the UDP payloads of a capture, at the pace of their times.

#include <poll.h>
#include <unistd.h>

#include <cstdio>
#include <map>
#include <memory>
#include <set>

#include "base64.hpp"
#include "captured_datagrams.hpp"
#include "commands.hpp"
#include "input_file.hpp"
#include "journal_files.hpp"
#include "netlogd/core/time.hpp"
#include "record.hpp"
#include "store.hpp"
#include "syslog_sender.hpp"

namespace netlogd::cli {
namespace {

constexpr double least_speed = 0.001;
constexpr double most_speed = 1'000'000;

struct ReplayOptions {
  std::string file;
  std::string to;
  std::string speed = "1x";
  bool tcp = false;
  std::uint16_t port = 0;
};

// "10x", "0.5", "max" (0).
Result<double> parse_speed(const std::string& text) {
  if (text == "max") return 0.0;
  std::size_t used = 0;
  double speed = 0;
  try {
    speed = std::stod(text, &used);
  } catch (const std::exception&) {
    used = 0;
  }
  const bool fits = speed >= least_speed && speed <= most_speed;
  if (used == 0 || !fits || (text.substr(used) != "" && text.substr(used) != "x"))
    return Error{Errc::invalid,
                 "--speed " + text + ": write 1x, 10x, 0.5x (0.001x to 1000000x) or max"};
  return speed;
}

// What usually comes to a port.
std::optional<Protocol> usual_protocol(std::uint16_t port) {
  switch (port) {
    case 514:
    case 1514:
    case 5140:
      return Protocol::syslog;
    case 162:
    case 1162:
      return Protocol::snmp;
    case 2055:
    case 2056:
    case 4739:
    case 6343:
    case 9555:
    case 9995:
    case 9996:
      return Protocol::flow;
    default:
      return {};
  }
}

class Replay {
 public:
  Replay(const ReplayOptions& options, const Session& session, double speed)
      : options_(options), session_(session), speed_(speed) {}

  int run() {
    auto file = InputFile::open(options_.file);
    if (!file) return Session::fail(file.error());
    const auto front = file->peek();
    if (!front) return Session::fail(front.error());
    if (options_.to.empty()) {
      if (auto found = find_listeners(); !found) return Session::fail(found.error());
    } else {
      const auto to = parse_endpoint(options_.to);
      if (!to) return Session::fail(to.error());
      to_ = *to;
    }
    auto done = is_capture(*front) ? replay_capture(*file) : replay_lines(*file, *front);
    // What was sent before a fault arrives.
    for (auto& [port, sender] : senders_)
      if (auto finished = sender.finish(); !finished && done) done = finished.error();
    if (::isatty(STDERR_FILENO) == 1) std::fputs("\r", stderr);
    if (session_.json)
      Session::print("{\"sent\":" + std::to_string(sent_) +
                     ",\"skipped\":" + std::to_string(skipped_) + "}\n");
    Session::remark(std::to_string(sent_) + (sent_ == 1 ? " message sent" : " messages sent") +
                    passed_over_);
    if (!done) return Session::fail({Errc::invalid, done.error().sentence});
    return sent_ > 0 ? exit_found : exit_nothing;
  }

 private:
  Result<void> find_listeners() {
    const auto data = session_.data();
    if (!data) return data.error();
    if (!is_daemon_running(data->folder))
      return Error{Errc::invalid,
                   data->folder + ": netlogd is not running; name a collector with --to"};
    const auto wanted = options_.tcp ? Transport::tcp : Transport::udp;
    for (const auto& one : read_listeners(data->folder))
      if (one.transport == wanted) listeners_.push_back(one);
    return {};
  }

  Result<void> replay_lines(InputFile& file, std::string_view front) {
    RecordReader reader;
    const auto first = front.substr(0, front.find('\n'));
    if (first.size() < front.size() && line_id(first) == 0) {
      const auto kind = what_it_is(front);
      return Error{Errc::invalid, options_.file + ": " +
                                      (kind.empty() ? "neither netlogd's JSON lines nor a capture "
                                                      "(netlog import takes plain log files)"
                                                    : kind)};
    }
    auto done = read_lines(file, [&](std::string_view line) -> Result<void> {
      if (!reader.read(line) || reader.text("raw_message").empty()) {
        ++skipped_;
        return {};
      }
      const auto exact = reader.text("raw_base64");
      return send(reader.received(), 514,
                  exact.empty() ? std::string(reader.text("raw_message")) : from_base64(exact));
    });
    if (skipped_ > 0)
      passed_over_ = ", " + std::to_string(skipped_) + " passed over (no syslog, or no raw text)";
    return done;
  }

  Result<void> replay_capture(InputFile& file) {
    Result<void> sent;
    std::uint64_t other_ports = 0;
    std::set<std::uint16_t> ports;
    CapturedDatagrams datagrams([&](const CapturedDatagram& datagram) {
      if (options_.port != 0 ? datagram.port != options_.port : !is_known(datagram.port)) {
        ++other_ports;
        if (ports.size() < 5) ports.insert(datagram.port);
        return true;
      }
      sent = send(datagram.at, datagram.port, std::string(datagram.payload));
      return sent.has_value();
    });
    auto read = read_capture([&](std::span<char> into) { return file.read(into); },
                             [&](const CapturedPacket& packet) { return datagrams.add(packet); });
    skipped_ = other_ports + datagrams.passed_over_count();
    if (other_ports > 0) {
      passed_over_ += ", " + std::to_string(other_ports) + " to other ports (";
      for (const auto port : ports)
        passed_over_ += (port == *ports.begin() ? "" : ", ") + std::to_string(port);
      passed_over_ += ports.size() == 5 ? ", …; --port sends one)" : "; --port sends one)";
    }
    if (const auto packets = datagrams.passed_over(); !packets.empty())
      passed_over_ += "; packets passed over: " + packets;
    if (!sent) return sent;
    if (!read) return Error{Errc::corrupt, options_.file + ": " + read.error().sentence};
    return read;
  }

  // Whether a collector is meant by that port, where no port is named.
  [[nodiscard]] bool is_known(std::uint16_t port) const {
    return to_ || protocol_of(port).has_value();
  }
  [[nodiscard]] std::optional<Protocol> protocol_of(std::uint16_t port) const {
    for (const auto& one : listeners_)
      if (one.endpoint.port == port) return one.protocol;
    return usual_protocol(port);
  }

  Result<void> send(Micros at, std::uint16_t port, const std::string& message) {
    auto sender = senders_.find(port);
    if (sender == senders_.end()) {
      const auto to = target(port);
      if (!to) return to.error();
      auto made = MessageSender::connect(*to, options_.tcp);
      if (!made) return made.error();
      sender = senders_.emplace(port, std::move(*made)).first;
    }
    pace(at);
    if (auto sent = sender->second.send(message); !sent) return sent;
    ++sent_;
    show_progress();
    return {};
  }

  // --to, else the daemon's own listener for what used to come to that port.
  [[nodiscard]] Result<Endpoint> target(std::uint16_t port) const {
    if (to_) return *to_;
    const auto protocol = protocol_of(port).value_or(Protocol::syslog);
    for (const auto& one : listeners_)
      if (one.protocol == protocol) return one.endpoint;
    return Error{Errc::invalid, "netlogd has no listener for " + std::string(name_of(protocol)) +
                                    " over " + (options_.tcp ? "TCP" : "UDP") +
                                    "; name one with --to"};
  }

  void show_progress() {
    const auto now = clock_.monotonic();
    if (now - shown_ < std::chrono::seconds(1) || ::isatty(STDERR_FILENO) != 1) return;
    shown_ = now;
    std::fprintf(stderr, "\r%llu messages", static_cast<unsigned long long>(sent_));
  }

  // As long after the first as it was then, divided by the speed.
  void pace(Micros at) {
    if (speed_ == 0 || at == 0) return;
    const auto now = clock_.monotonic();
    if (first_at_ == 0) {
      first_at_ = at;
      started_ = now;
      return;
    }
    const auto due = started_ + std::chrono::nanoseconds(static_cast<std::int64_t>(
                                    static_cast<double>(at - first_at_) * 1000 / speed_));
    const auto wait = std::chrono::duration_cast<std::chrono::milliseconds>(due - now).count();
    if (wait <= 0) return;
    for (auto& [port, sender] : senders_) (void)sender.flush();  // send() meets the fault again
    ::poll(nullptr, 0, static_cast<int>(std::min<std::int64_t>(wait, INT32_MAX)));
  }

  const ReplayOptions& options_;
  const Session& session_;
  const double speed_;
  SystemClock clock_;
  std::optional<Endpoint> to_;
  std::vector<BoundListener> listeners_;
  std::map<std::uint16_t, MessageSender> senders_;
  std::string passed_over_;
  std::chrono::nanoseconds shown_{};
  Micros first_at_ = 0;
  std::chrono::nanoseconds started_{};
  std::uint64_t sent_ = 0;
  std::uint64_t skipped_ = 0;
};

int replay(const ReplayOptions& options, const Session& session) {
  const auto speed = parse_speed(options.speed);
  if (!speed) return Session::fail(speed.error());
  return Replay(options, session, *speed).run();
}

}  // namespace

void add_replay(CommandLine& line, Session& session) {
  auto options = std::make_shared<ReplayOptions>();
  auto command = line.command("replay", "send JSON lines or a capture to a collector again");
  command.option(
      "file", options->file,
      "JSON lines of the syslog stream, or a capture (pcap, pcapng); also .gz; -: standard input",
      {.required = true});
  command.option("--to", options->to, "ADDRESS:PORT (the running netlogd)");
  command.option("--speed", options->speed, "1x as it was, 10x, max", {.shows_default = true});
  command.option(
      "--port", options->port,
      "of a capture, only what was sent to this port (the usual ones of syslog, traps and flows)");
  command.flag("--tcp", options->tcp, "over TCP, octet counted, instead of UDP");
  command.action([options, &session] { return replay(*options, session); });
}

}  // namespace netlogd::cli
