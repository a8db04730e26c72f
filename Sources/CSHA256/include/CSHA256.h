// SHA-256's work on whole blocks (FIPS 180-4, 6.2.2) by the processor's own instructions.
#ifndef CSHA256_H
#define CSHA256_H

#include <stddef.h>
#include <stdint.h>

/// Whether this processor has them. Where it has not, nothing else of this header may be called.
int sha256_instructions_exist(void);

/// Takes `count` blocks of 64 bytes into the state: H0 to H7 of the standard.
void sha256_take_blocks(uint32_t *state, const uint8_t *blocks, size_t count);

#endif
