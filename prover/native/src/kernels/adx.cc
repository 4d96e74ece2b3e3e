// Kernels for x86-64 with BMI2 and ADX: two carry chains side by side.
#if defined(__BMI2__) && defined(__ADX__)
#define STRADDLE_ISA adx
#define STRADDLE_ADX 1
#include "kernels/instantiate.h"
#endif
