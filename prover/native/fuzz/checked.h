#pragma once

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <initializer_list>

#include "formats/CoreError.h"
#include "target.h"

namespace straddle::fuzz {

/// Runs a parser. It may accept its input or refuse it with one of these codes; anything else ends the program.
template <class Parse>
void expectOnly(std::initializer_list<const char*> codes, Parse parse) {
  try {
    parse();
    lastOutcome = "accepted";
    return;
  } catch (const CoreError& error) {
    for (const char* code : codes) {
      if (std::strcmp(code, error.code()) != 0) continue;
      lastOutcome = code;
      return;
    }
    std::fprintf(stderr, "refused with the unexpected code %s: %s\n", error.code(), error.what());
  } catch (const std::exception& error) {
    std::fprintf(stderr, "an exception that is no CoreError: %s\n", error.what());
  }
  std::abort();
}

/// Reads all bytes, so that AddressSanitizer sees a view that leaves the file.
inline std::uint64_t sumOf(const std::uint8_t* bytes, std::size_t size) {
  std::uint64_t sum = 0;
  for (std::size_t index = 0; index < size; index++) sum += bytes[index];
  return sum;
}

inline void keep(std::uint64_t value) { __asm__ volatile("" : : "r"(value)); }

}  // namespace straddle::fuzz
