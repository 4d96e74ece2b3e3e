#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "binding/JobRunner.h"
#include "binding/arguments.h"
#include "binding/exportFunction.h"
#include "binding/implementationArgument.h"
#include "binding/registry.h"
#include "field/Bn254.h"
#include "formats/CoreError.h"
#include "msm/msm.h"
#include "parallel/ThreadPool.h"

namespace straddle::binding {

namespace {

constexpr std::size_t kMostElements = std::size_t{1} << 23;

[[noreturn]] void refuse(const std::string& what) { throw CoreError("CORE_ARGUMENT_INVALID", what); }

Group groupArgument(const Napi::CallbackInfo& info, std::size_t index) {
  const std::string name = stringArgument(info, index, "group");
  if (name == "G1") return Group::g1;
  if (name == "G2") return Group::g2;
  refuse("Argument group must be G1 or G2.");
}

std::size_t elementsOfPoint(Group group) { return group == Group::g1 ? 2 : 4; }

std::vector<Element> elementsArgument(const Napi::CallbackInfo& info, std::size_t index, const char* name,
                                      std::size_t each) {
  const Bytes bytes = bytesArgument(info, index, name);
  const std::size_t count = bytes.size / sizeof(Element);
  if (bytes.size % (each * sizeof(Element)) != 0 || count > kMostElements) {
    refuse(std::string("Argument ") + name + " must be numbers of 32 bytes, " + std::to_string(each) + " each.");
  }
  std::vector<Element> elements(count);
  if (count > 0) std::memcpy(elements.data(), bytes.data, bytes.size);
  return elements;
}

std::vector<Element> pointsArgument(const Napi::CallbackInfo& info, std::size_t index, const char* name, Group group,
                                    const Kernels& kernels) {
  std::vector<Element> points = elementsArgument(info, index, name, elementsOfPoint(group));
  if (!kernels.msm.onCurve(group, points.data(), points.size() / elementsOfPoint(group))) {
    refuse(std::string("Argument ") + name + " must be points of the curve.");
  }
  return points;
}

class MultiplyJob final : public Job {
 public:
  MultiplyJob(const Kernels& kernels, Group group, std::vector<Element> points, std::vector<Element> scalars,
              std::size_t first, unsigned threads)
      : kernels_(kernels), group_(group), points_(std::move(points)), scalars_(std::move(scalars)), first_(first),
        threads_(threads) {}

  void run(JobContext& context) override {
    ThreadPool pool(threads_);
    const std::size_t count = points_.size() / elementsOfPoint(group_);
    // Two sums that share scalars, as those of a proof do: over all points, and over the first half of them.
    MsmTerm terms[] = {{group_, points_.data(), first_, count, {}}, {group_, points_.data(), first_, count / 2, {}}};
    multiScalarMultiply(kernels_, pool, scalars_.data(), scalars_.size(), terms, 2, &context.cancel());
    sums_[0] = terms[0].result;
    sums_[1] = terms[1].result;
  }

  Napi::Value result(Napi::Env env) override {
    const std::size_t bytes = elementsOfPoint(group_) * sizeof(Element);
    std::vector<unsigned char> both(2 * bytes);
    for (std::size_t i = 0; i < 2; i++) std::memcpy(both.data() + i * bytes, &sums_[i], bytes);
    return bytesValue(env, both.data(), both.size());
  }

 private:
  const Kernels& kernels_;
  const Group group_;
  const std::vector<Element> points_, scalars_;
  const std::size_t first_;
  const unsigned threads_;
  AffineG2 sums_[2] = {};
};

/// multiplyPoints(group, points, scalars, first, threads, implementation): job of two points (curveAddon.ts)
Napi::Value multiplyPoints(const Napi::CallbackInfo& info) {
  const Group group = groupArgument(info, 0);
  const Kernels& kernels = implementationByName(info, 5);
  std::vector<Element> points = pointsArgument(info, 1, "points", group, kernels);
  std::vector<Element> scalars = elementsArgument(info, 2, "scalars", 1);
  for (const Element& e : scalars) {
    if (detail::atLeast({{e.limb[0], e.limb[1], e.limb[2], e.limb[3]}}, detail::kFrModulus)) {
      refuse("Argument scalars must be below the group's order.");
    }
  }
  const std::size_t count = points.size() / elementsOfPoint(group);
  if (count > scalars.size()) refuse("Argument scalars must have one for each point.");
  const std::size_t first = integerArgument(info, 3, "first", 0, scalars.size() - count);
  auto job = std::make_unique<MultiplyJob>(kernels, group, std::move(points), std::move(scalars), first,
                                           threadsArgument(info, 4));
  return JobRunner::of(info.Env()).start(info.Env(), std::move(job), info.Env().Undefined());
}

/// addPoints(group, a, b, implementation): a[i] + b[i]
Napi::Value addPoints(const Napi::CallbackInfo& info) {
  const Group group = groupArgument(info, 0);
  const Kernels& kernels = implementationByName(info, 3);
  const std::vector<Element> a = pointsArgument(info, 1, "a", group, kernels);
  const std::vector<Element> b = pointsArgument(info, 2, "b", group, kernels);
  if (a.size() != b.size()) refuse("Arguments a and b must have as many points.");
  std::vector<Element> sums(a.size());
  for (std::size_t i = 0; i < a.size(); i += elementsOfPoint(group)) {
    PointSum sum, other;
    kernels.msm.fromAffine(group, &a[i], &sum);
    kernels.msm.fromAffine(group, &b[i], &other);
    kernels.msm.addSum(group, &sum, &other);
    kernels.msm.toAffine(group, &sum, &sums[i]);
  }
  return bytesValue(info.Env(), sums.data(), sums.size() * sizeof(Element));
}

/// arePointsOnCurve(group, points, implementation): boolean
Napi::Value arePointsOnCurve(const Napi::CallbackInfo& info) {
  const Group group = groupArgument(info, 0);
  const std::vector<Element> points = elementsArgument(info, 1, "points", elementsOfPoint(group));
  const bool all = implementationByName(info, 2).msm.onCurve(group, points.data(), points.size() / elementsOfPoint(group));
  return Napi::Boolean::New(info.Env(), all);
}

}  // namespace

void registerCurve(Napi::Env, Napi::Object exports) {
  exportFunction<multiplyPoints>(exports, "multiplyPoints");
  exportFunction<addPoints>(exports, "addPoints");
  exportFunction<arePointsOnCurve>(exports, "arePointsOnCurve");
}

}  // namespace straddle::binding
