#include "binding/bigintElement.h"

#include <algorithm>
#include <string>

#include "field/Bn254.h"
#include "formats/CoreError.h"

namespace straddle::binding {

namespace {

void check(napi_env env, napi_status status) {
  if (status != napi_ok) throw Napi::Error::New(env);
}

}  // namespace

Element elementOf(napi_env env, napi_value value) {
  Element plain{{0, 0, 0, 0}};
  int sign = 0;
  std::size_t words = 4;
  const napi_status status = napi_get_value_bigint_words(env, value, &sign, &words, plain.limb);
  if (status == napi_bigint_expected) throw CoreError("CORE_ARGUMENT_INVALID", "Field elements must be bigints.");
  check(env, status);
  return sign != 0 || words > 4 ? kUnreducedElement : plain;
}

napi_value bigintOf(napi_env env, const Element& plain) {
  napi_value value;
  check(env, napi_create_bigint_words(env, 0, 4, plain.limb, &value));
  return value;
}

napi_value itemOf(napi_env env, napi_value array, std::uint32_t index) {
  napi_value item;
  check(env, napi_get_element(env, array, index, &item));
  return item;
}

void readElements(napi_env env, napi_value array, Element* elements, std::uint32_t count) {
  constexpr std::uint32_t kScope = 256;
  for (std::uint32_t start = 0; start < count; start += kScope) {
    // Keeps the handles of a long array from piling up.
    const Napi::HandleScope scope(env);
    const std::uint32_t end = std::min(count, start + kScope);
    for (std::uint32_t i = start; i < end; ++i) elements[i] = elementOf(env, itemOf(env, array, i));
  }
}

std::uint32_t arrayArgument(const Napi::CallbackInfo& info, std::size_t index, const char* name) {
  const napi_value value = info[index];
  std::uint32_t length = 0;
  const napi_status status = napi_get_array_length(info.Env(), value, &length);
  if (status == napi_array_expected) {
    throw CoreError("CORE_ARGUMENT_INVALID", std::string("Argument ") + name + " must be an array.");
  }
  check(info.Env(), status);
  return length;
}

Napi::Value bigintsOf(Napi::Env env, const Element* plain, std::size_t count) {
  napi_value array;
  check(env, napi_create_array_with_length(env, count, &array));
  for (std::size_t i = 0; i < count; ++i) {
    const Napi::HandleScope scope(env);
    check(env, napi_set_element(env, array, static_cast<std::uint32_t>(i), bigintOf(env, plain[i])));
  }
  return {env, array};
}

bool isFieldElement(const Element& plain) {
  return !detail::atLeast({{plain.limb[0], plain.limb[1], plain.limb[2], plain.limb[3]}}, FrParameters::kModulus);
}

}  // namespace straddle::binding
