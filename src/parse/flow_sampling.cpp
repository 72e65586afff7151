#include "parse/flow_sampling.hpp"

namespace netlogd::parse {

using wire::NumberColumn;

std::uint64_t stated_interval(const wire::FlowColumns& columns) noexcept {
  if (const auto interval = columns.or_zero(NumberColumn::sampling_interval); interval != 0)
    return interval;
  // PSAMP (RFC 5477): `interval` packets are taken, then `space` are left out.
  if (const auto taken = columns.or_zero(NumberColumn::sampling_packet_interval); taken != 0) {
    const auto space = columns.or_zero(NumberColumn::sampling_packet_space);
    if (space > UINT64_MAX - taken) return 0;
    return space == 0 ? taken : (taken + space) / taken;
  }
  if (const auto size = columns.or_zero(NumberColumn::sampling_size); size != 0)
    return columns.or_zero(NumberColumn::sampling_population) / size;
  return 0;
}

std::uint64_t FlowSampling::interval_of(const wire::FlowColumns& columns) const noexcept {
  if (!samplers_.empty() && columns.has(NumberColumn::sampler)) {
    if (const auto interval = look_up(samplers_, columns.get(NumberColumn::sampler)); interval != 0)
      return interval;
  }
  if (!interfaces_.empty()) {
    for (const auto column : {NumberColumn::input_interface, NumberColumn::output_interface}) {
      if (!columns.has(column)) continue;
      if (const auto interval = look_up(interfaces_, columns.get(column)); interval != 0)
        return interval;
    }
  }
  return interval_;
}

}  // namespace netlogd::parse
