#include "witness/Program.h"

#include <algorithm>
#include <cstring>

#include "formats/CoreError.h"
#include "formats/fieldBytes.h"
#include "witness/TapeValidator.h"

namespace straddle {

namespace {

constexpr char kMagic[] = "strawit1";
constexpr std::size_t kMagicBytes = sizeof kMagic - 1;
constexpr std::size_t kHeaderCounts = 12;
/// 8 GB of elements; a circuit of a million constraints has 5 million signals.
constexpr std::uint32_t kMaxSignals = std::uint32_t{1} << 28;

[[noreturn]] void damaged(const std::string& what) {
  throw CoreError("WITNESS_PROGRAM_DAMAGED",
                  "The witness program is damaged: " + what + ". Delete it from the cache and start again.");
}

/// Takes one array after the other. Nothing is allocated that the file is too short for.
class Reader {
 public:
  explicit Reader(ByteView bytes) : bytes_(bytes) {}

  template <class T>
  std::vector<T> take(std::size_t count) {
    if (count > (bytes_.size - at_) / sizeof(T)) damaged("it is too short");
    std::vector<T> values(count);
    if (count != 0) std::memcpy(values.data(), bytes_.data + at_, count * sizeof(T));
    at_ += count * sizeof(T);
    return values;
  }

  bool isAtEnd() const { return at_ == bytes_.size; }

 private:
  ByteView bytes_;
  std::size_t at_ = 0;
};

struct FileInput {
  std::uint32_t hashLow, hashHigh, signal, size;
};

}  // namespace

Program::Program(ByteView bytes) {
  Reader reader(bytes);
  const std::vector<char> magic = reader.take<char>(kMagicBytes);
  if (std::memcmp(magic.data(), kMagic, kMagicBytes) != 0) damaged("it does not begin like one");
  const std::vector<std::uint32_t> counts = reader.take<std::uint32_t>(kHeaderCounts);
  signals_ = counts[0];
  inputStart_ = counts[1];
  inputCount_ = counts[2];
  main_ = counts[11];
  for (const FileInput& one : reader.take<FileInput>(counts[3])) {
    inputs_.push_back({one.hashLow | static_cast<std::uint64_t>(one.hashHigh) << 32, one.signal, one.size});
  }
  constants_ = reader.take<Element>(counts[5]);
  templates_ = reader.take<WitnessTape>(counts[6]);
  functions_ = reader.take<WitnessTape>(counts[7]);
  instructions_ = reader.take<WitnessInstruction>(counts[8]);
  wires_ = reader.take<std::uint32_t>(counts[4]);
  const std::vector<std::uint32_t> lengths = reader.take<std::uint32_t>(counts[9]);
  for (const std::uint32_t length : lengths) {
    const std::vector<char> text = reader.take<char>(length);
    texts_.emplace_back(text.begin(), text.end());
  }
  if (!reader.isAtEnd()) damaged("something follows its end");
  validate();
}

std::string Program::text(std::uint32_t number) const { return number < texts_.size() ? texts_[number] : ""; }

void Program::validate() {
  const auto isWithin = [](std::uint64_t first, std::uint64_t count, std::uint64_t size) {
    return first <= size && count <= size - first;
  };
  if (signals_ == 0 || wires_.empty()) damaged("it has no signals");
  if (signals_ > kMaxSignals) damaged("it has too many signals");
  if (!isWithin(inputStart_, inputCount_, signals_)) damaged("its inputs lie outside of its signals");
  for (const WitnessInput& input : inputs_) {
    if (input.signal < inputStart_ || !isWithin(input.signal - inputStart_, input.size, inputCount_)) {
      damaged("an input lies outside of the inputs");
    }
  }
  for (const std::uint32_t signal : wires_) {
    if (signal >= signals_) damaged("a wire is no signal");
  }
  for (const Element& constant : constants_) {
    if (!isBelowFr(reinterpret_cast<const std::uint8_t*>(&constant))) damaged("a constant is not reduced");
  }
  if (main_ >= templates_.size()) damaged("it has no main component");
  const TapeValidator validator(instructions_, templates_, functions_, constants_.size());
  validator.checkAll();
  if (!isWithin(1, templates_[main_].signals, signals_)) damaged("its main component has more signals than it");
  for (std::size_t number = 0; number < templates_.size(); ++number) templates_[number].lanes = validator.hasLanes(number);
  frameNeed_ = validator.frameNeed(main_);
  depth_ = validator.depth(main_);
}

}  // namespace straddle
