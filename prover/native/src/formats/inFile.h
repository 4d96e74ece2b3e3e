#pragma once

#include <string>

#include "formats/CoreError.h"

namespace straddle {

/// Calls `work` and puts the path in front of the message of a CoreError that it throws: views know bytes, not files.
template <class Work>
auto inFile(const std::string& path, Work work) {
  try {
    return work();
  } catch (const CoreError& error) {
    throw CoreError(error.code(), path + ": " + error.what());
  }
}

}  // namespace straddle
