// From the config's words to what each part is told. Pure.

#pragma once

#include "netlogd/config/config.hpp"
#include "netlogd/follow/sqlite_follower.hpp"
#include "netlogd/journal/settings.hpp"
#include "netlogd/listen/receiving_loop.hpp"
#include "netlogd/pipeline/pipeline.hpp"
#include "netlogd/wire/snmp_access.hpp"

namespace netlogd::app {

[[nodiscard]] listen::ListenerSettings listener_settings(const config::ListenSetting& setting);
[[nodiscard]] listen::LoopLimits loop_limits(const config::Config& config);
[[nodiscard]] pipeline::PipelineSettings pipeline_settings(const config::Config& config);
[[nodiscard]] journal::JournalSettings journal_settings(const config::Config& config);
[[nodiscard]] follow::SqliteSettings sqlite_settings(const config::Config& config);
[[nodiscard]] wire::SnmpAccess snmp_access(const config::SnmpSetting& setting);
[[nodiscard]] unsigned worker_count(const config::Config& config);
[[nodiscard]] observe::Level log_level(config::LogLevel level);

}  // namespace netlogd::app
