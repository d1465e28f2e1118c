/* LSP-1, rules 1-4 and the chain of roots of rule 5: may this device obey this document? docs/protocol/lsp-1.md */
#ifndef LOA_H
#define LOA_H

#include <openssl/types.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "json.h"

/* Under ASan: what lies behind the used part of a buffer is as forbidden as what lies behind the buffer. */
#if defined(__SANITIZE_ADDRESS__)
#define LOA_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define LOA_ASAN 1
#endif
#endif
#ifdef LOA_ASAN
#include <sanitizer/asan_interface.h>
#define LOA_OPEN(buffer) ASAN_UNPOISON_MEMORY_REGION(buffer, sizeof(buffer))
#define LOA_EDGE(buffer, used) ASAN_POISON_MEMORY_REGION((buffer) + (used), sizeof(buffer) - (used))
#else
#define LOA_OPEN(buffer) ((void)0)
#define LOA_EDGE(buffer, used) ((void)0)
#endif

#define LOA_MAX_BYTES (256 * 1024)
#define LOA_PREFIX 128
#define LOA_MAX_SIGNATURES 8
#define LOA_MAX_KEYS 64
#define LOA_MAX_COUNTERS 64
#define LOA_MAX_GROUPS 200
#define LOA_MAX_HEARD 512
#define LOA_MAX_QUIET 8
#define LOA_WINDOW 64
/* Enough for any 256 KiB. A small device may take less, and then refuses larger documents as `parse`. */
#define LOA_MAX_TOKENS (LOA_MAX_BYTES / 2 + 8)
#define LOA_TABLE (128 * 1024)

typedef enum {
    LOA_ACCEPT, LOA_PARSE, LOA_TYPE, LOA_THRESHOLD, LOA_SPEC, LOA_TARGET, LOA_SCOPE, LOA_EPOCH,
    LOA_ROLLBACK, LOA_FUTURE, LOA_EXPIRED, LOA_CLOCK, LOA_QUIET, LOA_LIMIT, LOA_ANSWERS
} loa_answer;
extern const char *const loa_reasons[LOA_ANSWERS];

typedef enum { LOA_ROOT, LOA_PLAN, LOA_ORDER, LOA_URGENT, LOA_DRILL, LOA_INPUT, LOA_BEACON, LOA_RELEASE, LOA_TYPES } loa_type;
extern const char *const loa_type_names[LOA_TYPES];

typedef enum { LOA_ROLE_ROOT, LOA_ROLE_SERVER, LOA_ROLE_DUTY, LOA_ROLE_URGENT, LOA_ROLE_RELEASE, LOA_ROLES } loa_role;
extern const char *const loa_role_names[LOA_ROLES];

typedef enum { LOA_SYNCED, LOA_HOLDOVER, LOA_UNKNOWN } loa_clock;

typedef uint64_t loa_keys; /* a set of keys of a root, by their number */

typedef struct {
    char kid[17];
    bool ed25519; /* else P-256 */
    unsigned holder; /* the number of the first key with the same holder */
    EVP_PKEY *key;   /* NULL where the bytes are no point of the curve: then nothing is ever signed by it */
} loa_key;

typedef struct {
    int64_t v, expires;
    unsigned count;
    loa_key keys[LOA_MAX_KEYS];
    struct {
        bool known;
        int64_t quorum, epoch;
        loa_keys keys;
    } roles[LOA_ROLES];
    int64_t offset_s; /* of the policy's time zone, east of UTC */
    unsigned quiets;
    int quiet[LOA_MAX_QUIET][2]; /* minutes of the day */
    int64_t minutes_per_day;
    uint8_t sha256[32]; /* of its body */
} loa_root;

typedef struct {
    char type[24], target[204];
    int64_t epoch, v;
    char sha256[65]; /* hex; empty: nothing was accepted yet */
    uint64_t seen;
} loa_counter;

#define LOA_PEOPLES (INT64_C(1) << 40)

typedef struct {
    char device[204], area[204], model[204], nonce[204];
    bool asked; /* a beacon with this nonce */
    unsigned groups, counters, heards;
    char group[LOA_MAX_GROUPS][64];
    loa_counter counter[LOA_MAX_COUNTERS];
    int64_t heard[LOA_MAX_HEARD][2]; /* start (epoch ms), length (ms) */
    loa_root root;
} loa_device;

/* What a body says, as far as it is judged; texts point into the buffers of loa. */
typedef struct {
    loa_type type;
    int64_t issued, expires, epoch, v;
    json_span target, nonce, device, model;
    bool stop, silences; /* an order to stop; anything that only makes silence */
    bool live;           /* an order to go live: policy counts until it expires */
    int64_t dur_ms;      /* what policy counts, or -1 */
} loa_body;

typedef struct {
    json_span keyid;
    uint8_t sig[80];
    size_t len; /* 0: of a length that no signature has */
} loa_signature;

/* Every buffer that a verdict needs; one for each thread, made once. */
typedef struct {
    char envelope[LOA_MAX_BYTES], body_text[LOA_MAX_BYTES];
    uint8_t message[LOA_PREFIX + LOA_MAX_BYTES]; /* what is signed ends where the body ends */
    uint8_t *body;                               /* message + LOA_PREFIX */
    size_t body_size;
    json_span payload_type;
    unsigned count;
    loa_signature signatures[LOA_MAX_SIGNATURES];
    json_token tokens[LOA_MAX_TOKENS];
    uint32_t table[LOA_TABLE];
    loa_root next; /* the root that is judged */
    EVP_MD_CTX *md;
} loa;

typedef struct {
    loa_answer answer;
    bool changed;
    bool typed; /* `type` is known */
    loa_type type;
    char sha256[65];     /* of the body, once there is an envelope */
    loa_counter counter; /* to be stored before acting; only where `counts` */
    bool counts;
} loa_verdict;

loa *loa_new(void);
void loa_free(loa *l);

/* Judge `size` bytes at `now` (epoch s by the device's clock). Accepted: l->body holds what may be obeyed. */
loa_verdict loa_accept(loa *l, const loa_device *d, const void *data, size_t size, int64_t now, loa_clock clock);
/* Take the root of an envelope that is trusted already, for instance from the device's own store. */
bool loa_take_root(loa *l, const void *data, size_t size, loa_root *root);
void loa_root_clear(loa_root *root);

/* The parts, for loa_accept and for fuzzing. */
bool loa_envelope(loa *l, const void *data, size_t size);
bool loa_base64(json_span text, uint8_t *to, size_t room, size_t *size);
void loa_hex(const uint8_t *from, size_t n, char *to);
bool loa_key_load(loa_key *key, json_span alg, json_span pub_hex);
loa_keys loa_signed_by(loa *l, const loa_root *root, loa_keys wanted);
bool loa_reaches(const loa_root *root, loa_role role, loa_keys signed_by);
json loa_body_json(loa *l);
bool loa_body_read(const json *j, loa_type type, loa_body *body);
bool loa_root_read(const json *j, loa_root *root);
bool loa_is_area(json_span text);
bool loa_is_target(json_span text);
loa_verdict loa_judge(loa *l, const loa_device *d, loa_type type, loa_keys signed_by, int64_t now, loa_clock clock);

#endif
