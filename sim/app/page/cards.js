"use strict";
// The results beside the levers: A, B and the same women under both, and what all of it rests on.
(function () {
  const P = window.Pathways;
  const N = P.numbers;
  const HEAD = ["completed", "training_or_work_39", "stably_housed_39", "any_income_39", "exited_39", "weeks_waited", "cost_a_year"];

  const other = (letter) => letter.toUpperCase();

  // Lines to say above all else: that a plan waits, was refused, or is not the one that was asked for.
  function notices(letter, plan, shown) {
    const lines = [...shown.problems];
    if (!shown.exact) lines.push(P.say("page.nearest", { letter: other(letter), differences: standIn(plan, shown.plan) }));
    else if (!shown.answer && !lines.length)
      lines.push(P.say(shown.place ? "page.queue" : "page.waiting", { letter: other(letter), place: shown.place }));
    return lines;
  }
  function standIn(plan, instead) {
    const own = P.plans.differing(plan, instead).map((lever) =>
      P.say("page.nearest_lever", {
        name: lever.name,
        value: P.plans.value(lever, instead.levers[lever.key]),
        wanted: P.plans.value(lever, plan.levers[lever.key]),
      }),
    );
    const settings = (each) => JSON.stringify(P.plans.about(each).settings);
    if (settings(plan) !== settings(instead))
      own.push(P.say("page.nearest_scenario", { title: P.plans.about(instead).title, wanted: P.plans.about(plan).title }));
    if (Object.keys(plan.other).length) own.push(P.say("page.nearest_other"));
    return own.join(", ");
  }

  // ---- the three cards

  // One outcome of one plan: the mean large, its range beside it.
  function value(row, letter) {
    const s = row[letter],
      women = row.women && row.women[letter];
    if (!s.n) return P.make("dd", null, P.make("span", { class: "big" }, P.say("page.none")));
    if (women)
      return P.make(
        "dd",
        null,
        P.make("span", { class: "big" }, N.one("women", women.mean)),
        P.make(
          "span",
          { class: "small" },
          P.say("page.card.women", { low: N.one("women", women.low), high: N.one("women", women.high), share: N.percent(s.mean) }),
        ),
      );
    const { mean, low, high, wide } = N.parts(row.kind, s),
      unit = N.unit(row.kind);
    return P.make(
      "dd",
      null,
      P.make("span", { class: "big" }, mean),
      P.make("span", { class: "small" }, wide ? P.say("page.card.range", { low, high, unit }) : unit),
    );
  }

  function change(row) {
    const kind = row.women ? "women" : row.kind,
      d = row.women ? row.women.d : row.d;
    if (!d || !d.n) return P.make("dd", null, P.make("span", { class: "big" }, P.say("page.none")));
    const { said, range, clear } = P.together.change(kind, d, kind === "women" ? P.together.COUNTED : P.together.MEASURED);
    return P.make(
      "dd",
      { class: clear ? "clear" : "open" },
      P.make("span", { class: "big" }, said),
      P.make("span", { class: "small" }, range ? P.say("page.card.in_units", { range, unit: N.unit(kind, true) }) : N.unit(kind, true)),
      P.make("span", { class: "small sure" }, P.together.sure(d, kind === "women")),
    );
  }

  function card(letter, told, cell) {
    const rows = HEAD.map((name) => told.of(name)).filter(Boolean);
    const both = letter === "both",
      plan = told.plans[letter];
    return P.make(
      "article",
      { class: "card " + letter, "aria-labelledby": "card-" + letter },
      P.make(
        "h3",
        { id: "card-" + letter },
        both ? P.say("page.card.both") : [P.badge(letter), " ", P.say("page.plan", { letter: other(letter) })],
      ),
      P.make(
        "p",
        { class: "quiet" },
        both
          ? P.say(told.same ? "page.card.pairs" : "page.card.no_pairs", { runs: told.runs })
          : P.say("page.card.of", { title: P.plans.title(plan), women: N.one("women", told.of("women_referred")[letter].mean) }),
      ),
      P.make(
        "dl",
        null,
        rows.map((row) => P.make("div", null, P.make("dt", null, row.label), cell(row))),
      ),
    );
  }

  // ---- what it rests on

  function rests() {
    const list = (name, lines, more) =>
      P.make(
        "section",
        { "aria-labelledby": name },
        P.make("h3", { id: name }, P.say("page.rests." + name)),
        P.make(
          "ul",
          null,
          lines.map((line) => P.make("li", null, line)),
        ),
        more,
      );
    const { parameters, narrowed } = P.data.badges;
    return P.make(
      "div",
      { class: "rests" },
      list("assumptions", [
        P.say("page.rests.badge", { parameters, narrowed }),
        ...P.data.assumptions,
        P.say("page.rests.placeholders", { names: P.data.placeholders.join(", "), year: P.data.cost_year }),
      ]),
      list("cannot", P.data.cannot),
    );
  }

  const cards = (told) =>
    P.make(
      "div",
      { class: "cards" },
      card("a", told, (row) => value(row, "a")),
      card("b", told, (row) => value(row, "b")),
      card("both", told, change),
    );

  function show(node, told) {
    const width = Math.max(280, Math.floor(node.clientWidth));
    node.replaceChildren(
      P.make("h2", null, P.say("page.results")),
      cards(told),
      P.make("h2", null, P.say("page.rests.title")),
      rests(),
      P.make("h2", null, P.say("page.charts.title")),
      ...P.figures.all(told, width),
    );
  }

  P.cards = { show, notices, rests };
})();
