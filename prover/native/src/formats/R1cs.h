#pragma once

#include <cstddef>
#include <cstdint>

#include "formats/ByteView.h"
#include "formats/MappedFile.h"

namespace straddle {

/// The constraints of a circuit in circom's format (.r1cs version 1), as views into its bytes, which must outlive it.
class R1cs {
 public:
  static const MappedFile::Role kRole;

  /// A sum of terms: each u32 wire, then a coefficient below r in 32 bytes, standard form.
  struct Sum {
    static constexpr std::size_t kTermBytes = 36;
    RecordView terms;

    std::size_t count() const noexcept { return terms.count; }
    std::uint32_t wire(std::size_t index) const noexcept { return ByteView{terms[index], 4}.at<std::uint32_t>(0); }
    const std::uint8_t* coefficient(std::size_t index) const noexcept { return terms[index] + 4; }
  };

  /// a * b = c.
  struct Constraint {
    Sum a, b, c;
  };

  /// Goes through the constraints from the first to the last; they have no fixed size.
  class Cursor {
   public:
    explicit Cursor(const R1cs& file) : file_(file), rest_(file.constraints_) {}
    /// False after the last. Throws SETUP_R1CS_INVALID if the constraint is torn, names a wire that there is not, or
    /// has a coefficient not below r, and if bytes follow the last.
    bool next(Constraint& constraint);

   private:
    Sum takeSum();

    const R1cs& file_;
    ByteView rest_;
    std::uint32_t read_ = 0;
  };

  /// Reads the header and the section table, in constant time; the constraints are checked by the cursor.
  /// Throws CoreError SETUP_R1CS_INVALID; SETUP_R1CS_UNSUPPORTED if it is for another field or uses custom gates.
  explicit R1cs(ByteView file);

  std::uint32_t wires() const noexcept { return wires_; }
  std::uint32_t publicOutputs() const noexcept { return publicOutputs_; }
  std::uint32_t publicInputs() const noexcept { return publicInputs_; }
  std::uint32_t privateInputs() const noexcept { return privateInputs_; }
  std::uint64_t labels() const noexcept { return labels_; }
  std::uint32_t constraints() const noexcept { return constraintCount_; }
  std::uint32_t publicSignals() const noexcept { return publicOutputs_ + publicInputs_; }
  /// Bytes of the section with the constraints, for estimates.
  std::size_t constraintBytes() const noexcept { return constraints_.size; }
  /// The label of each wire, u64; of no records if the file has none.
  RecordView wireLabels() const noexcept { return wireLabels_; }

  /// Reads all constraints; returns the number of terms in all of them.
  std::uint64_t checkConstraints() const;

 private:
  std::uint32_t wires_ = 0;
  std::uint32_t publicOutputs_ = 0;
  std::uint32_t publicInputs_ = 0;
  std::uint32_t privateInputs_ = 0;
  std::uint64_t labels_ = 0;
  std::uint32_t constraintCount_ = 0;
  ByteView constraints_;
  RecordView wireLabels_;
};

}  // namespace straddle
