// One bit for each of 64 bytes, by the vector instruction that Swift has no words for.
#ifndef CBYTEMASK_H
#define CBYTEMASK_H

#include <stdint.h>

#if defined(__SSE2__)
#include <emmintrin.h>

/// Bit i of the result is the top bit of byte i of 64 readable ones.
static inline __attribute__((always_inline)) uint64_t byte_mask(const void *bytes) {
    const __m128i *quarters = (const __m128i *)bytes;
    uint64_t first = (uint32_t)_mm_movemask_epi8(_mm_loadu_si128(quarters));
    uint64_t second = (uint32_t)_mm_movemask_epi8(_mm_loadu_si128(quarters + 1));
    uint64_t third = (uint32_t)_mm_movemask_epi8(_mm_loadu_si128(quarters + 2));
    uint64_t fourth = (uint32_t)_mm_movemask_epi8(_mm_loadu_si128(quarters + 3));
    return first | second << 16 | third << 32 | fourth << 48;
}
#endif

#endif
