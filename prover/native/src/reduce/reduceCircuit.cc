#include "reduce/reduceCircuit.h"

#include "reduce/readSystem.h"
#include "reduce/writeSystem.h"

namespace straddle::reduce {

Reduction reduceCircuit(const R1cs& circuit, const std::string& r1csPath, const std::string& wireMapPath,
                        const Limits& limits, const StageProgress& onProgress) {
  const auto stage = [&](const char* name) { return [&, name](double fraction) { onProgress(fraction, name); }; };
  System system = readSystem(circuit, stage("read"));
  Reduction reduction{};
  reduction.wiresBefore = system.wires;
  reduction.constraintsBefore = static_cast<std::uint32_t>(system.constraints());
  for (const Sum& sum : system.sums) reduction.termsBefore += sum.size();
  Eliminator(system, limits, stage("eliminate")).run();
  removeDuplicates(system);
  const WrittenSystem written =
      writeSystem(system, remainingWires(system), r1csPath, wireMapPath, stage("write"));
  reduction.wires = written.wires;
  reduction.constraints = written.constraints;
  reduction.linearConstraints = written.linearConstraints;
  reduction.terms = written.terms;
  return reduction;
}

}  // namespace straddle::reduce
