// A growing buffer of characters that is never filled with zeros. One owner, one thread at a time.

#pragma once

#include <cassert>
#include <cstddef>
#include <cstring>
#include <memory>
#include <string_view>
#include <utility>

namespace netlogd {

class TextBuffer {
 public:
  TextBuffer() = default;
  TextBuffer(TextBuffer&& other) noexcept
      : data_(std::move(other.data_)), size_(std::exchange(other.size_, 0)), capacity_(std::exchange(other.capacity_, 0)) {}
  TextBuffer& operator=(TextBuffer&& other) noexcept {
    data_ = std::move(other.data_);
    size_ = std::exchange(other.size_, 0);
    capacity_ = std::exchange(other.capacity_, 0);
    return *this;
  }

  [[nodiscard]] std::string_view view() const noexcept { return {data_.get(), size_}; }
  [[nodiscard]] char* data() noexcept { return data_.get(); }
  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] std::size_t capacity() const noexcept { return capacity_; }

  // Room for `count` more characters; they are written at the returned place and then commit()ted.
  char* room(std::size_t count) {
    if (capacity_ - size_ < count) grow(count);
    return data_.get() + size_;
  }
  void commit(std::size_t count) noexcept {
    assert(count <= capacity_ - size_);
    size_ += count;
  }
  void append(std::string_view text) {
    if (text.empty()) return;  // memcpy takes no null pointer, not even for nothing
    std::memcpy(room(text.size()), text.data(), text.size());
    size_ += text.size();
  }
  void resize_down(std::size_t size) noexcept {
    assert(size <= size_);
    size_ = size;
  }
  void clear() noexcept { size_ = 0; }
  // Gives back the memory of an unusual peak.
  void shrink_above(std::size_t bytes) noexcept {
    if (capacity_ <= bytes) return;
    data_.reset();
    size_ = capacity_ = 0;
  }

 private:
  // Not inlined: it is rare, and small callers are what makes appending fast.
  [[gnu::noinline]] void grow(std::size_t count) {
    const auto wanted = size_ + count;
    const auto capacity = wanted > 2 * capacity_ ? wanted : 2 * capacity_;
    std::unique_ptr<char[]> bigger(new char[capacity]);
    if (size_ > 0) std::memcpy(bigger.get(), data_.get(), size_);
    data_ = std::move(bigger);
    capacity_ = capacity;
  }

  std::unique_ptr<char[]> data_;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;
};

}  // namespace netlogd
