#pragma once

#include <napi.h>

#include <cstddef>
#include <cstdint>
#include <string>

namespace straddle::binding {

/// Bytes of a Uint8Array for the length of one synchronous call.
struct Bytes {
  const std::uint8_t* data;
  std::size_t size;
};

/// Bytes of a Uint8Array for the length of a job, not copied: holds a reference, so that they are not collected.
/// JavaScript can still write to them, or take them away by transferring the buffer to another thread: the TypeScript
/// that starts a job gives it arrays that nobody else holds, or says so to its caller. Copy what is checked before it
/// is used. Made and destroyed on JavaScript's thread: keep it in the Job.
class PinnedBytes {
 public:
  PinnedBytes() = default;
  explicit PinnedBytes(Napi::Uint8Array array);
  const std::uint8_t* data() const noexcept { return data_; }
  std::size_t size() const noexcept { return size_; }

 private:
  Napi::Reference<Napi::Uint8Array> array_;
  const std::uint8_t* data_ = nullptr;
  std::size_t size_ = 0;
};

// Each takes argument `index`, called `name` in messages, and throws CoreError CORE_ARGUMENT_INVALID if it is of
// another type or out of range.
Bytes bytesArgument(const Napi::CallbackInfo& info, std::size_t index, const char* name);
/// Exactly `size` bytes.
Bytes bytesArgument(const Napi::CallbackInfo& info, std::size_t index, const char* name, std::size_t size);
/// A Uint8Array to write a result into.
std::uint8_t* outputArgument(const Napi::CallbackInfo& info, std::size_t index, const char* name, std::size_t size);
PinnedBytes pinnedArgument(const Napi::CallbackInfo& info, std::size_t index, const char* name);
std::string stringArgument(const Napi::CallbackInfo& info, std::size_t index, const char* name);
/// An integer from `least` to `most`; `most` is at most 2^53 - 1.
std::uint64_t integerArgument(const Napi::CallbackInfo& info, std::size_t index, const char* name, std::uint64_t least,
                              std::uint64_t most);
/// A number of threads: 1 to 256, or 0 for as many as the machine runs at once.
unsigned threadsArgument(const Napi::CallbackInfo& info, std::size_t index);

/// A new Uint8Array with a copy of these bytes.
Napi::Uint8Array bytesValue(Napi::Env env, const void* data, std::size_t size);

}  // namespace straddle::binding
