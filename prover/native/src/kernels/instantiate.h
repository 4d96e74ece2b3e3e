// Compiles every kernel header for STRADDLE_ISA and collects the functions in one table. Included by portable.cc, adx.cc
// and ifma.cc only.
#pragma once

#include "babyjubjub/signMessage.h"
#include "curve/fixedBase.h"
#include "field/arrayOperations.h"
#include "groth16/evaluateRows.h"
#include "kernels/Kernels.h"
#include "msm/msmOperations.h"
#include "ntt/passes.h"
#include "pairing/points.h"
#include "poseidon/hashPoseidon.h"
#include "poseidon/derivePoseidon.h"
#include "setup/qapArithmetic.h"
#include "witness/runTape.h"

#define STRADDLE_QUOTED_(name) #name
#define STRADDLE_QUOTED(name) STRADDLE_QUOTED_(name)

namespace straddle::STRADDLE_ISA {

extern const Kernels kKernels;
const Kernels kKernels = {
    STRADDLE_QUOTED(STRADDLE_ISA),
    {scalarArray, lanesArray},
    kNttKernel,
    kPairingKernel,
    {evaluateRows},
    kMsmKernel,
    {derivePoseidon, hashPoseidon},
    kSetupKernel,
    kFixedBaseKernel,
    {buildBase, buildKey, verifySignatures, verifyKnownKeys, publicKeyOf, signMessage},
    kWitnessKernel,
};

}  // namespace straddle::STRADDLE_ISA
