#include "setup/developmentKey.h"

#include <algorithm>
#include <atomic>
#include <cstring>
#include <string>
#include <vector>

#include "field/Bn254.h"
#include "formats/AtomicFile.h"
#include "formats/CoreError.h"
#include "formats/MappedFile.h"
#include "formats/R1cs.h"
#include "ntt/PageBuffer.h"
#include "setup/ConstraintIndex.h"
#include "setup/FieldCalculator.h"
#include "setup/FixedBaseTable.h"
#include "setup/LagrangeValues.h"

namespace straddle {

namespace {

/// Points of one piece of work: 512 kB of G1.
constexpr std::size_t kPiece = 8192;
/// Wires of one piece of adding up.
constexpr std::size_t kWirePiece = 16384;
/// A G2 point costs about three of G1.
constexpr unsigned kG2Cost = 3;
/// The H points need roots of unity of twice the domain.
constexpr std::uint64_t kMostRows = std::uint64_t{1} << (FrParameters::kTwoAdicity - 1);

/// EIP-197's generators, plain; coordinates of G2 as c0, c1.
constexpr AffineG1 kGenerator1 = {{{1, 0, 0, 0}}, {{2, 0, 0, 0}}};
constexpr AffineG2 kGenerator2 = {
    {{{0x46debd5cd992f6ed, 0x674322d4f75edadd, 0x426a00665e5c4479, 0x1800deef121f1e76}},
     {{0x97e485b7aef312c2, 0xf1aa493335a9e712, 0x7260bfb731fb5d25, 0x198e9393920d483a}}},
    {{{0x4ce6cc0166fa7daa, 0xe3d1e7690c43d37b, 0x4aab71808dcb408f, 0x12c85ea5db8c6deb}},
     {{0x55acdadcd122975b, 0xbc4b313370b38ef3, 0xec9e99ad690c3395, 0x090689d0585ff075}}}};

template <class Point>
Point toMontgomery(const Kernels& kernels, Point point) {
  auto* const elements = reinterpret_cast<Element*>(&point);
  kernels.field.scalar(Field::fq, FieldOperation::toMontgomery, elements, elements, elements,
                       sizeof(Point) / sizeof(Element));
  return point;
}

KeySizes sizesOf(const R1cs& circuit, const ConstraintIndex& index) {
  const std::uint64_t rows = std::uint64_t{circuit.constraints()} + circuit.publicSignals();
  if (rows == 0) {
    throw CoreError("SETUP_R1CS_UNSUPPORTED", "The circuit has neither constraints nor public signals.");
  }
  // One row more, for the constant wire.
  if (rows + 1 > kMostRows) {
    throw CoreError("SETUP_R1CS_UNSUPPORTED", "The circuit has more than 2^27 rows, which BN254 has no roots of unity for.");
  }
  std::uint32_t domain = 1;
  while (domain < rows + 1) domain *= 2;
  const std::uint64_t coefficients = index.terms + circuit.publicSignals() + 1;
  if (coefficients > UINT32_MAX) {
    throw CoreError("SETUP_R1CS_UNSUPPORTED", "The circuit has more than 2^32 terms, which a .zkey cannot count.");
  }
  return {circuit.wires(), circuit.publicSignals(), domain, static_cast<std::uint32_t>(coefficients)};
}

/// Everything that one key needs while it is made, in the order in which run() goes.
class KeyJob {
 public:
  KeyJob(const Kernels& kernels, ThreadPool& pool, const DevelopmentKeyRequest& request, const CancelToken& cancel,
         const SetupProgress& onProgress)
      : kernels_(kernels),
        pool_(pool),
        request_(request),
        cancel_(cancel),
        onProgress_(onProgress),
        fr_(kernels),
        mapping_(request.r1csPath, R1cs::kRole),
        circuit_(mapping_.bytes()),
        index_(indexConstraints(circuit_, cancel)),
        sizes_(sizesOf(circuit_, index_)),
        layout_(sizes_),
        file_(request.zkeyPath),
        tau_(fr_.toMontgomery(request.waste.tau)),
        overDelta_(fr_.inverse(fr_.toMontgomery(request.waste.delta))),
        points_(3 * std::uint64_t{sizes_.wires} + kG2Cost * std::uint64_t{sizes_.wires} + sizes_.domain),
        windowBits_(fixedBaseWindowBits(points_)),
        g1_(makeTable(kernels.fixedBase.g1, kGenerator1)),
        g2_(makeTable(kernels.fixedBase.g2, kGenerator2)),
        rows_(std::size_t{sizes_.domain} * sizeof(Element)) {
    for (unsigned worker = 0; worker < pool.size(); ++worker) {
      scratch_.emplace_back(std::max(g1_.scratchBytes(), g2_.scratchBytes()));
      output_.emplace_back(kPiece * g2_.pointBytes());
    }
  }

  void run() {
    layout_.writeHeads(file_);
    writeHeader();
    writeH();
    sumQap();
    writeWires();
    writeContributions();
    mapping_.checkUnchanged();
    cancel_.check();
    file_.commit();
  }

 private:
  /// Scalars whose multiples of a generator fill a part of the file.
  struct Segment {
    const FixedBaseTable* table;
    const Element* scalars;
    std::size_t count;
    KeyLayout::Section section;
  };

  template <class Point>
  FixedBaseTable makeTable(const FixedBaseGroup& group, const Point& plainGenerator) {
    const Point generator = toMontgomery(kernels_, plainGenerator);
    return FixedBaseTable(group, &generator, windowBits_, pool_, cancel_);
  }

  void writeHeader() {
    const ToxicWaste& waste = request_.waste;
    const Element scalars1[3] = {waste.alpha, waste.beta, waste.delta};
    const Element scalars2[3] = {waste.beta, {{1, 0, 0, 0}}, waste.delta};
    AffineG1 points1[3];
    AffineG2 points2[3];
    g1_.multiply(scalars1, 3, points1, scratch_[0].as<void>());
    g2_.multiply(scalars2, 3, points2, scratch_[0].as<void>());
    std::uint8_t bytes[KeyLayout::kHeaderBytes];
    std::uint8_t* at = bytes;
    const auto put = [&](const void* data, std::size_t size) {
      std::memcpy(at, data, size);
      at += size;
    };
    const std::uint32_t groth16 = 1, fieldBytes = sizeof(Element);
    const std::uint32_t counts[3] = {sizes_.wires, sizes_.publicSignals, sizes_.domain};
    put(&fieldBytes, 4);
    put(FqParameters::kModulus.w, sizeof(Element));
    put(&fieldBytes, 4);
    put(FrParameters::kModulus.w, sizeof(Element));
    put(counts, sizeof counts);
    put(points1, 2 * sizeof(AffineG1));
    put(points2, 2 * sizeof(AffineG2));
    put(points1 + 2, sizeof(AffineG1));
    put(points2 + 2, sizeof(AffineG2));
    file_.patch(layout_.offset(KeyLayout::protocol), &groth16, 4);
    file_.patch(layout_.offset(KeyLayout::header), bytes, sizeof bytes);
  }

  /// Section 9: the odd half of the Lagrange basis on twice the domain, over delta. snarkjs' prover gives A B - C there,
  /// which determines it, since it vanishes on the even half.
  void writeH() {
    const std::size_t domain = sizes_.domain;
    lagrangeValues(kernels_, pool_, cancel_, {2 * domain, 1, 2, domain}, tau_, fr_.toPlain(overDelta_),
                   rows_.as<Element>());
    multiply({{&g1_, rows_.as<Element>(), domain, KeyLayout::h}});
  }

  /// A, B and C of every wire at tau, and section 4 on the way.
  void sumQap() {
    onProgress_(fraction(), "constraints");
    const std::size_t domain = sizes_.domain, bytes = sizes_.wires * sizeof(Element);
    lagrangeValues(kernels_, pool_, cancel_, {domain, 0, 1, domain}, tau_, fr_.fromSmall(1), rows_.as<Element>());
    a_ = PageBuffer(bytes);
    b_ = PageBuffer(bytes);
    c_ = PageBuffer(bytes);
    const WireSums sums = {a_.as<Element>(), b_.as<Element>(), c_.as<Element>()};
    const std::uint32_t parts = pool_.size();
    // Each thread reads all constraints and adds up its own wires: no sum is shared, and memory does not grow with threads.
    pool_.parallelFor(
        parts,
        [&](std::size_t part, unsigned) {
          for (const ConstraintIndex::Run& run : index_.runs) {
            cancel_.check();
            kernels_.setup.addConstraints(run.constraints, rows_.as<Element>(), {static_cast<std::uint32_t>(part), parts},
                                          sums);
          }
        },
        &cancel_);
    writeCoefficients();
    addPublicRows();
    rows_.release();
    combine();
  }

  void writeCoefficients() {
    const std::uint64_t start = layout_.offset(KeyLayout::coefficients);
    file_.patch(start, &sizes_.coefficients, 4);
    std::vector<std::vector<std::uint8_t>> buffers(pool_.size());
    pool_.parallelFor(
        index_.runs.size(),
        [&](std::size_t i, unsigned worker) {
          const ConstraintIndex::Run& run = index_.runs[i];
          std::vector<std::uint8_t>& buffer = buffers[worker];
          const std::uint64_t bytes = run.terms * KeyLayout::kCoefficientBytes;
          if (buffer.size() < bytes) buffer.resize(bytes);
          kernels_.setup.writeCoefficients(run.constraints, buffer.data());
          file_.patch(start + 4 + run.termsBefore * KeyLayout::kCoefficientBytes, buffer.data(), bytes);
        },
        &cancel_);
  }

  /// Rows "1 * public signal" behind the constraints: they make the public polynomials linearly independent.
  void addPublicRows() {
    const std::uint32_t wires = sizes_.publicSignals + 1;
    // As an .r1cs would have them: one term in A, none in B and C.
    constexpr std::size_t kRowBytes = 4 + R1cs::Sum::kTermBytes + 4 + 4;
    std::vector<std::uint8_t> rows(wires * kRowBytes), terms(wires * KeyLayout::kCoefficientBytes);
    for (std::uint32_t wire = 0; wire < wires; ++wire) {
      rows[wire * kRowBytes] = 1;
      std::memcpy(&rows[wire * kRowBytes + 4], &wire, 4);
      rows[wire * kRowBytes + 8] = 1;
    }
    const ConstraintRun run = {rows.data(), circuit_.constraints(), wires};
    kernels_.setup.addConstraints(run, rows_.as<Element>(), {0, 1}, {a_.as<Element>(), b_.as<Element>(), c_.as<Element>()});
    kernels_.setup.writeCoefficients(run, terms.data());
    const std::uint64_t before = 4 + index_.terms * KeyLayout::kCoefficientBytes;
    file_.patch(layout_.offset(KeyLayout::coefficients) + before, terms.data(), terms.size());
  }

  /// beta A + alpha B + C of every wire, and over delta for the private ones; in place of C.
  void combine() {
    const std::size_t publicWires = std::size_t{sizes_.publicSignals} + 1;
    const Element alpha = fr_.toMontgomery(request_.waste.alpha), beta = fr_.toMontgomery(request_.waste.beta);
    const auto range = [&](std::size_t begin, std::size_t end, const Element& all) {
      kernels_.setup.combine(a_.as<Element>() + begin, b_.as<Element>() + begin, c_.as<Element>() + begin,
                             {alpha, beta, all}, end - begin);
    };
    range(0, publicWires, fr_.fromSmall(1));
    pool_.parallelRanges(
        sizes_.wires - publicWires, kWirePiece,
        [&](std::size_t begin, std::size_t end, unsigned) { range(publicWires + begin, publicWires + end, overDelta_); },
        &cancel_);
  }

  void writeWires() {
    const std::size_t wires = sizes_.wires, publicWires = std::size_t{sizes_.publicSignals} + 1;
    const Element* const a = a_.as<Element>();
    const Element* const b = b_.as<Element>();
    const Element* const c = c_.as<Element>();
    multiply({{&g1_, c, publicWires, KeyLayout::ic},
              {&g1_, a, wires, KeyLayout::a},
              {&g1_, b, wires, KeyLayout::b1},
              {&g2_, b, wires, KeyLayout::b2},
              {&g1_, c + publicWires, wires - publicWires, KeyLayout::c}});
  }

  /// Neither contributions nor a ceremony's circuit hash: a mark that no verification from a .ptau accepts.
  void writeContributions() {
    const std::uint32_t none = 0;
    const std::uint64_t start = layout_.offset(KeyLayout::contributions);
    file_.patch(start, request_.mark, sizeof request_.mark);
    file_.patch(start + sizeof request_.mark, &none, 4);
  }

  void multiply(const std::vector<Segment>& segments) {
    struct Piece {
      const Segment* segment;
      std::size_t first, count;
    };
    std::vector<Piece> pieces;
    for (const Segment& segment : segments) {
      for (std::size_t first = 0; first < segment.count; first += kPiece) {
        pieces.push_back({&segment, first, std::min(kPiece, segment.count - first)});
      }
    }
    pool_.parallelFor(
        pieces.size(),
        [&](std::size_t i, unsigned worker) {
          const auto& [segment, first, count] = pieces[i];
          const FixedBaseTable& table = *segment->table;
          void* const points = output_[worker].as<void>();
          table.multiply(segment->scalars + first, count, points, scratch_[worker].as<void>());
          file_.patch(layout_.offset(segment->section) + first * table.pointBytes(), points, count * table.pointBytes());
          pointsDone_ += count * (&table == &g2_ ? kG2Cost : 1);
          onProgress_(fraction(), "points");
        },
        &cancel_);
  }

  double fraction() const { return std::min(1.0, static_cast<double>(pointsDone_) / static_cast<double>(points_)); }

  const Kernels& kernels_;
  ThreadPool& pool_;
  const DevelopmentKeyRequest& request_;
  const CancelToken& cancel_;
  const SetupProgress& onProgress_;
  const FieldCalculator fr_;
  const MappedFile mapping_;
  const R1cs circuit_;
  const ConstraintIndex index_;
  const KeySizes sizes_;
  const KeyLayout layout_;
  AtomicFile file_;
  /// Montgomery form.
  const Element tau_, overDelta_;
  /// All that there are, and those done, a point of G2 counted as kG2Cost.
  const std::uint64_t points_;
  std::atomic<std::uint64_t> pointsDone_{0};
  const unsigned windowBits_;
  const FixedBaseTable g1_, g2_;
  /// A value for each row of the domain: H's scalars, then the Lagrange basis.
  PageBuffer rows_;
  /// Plain, a value for each wire.
  PageBuffer a_, b_, c_;
  /// Of each worker.
  std::vector<PageBuffer> scratch_, output_;
};

}  // namespace

void writeDevelopmentKey(const Kernels& kernels, ThreadPool& pool, const DevelopmentKeyRequest& request,
                         const CancelToken& cancel, const SetupProgress& onProgress) {
  KeyJob(kernels, pool, request, cancel, onProgress).run();
}

}  // namespace straddle
