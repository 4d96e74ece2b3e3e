#pragma once

#include <napi.h>

namespace straddle::binding {

// The groups of functions that the addon exports, one file each. To add one:
//   1. write src/binding/<group>Binding.cc with `void register<Group>(Napi::Env env, Napi::Object exports)`, which
//      calls exportFunction<f>(exports, "f") for each function (exportFunction.h). Arguments are taken with the
//      functions of arguments.h; work of more than a millisecond goes into a Job (JobRunner.h, example:
//      coreBinding.cc); errors are thrown as CoreError;
//   2. declare it here and call it in registry.cc;
//   3. type its functions in a <group>Addon.ts beside core.ts, add that type to NativeCore in core.ts, and name them in
//      addonExports.ts (the TypeScript compiler insists).
// The build finds the new file by itself. An addon that lacks a function is not used; one whose functions take or give
// something else than before needs a higher kAbi (coreBinding.cc) and ABI (core.ts).
void registerCore(Napi::Env env, Napi::Object exports);
void registerCurve(Napi::Env env, Napi::Object exports);
void registerFiles(Napi::Env env, Napi::Object exports);
void registerHash(Napi::Env env, Napi::Object exports);
void registerKeccak(Napi::Env env, Napi::Object exports);
void registerEddsa(Napi::Env env, Napi::Object exports);
void registerGroth16(Napi::Env env, Napi::Object exports);
void registerReduce(Napi::Env env, Napi::Object exports);
void registerSetup(Napi::Env env, Napi::Object exports);
void registerWitness(Napi::Env env, Napi::Object exports);

void registerAll(Napi::Env env, Napi::Object exports);

}  // namespace straddle::binding
