// The small files below DATA/run (what is now: rewritten, worthless after the stop) and DATA/state
// (what must outlive the process). Main thread.

#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>

#include "netlogd/core/file_ops.hpp"
#include "netlogd/core/refused_sources.hpp"
#include "netlogd/core/result.hpp"
#include "netlogd/core/unique_fd.hpp"
#include "netlogd/pipeline/sender_table.hpp"

namespace netlogd::app {

struct SnmpEngineState {
  std::string id;           // octets, made once for this data directory (RFC 3411, 5)
  std::uint32_t boots = 1;  // grows with each start (RFC 3414, 2.2)
  // Why it could not be stored. The identity is then a new one, for this run alone: an old one
  // whose start is not counted would take old messages again.
  std::string trouble;
};

class StateFiles {
 public:
  // Makes the folders and takes the lock: a data directory has one daemon.
  static Result<StateFiles> open(FileOps& files, const std::string& data_dir);

  Result<void> write_run(const std::string& name, std::string_view text);
  Result<void> write_state(const std::string& name, std::string_view text);
  // not_found where there is none.
  Result<std::string> read_state(const std::string& name, std::uint64_t limit);

  // Reads the engine's identity, counts this start, writes it back.
  SnmpEngineState next_snmp_engine();

 private:
  StateFiles(FileOps& files, std::string run, std::string state, UniqueFd lock)
      : files_(&files), run_(std::move(run)), state_(std::move(state)), lock_(std::move(lock)) {}

  FileOps* files_;
  std::string run_;
  std::string state_;
  UniqueFd lock_;
};

// Who was turned away, over all tables that keep it.
struct Refusals {
  std::map<IpAddress, std::uint64_t> by_source;
  std::uint64_t others = 0;  // of sources that found no place in a table

  void add(const RefusedSources& table);
};

// DATA/run/senders.json: everyone who sent since the start, loudest first, and who was refused.
[[nodiscard]] std::string senders_json(std::span<const pipeline::Sender> senders,
                                       std::uint64_t evictions, const Refusals& refusals);

}  // namespace netlogd::app
