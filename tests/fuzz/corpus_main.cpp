// Runs a fuzz target over the files of a folder, and over some 64 prefixes of each small one.

#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

int main(int argc, char** argv) {
  std::size_t files = 0;
  for (int i = 1; i < argc; ++i) {
    for (const auto& entry : std::filesystem::directory_iterator(argv[i])) {
      std::ifstream in(entry.path(), std::ios::binary);
      const std::string bytes((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
      ++files;
      const std::size_t step = bytes.size() / 64 + 1;
      for (std::size_t n = bytes.size() <= 4096 ? bytes.size() % step : bytes.size(); n <= bytes.size(); n += step) {
        // A heap copy of exactly this size, so that the address sanitizer sees a read past the end.
        const std::string exact = bytes.substr(0, n);
        LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(exact.data()), exact.size());
      }
    }
  }
  std::printf("%zu inputs\n", files);
  return 0;
}
