#include "listeners.hpp"

#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <map>

#include "settings.hpp"

namespace netlogd::app {
namespace {

std::vector<std::string> identities(const config::Config& config) {
  std::vector<std::string> names;
  std::map<std::string, int> seen;
  for (const auto& setting : config.listen) {
    std::string name = std::string(name_of(setting.protocol)) + "/" +
                       std::string(name_of(setting.transport)) + "/" +
                       Endpoint{setting.address, setting.port}.text();
    if (!setting.device.empty()) name += "%" + setting.device;
    const int nth = seen[name]++;
    names.push_back(nth == 0 ? name : name + "#" + std::to_string(nth + 1));
  }
  return names;
}

int socket_type(int fd) {
  int type = 0;
  socklen_t length = sizeof type;
  return ::getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &length) == 0 ? type : -1;
}

}  // namespace

Result<void> Listeners::open(const config::Config& config) {
  const auto names = identities(config);
  for (std::size_t i = 0; i < config.listen.size(); ++i)
    if (auto opened = open_one(config, i, names[i]); !opened) return opened.error();
  for (const auto& passed : passed_)
    log_.warn("socket {} {}: passed by the service manager, and no listener is configured for it",
              passed.name, listen::bound_endpoint(passed.fd.get()).text());
  passed_.clear();
  return {};
}

Result<void> Listeners::open_one(const config::Config& config, std::size_t position,
                                 const std::string& identity) {
  const auto index = static_cast<std::uint32_t>(entries_.size());
  if (index >= pipeline::Pipeline::max_listeners)
    return Error{Errc::no_space, config.file + ": more than " +
                                     std::to_string(pipeline::Pipeline::max_listeners) +
                                     " listeners since the start"};
  Entry& entry = entries_.emplace_back();
  entry.settings = listener_settings(config.listen[position]);
  entry.identity = identity;
  pipeline_.set_counters(index, &entry.counters);
  auto opened =
      loop_.open(index, entry.settings, entry.counters, inherited(entry.settings, identity));
  if (!opened) {
    pipeline_.set_counters(index, nullptr);
    entries_.pop_back();
    return Error{
        opened.error().code,
        config.fault("listen[" + std::to_string(position) + "]", opened.error().sentence).text()};
  }
  entry.is_open = true;
  log_.info("{}: listening", entry.counters.name);
  keep_socket(index);
  return {};
}

Result<void> Listeners::change(const config::Config& config, std::vector<std::string>& changes) {
  const auto names = identities(config);
  const std::size_t before = entries_.size();
  const auto undo = [&] {
    for (std::size_t i = before; i < entries_.size(); ++i) {
      loop_.close(static_cast<std::uint32_t>(i));
      entries_[i].is_open = false;
    }
  };
  std::vector<std::pair<std::uint32_t, listen::ListenerSettings>> altered;
  for (std::size_t i = 0; i < config.listen.size(); ++i) {
    const auto found = std::find_if(entries_.begin(), entries_.end(), [&](const Entry& entry) {
      return entry.is_open && entry.identity == names[i];
    });
    if (found == entries_.end()) {
      if (auto opened = open_one(config, i, names[i]); !opened) {
        undo();
        return opened.error();
      }
      changes.push_back(entries_.back().counters.name + " opened");
      continue;
    }
    auto settings = listener_settings(config.listen[i]);
    // Certificates may have new content under the same names.
    if (settings != found->settings || settings.transport == Transport::tls)
      altered.emplace_back(static_cast<std::uint32_t>(found - entries_.begin()),
                           std::move(settings));
  }
  for (auto& [index, settings] : altered) {
    if (auto changed = loop_.change(index, settings); !changed) {
      undo();
      for (const auto& [other, ignored] : altered)
        static_cast<void>(loop_.change(other, entries_[other].settings));
      return changed.error();
    }
  }
  for (auto& [index, settings] : altered) {
    if (settings != entries_[index].settings)
      changes.push_back(entries_[index].counters.name + " changed");
    entries_[index].settings = std::move(settings);
  }
  for (std::size_t i = 0; i < before; ++i) {
    Entry& entry = entries_[i];
    if (!entry.is_open || std::find(names.begin(), names.end(), entry.identity) != names.end())
      continue;
    loop_.close(static_cast<std::uint32_t>(i));
    service_.forget(entry.identity);
    entry.is_open = false;
    changes.push_back(entry.counters.name + " closed");
  }
  return {};
}

// By the name it was stored under, else by what it is bound to (a .socket unit names its sockets as
// it likes).
UniqueFd Listeners::inherited(const listen::ListenerSettings& settings,
                              const std::string& identity) {
  if (!asked_for_sockets_) {
    asked_for_sockets_ = true;
    passed_ = service_.take_sockets();
  }
  const int type = settings.transport == Transport::udp ? SOCK_DGRAM : SOCK_STREAM;
  const auto fits = [&](const observe::PassedSocket& passed) {
    if (socket_type(passed.fd.get()) != type) return false;
    return passed.name == observe::ServiceManager::stored_name(identity) ||
           listen::bound_endpoint(passed.fd.get()) == settings.address;
  };
  const auto found = std::find_if(passed_.begin(), passed_.end(), fits);
  if (found == passed_.end()) return {};
  UniqueFd fd = std::move(found->fd);
  log_.info("{}: socket taken over from the service manager", identity);
  passed_.erase(found);
  return fd;
}

void Listeners::keep_socket(std::uint32_t index) {
  if (!service_.present()) return;
  for (const auto& [open_index, fd] : loop_.sockets()) {
    const UniqueFd copy(fd);
    if (open_index == index) service_.store(entries_[index].identity, copy.get());
  }
}

std::vector<const ListenerCounters*> Listeners::all() const {
  std::vector<const ListenerCounters*> list;
  for (const Entry& entry : entries_) list.push_back(&entry.counters);
  return list;
}

std::vector<const ListenerCounters*> Listeners::bound() const {
  std::vector<const ListenerCounters*> list;
  for (const Entry& entry : entries_)
    if (entry.is_open) list.push_back(&entry.counters);
  return list;
}

}  // namespace netlogd::app
