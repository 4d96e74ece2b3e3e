#pragma once

#include <napi.h>

#include "field/Element.h"

namespace straddle::binding {

/// All ones: above every modulus.
inline constexpr Element kUnreducedElement{{~0ull, ~0ull, ~0ull, ~0ull}};

/// The plain value of a bigint, without a JavaScript object made for it; kUnreducedElement for what is negative or has
/// more than 256 bits. Throws CoreError CORE_ARGUMENT_INVALID for what is no bigint.
Element elementOf(napi_env env, napi_value value);

/// A bigint of a plain value.
napi_value bigintOf(napi_env env, const Element& plain);

/// Element `index` of an array.
napi_value itemOf(napi_env env, napi_value array, std::uint32_t index);

/// elementOf for the first `count` items of an array of any length.
void readElements(napi_env env, napi_value array, Element* elements, std::uint32_t count);

/// How many items argument `index` has; throws CORE_ARGUMENT_INVALID for what is no array.
std::uint32_t arrayArgument(const Napi::CallbackInfo& info, std::size_t index, const char* name);

/// A new array of bigints.
Napi::Value bigintsOf(Napi::Env env, const Element* plain, std::size_t count);

/// Below BN254's scalar field modulus.
bool isFieldElement(const Element& plain);

}  // namespace straddle::binding
