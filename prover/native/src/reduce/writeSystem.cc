#include "reduce/writeSystem.h"

#include <algorithm>
#include <utility>

#include "field/Bn254.h"
#include "formats/AtomicFile.h"

namespace straddle::reduce {

namespace {

constexpr std::size_t kTermBytes = 36;
constexpr std::size_t kHeaderBytes = 64;
constexpr std::size_t kProgressEvery = 4096;
constexpr std::size_t kBufferBytes = std::size_t{1} << 20;

/// Collects small pieces for a file.
class Output {
 public:
  explicit Output(const std::string& path) : file_(path) { buffer_.reserve(kBufferBytes); }

  void bytes(const void* data, std::size_t count) {
    if (buffer_.size() + count > kBufferBytes) flush();
    const auto* const from = static_cast<const std::uint8_t*>(data);
    buffer_.insert(buffer_.end(), from, from + count);
  }
  template <class T>
  void number(T value) {
    bytes(&value, sizeof value);
  }
  void commit() {
    flush();
    file_.commit();
  }

 private:
  void flush() {
    file_.append(buffer_.data(), buffer_.size());
    buffer_.clear();
  }

  AtomicFile file_;
  std::vector<std::uint8_t> buffer_;
};

bool isLeft(const System& system, std::size_t constraint) { return system.kinds[constraint] != Kind::kGone; }

bool sameSum(const Sum& a, const Sum& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const Term& x, const Term& y) {
    return x.wire == y.wire && x.coefficient == y.coefficient;
  });
}

std::uint64_t hashOf(const Sum* sums) {
  std::uint64_t h = 0;
  for (int side = 0; side < 3; ++side) {
    h = (h ^ sums[side].size()) * 0x9e3779b97f4a7c15;
    for (const Term& term : sums[side]) {
      h = (h ^ (std::uint64_t{term.wire} << 32 | term.coefficient)) * 0xd6e8feb86659fd93;
      h ^= h >> 29;
    }
  }
  return h;
}

struct Sizes {
  std::uint32_t constraints = 0;
  std::uint32_t linear = 0;
  std::uint64_t terms = 0;
};

Sizes measure(const System& system) {
  Sizes sizes;
  for (std::size_t i = 0; i < system.constraints(); ++i) {
    if (!isLeft(system, i)) continue;
    ++sizes.constraints;
    if (system.kinds[i] == Kind::kLinear) ++sizes.linear;
    for (std::size_t side = 0; side < 3; ++side) sizes.terms += system.sums[3 * i + side].size();
  }
  return sizes;
}

void writeHeader(Output& out, const System& system, const std::vector<Wire>& oldWires, std::uint32_t constraints) {
  const Wire lastInput = system.publicSignals() + system.privateInputs;
  const auto firstInner = std::upper_bound(oldWires.begin(), oldWires.end(), lastInput);
  const auto named = static_cast<std::uint32_t>(firstInner - oldWires.begin());
  out.number(std::uint32_t{1});
  out.number(std::uint64_t{kHeaderBytes});
  out.number(std::uint32_t{32});
  out.bytes(FrParameters::kModulus.w, 32);
  out.number(static_cast<std::uint32_t>(oldWires.size()));
  out.number(system.publicOutputs);
  out.number(system.publicInputs);
  out.number(named - 1 - system.publicSignals());
  out.number(system.labels);
  out.number(constraints);
}

void writeConstraints(Output& out, const System& system, const std::vector<Wire>& oldWires, const Sizes& sizes,
                      const Progress& onProgress) {
  std::vector<Wire> newWire(system.wires, 0);
  for (std::size_t i = 0; i < oldWires.size(); ++i) newWire[oldWires[i]] = static_cast<Wire>(i);
  const std::vector<Element> plain = system.coefficients.plainValues();
  out.number(std::uint32_t{2});
  out.number(12 * std::uint64_t{sizes.constraints} + kTermBytes * sizes.terms);
  for (std::size_t i = 0; i < system.constraints(); ++i) {
    if (i % kProgressEvery == 0) onProgress(static_cast<double>(i) / static_cast<double>(system.constraints()));
    if (!isLeft(system, i)) continue;
    for (std::size_t side = 0; side < 3; ++side) {
      const Sum& sum = system.sums[3 * i + side];
      out.number(static_cast<std::uint32_t>(sum.size()));
      for (const Term& term : sum) {
        out.number(newWire[term.wire]);
        out.bytes(plain[term.coefficient].limb, sizeof(Element));
      }
    }
  }
}

void writeLabels(Output& out, const System& system, const std::vector<Wire>& oldWires) {
  out.number(std::uint32_t{3});
  out.number(8 * static_cast<std::uint64_t>(oldWires.size()));
  for (const Wire wire : oldWires) out.number(system.labelOfWire[wire]);
}

}  // namespace

std::vector<Wire> remainingWires(const System& system) {
  std::vector<bool> used(system.wires, false);
  for (Wire wire = 0; wire <= system.publicSignals(); ++wire) used[wire] = true;
  for (const Sum& sum : system.sums) {
    for (const Term& term : sum) used[term.wire] = true;
  }
  std::vector<Wire> wires;
  for (Wire wire = 0; wire < system.wires; ++wire) {
    if (used[wire]) wires.push_back(wire);
  }
  return wires;
}

void removeDuplicates(System& system) {
  std::vector<std::pair<std::uint64_t, std::uint32_t>> order;
  for (std::size_t i = 0; i < system.constraints(); ++i) {
    if (isLeft(system, i)) order.emplace_back(hashOf(&system.sums[3 * i]), static_cast<std::uint32_t>(i));
  }
  std::sort(order.begin(), order.end());
  for (std::size_t k = 1; k < order.size(); ++k) {
    // Against the first of the run only: of equal hashes all but the rarest are equal constraints.
    if (order[k].first != order[k - 1].first) continue;
    const std::size_t a = 3 * std::size_t{order[k - 1].second}, b = 3 * std::size_t{order[k].second};
    bool same = true;
    for (std::size_t side = 0; side < 3; ++side) same = same && sameSum(system.sums[a + side], system.sums[b + side]);
    if (!same) continue;
    system.kinds[order[k].second] = Kind::kGone;
    order[k].second = order[k - 1].second;
    for (std::size_t side = 0; side < 3; ++side) Sum().swap(system.sums[b + side]);
  }
}

WrittenSystem writeSystem(const System& system, const std::vector<Wire>& oldWires, const std::string& r1csPath,
                          const std::string& wireMapPath, const Progress& onProgress) {
  const Sizes sizes = measure(system);
  Output r1cs(r1csPath);
  r1cs.bytes("r1cs", 4);
  r1cs.number(std::uint32_t{1});
  r1cs.number(std::uint32_t{system.labelOfWire.empty() ? 2u : 3u});
  writeHeader(r1cs, system, oldWires, sizes.constraints);
  writeConstraints(r1cs, system, oldWires, sizes, onProgress);
  if (!system.labelOfWire.empty()) writeLabels(r1cs, system, oldWires);
  Output map(wireMapPath);
  for (const Wire wire : oldWires) map.number(wire);
  r1cs.commit();
  map.commit();
  return {static_cast<std::uint32_t>(oldWires.size()), sizes.constraints, sizes.linear, sizes.terms};
}

}  // namespace straddle::reduce
