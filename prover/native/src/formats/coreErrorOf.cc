#include "formats/coreErrorOf.h"

#include <new>

namespace straddle {

CoreError coreErrorOf(const std::exception_ptr& error) {
  try {
    std::rethrow_exception(error);
  } catch (const CoreError& thrown) {
    return thrown;
  } catch (const std::bad_alloc&) {
    return CoreError("CORE_OUT_OF_MEMORY", "Not enough memory for this job. Run fewer at once.");
  } catch (const std::exception& thrown) {
    return CoreError("CORE_INTERNAL", std::string("A defect of the native core: ") + thrown.what());
  } catch (...) {
    return CoreError("CORE_INTERNAL", "A defect of the native core: an exception of unknown type.");
  }
}

}  // namespace straddle
