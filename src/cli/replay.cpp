// netlog replay: what was received once, sent again to a collector: JSON lines of the syslog stream
// by their raw text, or the UDP payloads of a capture, at the pace of their times.

#include <poll.h>
#include <zlib.h>

#include <cerrno>
#include <map>
#include <memory>

#include "base64.hpp"
#include "commands.hpp"
#include "netlogd/core/time.hpp"
#include "pcap_file.hpp"
#include "record.hpp"
#include "syslog_sender.hpp"

namespace netlogd::cli {
namespace {

constexpr std::size_t max_file = std::size_t{4} << 30;

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
  if (used == 0 || speed <= 0 || (text.substr(used) != "" && text.substr(used) != "x"))
    return Error{Errc::invalid, "--speed " + text + ": write 1x, 10x, 0.5x or max"};
  return speed;
}

Result<std::string> read_all(const std::string& path) {
  const gzFile file = ::gzopen(path.c_str(), "rbe");
  if (file == nullptr) return errno_error(path, errno);
  std::string text;
  std::string chunk(1 << 20, '\0');
  int got = 0;
  while ((got = ::gzread(file, chunk.data(), static_cast<unsigned>(chunk.size()))) > 0 &&
         text.size() < max_file)
    text.append(chunk, 0, static_cast<std::size_t>(got));
  ::gzclose(file);
  if (got < 0) return Error{Errc::corrupt, path + ": damaged"};
  if (text.size() >= max_file)
    return Error{Errc::invalid, path + ": more than " + std::to_string(max_file >> 20) + " MiB"};
  return text;
}

class Replay {
 public:
  Replay(const ReplayOptions& options, const Session& session, double speed)
      : options_(options), session_(session), speed_(speed) {}

  int run() {
    const auto text = read_all(options_.file);
    if (!text) return Session::fail({Errc::invalid, text.error().sentence});
    const auto done = is_pcap(*text) ? replay_capture(*text) : replay_lines(*text);
    if (!done) return Session::fail(done.error());
    for (auto& [port, sender] : senders_)
      if (auto finished = sender.finish(); !finished) return Session::fail(finished.error());
    if (session_.json)
      Session::print("{\"sent\":" + std::to_string(sent_) +
                     ",\"skipped\":" + std::to_string(skipped_) + "}\n");
    Session::remark(
        std::to_string(sent_) + " messages sent" +
        (skipped_ > 0 ? ", " + std::to_string(skipped_) + " passed over (no syslog, or no raw text)"
                      : ""));
    return sent_ > 0 ? exit_found : exit_nothing;
  }

 private:
  Result<void> replay_lines(const std::string& text) {
    RecordReader reader;
    for (std::size_t at = 0; at < text.size();) {
      const auto end = std::min(text.find('\n', at), text.size());
      const std::string_view line(text.data() + at, end - at);
      at = end + 1;
      if (line.empty()) continue;
      if (!reader.read(line) || reader.text("raw_message").empty()) {
        ++skipped_;
        continue;
      }
      const auto exact = reader.text("raw_base64");
      if (auto sent =
              send(reader.received(), 514,
                   exact.empty() ? std::string(reader.text("raw_message")) : from_base64(exact));
          !sent)
        return sent;
    }
    return {};
  }

  Result<void> replay_capture(const std::string& bytes) {
    Result<void> sent;
    auto read = read_pcap(bytes, [&](const CapturedDatagram& datagram) {
      if (options_.port != 0 && datagram.port != options_.port) {
        ++skipped_;
        return true;
      }
      sent = send(datagram.at, datagram.port, std::string(datagram.payload));
      return sent.has_value();
    });
    return sent ? std::move(read) : std::move(sent);
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
    return {};
  }

  // --to, else the daemon's own listener for what used to come to that port.
  Result<Endpoint> target(std::uint16_t port) const {
    if (!options_.to.empty()) return parse_endpoint(options_.to);
    const auto data = session_.data();
    if (!data) return data.error();
    const auto protocol =
        port == 162 || port == 1162 ? Protocol::snmp
        : port == 2055 || port == 4739 || port == 6343 || port == 9995 || port == 9996
            ? Protocol::flow
            : Protocol::syslog;
    const auto listener =
        find_listener(data->folder, protocol, options_.tcp ? Transport::tcp : Transport::udp);
    if (!listener)
      return Error{Errc::invalid, "netlogd has no listener for " + std::string(name_of(protocol)) +
                                      "; name one with --to"};
    return *listener;
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
    if (wait > 0) ::poll(nullptr, 0, static_cast<int>(std::min<std::int64_t>(wait, INT32_MAX)));
  }

  const ReplayOptions& options_;
  const Session& session_;
  const double speed_;
  SystemClock clock_;
  std::map<std::uint16_t, MessageSender> senders_;
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
  command.option("file", options->file,
                 "JSON lines of the syslog stream (also .gz), or a pcap file", {.required = true});
  command.option("--to", options->to, "ADDRESS:PORT (the running netlogd)");
  command.option("--speed", options->speed, "1x as it was, 10x, max", {.shows_default = true});
  command.option("--port", options->port, "of a capture, only what was sent to this port");
  command.flag("--tcp", options->tcp, "over TCP, octet counted, instead of UDP");
  command.action([options, &session] { return replay(*options, session); });
}

}  // namespace netlogd::cli
