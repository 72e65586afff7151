#include "netlogd/journal/credible_clock.hpp"

#include <charconv>
#include <cstdlib>

namespace netlogd::journal {

std::optional<std::int64_t> CredibleClock::now(std::int64_t before) {
  const auto seconds =
      std::chrono::floor<std::chrono::seconds>(clock_.now()).time_since_epoch().count();
  const auto monotonic = clock_.monotonic();
  if (!known_) {
    known_ = true;
    doubted_ = before != 0 && std::abs(seconds - before) > 24 * 3600;
    steady_since_ = monotonic;
  } else {
    const auto passed =
        std::chrono::duration_cast<std::chrono::seconds>(monotonic - checked_).count();
    if (std::abs(seconds - last_seconds_ - passed) > 600) {
      doubted_ = true;
      steady_since_ = monotonic;
    }
  }
  checked_ = monotonic;
  last_seconds_ = seconds;
  if (doubted_ && monotonic - steady_since_ >= std::chrono::hours{1}) doubted_ = false;
  if (doubted_) return {};
  return seconds;
}

std::optional<std::int64_t> load_believed_time(FileOps& files, const std::string& path) {
  const auto text = read_file(files, path, 64);
  if (!text) return {};
  std::int64_t seconds = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), seconds);
  if (error != std::errc() || seconds <= 0 || std::string_view(end) != "\n") return {};
  return seconds;
}

Result<void> save_believed_time(FileOps& files, const std::string& path, std::int64_t seconds) {
  return replace_file(files, path, std::to_string(seconds) + "\n", 0640);
}

}  // namespace netlogd::journal
