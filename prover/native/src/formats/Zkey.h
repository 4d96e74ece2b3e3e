#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>

#include "formats/ByteView.h"
#include "formats/MappedFile.h"
#include "parallel/CancelToken.h"
#include "parallel/ThreadPool.h"

namespace straddle {

/// A Groth16 proving key over BN254 in snarkjs' format (.zkey version 1), as views into its bytes, which must outlive
/// it. Numbers are little-endian; nothing is aligned.
///
/// Points are affine: G1 is x, y (64 bytes), G2 is x0, x1, y0, y1 (128 bytes), each coordinate 32 bytes in Montgomery
/// form (R = 2^256); all zeros is the point at infinity.
class Zkey {
 public:
  static constexpr std::size_t kG1Bytes = 64;
  static constexpr std::size_t kG2Bytes = 128;
  static constexpr std::size_t kCoefficientBytes = 44;
  static constexpr std::uint32_t kMostRows = 1u << 28;
  static const MappedFile::Role kRole;

  /// One entry of A (matrix 0) or B (matrix 1): `value`, 32 bytes, times wire `wire` in row `row`. The value is stored
  /// times R^2 mod r: its Montgomery product with a witness value in standard form is the product in Montgomery form.
  struct Coefficient {
    std::uint32_t matrix;
    std::uint32_t row;
    std::uint32_t wire;
    const std::uint8_t* value;
  };

  /// Reads the header and the section table and checks all sizes against one another, in constant time.
  /// Throws CoreError KEY_FILE_DAMAGED; KEY_FILE_WRONG_CIRCUIT if it is for another curve or proof system.
  explicit Zkey(ByteView file);

  std::uint32_t wires() const noexcept { return wires_; }
  /// Without the constant one, which is wire 0; public signals are the wires 1..publicSignals().
  std::uint32_t publicSignals() const noexcept { return publicSignals_; }
  /// A power of two, at most 2^28.
  std::uint32_t domainSize() const noexcept { return domainSize_; }

  const std::uint8_t* alpha1() const noexcept { return points_; }
  const std::uint8_t* beta1() const noexcept { return points_ + kG1Bytes; }
  const std::uint8_t* beta2() const noexcept { return points_ + 2 * kG1Bytes; }
  const std::uint8_t* gamma2() const noexcept { return beta2() + kG2Bytes; }
  const std::uint8_t* delta1() const noexcept { return gamma2() + kG2Bytes; }
  const std::uint8_t* delta2() const noexcept { return delta1() + kG1Bytes; }

  /// publicSignals + 1 points of G1.
  RecordView ic() const noexcept { return ic_; }
  /// One point of G1 for each wire.
  RecordView a() const noexcept { return a_; }
  RecordView b1() const noexcept { return b1_; }
  /// One point of G2 for each wire.
  RecordView b2() const noexcept { return b2_; }
  /// One point of G1 for each wire after the public ones: the first is wire publicSignals + 1.
  RecordView c() const noexcept { return c_; }
  /// domainSize points of G1.
  RecordView h() const noexcept { return h_; }

  std::size_t coefficientCount() const noexcept { return coefficients_.count; }
  /// As the file has it: check its indices, unless checkCoefficients() has passed and nobody can have changed the file.
  Coefficient coefficient(std::size_t index) const noexcept;
  RecordView coefficientRecords() const noexcept { return coefficients_; }

  /// Reads all coefficients. Throws KEY_FILE_DAMAGED unless matrix is 0 or 1, row below domainSize, wire below wires,
  /// and value below r.
  void checkCoefficients(ThreadPool& pool, const CancelToken* cancel = nullptr) const;

  /// Looks at `count` points one after the other and returns the index of the first that is neither at infinity nor on
  /// the curve, or has a coordinate not below q; `count` if all are good. Called from several threads.
  using PointCheck = std::function<std::size_t(const std::uint8_t* points, std::size_t count)>;

  /// Reads all points. Throws KEY_FILE_DAMAGED, naming section and index, if one is bad, or if alpha, beta, gamma or
  /// delta is at infinity.
  void checkPoints(const PointCheck& g1, const PointCheck& g2, ThreadPool& pool,
                   const CancelToken* cancel = nullptr) const;

 private:
  void readHeader(ByteView header);

  std::uint32_t wires_ = 0;
  std::uint32_t publicSignals_ = 0;
  std::uint32_t domainSize_ = 0;
  const std::uint8_t* points_ = nullptr;
  RecordView ic_, a_, b1_, b2_, c_, h_, coefficients_;
};

}  // namespace straddle
