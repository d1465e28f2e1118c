#include "mutate.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *const way_names[WAYS] = {"bytes of the envelope", "bytes of the body", "payloadType", "signatures",
                                     "body of one, signatures of another"};

/* splitmix64: the same seed gives the same envelopes on every machine. */
uint64_t luck_next(luck *l) {
    uint64_t z = (l->state += 0x9E3779B97F4A7C15u);
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
    z = (z ^ z >> 27) * 0x94D049BB133111EBu;
    return z ^ z >> 31;
}

size_t luck_below(luck *l, size_t n) {
    return n == 0 ? 0 : (size_t)(luck_next(l) % n);
}

static void *need(void *p) {
    if (p != NULL) return p;
    fputs("no memory\n", stderr);
    exit(2);
}

static void *keep(const void *data, size_t size) {
    return memcpy(need(malloc(size + 1)), data, size);
}

static void read_parts(seed *s, loa *l) {
    s->readable = loa_envelope(l, s->data, s->size) && l->payload_type.n < sizeof s->type;
    if (!s->readable) return;
    memcpy(s->type, l->payload_type.p, l->payload_type.n);
    s->body = keep(l->body, l->body_size);
    s->body_size = l->body_size;
    s->count = l->count;
    for (unsigned i = 0; i < l->count; i++) {
        const loa_signature *from = &l->signatures[i];
        memcpy(s->signatures[i].sig, from->sig, sizeof from->sig);
        s->signatures[i].len = from->len;
        if (from->keyid.n < sizeof s->signatures[i].keyid)
            memcpy(s->signatures[i].keyid, from->keyid.p, from->keyid.n);
    }
}

seed *seeds_read(const char *path, loa *l, size_t *count) {
    FILE *from = fopen(path, "rb");
    question *q = need(calloc(1, sizeof *q));
    seed *seeds = NULL;
    *count = 0;
    if (from == NULL) {
        perror(path);
        exit(2);
    }
    while (fgets(q->line, sizeof q->line, from) != NULL) {
        const char *wrong = question_read(q, l, strcspn(q->line, "\n"));
        if (wrong != NULL) {
            fprintf(stderr, "%s: question %zu: %s\n", path, *count + 1, wrong);
            exit(2);
        }
        seeds = need(realloc(seeds, (*count + 1) * sizeof *seeds));
        seed *s = &seeds[(*count)++];
        *s = (seed){.data = keep(q->envelope, q->size), .size = q->size, .now = q->now, .clock = q->clock};
        s->device = keep(&q->device, sizeof q->device);
        memset(&q->device.root, 0, sizeof q->device.root); /* its keys are the seed's now */
        read_parts(s, l);
        s->accepted = loa_accept(l, s->device, s->data, s->size, s->now, s->clock).answer == LOA_ACCEPT;
    }
    fclose(from);
    free(q);
    return seeds;
}

void seeds_free(seed *seeds, size_t count) {
    for (size_t i = 0; i < count; i++) {
        loa_root_clear(&seeds[i].device->root);
        free(seeds[i].device);
        free(seeds[i].data);
        free(seeds[i].body);
    }
    free(seeds);
}

static void add(bytes *to, const void *data, size_t n) {
    if (n > to->room - to->size) n = to->room - to->size;
    if (n > 0) memcpy(to->data + to->size, data, n);
    to->size += n;
}

static void add_text(bytes *to, const char *text) {
    add(to, text, strlen(text));
}

static void add_base64(bytes *to, const uint8_t *from, size_t n) {
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (size_t i = 0; i < n; i += 3) {
        uint32_t v = (uint32_t)from[i] << 16 | (i + 1 < n ? (uint32_t)from[i + 1] << 8 : 0) | (i + 2 < n ? from[i + 2] : 0);
        char four[4] = {digits[v >> 18], digits[v >> 12 & 63], i + 1 < n ? digits[v >> 6 & 63] : '=',
                        i + 2 < n ? digits[v & 63] : '='};
        add(to, four, 4);
    }
}

static void build(const seed *sigs, const char *type, const uint8_t *body, size_t size, bytes *out) {
    out->size = 0;
    add_text(out, "{\"payload\":\"");
    add_base64(out, body, size);
    add_text(out, "\",\"payloadType\":\"");
    add_text(out, type);
    add_text(out, "\",\"signatures\":[");
    for (unsigned i = 0; i < sigs->count; i++) {
        add_text(out, i == 0 ? "{\"keyid\":\"" : ",{\"keyid\":\"");
        add_text(out, sigs->signatures[i].keyid);
        add_text(out, "\",\"sig\":\"");
        add_base64(out, sigs->signatures[i].sig, sigs->signatures[i].len);
        add_text(out, "\"}");
    }
    add_text(out, "]}");
}

static void insert(bytes *b, size_t at, const void *data, size_t n) {
    if (n > b->room - b->size) return;
    memmove(b->data + at + n, b->data + at, b->size - at);
    memcpy(b->data + at, data, n);
    b->size += n;
}

static void cut(bytes *b, size_t at, size_t n) {
    if (n > b->size - at) n = b->size - at;
    memmove(b->data + at, b->data + at + n, b->size - at - n);
    b->size -= n;
}

/* What is likely to matter in JSON and in bodies. */
static const char *const words[] = {
    "{", "}", "[", "]", "\"", ":", ",", " ", "\\", "\\u0000", "\\ud800", "\\u0074", "null", "true", "-0", "-1", "0",
    "9007199254740992", "99999999999999999", "1e3", "0.5", "vn", "vn.5", "vn.5.12", "play", "stop", "cancel", "close",
    "\"spec\":1,", "\"type\":\"order\",", "\"target\":\"vn.5.120\",", "\"action\":\"stop\",", "\"v\":99999,",
    "\"epoch\":1,", "\"payload\":\"e30=\",", "\"payloadType\":\"\",", "\"signatures\":[],", "\"x\":[[[[[[[[[]]]]]]]]],",
    "\xEF\xBB\xBF", "\xC0\xAF", "\xED\xA0\x80", "\x00", "\n", "=", "==", "A",
};

static void once(luck *l, bytes *b) {
    size_t at = luck_below(l, b->size + 1);
    uint8_t chunk[64];
    size_t n = 1 + luck_below(l, sizeof chunk);
    switch (luck_below(l, 6)) {
    case 0:
        if (at < b->size) b->data[at] ^= (uint8_t)(1u << luck_below(l, 8));
        break;
    case 1:
        if (at < b->size) b->data[at] = (uint8_t)luck_next(l);
        break;
    case 2: cut(b, at, n); break;
    case 3:
        if (n > b->size - at) n = b->size - at;
        memcpy(chunk, b->data + at, n);
        insert(b, luck_below(l, b->size + 1), chunk, n);
        break;
    case 4: {
        const char *word = words[luck_below(l, sizeof words / sizeof *words)];
        insert(b, at, word, word[0] == 0 ? 1 : strlen(word));
        break;
    }
    default:
        if (luck_below(l, 4) == 0) b->size = at;
        else if (at < b->size && b->data[at] >= '0' && b->data[at] <= '9') b->data[at] = (uint8_t)('0' + luck_below(l, 10));
    }
}

void mutate_bytes(luck *l, bytes *b) {
    for (size_t i = 1 + luck_below(l, 4); i > 0; i--) once(l, b);
}

static void change_body(luck *l, const seed *a, bytes *out) {
    static uint8_t room[LOA_MAX_BYTES];
    bytes body = {.data = room, .size = a->body_size, .room = sizeof room / 2};
    if (a->body_size > body.room) body.size = body.room;
    memcpy(room, a->body, body.size);
    mutate_bytes(l, &body);
    build(a, a->type, body.data, body.size, out);
}

static void change_type(luck *l, const seed *a, bytes *out) {
    char type[160];
    const char *name = loa_type_names[luck_below(l, LOA_TYPES)];
    snprintf(type, sizeof type, "application/vnd.loa.%s.v1+json", name);
    if (luck_below(l, 3) == 0) type[luck_below(l, strlen(type))] ^= 1;
    build(a, type, a->body, a->body_size, out);
}

static void change_signatures(luck *l, const seed *a, const seed *b, bytes *out) {
    seed s = *a;
    unsigned i = (unsigned)luck_below(l, s.count);
    size_t len = s.signatures[i].len;
    switch (luck_below(l, 5)) {
    case 0:
        if (len > 0) s.signatures[i].sig[luck_below(l, len)] ^= (uint8_t)(1u << luck_below(l, 8));
        break;
    case 1: s.signatures[i].len = luck_below(l, sizeof s.signatures[i].sig + 1); break;
    case 2: s.signatures[i] = b->signatures[luck_below(l, b->count)]; break;
    case 3:
        for (size_t k = 0; k < len; k++) s.signatures[i].sig[k] = (uint8_t)luck_next(l);
        break;
    default:
        s.count = 1 + (unsigned)luck_below(l, LOA_MAX_SIGNATURES);
        for (unsigned k = a->count; k < s.count; k++) s.signatures[k] = b->signatures[luck_below(l, b->count)];
    }
    build(&s, s.type, s.body, s.body_size, out);
}

bool mutate(luck *l, way how, const seed *a, const seed *b, bytes *out) {
    if (how != BY_BYTES && (!a->readable || !b->readable)) return false;
    switch (how) {
    case BY_BYTES:
        out->size = 0;
        add(out, a->data, a->size);
        mutate_bytes(l, out);
        break;
    case BY_BODY: change_body(l, a, out); break;
    case BY_TYPE: change_type(l, a, out); break;
    case BY_SIGNATURE: change_signatures(l, a, b, out); break;
    case BY_SPLICE: build(b, a->type, a->body, a->body_size, out); break;
    case WAYS: return false;
    }
    return out->size != a->size || memcmp(out->data, a->data, out->size) != 0;
}
