#include "metrics.hpp"

#include "netlogd/observe/metrics_text.hpp"

namespace netlogd::app {
namespace {

using observe::MetricsText;
using observe::MetricType;

template <typename Counters>
struct Row {
  const char* name;
  MetricType type;
  const char* help;
  const Counter Counters::*counter;
};

constexpr Row<journal::JournalCounters> journal_rows[] = {
    {"netlogd_journal_records_total", MetricType::counter, "Records appended.",
     &journal::JournalCounters::records},
    {"netlogd_journal_bytes_total", MetricType::counter, "Bytes appended.",
     &journal::JournalCounters::bytes},
    {"netlogd_journal_append_failures_total", MetricType::counter, "Appends that the disk refused.",
     &journal::JournalCounters::append_failures},
    {"netlogd_journal_rotations_total", MetricType::counter, "Segments closed.",
     &journal::JournalCounters::rotations},
    {"netlogd_journal_sync_failures_total", MetricType::counter, "Syncs that failed.",
     &journal::JournalCounters::sync_failures},
    {"netlogd_journal_compressed_segments_total", MetricType::counter, "Segments compressed.",
     &journal::JournalCounters::compressed_segments},
    {"netlogd_journal_compress_failures_total", MetricType::counter, "Compressions that failed.",
     &journal::JournalCounters::compress_failures},
    {"netlogd_journal_removed_segments_total", MetricType::counter,
     "Segments removed by age, size or count.", &journal::JournalCounters::removed_segments},
    {"netlogd_journal_emergency_segments_total", MetricType::counter,
     "Segments removed because the disk was nearly full.",
     &journal::JournalCounters::emergency_segments},
    {"netlogd_journal_torn_tails_total", MetricType::counter,
     "Unfinished ends of files that were set aside.", &journal::JournalCounters::torn_tails},
    {"netlogd_journal_missing_ids_total", MetricType::counter,
     "Ids that were given and are in no segment.", &journal::JournalCounters::missing_ids},
};

constexpr Row<follow::SqliteCounters> sqlite_rows[] = {
    {"netlogd_sqlite_commits_total", MetricType::counter, "Transactions.",
     &follow::SqliteCounters::commits},
    {"netlogd_sqlite_busy_total", MetricType::counter, "Times somebody else held the database.",
     &follow::SqliteCounters::busy},
    {"netlogd_sqlite_wal_waits_total", MetricType::counter,
     "Pauses because a reader kept the log from being emptied.",
     &follow::SqliteCounters::wal_waits},
    {"netlogd_sqlite_rebuilds_total", MetricType::counter, "Databases built anew from the journal.",
     &follow::SqliteCounters::rebuilds},
    {"netlogd_sqlite_removed_rows_total", MetricType::counter, "Rows removed by retention.",
     &follow::SqliteCounters::removed_rows},
};

constexpr Row<parse::FlowCounters> flow_rows[] = {
    {"netlogd_flow_records_total", MetricType::counter, "Flow records written.",
     &parse::FlowCounters::records},
    {"netlogd_flow_lost_flows_total", MetricType::counter,
     "Flows missing in the exporters' numbering.", &parse::FlowCounters::lost_flows},
    {"netlogd_flow_lost_messages_total", MetricType::counter,
     "Datagrams missing in the exporters' numbering.", &parse::FlowCounters::lost_messages},
    {"netlogd_flow_templates", MetricType::gauge, "Templates in memory.",
     &parse::FlowCounters::templates},
    {"netlogd_flow_template_evictions_total", MetricType::counter,
     "Templates forgotten for want of room.", &parse::FlowCounters::template_evictions},
    {"netlogd_flow_source_evictions_total", MetricType::counter,
     "Exporters forgotten for want of room.", &parse::FlowCounters::source_evictions},
    {"netlogd_flow_parked_sets", MetricType::gauge, "Data sets that wait for their template.",
     &parse::FlowCounters::parked_sets},
    {"netlogd_flow_parked_expired_total", MetricType::counter,
     "Data sets whose template did not come in time.", &parse::FlowCounters::parked_expired},
    {"netlogd_flow_broken_sets_total", MetricType::counter, "Sets whose length does not fit.",
     &parse::FlowCounters::broken_sets},
};

constexpr Row<parse::TrapCounters> trap_rows[] = {
    {"netlogd_trap_traps_total", MetricType::counter, "Traps.", &parse::TrapCounters::traps},
    {"netlogd_trap_informs_total", MetricType::counter, "Informs.", &parse::TrapCounters::informs},
    {"netlogd_trap_responses_total", MetricType::counter, "Informs answered.",
     &parse::TrapCounters::responses_sent},
    {"netlogd_trap_reports_total", MetricType::counter, "SNMPv3 reports sent.",
     &parse::TrapCounters::reports_sent},
    {"netlogd_trap_replies_limited_total", MetricType::counter,
     "Answers not sent because of their source's rate.", &parse::TrapCounters::replies_limited},
};

template <typename Counters>
void write_row(MetricsText& metrics, const Row<Counters>& row, std::uint64_t value) {
  metrics.family(row.name, row.type, row.help);
  metrics.sample({}, value);
}

void write_streams(const journal::Journal& journal, MetricsText& metrics) {
  const auto each = [&](const char* name, const char* help, auto value) {
    metrics.family(name, MetricType::gauge, help);
    for (std::size_t i = 0; i < stream_count; ++i)
      metrics.sample({{"stream", stream_names[i]}}, value(journal.status(static_cast<Stream>(i))));
  };
  each("netlogd_journal_disk_bytes", "Bytes of all segments on disk.",
       [](const journal::StreamStatus& s) { return s.bytes; });
  each("netlogd_journal_segments", "Closed segments.",
       [](const journal::StreamStatus& s) { return s.segments; });
  each("netlogd_journal_next_id", "The id of the next record.",
       [](const journal::StreamStatus& s) { return s.next_id; });
}

}  // namespace

std::string metrics_text(const MetricSources& sources) {
  MetricsText metrics;
  observe::write_ledger_metrics(sources.ledger, metrics);
  metrics.family("netlogd_batches_under_way", MetricType::gauge,
                 "Batches received and not yet in the journal.");
  metrics.sample({}, sources.pipeline->batches_under_way());
  write_streams(*sources.journal, metrics);
  for (const auto& row : journal_rows)
    write_row(metrics, row, read(sources.journal->counters().*row.counter));
  if (sources.sqlite != nullptr)
    for (const auto& row : sqlite_rows)
      write_row(metrics, row, read(sources.sqlite->counters().*row.counter));
  for (const auto& row : flow_rows) {
    std::uint64_t sum = 0;
    for (const auto* maker : sources.flow_makers) sum += read(maker->counters().*row.counter);
    write_row(metrics, row, sum);
  }
  for (const auto& row : trap_rows) {
    std::uint64_t sum = 0;
    for (const auto* maker : sources.trap_makers) sum += read(maker->counters().*row.counter);
    write_row(metrics, row, sum);
  }
  return metrics.text();
}

}  // namespace netlogd::app
