/* A strict reader of JSON. jsmn and cJSON take more than RFC 8259 allows (`[1 2]`, two equal keys, bytes that are no
   UTF-8), so whoever builds on them writes these checks anyway; here they are the reader itself. */
#include "json.h"

#include <string.h>

typedef struct {
    json *j;
    size_t at;
} reader;

static bool value(reader *r, unsigned depth);

static int peek(const reader *r) {
    return r->at < r->j->size ? (unsigned char)r->j->text[r->at] : -1;
}

static bool take(reader *r, int c) {
    if (peek(r) != c) return false;
    r->at++;
    return true;
}

static void blank(reader *r) {
    for (int c = peek(r); c == ' ' || c == '\t' || c == '\n' || c == '\r'; c = peek(r)) r->at++;
}

static json_token *add(reader *r, json_kind kind) {
    json *j = r->j;
    if (j->count >= j->room) return NULL;
    json_token *t = &j->tokens[j->count++];
    *t = (json_token){.at = (uint32_t)r->at, .end = j->count, .kind = kind};
    return t;
}

/* The length of the UTF-8 sequence at p, or 0: no overlong forms, no surrogates, nothing past U+10FFFF. */
static size_t utf8(const unsigned char *p, size_t left) {
    if (p[0] < 0x80) return 1;
    size_t n = p[0] >= 0xF0 ? 4 : p[0] >= 0xE0 ? 3 : 2;
    if (p[0] < 0xC2 || p[0] > 0xF4 || left < n) return 0;
    unsigned low = p[0] == 0xE0 ? 0xA0 : p[0] == 0xF0 ? 0x90 : 0x80;
    unsigned high = p[0] == 0xED ? 0x9F : p[0] == 0xF4 ? 0x8F : 0xBF;
    if (p[1] < low || p[1] > high) return 0;
    for (size_t i = 2; i < n; i++)
        if (p[i] < 0x80 || p[i] > 0xBF) return 0;
    return n;
}

static bool is_utf8(const char *text, size_t size) {
    for (size_t i = 0; i < size;) {
        size_t n = utf8((const unsigned char *)text + i, size - i);
        if (n == 0) return false;
        i += n;
    }
    return true;
}

static bool hex4(reader *r, uint32_t *code) {
    *code = 0;
    for (int i = 0; i < 4; i++, r->at++) {
        int c = peek(r);
        uint32_t digit;
        if (c >= '0' && c <= '9') digit = (uint32_t)(c - '0');
        else if (c >= 'a' && c <= 'f') digit = (uint32_t)(c - 'a' + 10);
        else if (c >= 'A' && c <= 'F') digit = (uint32_t)(c - 'A' + 10);
        else return false;
        *code = *code << 4 | digit;
    }
    return true;
}

static size_t put(char *to, uint32_t c) {
    if (c < 0x80) {
        to[0] = (char)c;
        return 1;
    }
    if (c < 0x800) {
        to[0] = (char)(0xC0 | c >> 6);
        to[1] = (char)(0x80 | (c & 0x3F));
        return 2;
    }
    size_t n = c < 0x10000 ? 3 : 4;
    to[0] = (char)(n == 3 ? 0xE0 | c >> 12 : 0xF0 | c >> 18);
    if (n == 4) to[1] = (char)(0x80 | (c >> 12 & 0x3F));
    to[n - 2] = (char)(0x80 | (c >> 6 & 0x3F));
    to[n - 1] = (char)(0x80 | (c & 0x3F));
    return n;
}

/* After the backslash: the character, decoded to `to`, which never passes r->at. Lone surrogates are refused. */
static bool escape(reader *r, char *to, size_t *n) {
    static const char from[] = "\"\\/bfnrt", meant[] = "\"\\/\b\f\n\r\t";
    int c = peek(r);
    if (c < 0) return false;
    r->at++;
    if (c != 'u') {
        const char *found = c == 0 ? NULL : strchr(from, c);
        if (found == NULL) return false;
        *to = meant[found - from];
        *n = 1;
        return true;
    }
    uint32_t code, low;
    if (!hex4(r, &code) || (code >= 0xDC00 && code <= 0xDFFF)) return false;
    if (code >= 0xD800 && code <= 0xDBFF) {
        if (!take(r, '\\') || !take(r, 'u') || !hex4(r, &low) || low < 0xDC00 || low > 0xDFFF) return false;
        code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
    }
    *n = put(to, code);
    return true;
}

static bool text(reader *r) {
    if (!take(r, '"')) return false;
    json_token *t = add(r, JSON_TEXT);
    if (t == NULL) return false;
    char *to = r->j->text + r->at;
    for (;;) {
        int c = peek(r);
        if (c < 0x20) return false; /* the end, or a control character */
        r->at++;
        if (c == '"') break;
        size_t n = 1;
        if (c != '\\') *to = (char)c;
        else if (!escape(r, to, &n)) return false;
        to += n;
    }
    t->len = (uint32_t)(to - (r->j->text + t->at));
    return true;
}

static bool number(reader *r) {
    json_token *t = add(r, JSON_INTEGER);
    if (t == NULL) return false;
    bool negative = take(r, '-');
    size_t first = r->at;
    while (peek(r) >= '0' && peek(r) <= '9') r->at++;
    size_t digits = r->at - first;
    if (digits == 0 || digits > JSON_DIGITS) return false;
    bool zero = r->j->text[first] == '0';
    if (zero && (digits > 1 || negative)) return false;
    int c = peek(r);
    if (c == '.' || c == 'e' || c == 'E') return false;
    t->len = (uint32_t)(r->at - t->at);
    if (json_integer(r->j, (uint32_t)(t - r->j->tokens)) < 0) r->j->out_of_range = true;
    return true;
}

static bool word(reader *r, const char *name, json_kind kind) {
    size_t n = strlen(name);
    if (r->j->size - r->at < n || memcmp(r->j->text + r->at, name, n) != 0) return false;
    if (add(r, kind) == NULL) return false;
    r->at += n;
    return true;
}

static bool list(reader *r, unsigned depth) {
    json_token *t = add(r, JSON_LIST);
    if (t == NULL || depth > JSON_DEPTH) return false;
    r->at++;
    blank(r);
    bool more = !take(r, ']');
    while (more) {
        if (!value(r, depth)) return false;
        t->len++;
        blank(r);
        more = take(r, ',');
        if (!more && !take(r, ']')) return false;
    }
    t->end = r->j->count;
    return true;
}

static uint32_t hash(json_span s) {
    uint32_t h = 2166136261u;
    for (size_t i = 0; i < s.n; i++) h = (h ^ (unsigned char)s.p[i]) * 16777619u;
    return h ^ h >> 15;
}

/* Says whether no key of the object is there twice; keys are compared as decoded. */
static bool unique(json *j, uint32_t object) {
    uint32_t pairs = j->tokens[object].len, room = 16;
    if (pairs < 2) return true;
    while (room < pairs * 2) room *= 2;
    if (room > j->table_room) return false;
    memset(j->table, 0, room * sizeof *j->table);
    uint32_t key = object + 1;
    for (uint32_t i = 0; i < pairs; i++, key = j->tokens[key + 1].end) {
        json_span name = json_text(j, key);
        uint32_t slot = hash(name) & (room - 1);
        for (; j->table[slot] != 0; slot = (slot + 1) & (room - 1))
            if (json_same(json_text(j, j->table[slot]), name)) return false;
        j->table[slot] = key;
    }
    return true;
}

static bool object(reader *r, unsigned depth) {
    json_token *t = add(r, JSON_OBJECT);
    if (t == NULL || depth > JSON_DEPTH) return false;
    r->at++;
    blank(r);
    bool more = !take(r, '}');
    while (more) {
        blank(r);
        if (!text(r)) return false;
        blank(r);
        if (!take(r, ':') || !value(r, depth)) return false;
        t->len++;
        blank(r);
        more = take(r, ',');
        if (!more && !take(r, '}')) return false;
    }
    t->end = r->j->count;
    return unique(r->j, (uint32_t)(t - r->j->tokens));
}

static bool value(reader *r, unsigned depth) {
    blank(r);
    switch (peek(r)) {
    case '{': return object(r, depth + 1);
    case '[': return list(r, depth + 1);
    case '"': return text(r);
    case 'n': return word(r, "null", JSON_NULL);
    case 't': return word(r, "true", JSON_TRUE);
    case 'f': return word(r, "false", JSON_FALSE);
    default: return number(r);
    }
}

bool json_read(json *j) {
    j->count = 0;
    j->out_of_range = false;
    if (j->size >= UINT32_MAX || !is_utf8(j->text, j->size)) return false;
    reader r = {.j = j};
    if (!value(&r, 0)) return false;
    blank(&r);
    return r.at == j->size;
}

uint32_t json_find(const json *j, uint32_t object, const char *key) {
    if (j->tokens[object].kind != JSON_OBJECT) return 0;
    uint32_t at = object + 1;
    for (uint32_t i = 0; i < j->tokens[object].len; i++, at = j->tokens[at + 1].end)
        if (json_is(json_text(j, at), key)) return at + 1;
    return 0;
}

json_span json_text(const json *j, uint32_t token) {
    return (json_span){j->text + j->tokens[token].at, j->tokens[token].len};
}

bool json_is(json_span s, const char *w) {
    return s.n == strlen(w) && memcmp(s.p, w, s.n) == 0;
}

bool json_same(json_span a, json_span b) {
    return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

int64_t json_integer(const json *j, uint32_t token) {
    json_span s = json_text(j, token);
    if (s.n == 0 || s.p[0] == '-') return -1;
    int64_t found = 0;
    for (size_t i = 0; i < s.n; i++) found = found * 10 + (s.p[i] - '0'); /* 16 digits at most */
    return found < JSON_MAX_INTEGER ? found : -1;
}

size_t json_letters(json_span s) {
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++) n += ((unsigned char)s.p[i] & 0xC0) != 0x80;
    return n;
}
