/* Envelopes to begin with, and ways to change them. */
#ifndef LOA_MUTATE_H
#define LOA_MUTATE_H

#include "question.h"

typedef struct {
    uint64_t state;
} luck;

uint64_t luck_next(luck *l);
size_t luck_below(luck *l, size_t n);

typedef struct {
    uint8_t *data; /* the envelope as it came */
    size_t size;
    int64_t now;
    loa_clock clock;
    loa_device *device;
    bool readable, accepted;
    char type[128]; /* payloadType, where readable and short */
    uint8_t *body;
    size_t body_size;
    unsigned count;
    struct {
        char keyid[32];
        uint8_t sig[80];
        size_t len;
    } signatures[LOA_MAX_SIGNATURES];
} seed;

typedef struct {
    uint8_t *data;
    size_t size, room;
} bytes;

#define MUTATE_ROOM (LOA_MAX_BYTES + 4096)

seed *seeds_read(const char *path, loa *l, size_t *count);
void seeds_free(seed *seeds, size_t count);

typedef enum { BY_BYTES, BY_BODY, BY_TYPE, BY_SIGNATURE, BY_SPLICE, WAYS } way;
extern const char *const way_names[WAYS];

/* Write a changed envelope of seed a (spliced with b) to `out`. False where this way cannot change this seed. */
bool mutate(luck *l, way how, const seed *a, const seed *b, bytes *out);
/* Change some bytes in place. */
void mutate_bytes(luck *l, bytes *b);

#endif
