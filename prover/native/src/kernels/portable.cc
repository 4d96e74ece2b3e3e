// Kernels for any 64-bit processor: carries by unsigned __int128.
#define STRADDLE_ISA portable
#include "kernels/instantiate.h"
