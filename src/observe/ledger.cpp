#include "netlogd/observe/ledger.hpp"

#include <vector>

#include "netlogd/core/json_writer.hpp"
#include "netlogd/core/names.hpp"
#include "netlogd/observe/metrics_text.hpp"

namespace netlogd::observe {
namespace {

// `"key": value`, after a comma when it is not the first of its object.
void put(JsonWriter& json, bool& first, std::string_view key, std::uint64_t value) {
  if (!first) json.raw(", ");
  first = false;
  json.string(key);
  json.raw(": ");
  json.number(value);
}

void write_listener(JsonWriter& json, const ListenerCounters& listener) {
  bool first = true;
  json.raw('{');
  put(json, first, "received", read(listener.received));
  put(json, first, "journaled", read(listener.journaled));
  put(json, first, "no_record", read(listener.no_record));
  json.raw(", \"dropped\": {");
  bool first_reason = true;
  for (std::size_t i = 0; i < drop_reason_count; ++i)
    put(json, first_reason, drop_reason_names[i], read(listener.dropped[i]));
  json.raw('}');
  put(json, first, "records", read(listener.records));
  put(json, first, "received_bytes", read(listener.received_bytes));
  put(json, first, "truncated", read(listener.truncated));
  put(json, first, "kernel_drops", read(listener.kernel_drops));
  put(json, first, "connections", read(listener.connections));
  put(json, first, "connections_refused", read(listener.connections_refused));
  put(json, first, "connections_open", read(listener.connections_open));
  put(json, first, "replies", read(listener.replies));
  put(json, first, "receive_buffer_asked", listener.receive_buffer_asked);
  put(json, first, "receive_buffer_got", listener.receive_buffer_got);
  json.raw('}');
}

void write_follower(JsonWriter& json, const FollowerCounters& follower) {
  bool first = true;
  json.raw('{');
  // What is done is read before what there is: a reader never sees more written than journaled.
  const std::uint64_t written = read(follower.written);
  const std::uint64_t expired = read(follower.expired);
  const std::uint64_t journaled = std::max(read(follower.journaled), written + expired);
  put(json, first, "journaled", journaled);
  put(json, first, "written", written);
  put(json, first, "pending", journaled - written - expired);
  put(json, first, "expired", expired);
  put(json, first, "failures", read(follower.failures));
  json.raw('}');
}

void write_exporter(JsonWriter& json, const ExporterGap& exporter) {
  bool first = true;
  json.raw('{');
  put(json, first, "lost", exporter.lost);
  put(json, first, "late", exporter.late);
  put(json, first, "restarts", exporter.restarts);
  json.raw('}');
}

template <typename Items, typename Write>
void write_members(JsonWriter& json, std::string_view key, const Items& items, Write&& write) {
  json.raw("  ");
  json.string(key);
  json.raw(": {");
  const char* before = "\n    ";
  for (const auto* item : items) {
    json.raw(before);
    json.string(item->name);
    json.raw(": ");
    write(json, *item);
    before = ",\n    ";
  }
  json.raw(items.empty() ? "}" : "\n  }");
}

using Read = std::uint64_t (*)(const ListenerCounters&);
struct ListenerMetric {
  std::string_view name;
  MetricType type;
  std::string_view help;
  Read value;
};

constexpr ListenerMetric listener_metrics[] = {
    {"netlogd_received_total", MetricType::counter,
     "Messages (datagrams, frames) that reached the listener.",
     [](const ListenerCounters& c) { return read(c.received); }},
    {"netlogd_received_bytes_total", MetricType::counter, "Octets of these messages.",
     [](const ListenerCounters& c) { return read(c.received_bytes); }},
    {"netlogd_journaled_total", MetricType::counter, "Messages whose records are in the journal.",
     [](const ListenerCounters& c) { return read(c.journaled); }},
    {"netlogd_no_record_total", MetricType::counter,
     "Messages that by their nature hold no record.",
     [](const ListenerCounters& c) { return read(c.no_record); }},
    {"netlogd_records_total", MetricType::counter, "Records written to the journal.",
     [](const ListenerCounters& c) { return read(c.records); }},
    {"netlogd_truncated_total", MetricType::counter, "Messages cut at limits.message and kept.",
     [](const ListenerCounters& c) { return read(c.truncated); }},
    {"netlogd_kernel_drops_total", MetricType::counter,
     "Datagrams that the kernel dropped before netlogd saw them.",
     [](const ListenerCounters& c) { return read(c.kernel_drops); }},
    {"netlogd_connections_total", MetricType::counter, "Connections accepted.",
     [](const ListenerCounters& c) { return read(c.connections); }},
    {"netlogd_connections_refused_total", MetricType::counter,
     "Connections refused for a limit or a source prefix.",
     [](const ListenerCounters& c) { return read(c.connections_refused); }},
    {"netlogd_connections_open", MetricType::gauge, "Connections open now.",
     [](const ListenerCounters& c) { return read(c.connections_open); }},
    {"netlogd_replies_total", MetricType::counter, "Answers sent (informs, discovery).",
     [](const ListenerCounters& c) { return read(c.replies); }},
    {"netlogd_receive_buffer_bytes", MetricType::gauge, "Receive buffer that the kernel gave.",
     [](const ListenerCounters& c) { return std::uint64_t{c.receive_buffer_got}; }},
};

using ReadFollower = std::uint64_t (*)(const FollowerCounters&);
struct FollowerMetric {
  std::string_view name;
  MetricType type;
  std::string_view help;
  ReadFollower value;
};

constexpr FollowerMetric follower_metrics[] = {
    {"netlogd_follower_journaled_total", MetricType::counter,
     "Records in the journal that the follower is to take.",
     [](const FollowerCounters& c) { return read(c.journaled); }},
    {"netlogd_follower_written_total", MetricType::counter,
     "Records that the follower has written.",
     [](const FollowerCounters& c) { return read(c.written); }},
    {"netlogd_follower_expired_total", MetricType::counter,
     "Records gone from the journal before the follower read them.",
     [](const FollowerCounters& c) { return read(c.expired); }},
    {"netlogd_follower_failures_total", MetricType::counter, "Batches that had to be tried again.",
     [](const FollowerCounters& c) { return read(c.failures); }},
    {"netlogd_follower_pending_records", MetricType::gauge,
     "Records that the follower has still to read.",
     [](const FollowerCounters& c) { return c.pending(); }},
};

double seconds_of(TimePoint instant) {
  return std::chrono::duration<double>(instant.time_since_epoch()).count();
}

}  // namespace

std::string ledger_json(const LedgerView& view) {
  TextBuffer buffer;
  JsonWriter json(buffer);
  json.raw("{\n  \"started_at\": ");
  json.utc(view.started_at, 6);
  json.raw(",\n  \"written_at\": ");
  json.utc(view.written_at, 6);
  json.raw(",\n");
  write_members(json, "listeners", view.listeners, write_listener);
  json.raw(",\n");
  write_members(json, "followers", view.followers, write_follower);
  json.raw(",\n");
  std::vector<const ExporterGap*> exporters;
  for (const ExporterGap& exporter : view.exporters) exporters.push_back(&exporter);
  write_members(json, "exporters", exporters, write_exporter);
  json.raw("\n}\n");
  return std::string(buffer.view());
}

std::string listeners_json(std::span<const ListenerCounters* const> listeners) {
  TextBuffer buffer;
  JsonWriter json(buffer);
  json.raw('[');
  const char* before = "\n  ";
  for (const auto* listener : listeners) {
    json.raw(before);
    json.raw("{\"protocol\": ");
    json.string(name_of(listener->protocol));
    json.raw(", \"transport\": ");
    json.string(name_of(listener->transport));
    json.raw(", \"address\": ");
    json.address(listener->bound.address);
    json.raw(", \"port\": ");
    json.number(std::uint64_t{listener->bound.port});
    json.raw('}');
    before = ",\n  ";
  }
  json.raw(listeners.empty() ? "]\n" : "\n]\n");
  return std::string(buffer.view());
}

void write_ledger_metrics(const LedgerView& view, MetricsText& metrics) {
  metrics.family("netlogd_start_time_seconds", MetricType::gauge,
                 "When the counts began, in seconds since 1970.");
  metrics.sample({}, seconds_of(view.started_at));
  for (const auto& metric : listener_metrics) {
    metrics.family(metric.name, metric.type, metric.help);
    for (const auto* listener : view.listeners)
      metrics.sample({{"listener", listener->name}}, metric.value(*listener));
  }
  metrics.family("netlogd_dropped_total", MetricType::counter,
                 "Messages that are in no record, by reason.");
  for (const auto* listener : view.listeners)
    for (std::size_t i = 0; i < drop_reason_count; ++i)
      metrics.sample({{"listener", listener->name}, {"reason", drop_reason_names[i]}},
                     read(listener->dropped[i]));
  for (const auto& metric : follower_metrics) {
    metrics.family(metric.name, metric.type, metric.help);
    for (const auto* follower : view.followers)
      metrics.sample({{"follower", follower->name}}, metric.value(*follower));
  }
}

}  // namespace netlogd::observe
