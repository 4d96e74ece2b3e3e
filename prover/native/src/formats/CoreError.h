#pragma once

#include <stdexcept>
#include <string>

namespace straddle {

/// A failure that a caller can act on. `code` is stable and one of the names in NativeError.ts; the message says what
/// to do and may change. The binding turns it into a JavaScript Error with that `.code`.
class CoreError : public std::runtime_error {
 public:
  /// `code` must be a string literal: it is kept as a pointer.
  CoreError(const char* code, const std::string& message) : std::runtime_error(message), code_(code) {}
  const char* code() const noexcept { return code_; }

 private:
  const char* code_;
};

}  // namespace straddle
