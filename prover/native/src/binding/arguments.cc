#include "binding/arguments.h"

#include <cmath>
#include <cstring>

#include "formats/CoreError.h"

namespace straddle::binding {

namespace {

[[noreturn]] void reject(const char* name, const std::string& expected) {
  throw CoreError("CORE_ARGUMENT_INVALID", std::string("Argument ") + name + " must be " + expected + ".");
}

Napi::Uint8Array uint8Array(const Napi::CallbackInfo& info, std::size_t index, const char* name) {
  const Napi::Value value = info[index];
  if (!value.IsTypedArray() || value.As<Napi::TypedArray>().TypedArrayType() != napi_uint8_array) {
    reject(name, "a Uint8Array");
  }
  return value.As<Napi::Uint8Array>();
}

}  // namespace

PinnedBytes::PinnedBytes(Napi::Uint8Array array)
    : array_(Napi::Persistent(array)), data_(array.Data()), size_(array.ByteLength()) {}

Bytes bytesArgument(const Napi::CallbackInfo& info, std::size_t index, const char* name) {
  const Napi::Uint8Array array = uint8Array(info, index, name);
  return {array.Data(), array.ByteLength()};
}

Bytes bytesArgument(const Napi::CallbackInfo& info, std::size_t index, const char* name, std::size_t size) {
  const Bytes bytes = bytesArgument(info, index, name);
  if (bytes.size != size) reject(name, std::to_string(size) + " bytes, not " + std::to_string(bytes.size));
  return bytes;
}

std::uint8_t* outputArgument(const Napi::CallbackInfo& info, std::size_t index, const char* name, std::size_t size) {
  Napi::Uint8Array array = uint8Array(info, index, name);
  if (array.ByteLength() != size) {
    reject(name, std::to_string(size) + " bytes, not " + std::to_string(array.ByteLength()));
  }
  return array.Data();
}

PinnedBytes pinnedArgument(const Napi::CallbackInfo& info, std::size_t index, const char* name) {
  return PinnedBytes(uint8Array(info, index, name));
}

std::string stringArgument(const Napi::CallbackInfo& info, std::size_t index, const char* name) {
  if (!info[index].IsString()) reject(name, "a string");
  std::string text = info[index].As<Napi::String>().Utf8Value();
  // As a path it would be cut short without a word.
  if (text.find('\0') != std::string::npos) reject(name, "a string without zero bytes");
  return text;
}

std::uint64_t integerArgument(const Napi::CallbackInfo& info, std::size_t index, const char* name, std::uint64_t least,
                              std::uint64_t most) {
  const std::string range = "an integer from " + std::to_string(least) + " to " + std::to_string(most);
  if (!info[index].IsNumber()) reject(name, range);
  const double value = info[index].As<Napi::Number>().DoubleValue();
  const bool fits = value >= static_cast<double>(least) && value <= static_cast<double>(most);
  if (!fits || std::floor(value) != value) reject(name, range);
  return static_cast<std::uint64_t>(value);
}

unsigned threadsArgument(const Napi::CallbackInfo& info, std::size_t index) {
  return static_cast<unsigned>(integerArgument(info, index, "threads", 0, 256));
}

Napi::Uint8Array bytesValue(Napi::Env env, const void* data, std::size_t size) {
  Napi::Uint8Array array = Napi::Uint8Array::New(env, size);
  if (size > 0) std::memcpy(array.Data(), data, size);
  return array;
}

}  // namespace straddle::binding
