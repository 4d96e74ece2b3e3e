#pragma once

#include <functional>

namespace straddle::reduce {

/// Told every few milliseconds what fraction of a step is done; it may throw to stop the work.
using Progress = std::function<void(double fraction)>;

}  // namespace straddle::reduce
