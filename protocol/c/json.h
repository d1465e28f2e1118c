/* JSON as LSP-1 reads it: one meaning for every byte string, or a refusal. */
#ifndef LOA_JSON_H
#define LOA_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define JSON_DEPTH 8
#define JSON_DIGITS 16
#define JSON_MAX_INTEGER (INT64_C(1) << 53)

typedef enum { JSON_NULL, JSON_FALSE, JSON_TRUE, JSON_INTEGER, JSON_TEXT, JSON_LIST, JSON_OBJECT } json_kind;

typedef struct {
    uint32_t at;  /* text: where its decoded bytes begin; integer: where it begins */
    uint32_t len; /* text, integer: bytes; list: values; object: pairs */
    uint32_t end; /* the token after this value and all that is in it */
    json_kind kind;
} json_token;

/* The caller gives the room once and for all; reading never allocates. */
typedef struct {
    char *text;
    size_t size;
    json_token *tokens;
    uint32_t room;
    uint32_t *table; /* for the search of equal keys; table_room is a power of two */
    uint32_t table_room;
    uint32_t count;
    bool out_of_range; /* some integer is not 0 <= i < 2^53 */
} json;

/* Bytes that are not ended by NUL: decoded JSON text may hold NUL. */
typedef struct {
    const char *p;
    size_t n;
} json_span;

/* Read text[0..size), which is decoded in place. False: not JSON as LSP-1 has it. */
bool json_read(json *j);

/* The value of a key of an object, or 0 when it is not there (0 is the whole document, never a value). */
uint32_t json_find(const json *j, uint32_t object, const char *key);

json_span json_text(const json *j, uint32_t token);
bool json_is(json_span text, const char *word);
bool json_same(json_span a, json_span b);
/* The integer, or -1 for what is out of range. */
int64_t json_integer(const json *j, uint32_t token);
/* The number of Unicode code points. */
size_t json_letters(json_span text);

#endif
