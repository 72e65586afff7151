#include "config/check.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <span>

#include "config/units.hpp"

namespace netlogd::config {
namespace {

constexpr std::size_t max_device_name = 15;  // IFNAMSIZ without the NUL

bool is_any(const IpAddress& address) noexcept {
  return address == IpAddress() || address == IpAddress::v4(0);
}

// Whether two sockets of the same kind and port cannot both be bound.
bool overlap(const IpAddress& a, const IpAddress& b) noexcept {
  if (a == b || a == IpAddress() || b == IpAddress()) return true;  // :: takes IPv4 too
  return a.is_v4() == b.is_v4() && (is_any(a) || is_any(b));
}

struct Bound {
  std::string key;
  bool datagrams;
  IpAddress address;
  std::uint16_t port;
  std::string device;
};

void check_ports(const Config& config, Faults& faults) {
  std::vector<Bound> earlier;
  const auto add = [&](Bound bound) {
    for (const auto& other : earlier) {
      const bool same_device =
          bound.device.empty() || other.device.empty() || bound.device == other.device;
      if (bound.port == 0 || bound.port != other.port || bound.datagrams != other.datagrams ||
          !same_device || !overlap(bound.address, other.address))
        continue;
      faults.push_back(config.fault(
          bound.key + ".port", fmt::format("{} port {} is already taken by {} on line {}",
                                           bound.datagrams ? "udp" : "tcp", bound.port, other.key,
                                           config.line_of(other.key + ".port"))));
      break;
    }
    earlier.push_back(std::move(bound));
  };
  for (std::size_t i = 0; i < config.listen.size(); ++i) {
    const auto& listen = config.listen[i];
    add({fmt::format("listen[{}]", i), listen.transport == Transport::udp, listen.address,
         listen.port, listen.device});
  }
  if (config.http.enabled) add({"http", false, config.http.address, config.http.port, ""});
}

class ListenCheck {
 public:
  ListenCheck(const Config& config, std::size_t index, Faults& faults)
      : config_(config),
        listen_(config.listen[index]),
        key_(fmt::format("listen[{}]", index)),
        faults_(faults) {}

  void run() const {
    if (listen_.protocol != Protocol::syslog && listen_.transport != Transport::udp)
      complain(".transport", fmt::format("{} comes over udp only", name_of(listen_.protocol)));
    if (listen_.transport == Transport::udp && !listen_.proxy_protocol_from.empty())
      complain(".proxy_protocol_from", "is for tcp and tls");
    if (listen_.device.size() > max_device_name ||
        listen_.device.find_first_of("/ \t\n") != std::string::npos)
      complain(".device", "is no name of a network interface");
    check_tls();
  }

 private:
  void complain(std::string_view key, std::string_view sentence) const {
    faults_.push_back(config_.fault(key_ + std::string(key), sentence));
  }
  [[nodiscard]] bool stated(std::string_view key) const {
    return config_.lines.contains(key_ + std::string(key));
  }

  void check_tls() const {
    const auto& tls = listen_.tls;
    if (listen_.transport != Transport::tls) {
      if (stated(".tls")) complain(".tls", "is for transport tls");
      return;
    }
    if (tls.certificate.empty()) complain(".tls.certificate", "is needed for transport tls");
    if (tls.key.empty()) complain(".tls.key", "is needed for transport tls");
    if (!tls.client_ca.empty()) return;
    if (tls.require_client && tls.allowed_fingerprints.empty())
      complain(".tls.require_client", "needs client_ca or allowed_fingerprints");
    if (!tls.crl.empty()) complain(".tls.crl", "needs client_ca");
    if (!tls.allowed_names.empty()) complain(".tls.allowed_names", "needs client_ca");
  }

  const Config& config_;
  const ListenSetting& listen_;
  std::string key_;
  Faults& faults_;
};

class FileCheck {
 public:
  FileCheck(FileOps& files, const Config& config, Faults& faults, Faults& warnings)
      : files_(files), config_(config), faults_(faults), warnings_(warnings) {}

  void file(const std::string& key, const std::string& path, bool secret = false) const {
    look(key, path, secret, false);
  }
  void folder(const std::string& key, const std::string& path) const {
    look(key, path, false, true);
  }

 private:
  void look(const std::string& key, const std::string& path, bool secret, bool folder) const {
    if (path.empty()) return;
    // Non-blocking, so that a pipe in its place does not stop the start.
    const auto opened = files_.open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY, 0);
    struct stat info {};
    if (!opened) {
      faults_.push_back(config_.fault(key, opened.error().sentence));
    } else if (::fstat(opened->get(), &info) != 0 || S_ISDIR(info.st_mode) != folder) {
      faults_.push_back(
          config_.fault(key, fmt::format("{}: is {} folder", path, folder ? "no" : "a")));
    } else if (secret && (info.st_mode & S_IRWXO) != 0) {
      warnings_.push_back(
          config_.fault(key, fmt::format("{}: others may read it (chmod o-rwx)", path)));
    }
  }

  FileOps& files_;
  const Config& config_;
  Faults& faults_;
  Faults& warnings_;
};

}  // namespace

void check_together(const Config& config, Faults& faults, Faults& warnings) {
  for (std::size_t i = 0; i < config.listen.size(); ++i) ListenCheck(config, i, faults).run();
  check_ports(config, faults);
  if (config.limits.connections_per_source > config.limits.connections &&
      config.lines.contains("limits.connections_per_source"))
    warnings.push_back(
        config.fault("limits.connections_per_source", "is more than limits.connections"));
  for (const Stream stream : {Stream::syslog, Stream::trap, Stream::flow}) {
    const auto keep = per_stream(config.journal.keep_size_bytes, stream);
    const auto rotate = per_stream(config.journal.rotate_size_bytes, stream);
    if (keep == 0 || keep >= rotate) continue;
    warnings.push_back(config.fault(
        "journal.keep_size", fmt::format("{} of {} is less than one segment (rotate_size {})",
                                         size_text(keep), name_of(stream), size_text(rotate))));
    break;
  }
}

void check_files(FileOps& files, const Config& config, Faults& faults, Faults& warnings) {
  const FileCheck check(files, config, faults, warnings);
  check.file("inventory.file", config.inventory.file);
  check.folder("knowledge.dir", config.knowledge.dir);
  for (std::size_t i = 0; i < config.listen.size(); ++i) {
    const auto& tls = config.listen[i].tls;
    const std::string key = fmt::format("listen[{}].tls.", i);
    check.file(key + "certificate", tls.certificate);
    check.file(key + "key", tls.key, true);
    check.file(key + "client_ca", tls.client_ca);
    check.file(key + "crl", tls.crl);
  }
}

}  // namespace netlogd::config
