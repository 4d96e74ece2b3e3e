// Tables of multiples for keys that sign often: a thread's own, so nothing is shared and nothing waits.
//
// A key gets a table when it has been seen kUsesBeforeTable times, which bounds what strangers with many keys can make us
// build: a table costs some seven checks. Each key has one place, by its bits; another key takes it over only when it has
// been seen there as often as the one that holds it. What a verdict is never depends on what is kept here.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "kernels/Kernels.h"

namespace straddle {

class KeyTables {
 public:
  /// At most 128 tables of 133 kB: 17 MB a thread that checks signatures.
  static constexpr std::size_t kPlaces = 128;
  static constexpr std::uint32_t kUsesBeforeTable = 16;
  static constexpr std::uint32_t kMostUses = 256;

  KeyTables() : places_(kPlaces) {}

  /// Counts a use of the key; its table, or nullptr while it has none. Tables stay until nextRound().
  KeyTable use(const Kernels& kernels, const Element& x, const Element& y);

  /// From here on tables handed out before may be given up.
  void nextRound() { ++round_; }

 private:
  struct Place {
    Element x{}, y{};
    std::uint32_t uses = 0;
    /// Of no valid key: never gets a table.
    bool refused = false;
    /// When its table was last handed out.
    std::uint64_t round = 0;
    std::unique_ptr<BaseMultiple[]> table;
  };

  std::vector<Place> places_;
  std::uint64_t round_ = 1;
};

}  // namespace straddle
