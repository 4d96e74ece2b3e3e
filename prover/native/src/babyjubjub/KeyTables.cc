#include "babyjubjub/KeyTables.h"

#include <cstring>

namespace straddle {

namespace {

bool isSame(const Element& a, const Element& b) { return std::memcmp(a.limb, b.limb, sizeof a.limb) == 0; }

/// Low bits of coordinates are as good as random for keys made honestly; others only fight for their own place.
std::size_t placeOf(const Element& x, const Element& y) {
  return static_cast<std::size_t>((x.limb[0] ^ y.limb[0]) * 0x9e3779b97f4a7c15u >> 32) % KeyTables::kPlaces;
}

}  // namespace

KeyTable KeyTables::use(const Kernels& kernels, const Element& x, const Element& y) {
  Place& place = places_[placeOf(x, y)];
  if (!isSame(place.x, x) || !isSame(place.y, y)) {
    if (place.uses > 0) --place.uses;
    // A table of this round is about to be read.
    if (place.uses > 0 || place.round == round_) return nullptr;
    place.x = x;
    place.y = y;
    place.refused = false;
    place.table.reset();
  }
  if (place.uses < kMostUses) ++place.uses;
  if (place.table == nullptr) {
    if (place.refused || place.uses < kUsesBeforeTable) return nullptr;
    auto table = std::make_unique<BaseMultiple[]>(kBaseSize);
    place.refused = !kernels.eddsa.buildKey(x, y, table.get());
    if (place.refused) return nullptr;
    place.table = std::move(table);
  }
  place.round = round_;
  return place.table.get();
}

}  // namespace straddle
