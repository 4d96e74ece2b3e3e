#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "formats/MappedFile.h"
#include "formats/Zkey.h"
#include "groth16/VerifyingKey.h"
#include "kernels/Kernels.h"
#include "ntt/Ntt.h"
#include "parallel/ThreadPool.h"

namespace straddle {

/// A proving key ready for use: the mapped file, an index of its coefficients, and the tables of its transforms. Does not
/// change once loaded: any number of threads prove with it at once.
class ProvingKey {
 public:
  struct Options {
    /// Whether every point is looked at. Leave it out only for a file whose content hash was just compared with that of a
    /// file that was once checked: a bad point cannot make the prover crash or leak, but its proofs fail their own
    /// verification.
    bool checkPoints = true;
  };
  using Progress = std::function<void(double fraction, const char* stage)>;

  /// Throws CoreError KEY_FILE_MISSING, KEY_FILE_DAMAGED, KEY_FILE_WRONG_CIRCUIT, PROVER_ABORTED.
  ProvingKey(const Kernels& kernels, const std::string& path, const Options& options, ThreadPool& pool,
             const CancelToken* cancel, const Progress& onProgress);

  const Kernels& kernels() const { return kernels_; }
  const MappedFile& file() const { return file_; }
  const Zkey& zkey() const { return zkey_; }
  const Ntt& ntt() const { return ntt_; }
  const VerifyingKey& verifyingKey() const { return verifyingKey_; }

  /// a <- A w and b <- B w of the circuit's matrices, domainSize values each in Montgomery form, for a plain witness w;
  /// both must be zero before. Throws KEY_FILE_DAMAGED if the file changed meanwhile.
  void evaluate(ThreadPool& pool, const Element* witness, Element* a, Element* b, const CancelToken* cancel) const;

 private:
  void indexCoefficients(ThreadPool& pool, const CancelToken* cancel);
  bool isSortedByRow(ThreadPool& pool, const CancelToken* cancel) const;
  void sortByRow();
  void readVerifyingKey();
  std::uint32_t rowOf(std::size_t place) const;

  /// Coefficients first .. next part's first, whose rows no other part has.
  struct Part {
    std::size_t first;
    std::uint32_t firstRow;
  };

  const Kernels& kernels_;
  MappedFile file_;
  Zkey zkey_;
  Ntt ntt_;
  VerifyingKey verifyingKey_;
  /// Empty if the file has its coefficients in the order of their rows, as snarkjs writes them.
  std::vector<std::uint32_t> order_;
  /// The last one only ends the one before.
  std::vector<Part> parts_;
};

}  // namespace straddle
