// One bit for each of 64 bytes, by the vector instructions that Swift has no words for.
#ifndef CBYTEMASK_H
#define CBYTEMASK_H

#include <stddef.h>
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

/// What stands where in 64 bytes of CSV; bit i is byte i.
typedef struct cell_masks {
    /// Quote marks.
    uint64_t marks;
    uint64_t feeds;
    uint64_t delimiters;
    /// The exclusive or of all marks up to each byte and with it.
    uint64_t quoted;
} cell_masks;

/// What bytes were among those looked through; combined by or.
enum { cell_bytes_beyond_ascii = 1, cell_bytes_zero = 2 };

#if defined(__x86_64__)
/// How wide the processor's vectors are: 0 for 16 bytes, which every one has, 1 for 32, 2 for 64.
/// It is looked for when the program runs.
int cell_masks_width(void);

/// Fills in the masks of `count` blocks of 64 bytes, which are readable.
///
/// `width` is at most ``cell_masks_width()``. Returns what bytes were among them.
int cell_masks_fill(int width, const uint8_t *bytes, size_t count, uint8_t delimiter, cell_masks *masks);

/// Fills in where a string of JSON may end in each of `count` blocks of 64 bytes: quote marks,
/// backslashes and bytes below 0x20. `beyond_ascii` gets a bit for each block that has a byte beyond
/// ASCII: 64 blocks a word, as many words as that takes.
void string_stops_fill(int width, const uint8_t *bytes, size_t count, uint64_t *stops, uint64_t *beyond_ascii);
#endif

#endif
