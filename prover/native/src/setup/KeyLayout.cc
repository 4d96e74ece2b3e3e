#include "setup/KeyLayout.h"

#include <cstring>

namespace straddle {

namespace {

constexpr std::uint64_t kFileHead = 12, kSectionHead = 12, kG1 = 64, kG2 = 128;
constexpr KeyLayout::Section kOrder[] = {KeyLayout::protocol, KeyLayout::header, KeyLayout::coefficients, KeyLayout::ic,
                                         KeyLayout::a,        KeyLayout::b1,     KeyLayout::b2,           KeyLayout::c,
                                         KeyLayout::h,        KeyLayout::contributions};

}  // namespace

KeyLayout::KeyLayout(const KeySizes& sizes) {
  const std::uint64_t publicWires = std::uint64_t{sizes.publicSignals} + 1;
  sizes_[protocol] = 4;
  sizes_[header] = kHeaderBytes;
  sizes_[ic] = publicWires * kG1;
  sizes_[coefficients] = 4 + sizes.coefficients * kCoefficientBytes;
  sizes_[a] = sizes_[b1] = sizes.wires * kG1;
  sizes_[b2] = sizes.wires * kG2;
  sizes_[c] = (sizes.wires - publicWires) * kG1;
  sizes_[h] = sizes.domain * kG1;
  sizes_[contributions] = kMarkBytes + 4;
  std::uint64_t at = kFileHead;
  for (const Section section : kOrder) {
    offsets_[section] = at + kSectionHead;
    at += kSectionHead + sizes_[section];
  }
}

void KeyLayout::writeHeads(AtomicFile& file) const {
  const std::uint32_t numbers[2] = {1, sizeof kOrder / sizeof kOrder[0]};
  file.patch(0, "zkey", 4);
  file.patch(4, numbers, sizeof numbers);
  for (const Section section : kOrder) {
    std::uint8_t head[kSectionHead];
    const std::uint32_t id = section;
    std::memcpy(head, &id, 4);
    std::memcpy(head + 4, &sizes_[section], 8);
    file.patch(offsets_[section] - kSectionHead, head, sizeof head);
  }
}

}  // namespace straddle
