#include "structured_data_json.hpp"

#include <algorithm>
#include <array>

namespace netlogd::parse {
namespace {

// Says "surely new" of most names without a comparison. 1024 bits for a few dozen names.
class NameFilter {
 public:
  // False: no name like this was added before.
  bool add(std::string_view name) noexcept {
    const auto first = static_cast<unsigned char>(name.front());
    const auto middle = static_cast<unsigned char>(name[name.size() / 2]);
    const auto last = static_cast<unsigned char>(name.back());
    const std::size_t hash = (first * 31U + middle * 131U + last * 17U + name.size() * 7U) % 1024;
    auto& word = bits_[hash / 64];
    const auto bit = std::uint64_t{1} << hash % 64;
    const bool seen = (word & bit) != 0;
    word |= bit;
    return seen;
  }

 private:
  std::array<std::uint64_t, 16> bits_{};
};

class Writer {
 public:
  Writer(const wire::StructuredData& data, JsonWriter& json) noexcept
      : elements_(data.elements()), parameters_(data.parameters()), json_(json) {}

  void write() {
    json_.raw('{');
    bool first = true;
    for (std::size_t e = 0; e < elements_.size(); ++e) {
      if (first_with(elements_[e].id) != e) continue;
      if (!first) json_.raw(',');
      first = false;
      json_.string(elements_[e].id);
      json_.raw(':');
      write_all(e);
    }
    json_.raw('}');
  }

 private:
  [[nodiscard]] std::size_t first_with(std::string_view id) const noexcept {
    std::size_t e = 0;
    while (elements_[e].id != id) ++e;
    return e;
  }

  // The parameters of every element with the id of element `e`.
  void write_all(std::size_t e) {
    NameFilter filter;
    json_.raw('{');
    bool first = true;
    for (std::size_t at = e; at < elements_.size(); ++at) {
      if (elements_[at].id != elements_[e].id) continue;
      const auto end = elements_[at].first + elements_[at].count;
      for (auto p = elements_[at].first; p < end; ++p) {
        if (filter.add(parameters_[p].name) && is_repeated(e, p)) continue;
        if (!first) json_.raw(',');
        first = false;
        json_.string(parameters_[p].name);
        json_.raw(':');
        json_.string(parameters_[p].value);
      }
    }
    json_.raw('}');
  }

  // Whether an earlier parameter under the same id has the name of parameter `p`.
  [[nodiscard]] bool is_repeated(std::size_t e, std::uint32_t p) const noexcept {
    for (std::size_t at = e; at < elements_.size() && elements_[at].first < p; ++at) {
      if (elements_[at].id != elements_[e].id) continue;
      const auto end = std::min(elements_[at].first + elements_[at].count, p);
      for (auto q = elements_[at].first; q < end; ++q)
        if (parameters_[q].name == parameters_[p].name) return true;
    }
    return false;
  }

  const std::vector<wire::StructuredData::Element>& elements_;
  const std::vector<wire::StructuredData::Parameter>& parameters_;
  JsonWriter& json_;
};

}  // namespace

void write_structured_data(const wire::StructuredData& data, JsonWriter& json) {
  Writer(data, json).write();
}

}  // namespace netlogd::parse
