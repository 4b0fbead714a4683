"use strict";
// Both plans together: what each gave, and, where they refer the same women, how they differ pair by pair, and in words.
(function () {
  const P = window.Pathways;
  const N = P.numbers;
  const OF_WOMEN = "share of women";
  const times = (values, women) => values.map((value, run) => value * women[run]);

  // One outcome under both: spreads of A and B, paired differences (null where the women are not the same), in women too.
  function row(outcome, a, b, paired) {
    const there = [a, b].map((answer) => !outcome.of_a_program || answer.plan.levers["program.offered"] > 0);
    const values = [a, b].map((answer, k) => (there[k] ? answer.values[outcome.name] : answer.values[outcome.name].map(() => NaN)));
    const same = paired && there[0] && there[1];
    const found = { ...outcome, a: N.spread(values[0]), b: N.spread(values[1]), d: same ? N.paired(...values) : null, women: null };
    if (outcome.unit === OF_WOMEN) {
      const women = [times(values[0], a.values.women_referred), times(values[1], b.values.women_referred)];
      found.women = { a: N.spread(women[0]), b: N.spread(women[1]), d: same ? N.paired(...women) : null };
    }
    return found;
  }

  function cut(answer, runs) {
    const short = (table) => Object.fromEntries(Object.entries(table).map(([name, values]) => [name, values.slice(0, runs)]));
    return {
      ...answer,
      values: short(answer.values),
      needs: Object.fromEntries(Object.entries(answer.needs).map(([need, table]) => [need, short(table)])),
    };
  }

  // What there is to say of two answers: as many runs of each as both have, so that every run is one of a pair.
  function together(first, second, plans) {
    const runs = Math.min(first.runs, second.runs),
      a = cut(first, runs),
      b = cut(second, runs);
    const same = a.values.women_referred.every((women, run) => women === b.values.women_referred[run]);
    const rows = P.data.outcomes.map((outcome) => row(outcome, a, b, same));
    const needs = P.data.needs.map((need) => {
      const waits = [a.needs[need].weeks_waited, b.needs[need].weeks_waited];
      return {
        name: need,
        label: P.say("page.needs." + need.replace(" ", "_")),
        a: N.spread(waits[0]),
        b: N.spread(waits[1]),
        d: same ? N.paired(...waits) : null,
        women: N.spread(a.needs[need].women),
      };
    });
    return { plans, a, b, runs, same, rows, needs, of: (name) => rows.find((each) => each.name === name) };
  }

  // ---- in words

  const apart = (d) => d.n > 0 && (d.low > 0 || d.high < 0) && d.low !== d.high;
  const ends = (d) => [Math.abs(d.low), Math.abs(d.high)].sort((x, y) => x - y);

  // A difference in parts: `4 more` and `1 to 8`, or `4 fewer`; where the range spans zero neither is said.
  function change(kind, d, words) {
    const clear = apart(d),
      [low, high] = clear ? ends(d) : [d.low, d.high];
    const found = N.parts(kind, { mean: clear ? Math.abs(d.mean) : d.mean, low, high }, true);
    const said = clear ? P.say(d.mean > 0 ? words.more : words.less, { number: found.mean }) : found.mean;
    return { said, range: found.wide ? P.say("page.low_to_high", found) : "", clear };
  }
  // The same as one text: `4 more (1 to 8)`.
  function difference(kind, d, words) {
    if (!d || !d.n) return P.say("page.none");
    const { said, range } = change(kind, d, words);
    return range ? `${said} (${range})` : said;
  }
  const COUNTED = { more: "page.more", less: "page.fewer" };
  const MEASURED = { more: "page.more", less: "page.less" };

  // In how many paired runs there are more, or fewer, under B.
  function pairs(d) {
    const most = d.words === "equal" ? "equal" : d.more >= d.fewer ? "more" : "fewer";
    const alike = d.equal && most !== "equal" ? P.say("page.alike", { number: d.equal }) : "";
    return { side: most, number: d[most], alike, pairs: d.n, words: P.say("page.sure." + d.words), share: N.percent(d.share) };
  }
  const inPairs = (d, side) => P.say("page.in_pairs." + side, pairs(d));
  const side = (d, counted) => {
    const { side: most } = pairs(d);
    return most === "fewer" && !counted ? "less" : most;
  };
  const sure = (d, counted) => (d && d.n ? inPairs(d, side(d, counted)) : "");

  // The answer in two or three sentences: of completing, or, where one plan has no program, of being stably housed.
  function answer(told) {
    const chosen = told.of(told.same && !told.of("completed").d ? "stably_housed_39" : "completed");
    const cost = told.of("cost_a_year"),
      referred = N.one("women", told.of("women_referred").a.mean);
    const alone = { women: N.ranged("women", chosen.women.a), referred, what: P.say("page.answer.what." + chosen.name) };
    if (!told.same) return [P.say("page.answer.other_women", { a: referred, b: N.one("women", told.of("women_referred").b.mean) })];
    const d = chosen.women.d;
    if (d.equal === d.n && cost.d.equal === cost.d.n) return [P.say("page.answer.alike", alone)];
    const number = difference("women", d, COUNTED);
    const first = d.equal === d.n ? "none" : apart(d) ? "apart" : "unclear";
    const money = one(cost.d.mean),
      wait = told.of("weeks_waited").d;
    // no saving without who waits longer for it
    const waits =
      cost.d.mean < 0
        ? [
            wait
              ? P.say("page.answer.wait", { number: difference("weeks", wait, { more: "page.longer_by", less: "page.shorter_by" }) })
              : P.say("page.answer.no_place"),
          ]
        : [];
    return [
      P.say("page.answer." + first, { ...alone, number }),
      P.say("page.answer.pairs_" + pairs(d).side, { ...pairs(d), what: alone.what }),
      money === "0"
        ? P.say("page.answer.cost_same")
        : P.say(cost.d.mean > 0 ? "page.answer.cost_more" : "page.answer.cost_less", { number: money }),
      ...waits,
    ];
  }
  const one = (dollars) => N.one("dollars", Math.abs(dollars));

  P.together = Object.assign(together, { apart, change, difference, pairs, sure, answer, COUNTED, MEASURED });
})();
