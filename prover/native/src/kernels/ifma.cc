// Kernels for x86-64 with AVX-512 IFMA: eight field elements at once.
#if defined(__AVX512IFMA__) && defined(__AVX512DQ__) && defined(__AVX512VL__) && defined(__BMI2__) && defined(__ADX__)
#define STRADDLE_ISA ifma
#define STRADDLE_ADX 1
#define STRADDLE_IFMA 1
#include "kernels/instantiate.h"
#endif
