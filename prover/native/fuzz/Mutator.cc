#include "Mutator.h"

#include <algorithm>
#include <cstring>
#include <vector>

namespace straddle::fuzz {

namespace {

struct Piece {
  std::size_t head;
  std::size_t end;
};

/// The sections as far as the table makes sense.
std::vector<Piece> piecesOf(const Bytes& file) {
  std::vector<Piece> pieces;
  std::size_t offset = 12;
  while (file.size() >= 12 && offset + 12 <= file.size() && pieces.size() < 16) {
    std::uint64_t size = 0;
    std::memcpy(&size, file.data() + offset + 4, 8);
    if (size > file.size() - offset - 12) break;
    const std::size_t end = offset + 12 + static_cast<std::size_t>(size);
    pieces.push_back({offset, end});
    offset = end;
  }
  return pieces;
}

std::uint64_t interesting(Random& random, std::uint64_t old) {
  switch (random.below(8)) {
    case 0: return 0;
    case 1: return old + 1;
    case 2: return old - 1;
    case 3: return ~std::uint64_t{0} - random.below(64);
    case 4: return std::uint64_t{1} << random.below(64);
    case 5: return old * 2;
    case 6: return (std::uint64_t{1} << 32) / (1 + random.below(128));
    default: return random.below(300);
  }
}

template <class T>
void setNumber(Bytes& file, std::size_t offset, Random& random) {
  if (offset + sizeof(T) > file.size()) return;
  T value;
  std::memcpy(&value, file.data() + offset, sizeof value);
  value = static_cast<T>(interesting(random, value));
  std::memcpy(file.data() + offset, &value, sizeof value);
}

void flipBits(Bytes& file, Random& random) {
  for (std::size_t count = 1 + random.below(4); count > 0 && !file.empty(); count--) {
    file[random.below(file.size())] ^= static_cast<std::uint8_t>(1u << random.below(8));
  }
}

void overwrite(Bytes& file, Random& random) {
  if (file.empty()) return;
  const std::size_t begin = random.below(file.size());
  const std::size_t end = std::min(file.size(), begin + 1 + random.below(40));
  const bool ones = random.below(2) == 0;
  for (std::size_t at = begin; at < end; at++) file[at] = ones ? 0xff : static_cast<std::uint8_t>(random.next());
}

void truncate(Bytes& file, Random& random) { file.resize(random.below(file.size() + 1)); }

void grow(Bytes& file, Random& random) {
  const std::size_t extra = 1 + random.below(100);
  for (std::size_t index = 0; index < extra; index++) file.push_back(static_cast<std::uint8_t>(random.next()));
}

/// A field of the file's head or of a section's head.
void setTableField(Bytes& file, Random& random) {
  const std::vector<Piece> pieces = piecesOf(file);
  const std::size_t which = random.below(pieces.size() + 1);
  if (which == pieces.size()) return setNumber<std::uint32_t>(file, 4 * random.below(3), random);
  if (random.below(2) == 0) return setNumber<std::uint32_t>(file, pieces[which].head, random);
  setNumber<std::uint64_t>(file, pieces[which].head + 4, random);
}

/// A u32 near the start of a section, where counts are.
void setHeaderField(Bytes& file, Random& random) {
  const std::vector<Piece> pieces = piecesOf(file);
  if (pieces.empty()) return;
  const Piece piece = pieces[random.below(pieces.size())];
  const std::size_t words = std::min<std::size_t>(24, (piece.end - piece.head - 12) / 4);
  setNumber<std::uint32_t>(file, piece.head + 12 + 4 * random.below(words), random);
}

void moveSections(Bytes& file, Random& random) {
  const std::vector<Piece> pieces = piecesOf(file);
  if (pieces.empty()) return;
  const Piece first = pieces[random.below(pieces.size())], second = pieces[random.below(pieces.size())];
  const auto part = [&](Piece piece) { return Bytes(file.begin() + piece.head, file.begin() + piece.end); };
  const Bytes one = part(first), two = part(second);
  switch (random.below(4)) {
    case 0:  // repeated, counted or not
      file.insert(file.end(), one.begin(), one.end());
      if (random.below(2) == 0) file[8]++;
      return;
    case 1:  // dropped, counted or not
      file.erase(file.begin() + first.head, file.begin() + first.end);
      if (random.below(2) == 0) file[8]--;
      return;
    case 2:  // ids swapped
      std::memcpy(file.data() + first.head, two.data(), 4);
      std::memcpy(file.data() + second.head, one.data(), 4);
      return;
    default: {  // places swapped: still a sound file, in another order
      if (first.head >= second.head) return;
      Bytes moved(file.begin(), file.begin() + first.head);
      moved.insert(moved.end(), two.begin(), two.end());
      moved.insert(moved.end(), file.begin() + first.end, file.begin() + second.head);
      moved.insert(moved.end(), one.begin(), one.end());
      moved.insert(moved.end(), file.begin() + second.end, file.end());
      file = std::move(moved);
    }
  }
}

/// Makes a section longer or shorter; mostly the table says so, so that the counts inside no longer fit.
void resizeSection(Bytes& file, Random& random) {
  const std::vector<Piece> pieces = piecesOf(file);
  if (pieces.empty()) return;
  const Piece piece = pieces[random.below(pieces.size())];
  std::uint64_t size = piece.end - piece.head - 12;
  const std::size_t amount = 1 + random.below(random.below(2) == 0 ? 8 : 140);
  if (random.below(2) == 0) {
    file.insert(file.begin() + piece.end, amount, static_cast<std::uint8_t>(random.next()));
    size += amount;
  } else {
    const std::size_t less = std::min<std::size_t>(amount, static_cast<std::size_t>(size));
    file.erase(file.begin() + piece.end - less, file.begin() + piece.end);
    size -= less;
  }
  if (random.below(8) != 0) std::memcpy(file.data() + piece.head + 4, &size, 8);
}

}  // namespace

void mutate(Bytes& file, Random& random) {
  using Mutation = void (*)(Bytes&, Random&);
  static constexpr Mutation kMutations[] = {flipBits,       overwrite,      truncate,     grow,         setTableField,
                                            setHeaderField, setHeaderField, moveSections, moveSections, resizeSection};
  constexpr std::size_t kCount = sizeof kMutations / sizeof kMutations[0];
  for (std::size_t left = 1 + random.below(4); left > 0; left--) kMutations[random.below(kCount)](file, random);
}

}  // namespace straddle::fuzz
