#include "groth16/prove.h"

#include <cstring>

#include "formats/CoreError.h"
#include "groth16/randomScalar.h"
#include "msm/msm.h"

namespace straddle {

namespace {

constexpr Element kPlainOne{{1, 0, 0, 0}};

/// The sums over a key's points.
struct Sums {
  AffineG1 a, b1, c, h;
  AffineG2 b2;
};

/// Cleared when it goes.
struct SecretBlinding {
  Blinding values;
  ~SecretBlinding() { wipe(&values, sizeof values); }
};

AffineG1 g1At(const std::uint8_t* bytes) {
  AffineG1 point;
  std::memcpy(&point, bytes, sizeof point);
  return point;
}

AffineG2 g2At(const std::uint8_t* bytes) {
  AffineG2 point;
  std::memcpy(&point, bytes, sizeof point);
  return point;
}

ByteView bytesOf(const RecordView& records) { return {records.data, records.bytes()}; }

class Prover {
 public:
  Prover(const ProvingKey& key, const Element* witness, ThreadPool& pool, const CancelToken& cancel,
         const ProveOptions& options)
      : key_(key),
        kernels_(key.kernels()),
        zkey_(key.zkey()),
        witness_(witness),
        pool_(pool),
        cancel_(cancel),
        options_(options) {}

  ProofWithSignals run() {
    key_.file().checkUnchanged();
    Sums sums;
    {
      const PageBuffer quotient = computeQuotient();
      step(0.2, "multiplying the quotient's points");
      sums.h = multiplyQuotient(quotient.as<Element>());
    }
    step(0.4, "multiplying the witness' points");
    multiplyWitness(sums);
    step(0.97, "assembling");
    ProofWithSignals result{assemble(sums), {witness_ + 1, witness_ + 1 + zkey_.publicSignals()}};
    step(0.98, "verifying");
    if (!verifyProof(kernels_, key_.verifyingKey(), result.publicSignals, result.proof)) failVerification();
    return result;
  }

 private:
  void step(double fraction, const char* name) {
    cancel_.check();
    options_.onProgress(fraction, name);
  }

  [[noreturn]] void failVerification() const {
    key_.file().checkUnchanged();
    throw CoreError("PROVER_PROOF_INVALID",
                    "The proof does not verify and was dropped: the witness does not satisfy the circuit of " +
                        key_.file().path() + ", or this key's points are wrong. Check witness and key.");
  }

  /// The values of (A w)(B w) - C w on the coset where the key has its points for the quotient, as plain scalars.
  PageBuffer computeQuotient() {
    const Ntt& ntt = key_.ntt();
    const std::size_t bytes = ntt.size() * sizeof(Element);
    PageBuffer a(bytes, true), b(bytes, true), c(bytes, true);
    Element* const all[3] = {a.as<Element>(), b.as<Element>(), c.as<Element>()};
    step(0, "evaluating the constraints");
    const RecordView coefficients = zkey_.coefficientRecords();
    key_.file().adviseNeeded(bytesOf(coefficients));
    key_.evaluate(pool_, witness_, all[0], all[1], &cancel_);
    key_.file().release(bytesOf(coefficients));
    // A witness that satisfies the constraints has C w = (A w)(B w).
    ntt.multiply(pool_, all[0], all[1], all[2], &cancel_);
    step(0.05, "transforming");
    ntt.toCoset(pool_, all, 3, &cancel_);
    ntt.joinQuotient(pool_, all[0], all[1], all[2], &cancel_);
    return a;
  }

  AffineG1 multiplyQuotient(const Element* scalars) {
    const std::size_t count = key_.ntt().size();
    MsmTerm term{Group::g1, zkey_.h().data, 0, count, {}};
    multiplyAll(scalars, count, &term, 1);
    return g1Of(term);
  }

  void multiplyWitness(Sums& sums) {
    const std::size_t wires = zkey_.wires(), firstPrivate = std::size_t{zkey_.publicSignals()} + 1;
    MsmTerm terms[] = {
        {Group::g1, zkey_.a().data, 0, wires, {}},
        {Group::g1, zkey_.b1().data, 0, wires, {}},
        {Group::g1, zkey_.c().data, firstPrivate, wires - firstPrivate, {}},
        {Group::g2, zkey_.b2().data, 0, wires, {}},
    };
    multiplyAll(witness_, wires, terms, 4);
    sums.a = g1Of(terms[0]);
    sums.b1 = g1Of(terms[1]);
    sums.c = g1Of(terms[2]);
    sums.b2 = terms[3].result;
  }

  void multiplyAll(const Element* scalars, std::size_t count, MsmTerm* terms, std::size_t termCount) {
    const auto eachTerm = [&](const auto& advise) {
      for (std::size_t i = 0; i < termCount; i++) {
        const std::size_t bytes = terms[i].count * (terms[i].group == Group::g1 ? Zkey::kG1Bytes : Zkey::kG2Bytes);
        advise(ByteView{static_cast<const std::uint8_t*>(terms[i].points), bytes});
      }
    };
    eachTerm([&](ByteView points) { key_.file().adviseNeeded(points); });
    multiScalarMultiply(kernels_, pool_, scalars, count, terms, termCount, &cancel_);
    eachTerm([&](ByteView points) { key_.file().release(points); });
  }

  static AffineG1 g1Of(const MsmTerm& term) {
    AffineG1 point;
    std::memcpy(&point, &term.result, sizeof point);
    return point;
  }

  Element frOperation(FieldOperation operation, const Element& a, const Element& b) const {
    Element result;
    kernels_.field.scalar(Field::fr, operation, &a, &b, &result, 1);
    return result;
  }

  /// -a b of plain values.
  Element negatedProduct(const Element& a, const Element& b) const {
    const Element montgomery = frOperation(FieldOperation::toMontgomery, a, a);
    const Element product = frOperation(FieldOperation::mul, montgomery, b);
    return frOperation(FieldOperation::neg, product, product);
  }

  Groth16Proof assemble(const Sums& sums) {
    SecretBlinding blinding{options_.blinding ? *options_.blinding : Blinding{randomScalar(), randomScalar()}};
    const auto& [r, s] = blinding.values;
    const PairingKernel& points = kernels_.pairing;
    const AffineG1 delta1 = g1At(zkey_.delta1());
    const auto blinded = [&](const AffineG1& sum, const std::uint8_t* shift, const Element& factor) {
      const AffineG1 terms[] = {sum, g1At(shift), delta1};
      const Element scalars[] = {kPlainOne, kPlainOne, factor};
      return points.combineG1(terms, scalars, 3);
    };
    Groth16Proof proof;
    proof.a = blinded(sums.a, zkey_.alpha1(), r);
    const AffineG1 b1 = blinded(sums.b1, zkey_.beta1(), s);
    const AffineG2 termsB[] = {sums.b2, g2At(zkey_.beta2()), g2At(zkey_.delta2())};
    const Element scalarsB[] = {kPlainOne, kPlainOne, s};
    proof.b = points.combineG2(termsB, scalarsB, 3);
    const AffineG1 termsC[] = {sums.c, sums.h, proof.a, b1, delta1};
    const Element scalarsC[] = {kPlainOne, kPlainOne, s, r, negatedProduct(r, s)};
    proof.c = points.combineG1(termsC, scalarsC, 5);
    return proof;
  }

  const ProvingKey& key_;
  const Kernels& kernels_;
  const Zkey& zkey_;
  const Element* const witness_;
  ThreadPool& pool_;
  const CancelToken& cancel_;
  const ProveOptions& options_;
};

}  // namespace

ProofWithSignals prove(const ProvingKey& key, const Element* witness, ThreadPool& pool, const CancelToken& cancel,
                       const ProveOptions& options) {
  return Prover(key, witness, pool, cancel, options).run();
}

}  // namespace straddle
