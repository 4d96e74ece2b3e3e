#include "setup/FixedBaseTable.h"

#include <cstdint>
#include <cstring>
#include <vector>

namespace straddle {

namespace {

constexpr unsigned kLeastBits = 4;
/// Beyond, a window's part of the table (1 MB of G1) leaves the second-level cache, and nothing is gained.
constexpr unsigned kMostBits = 15;

bool isZero(const Element& e) { return (e.limb[0] | e.limb[1] | e.limb[2] | e.limb[3]) == 0; }

}  // namespace

unsigned fixedBaseWindowBits(std::size_t count) {
  unsigned best = kLeastBits;
  const auto additions = [&](unsigned bits) {
    return std::uint64_t{fixedBaseWindows(bits)} * ((std::uint64_t{1} << (bits - 1)) + count);
  };
  for (unsigned bits = kLeastBits + 1; bits <= kMostBits; ++bits) {
    if (additions(bits) < additions(best)) best = bits;
  }
  return best;
}

FixedBaseTable::FixedBaseTable(const FixedBaseGroup& group, const void* base, unsigned windowBits, ThreadPool& pool,
                               const CancelToken& cancel)
    : group_(group),
      windowBits_(windowBits),
      table_((std::size_t{fixedBaseWindows(windowBits)} << (windowBits - 1)) * group.pointBytes) {
  std::vector<PageBuffer> scratch;
  for (unsigned worker = 0; worker < pool.size(); ++worker) scratch.emplace_back(group.scratchBytes);
  group.beginTable(base, windowBits, table_.as<void>());
  pool.parallelFor(
      fixedBaseWindows(windowBits),
      [&](std::size_t window, unsigned worker) {
        group.fillWindow(windowBits, static_cast<unsigned>(window), table_.as<void>(), scratch[worker].as<void>());
      },
      &cancel);
}

void FixedBaseTable::multiply(const Element* plainScalars, std::size_t count, void* points, void* scratch) const {
  std::vector<Element> scalars;
  std::vector<std::size_t> places;
  std::vector<std::uint8_t> products(kFixedBaseBatch * group_.pointBytes);
  scalars.reserve(kFixedBaseBatch);
  places.reserve(kFixedBaseBatch);
  auto* const out = static_cast<std::uint8_t*>(points);
  std::memset(out, 0, count * group_.pointBytes);
  const auto flush = [&] {
    group_.multiply(table_.as<void>(), windowBits_, scalars.data(), scalars.size(), products.data(), scratch);
    for (std::size_t i = 0; i < places.size(); ++i) {
      std::memcpy(out + places[i] * group_.pointBytes, products.data() + i * group_.pointBytes, group_.pointBytes);
    }
    scalars.clear();
    places.clear();
  };
  for (std::size_t i = 0; i < count; ++i) {
    if (isZero(plainScalars[i])) continue;
    scalars.push_back(plainScalars[i]);
    places.push_back(i);
    if (scalars.size() == kFixedBaseBatch) flush();
  }
  if (!scalars.empty()) flush();
}

}  // namespace straddle
