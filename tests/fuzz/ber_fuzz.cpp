// Any octets as BER: every element, every number and OID in it, as deep as a caller would go.

#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "netlogd/wire/ber.hpp"

namespace {

using namespace netlogd::wire;

void require(bool truth) {
  if (!truth) std::abort();
}

void look(Octets bytes, int depth) {
  BerReader reader(bytes);
  BerElement element;
  std::size_t seen = 0;
  while (reader.next(element)) {
    seen += element.whole.size();
    require(element.content.size() < element.whole.size());
    (void)ber_integer(element.content);
    (void)ber_unsigned(element.content, 4);
    (void)ber_unsigned(element.content, 8);
    Oid oid;
    if (oid.decode(element.content) == Oid::Status::ok) {
      // Text, and its own shortest encoding, both lead back to the same numbers.
      char text[Oid::max_text];
      Oid again;
      require(again.parse(std::string_view(text, oid.format(text))) && again.equals(oid.arcs()));
      BerWriter writer(1024);
      writer.oid(oid.arcs());
      BerReader written(writer.bytes());
      require(again.decode(written.take(ber::object_identifier)) == Oid::Status::ok &&
              again.equals(oid.arcs()));
    }
    if ((element.tag & 0x20) && depth < 8) look(element.content, depth + 1);
  }
  require(seen <= bytes.size());
  require(!reader.ok() || seen == bytes.size());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  look({data, size}, 0);
  return 0;
}
