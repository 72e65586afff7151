#include "daemon_state.hpp"

#include <boost/asio/post.hpp>
#include <future>
#include <unordered_map>

#include "metrics.hpp"
#include "netlogd/observe/ledger.hpp"
#include "netlogd/observe/metrics_text.hpp"

namespace netlogd::app {

using std::chrono::seconds;

Result<void> Daemon::State::start_http() {
  if (!config_.http.enabled) return {};
  auto server = HttpServer::start(
      {config_.http.address, config_.http.port}, [this](const std::string& target) {
        // The counters' owners live on the control thread.
        auto answer = std::make_shared<std::promise<HttpAnswer>>();
        auto future = answer->get_future();
        boost::asio::post(control_,
                          [this, target, answer] { answer->set_value(answer_http(target)); });
        if (future.wait_for(seconds(2)) == std::future_status::ready) return future.get();
        return HttpAnswer{.status = 503, .body = "busy or stopping\n"};
      });
  if (!server) return server.error();
  http_ = std::move(*server);
  log_.info("http {}: /metrics /healthz /readyz /ledger", http_->bound().text());
  publish("http.json", fmt::format("{{\"address\": \"{}\", \"port\": {}}}\n",
                                   http_->bound().address.text(), http_->bound().port));
  return {};
}

HttpAnswer Daemon::State::answer_http(const std::string& target) {
  if (target == "/ledger") return {.content_type = "application/json", .body = ledger_text()};
  if (target == "/metrics") {
    std::vector<const FollowerCounters*> followers;
    if (sqlite_) followers.push_back(&sqlite_counters_);
    const auto listeners = listeners_->all();
    return {.content_type = std::string(observe::MetricsText::content_type),
            .body = metrics_text({.ledger = {.started_at = started_at_,
                                             .written_at = clock_.now(),
                                             .listeners = listeners,
                                             .followers = followers},
                                  .journal = journal_.get(),
                                  .sqlite = sqlite_.get(),
                                  .pipeline = pipeline_.get(),
                                  .flow_makers = flow_makers_,
                                  .trap_makers = trap_makers_})};
  }
  if (target != "/healthz" && target != "/readyz")
    return {.status = 404, .body = "/metrics /healthz /readyz /ledger\n"};
  const Health health = judge(health_facts());
  const bool good = target == "/healthz" ? health.healthy : health.ready;
  return {.status = good ? 200 : 503,
          .body = (good ? "ok\n" : "") + joined(health.reasons, "\n") +
                  (health.reasons.empty() ? "" : "\n")};
}

HealthFacts Daemon::State::health_facts() {
  HealthFacts facts;
  facts.loop_turns = clock_.monotonic() - heartbeat_seen_ < seconds(10);
  facts.disk_failing = pipeline_->disk_failing();
  if (!drops_seen_.empty())
    facts.drops_last_minute = dropped_for_want_of_room() - drops_seen_.front().second;
  if (sqlite_) facts.follower_pending = sqlite_counters_.pending();
  facts.min_free_bytes = config_.journal.min_free_bytes;
  const auto space = files_.space(config_.data_dir);
  facts.free_bytes = space ? space->free_bytes : 0;
  // The journal holds its reserve to a tenth of the disk; so does the judgement.
  if (space) facts.min_free_bytes = std::min(facts.min_free_bytes, space->total_bytes / 10);
  return facts;
}

std::uint64_t Daemon::State::dropped_for_want_of_room() const {
  std::uint64_t sum = 0;
  for (const auto* listener : listeners_->all())
    sum += read(listener->kernel_drops) +
           read(listener->dropped[static_cast<std::size_t>(DropReason::queue_full)]) +
           read(listener->dropped[static_cast<std::size_t>(DropReason::disk_full)]);
  return sum;
}

void Daemon::State::observe_health() {
  const auto now = clock_.monotonic();
  if (const auto heartbeat = loop_->heartbeat(); heartbeat != last_heartbeat_) {
    last_heartbeat_ = heartbeat;
    heartbeat_seen_ = now;
  }
  drops_seen_.emplace_back(now, dropped_for_want_of_room());
  while (now - drops_seen_.front().first > seconds(60)) drops_seen_.pop_front();
}

std::string Daemon::State::ledger_text() const {
  std::vector<const FollowerCounters*> followers;
  if (sqlite_) followers.push_back(&sqlite_counters_);
  const auto listeners = listeners_->all();
  std::vector<observe::ExporterGap> exporters;
  for (const auto* maker : flow_makers_)
    for (const auto& loss : maker->losses().snapshot())
      exporters.push_back({loss.exporter.text(), loss.lost, loss.late, loss.restarts});
  return observe::ledger_json({.started_at = started_at_,
                               .written_at = clock_.now(),
                               .listeners = listeners,
                               .followers = followers,
                               .exporters = exporters});
}

void Daemon::State::write_ledger() {
  publish("ledger.json", ledger_text());
  for (auto file = unpublished_.begin(); file != unpublished_.end();)
    file = state_files_->write_run(file->first, file->second) ? unpublished_.erase(file)
                                                              : std::next(file);
}

void Daemon::State::publish(const std::string& name, std::string text) {
  unpublished_.erase(name);
  const auto written = state_files_->write_run(name, text);
  if (written) return;
  log_.warn_held(state_held_, "{}", written.error().sentence);
  unpublished_.emplace(name, std::move(text));
}

// Each line about trouble has one about its end, however often the disk changes its mind.
void Daemon::State::tell_of_disk(pipeline::DiskNews news, const std::string& sentence) {
  if (news == pipeline::DiskNews::trouble)
    told_of_disk_ |= log_.error_held(disk_held_, "{}", sentence);
  else if (std::exchange(told_of_disk_, false))
    log_.warn("{}", sentence);
}

void Daemon::State::write_senders() {
  using Answer = std::pair<std::vector<pipeline::Sender>, std::uint64_t>;
  std::unordered_map<IpAddress, pipeline::Sender> together;
  std::uint64_t evictions = 0;
  const auto answers = ask_workers<Answer>([](pipeline::Processor& processor) {
    return Answer(processor.senders().snapshot(), processor.senders().evictions());
  });
  for (const auto& [senders, forgotten] : answers) {
    evictions += forgotten;
    for (const auto& sender : senders) {
      auto [found, fresh] = together.emplace(sender.address, sender);
      if (fresh) continue;
      for (std::size_t i = 0; i < stream_count; ++i)
        found->second.messages[i] += sender.messages[i];
      found->second.first = std::min(found->second.first, sender.first);
      found->second.last = std::max(found->second.last, sender.last);
      found->second.known = sender.known;
    }
  }
  std::vector<pipeline::Sender> all;
  for (const auto& [address, sender] : together) all.push_back(sender);
  Refusals refusals;
  refusals.add(loop_->refused());
  for (const auto* maker : trap_makers_) refusals.add(maker->refused());
  publish("senders.json", senders_json(all, evictions, refusals));
}

void Daemon::State::print_statistics() {
  std::vector<const FollowerCounters*> followers;
  if (sqlite_) followers.push_back(&sqlite_counters_);
  log_.info("{}", statistics_.next(listeners_->all(), followers, pipeline_->batches_under_way(),
                                   clock_.monotonic()));
}

}  // namespace netlogd::app
