#include "import_state.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "netlogd/core/file_ops.hpp"

namespace netlogd::cli {
namespace {

constexpr std::size_t max_entries = 10'000;
constexpr std::uint64_t max_state_bytes = 16 << 20;

struct FreeDigest {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
using Digest = std::unique_ptr<EVP_MD_CTX, FreeDigest>;

}  // namespace

struct ContentHash::State {
  Digest digest{EVP_MD_CTX_new()};
};

ContentHash::ContentHash() : state_(std::make_unique<State>()) {
  EVP_DigestInit_ex(state_->digest.get(), EVP_sha256(), nullptr);
}
ContentHash::~ContentHash() = default;

void ContentHash::add(std::string_view bytes) {
  EVP_DigestUpdate(state_->digest.get(), bytes.data(), bytes.size());
}

std::string ContentHash::text() const {
  const Digest copy(EVP_MD_CTX_new());
  unsigned char octets[EVP_MAX_MD_SIZE];
  unsigned int length = 0;
  if (EVP_MD_CTX_copy_ex(copy.get(), state_->digest.get()) != 1 ||
      EVP_DigestFinal_ex(copy.get(), octets, &length) != 1)
    return {};
  std::string text;
  for (unsigned int i = 0; i < length; ++i) {
    constexpr char digits[] = "0123456789abcdef";
    text += digits[octets[i] >> 4];
    text += digits[octets[i] & 15];
  }
  return text;
}

ImportState ImportState::load(const std::string& folder) {
  ImportState state;
  state.path_ = folder + "/state/imports.json";
  const auto text = read_file(system_files(), state.path_, max_state_bytes);
  if (!text) return state;
  const auto json = nlohmann::json::parse(*text, nullptr, false);
  if (!json.is_array()) return state;
  for (const auto& one : json) {
    if (!one.is_object() || !one.contains("sha256") || !one["sha256"].is_string() ||
        !one.contains("bytes") || !one["bytes"].is_number_unsigned())
      continue;
    Entry entry{one["sha256"], one["bytes"], 0, ""};
    if (one.contains("lines") && one["lines"].is_number_unsigned()) entry.lines = one["lines"];
    if (one.contains("name") && one["name"].is_string()) entry.name = one["name"];
    state.entries_.push_back(std::move(entry));
  }
  return state;
}

std::vector<std::uint64_t> ImportState::lengths() const {
  std::vector<std::uint64_t> all;
  for (const auto& entry : entries_) all.push_back(entry.bytes);
  std::sort(all.begin(), all.end());
  all.erase(std::unique(all.begin(), all.end()), all.end());
  return all;
}

const ImportState::Entry* ImportState::find(const std::string& hash, std::uint64_t bytes) const {
  for (const auto& entry : entries_)
    if (entry.bytes == bytes && entry.hash == hash) return &entry;
  return nullptr;
}

Result<void> ImportState::save(Entry entry, const std::string& before) {
  std::erase_if(entries_,
                [&](const Entry& one) { return one.hash == before || one.hash == entry.hash; });
  if (entries_.size() >= max_entries) entries_.erase(entries_.begin());
  entries_.push_back(std::move(entry));
  nlohmann::ordered_json json = nlohmann::ordered_json::array();
  for (const auto& one : entries_)
    json.push_back(
        {{"sha256", one.hash}, {"bytes", one.bytes}, {"lines", one.lines}, {"name", one.name}});
  const auto folder = path_.substr(0, path_.rfind('/'));
  if (auto made = system_files().make_directories(folder, 0750); !made) return made;
  return replace_file(
      system_files(), path_,
      json.dump(1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n", 0640);
}

}  // namespace netlogd::cli
