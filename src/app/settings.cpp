#include "settings.hpp"

#include <algorithm>
#include <thread>

namespace netlogd::app {
namespace {

std::chrono::seconds whole_seconds(config::milliseconds time) {
  return std::chrono::ceil<std::chrono::seconds>(time);
}

wire::AuthProtocol auth_protocol(config::SnmpAuth auth) {
  switch (auth) {
    case config::SnmpAuth::none:
      return wire::AuthProtocol::none;
    case config::SnmpAuth::md5:
      return wire::AuthProtocol::md5;
    case config::SnmpAuth::sha:
      return wire::AuthProtocol::sha1;
    case config::SnmpAuth::sha224:
      return wire::AuthProtocol::sha224;
    case config::SnmpAuth::sha256:
      return wire::AuthProtocol::sha256;
    case config::SnmpAuth::sha384:
      return wire::AuthProtocol::sha384;
    case config::SnmpAuth::sha512:
      return wire::AuthProtocol::sha512;
  }
  return wire::AuthProtocol::none;
}

wire::PrivProtocol priv_protocol(config::SnmpPriv priv) {
  switch (priv) {
    case config::SnmpPriv::none:
      return wire::PrivProtocol::none;
    case config::SnmpPriv::des:
      return wire::PrivProtocol::des;
    case config::SnmpPriv::aes:
      return wire::PrivProtocol::aes128;
    case config::SnmpPriv::aes192:
      return wire::PrivProtocol::aes192;
    case config::SnmpPriv::aes256:
      return wire::PrivProtocol::aes256;
    case config::SnmpPriv::aes192c:
      return wire::PrivProtocol::aes192_reeder;
    case config::SnmpPriv::aes256c:
      return wire::PrivProtocol::aes256_reeder;
  }
  return wire::PrivProtocol::none;
}

}  // namespace

listen::ListenerSettings listener_settings(const config::ListenSetting& setting) {
  return {.protocol = setting.protocol,
          .transport = setting.transport,
          .address = {setting.address, setting.port},
          .device = setting.device,
          .receive_buffer = static_cast<std::uint32_t>(setting.receive_buffer_bytes),
          .allow = setting.allow,
          .deny = setting.deny,
          .proxies = setting.proxy_protocol_from,
          .tls = {.certificate = setting.tls.certificate,
                  .key = setting.tls.key,
                  .client_ca = setting.tls.client_ca,
                  .require_client = setting.tls.require_client,
                  .crl = setting.tls.crl,
                  .allowed_names = setting.tls.allowed_names,
                  .allowed_fingerprints = setting.tls.allowed_fingerprints}};
}

listen::LoopLimits loop_limits(const config::Config& config) {
  const auto& limits = config.limits;
  const bool has_inventory = !config.inventory.file.empty();
  return {.message = limits.message_bytes,
          .connections = limits.connections,
          .connections_per_source = limits.connections_per_source,
          .idle = whole_seconds(limits.idle),
          .handshake = whole_seconds(limits.handshake),
          .unknown_rate = has_inventory ? limits.unknown_rate : 0,
          .known_rate = has_inventory ? limits.known_rate : 0};
}

// Half of the memory is for raw messages that wait, a sixteenth for finished text; the rest is for
// tables.
pipeline::PipelineSettings pipeline_settings(const config::Config& config) {
  pipeline::PipelineSettings settings;
  settings.slab_bytes = std::max<std::size_t>(settings.slab_bytes, config.limits.message_bytes);
  settings.raw_batches = std::clamp<std::size_t>(
      config.limits.memory_bytes / 2 / settings.raw_batch_bytes(), 16, 8192);
  settings.text_bytes = config.limits.memory_bytes / 16;
  return settings;
}

journal::JournalSettings journal_settings(const config::Config& config) {
  journal::JournalSettings settings;
  settings.data_dir = config.data_dir;
  const auto& journal = config.journal;
  for (std::size_t i = 0; i < stream_count; ++i)
    settings.streams[i] = {.rotate_bytes = journal.rotate_size_bytes[i],
                           .rotate_every = whole_seconds(journal.rotate_every[i]),
                           .keep_age = whole_seconds(journal.keep_age[i]),
                           .keep_bytes = journal.keep_size_bytes[i],
                           .keep_count = journal.keep_count[i]};
  settings.compress = journal.compress;
  settings.sync_every = journal.sync_every;
  settings.min_free_bytes = journal.min_free_bytes;
  return settings;
}

follow::SqliteSettings sqlite_settings(const config::Config& config) {
  follow::SqliteSettings settings;
  settings.file = config.sqlite.file;
  for (std::size_t i = 0; i < stream_count; ++i)
    settings.keep_age[i] = whole_seconds(config.sqlite.keep_age[i]);
  settings.text_index = config.sqlite.text_index;
  settings.clock_file = config.data_dir + "/state/clock";
  return settings;
}

wire::SnmpAccess snmp_access(const config::SnmpSetting& setting) {
  wire::SnmpAccess access;
  access.any_community = setting.access.any_community;
  access.communities = setting.access.communities;
  for (const auto& user : setting.access.users) {
    wire::UsmUser mapped{.name = user.name,
                         .auth = auth_protocol(user.auth),
                         .auth_password = user.auth_password,
                         .priv = priv_protocol(user.priv),
                         .priv_password = user.priv_password};
    if (user.engine == config::SnmpEngine::exact) mapped.engine_id = user.engine_id;
    access.users.push_back(std::move(mapped));
  }
  return access;
}

// One core is the loop's, if there is more than one.
unsigned worker_count(const config::Config& config) {
  if (config.workers > 0) return static_cast<unsigned>(config.workers);
  return std::max(1U, std::thread::hardware_concurrency() - 1);
}

observe::Level log_level(config::LogLevel level) {
  switch (level) {
    case config::LogLevel::debug:
      return observe::Level::debug;
    case config::LogLevel::info:
      return observe::Level::info;
    case config::LogLevel::warn:
      return observe::Level::warn;
    case config::LogLevel::error:
      return observe::Level::error;
  }
  return observe::Level::info;
}

}  // namespace netlogd::app
