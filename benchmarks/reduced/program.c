/* The reduced program as a scalar loop in C, with the same Philox numbers: `live_numbers` looks each number up when a
 * decision needs it, as the rules do; `live_blocks` draws one block a woman and week and uses three of its four words. */
#include <stdint.h>

enum { WAITING = 0, PHASES = 3, COMPLETED = 4, LEFT = 5 };
enum { VISIT, LEAVE, MOVE };

typedef struct { int64_t number, phase, weeks, visits; double trust; } woman_t;
typedef struct { double visit, visit_trust, gain, fade, leave, move; } chances_t;
typedef struct { uint32_t word[4]; } block_t;

static inline block_t philox(uint32_t c0, uint32_t c1, uint32_t c2, uint32_t c3, uint32_t k0, uint32_t k1)
{
    for (int round = 0; round < 10; round++) {
        uint64_t left = (uint64_t)0xD2511F53u * c0, right = (uint64_t)0xCD9E8D57u * c2;
        uint32_t n0 = (uint32_t)(right >> 32) ^ c1 ^ k0, n2 = (uint32_t)(left >> 32) ^ c3 ^ k1;
        c1 = (uint32_t)right, c3 = (uint32_t)left, c0 = n0, c2 = n2;
        k0 += 0x9E3779B9u, k1 += 0xBB67AE85u;
    }
    return (block_t){{c0, c1, c2, c3}};
}

static inline double number(uint32_t word) { return (word + 0.5) / 4294967296.0; }

static inline double luck(int64_t who, int64_t week, int decision, int64_t seed, int64_t replication)
{
    block_t block = philox((uint32_t)who, (uint32_t)week, (uint32_t)(decision >> 2), 0, (uint32_t)seed,
                           (uint32_t)replication);
    return number(block.word[decision & 3]);
}

static int64_t begin(woman_t *women, int64_t count, double trust)
{
    for (int64_t i = 0; i < count; i++) women[i] = (woman_t){i, WAITING, 0, 0, trust};
    return count;
}

static inline void build_trust(woman_t *w, const chances_t *p, double u)
{
    w->weeks++;
    if (u < p->visit + p->visit_trust * w->trust) {
        w->visits++;
        w->trust = w->trust + p->gain * (1 - w->trust);
    } else {
        w->trust = w->trust - p->fade * w->trust;
    }
}

void live_numbers(const chances_t *p, int64_t seed, const int64_t *replications, int64_t runs, int64_t count,
                  int64_t places, double trust, woman_t *out, int64_t *last)
{
    for (int64_t r = 0; r < runs; r++) {
        woman_t *women = out + r * count;
        int64_t left = begin(women, count, trust), open = places;
        for (int64_t week = 0; left > 0; week++) {
            int64_t freed = 0;
            for (int64_t i = 0; i < count; i++) {
                woman_t *w = women + i;
                if (w->phase == WAITING && open > 0) w->phase = 1, open--;
                if (w->phase == WAITING || w->phase > PHASES) continue;
                build_trust(w, p, luck(w->number, week, VISIT, seed, replications[r]));
                if (luck(w->number, week, LEAVE, seed, replications[r]) < p->leave * (1 - w->trust))
                    w->phase = LEFT;
                else if (luck(w->number, week, MOVE, seed, replications[r]) < p->move)
                    w->phase++;
                if (w->phase >= COMPLETED) freed++;
            }
            open += freed, left -= freed, last[r] = week;
        }
    }
}

void live_blocks(const chances_t *p, int64_t seed, const int64_t *replications, int64_t runs, int64_t count,
                 int64_t places, double trust, woman_t *out, int64_t *last)
{
    for (int64_t r = 0; r < runs; r++) {
        woman_t *women = out + r * count;
        int64_t left = begin(women, count, trust), open = places;
        for (int64_t week = 0; left > 0; week++) {
            int64_t freed = 0;
            for (int64_t i = 0; i < count; i++) {
                woman_t *w = women + i;
                if (w->phase == WAITING && open > 0) w->phase = 1, open--;
                if (w->phase == WAITING || w->phase > PHASES) continue;
                block_t block = philox((uint32_t)w->number, (uint32_t)week, 0, 0, (uint32_t)seed,
                                       (uint32_t)replications[r]);
                build_trust(w, p, number(block.word[VISIT]));
                if (number(block.word[LEAVE]) < p->leave * (1 - w->trust))
                    w->phase = LEFT;
                else if (number(block.word[MOVE]) < p->move)
                    w->phase++;
                if (w->phase >= COMPLETED) freed++;
            }
            open += freed, left -= freed, last[r] = week;
        }
    }
}
