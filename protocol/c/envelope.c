/* Rules 1-3: the envelope, the bytes that are signed, and whose keys signed them. */
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <openssl/sha.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "loa.h"

loa *loa_new(void) {
    loa *l = calloc(1, sizeof *l);
    if (l != NULL) l->md = EVP_MD_CTX_new();
    if (l == NULL || l->md == NULL) {
        free(l);
        return NULL;
    }
    l->body = l->message + LOA_PREFIX;
    return l;
}

void loa_free(loa *l) {
    if (l == NULL) return;
    loa_root_clear(&l->next);
    EVP_MD_CTX_free(l->md);
    LOA_OPEN(l->envelope);
    LOA_OPEN(l->message);
    LOA_OPEN(l->body_text);
    free(l);
}

void loa_hex(const uint8_t *from, size_t n, char *to) {
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < n; i++) {
        *to++ = digits[from[i] >> 4];
        *to++ = digits[from[i] & 15];
    }
    *to = 0;
}

static int digit64(int c) {
    if (c >= 'A' && c <= 'Z') return c - 'A';
    if (c >= 'a' && c <= 'z') return c - 'a' + 26;
    if (c >= '0' && c <= '9') return c - '0' + 52;
    return c == '+' ? 62 : c == '/' ? 63 : -1;
}

/* Base64 in its one form: padded, and the bits after the end are zero. `to` NULL, or too little room: only judged. */
bool loa_base64(json_span s, uint8_t *to, size_t room, size_t *size) {
    if (s.n % 4 != 0) return false;
    size_t pads = s.n == 0 || s.p[s.n - 1] != '=' ? 0 : s.p[s.n - 2] == '=' ? 2 : 1;
    uint32_t bits = 0;
    size_t at = 0, have = 0;
    for (size_t i = 0; i < s.n - pads; i++) {
        int d = digit64((unsigned char)s.p[i]);
        if (d < 0) return false;
        bits = bits << 6 | (uint32_t)d;
        have += 6;
        if (have < 8) continue;
        have -= 8;
        if (at < room) to[at] = (uint8_t)(bits >> have);
        at++;
        bits &= (1u << have) - 1;
    }
    *size = at;
    return bits == 0;
}

static bool read_signature(const json *j, uint32_t token, loa_signature *to) {
    uint32_t keyid = json_find(j, token, "keyid"), sig = json_find(j, token, "sig");
    if (keyid == 0 || sig == 0 || j->tokens[token].len != 2) return false;
    if (j->tokens[keyid].kind != JSON_TEXT || j->tokens[sig].kind != JSON_TEXT) return false;
    to->keyid = json_text(j, keyid);
    if (!loa_base64(json_text(j, sig), to->sig, sizeof to->sig, &to->len)) return false;
    if (to->len > sizeof to->sig) to->len = 0;
    return true;
}

bool loa_envelope(loa *l, const void *data, size_t size) {
    if (size > sizeof l->envelope) return false;
    LOA_OPEN(l->envelope);
    LOA_OPEN(l->message);
    if (size > 0) memcpy(l->envelope, data, size);
    LOA_EDGE(l->envelope, size);
    json j = {.text = l->envelope, .size = size, .tokens = l->tokens, .room = LOA_MAX_TOKENS,
              .table = l->table, .table_room = LOA_TABLE};
    if (!json_read(&j) || j.out_of_range || j.tokens[0].kind != JSON_OBJECT || j.tokens[0].len != 3) return false;
    uint32_t payload = json_find(&j, 0, "payload"), type = json_find(&j, 0, "payloadType");
    uint32_t sigs = json_find(&j, 0, "signatures");
    if (payload == 0 || type == 0 || sigs == 0) return false;
    if (j.tokens[payload].kind != JSON_TEXT || j.tokens[type].kind != JSON_TEXT) return false;
    l->count = j.tokens[sigs].len;
    if (j.tokens[sigs].kind != JSON_LIST || l->count < 1 || l->count > LOA_MAX_SIGNATURES) return false;
    l->payload_type = json_text(&j, type);
    if (!loa_base64(json_text(&j, payload), l->body, LOA_MAX_BYTES, &l->body_size)) return false;
    LOA_EDGE(l->message, LOA_PREFIX + l->body_size);
    uint32_t one = sigs + 1;
    for (unsigned i = 0; i < l->count; i++, one = j.tokens[one].end)
        if (!read_signature(&j, one, &l->signatures[i])) return false;
    return true;
}

static int nibble(int c) {
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static EVP_PKEY *load_p256(const uint8_t *pub) {
    char group[] = "P-256";
    EVP_PKEY *key = NULL;
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
    OSSL_PARAM params[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, group, 0),
        OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, (void *)(uintptr_t)pub, 65),
        OSSL_PARAM_construct_end(),
    };
    if (ctx == NULL || pub[0] != 4 || EVP_PKEY_fromdata_init(ctx) <= 0 ||
        EVP_PKEY_fromdata(ctx, &key, EVP_PKEY_PUBLIC_KEY, params) <= 0)
        key = NULL;
    EVP_PKEY_CTX_free(ctx);
    return key;
}

/* Takes {alg, pub}: the length must be right and the hex lower-case; fills everything but the holder. */
bool loa_key_load(loa_key *key, json_span alg, json_span hex) {
    uint8_t named[7 + 65];
    key->ed25519 = json_is(alg, "ed25519");
    if (!key->ed25519 && !json_is(alg, "p256")) return false;
    size_t size = key->ed25519 ? 32 : 65;
    if (hex.n != size * 2) return false;
    memcpy(named, alg.p, alg.n);
    uint8_t *pub = named + alg.n;
    for (size_t i = 0; i < size; i++) {
        int high = nibble(hex.p[2 * i]), low = nibble(hex.p[2 * i + 1]);
        if (high < 0 || low < 0) return false;
        pub[i] = (uint8_t)(high << 4 | low);
    }
    uint8_t digest[32];
    SHA256(named, alg.n + size, digest);
    loa_hex(digest, 8, key->kid);
    key->key = key->ed25519 ? EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, pub, size) : load_p256(pub);
    return true;
}

/* Rule 2: "DSSEv1" SP length SP type SP length SP body, without copying the body. */
static const uint8_t *signed_bytes(loa *l, size_t *size) {
    char head[LOA_PREFIX];
    int n = snprintf(head, sizeof head, "DSSEv1 %zu %.*s %zu ", l->payload_type.n, (int)l->payload_type.n,
                     l->payload_type.p, l->body_size);
    if (n < 0 || (size_t)n >= sizeof head) return NULL;
    uint8_t *start = l->message + LOA_PREFIX - n;
    memcpy(start, head, (size_t)n);
    *size = (size_t)n + l->body_size;
    return start;
}

static bool verify(loa *l, const loa_key *key, const loa_signature *s, const uint8_t *message, size_t size) {
    if (key->key == NULL || s->len == 0 || (key->ed25519 && s->len != 64)) return false;
    EVP_MD_CTX_reset(l->md);
    const EVP_MD *md = key->ed25519 ? NULL : EVP_sha256();
    return EVP_DigestVerifyInit(l->md, NULL, md, NULL, key->key) == 1 &&
           EVP_DigestVerify(l->md, s->sig, s->len, message, size) == 1;
}

/* Which of the wanted keys signed. The hint is tried first and never believed. */
loa_keys loa_signed_by(loa *l, const loa_root *root, loa_keys wanted) {
    size_t size;
    loa_keys found = 0;
    const uint8_t *message = signed_bytes(l, &size);
    if (message == NULL) return 0;
    for (unsigned i = 0; i < l->count; i++) {
        const loa_signature *s = &l->signatures[i];
        unsigned hinted = root->count;
        for (unsigned k = 0; k < root->count; k++)
            if (wanted >> k & 1 && json_is(s->keyid, root->keys[k].kid)) hinted = k;
        bool done = hinted < root->count && verify(l, &root->keys[hinted], s, message, size);
        if (done) found |= UINT64_C(1) << hinted;
        for (unsigned k = 0; k < root->count && !done; k++) {
            if (k == hinted || !(wanted >> k & 1)) continue;
            done = verify(l, &root->keys[k], s, message, size);
            if (done) found |= UINT64_C(1) << k;
        }
    }
    return found;
}

bool loa_reaches(const loa_root *root, loa_role role, loa_keys signed_by) {
    if (!root->roles[role].known) return false;
    loa_keys left = root->roles[role].keys & signed_by, holders = 0;
    int64_t count = 0;
    for (unsigned k = 0; k < root->count; k++)
        if (left >> k & 1) holders |= UINT64_C(1) << root->keys[k].holder;
    for (; holders != 0; holders &= holders - 1) count++;
    return count >= root->roles[role].quorum;
}
