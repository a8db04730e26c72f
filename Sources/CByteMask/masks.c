// The masks of many blocks at once, by the widest vectors that the processor has. A build for any
// x86-64 has all of them; the loops are the same but for the width.
#include "CByteMask.h"

#if defined(__x86_64__)

#include <immintrin.h>

int cell_masks_width(void) {
    __builtin_cpu_init();
    if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("pclmul")) return 0;
    // The first processors with vectors of 64 bytes run slower while they use them; those that also
    // have VBMI2 do not.
    const int is_wide = __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vbmi2");
    return is_wide ? 2 : 1;
}

static int found(uint64_t beyond_ascii, uint64_t zero) {
    return (beyond_ascii ? cell_bytes_beyond_ascii : 0) | (zero ? cell_bytes_zero : 0);
}

static int fill_16(const uint8_t *bytes, size_t count, uint8_t delimiter, cell_masks *masks) {
    const __m128i mark = _mm_set1_epi8('"'), feed = _mm_set1_epi8('\n');
    const __m128i separator = _mm_set1_epi8((char)delimiter);
    __m128i any = _mm_setzero_si128(), least = _mm_set1_epi8(-1);
    for (size_t block = 0; block < count; block++) {
        uint64_t marks = 0, feeds = 0, delimiters = 0;
        for (int part = 0; part < 4; part++) {
            const __m128i *from = (const __m128i *)(bytes + block * 64) + part;
            const __m128i some = _mm_loadu_si128(from);
            const int shift = part * 16;
            marks |= (uint64_t)(uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(some, mark)) << shift;
            feeds |= (uint64_t)(uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(some, feed)) << shift;
            delimiters |= (uint64_t)(uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(some, separator)) << shift;
            any = _mm_or_si128(any, some);
            least = _mm_min_epu8(least, some);
        }
        uint64_t quoted = marks;
        for (int shift = 1; shift < 64; shift *= 2) quoted ^= quoted << shift;
        masks[block] = (cell_masks){marks, feeds, delimiters, quoted};
    }
    return found((uint32_t)_mm_movemask_epi8(any),
                 (uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(least, _mm_setzero_si128())));
}

/// The exclusive or of the bits up to each bit: the product with ones all along, without carries.
#define QUOTED(marks) \
    ((uint64_t)_mm_cvtsi128_si64( \
        _mm_clmulepi64_si128(_mm_cvtsi64_si128((long long)(marks)), _mm_set1_epi8(-1), 0)))

__attribute__((target("avx2,pclmul"))) static int fill_32(
    const uint8_t *bytes, size_t count, uint8_t delimiter, cell_masks *masks) {
    const __m256i mark = _mm256_set1_epi8('"'), feed = _mm256_set1_epi8('\n');
    const __m256i separator = _mm256_set1_epi8((char)delimiter);
    __m256i any = _mm256_setzero_si256(), least = _mm256_set1_epi8(-1);
    for (size_t block = 0; block < count; block++) {
        const __m256i low = _mm256_loadu_si256((const __m256i *)(bytes + block * 64));
        const __m256i high = _mm256_loadu_si256((const __m256i *)(bytes + block * 64 + 32));
#define MASK(byte) \
    ((uint64_t)(uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(low, byte)) | \
     (uint64_t)(uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(high, byte)) << 32)
        const uint64_t marks = MASK(mark);
        masks[block] = (cell_masks){marks, MASK(feed), MASK(separator), QUOTED(marks)};
#undef MASK
        any = _mm256_or_si256(any, _mm256_or_si256(low, high));
        least = _mm256_min_epu8(least, _mm256_min_epu8(low, high));
    }
    return found((uint32_t)_mm256_movemask_epi8(any),
                 (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(least, _mm256_setzero_si256())));
}

__attribute__((target("avx512f,avx512bw,pclmul"))) static int fill_64(
    const uint8_t *bytes, size_t count, uint8_t delimiter, cell_masks *masks) {
    const __m512i mark = _mm512_set1_epi8('"'), feed = _mm512_set1_epi8('\n');
    const __m512i separator = _mm512_set1_epi8((char)delimiter);
    __m512i any = _mm512_setzero_si512(), least = _mm512_set1_epi8(-1);
    for (size_t block = 0; block < count; block++) {
        const __m512i all = _mm512_loadu_si512(bytes + block * 64);
        const uint64_t marks = _mm512_cmpeq_epi8_mask(all, mark);
        masks[block] = (cell_masks){marks, _mm512_cmpeq_epi8_mask(all, feed),
                                    _mm512_cmpeq_epi8_mask(all, separator), QUOTED(marks)};
        any = _mm512_or_si512(any, all);
        least = _mm512_min_epu8(least, all);
    }
    return found(_mm512_movepi8_mask(any),
                 _mm512_cmpeq_epi8_mask(least, _mm512_setzero_si512()));
}

int cell_masks_fill(int width, const uint8_t *bytes, size_t count, uint8_t delimiter, cell_masks *masks) {
    switch (width) {
    case 2: return fill_64(bytes, count, delimiter, masks);
    case 1: return fill_32(bytes, count, delimiter, masks);
    default: return fill_16(bytes, count, delimiter, masks);
    }
}

static void stops_16(const uint8_t *bytes, size_t count, uint64_t *stops, uint64_t *beyond_ascii) {
    const __m128i mark = _mm_set1_epi8('"'), slash = _mm_set1_epi8('\\'), last = _mm_set1_epi8(0x1f);
    for (size_t block = 0; block < count; block++) {
        uint64_t found = 0, high = 0;
        for (int part = 0; part < 4; part++) {
            const __m128i some = _mm_loadu_si128((const __m128i *)(bytes + block * 64) + part);
            const __m128i is_control = _mm_cmpeq_epi8(_mm_min_epu8(some, last), some);
            const __m128i is_end = _mm_or_si128(_mm_cmpeq_epi8(some, mark), _mm_cmpeq_epi8(some, slash));
            found |= (uint64_t)(uint32_t)_mm_movemask_epi8(_mm_or_si128(is_control, is_end)) << part * 16;
            high |= (uint32_t)_mm_movemask_epi8(some);
        }
        stops[block] = found;
        beyond_ascii[block / 64] |= (uint64_t)(high != 0) << block % 64;
    }
}

__attribute__((target("avx2"))) static void stops_32(
    const uint8_t *bytes, size_t count, uint64_t *stops, uint64_t *beyond_ascii) {
    const __m256i mark = _mm256_set1_epi8('"'), slash = _mm256_set1_epi8('\\'), last = _mm256_set1_epi8(0x1f);
    for (size_t block = 0; block < count; block++) {
        uint64_t found = 0, high = 0;
        for (int part = 0; part < 2; part++) {
            const __m256i some = _mm256_loadu_si256((const __m256i *)(bytes + block * 64) + part);
            const __m256i is_control = _mm256_cmpeq_epi8(_mm256_min_epu8(some, last), some);
            const __m256i is_end =
                _mm256_or_si256(_mm256_cmpeq_epi8(some, mark), _mm256_cmpeq_epi8(some, slash));
            found |= (uint64_t)(uint32_t)_mm256_movemask_epi8(_mm256_or_si256(is_control, is_end)) << part * 32;
            high |= (uint32_t)_mm256_movemask_epi8(some);
        }
        stops[block] = found;
        beyond_ascii[block / 64] |= (uint64_t)(high != 0) << block % 64;
    }
}

__attribute__((target("avx512f,avx512bw"))) static void stops_64(
    const uint8_t *bytes, size_t count, uint64_t *stops, uint64_t *beyond_ascii) {
    const __m512i mark = _mm512_set1_epi8('"'), slash = _mm512_set1_epi8('\\');
    const __m512i space = _mm512_set1_epi8(0x20);
    for (size_t block = 0; block < count; block++) {
        const __m512i all = _mm512_loadu_si512(bytes + block * 64);
        stops[block] = _mm512_cmpeq_epi8_mask(all, mark) | _mm512_cmpeq_epi8_mask(all, slash) |
                       _mm512_cmplt_epu8_mask(all, space);
        beyond_ascii[block / 64] |= (uint64_t)(_mm512_movepi8_mask(all) != 0) << block % 64;
    }
}

void string_stops_fill(int width, const uint8_t *bytes, size_t count, uint64_t *stops, uint64_t *beyond_ascii) {
    for (size_t word = 0; word < (count + 63) / 64; word++) beyond_ascii[word] = 0;
    switch (width) {
    case 2: return stops_64(bytes, count, stops, beyond_ascii);
    case 1: return stops_32(bytes, count, stops, beyond_ascii);
    default: return stops_16(bytes, count, stops, beyond_ascii);
    }
}

#endif
