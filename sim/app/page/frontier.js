"use strict";
// Outcome against money over the plans that were run: where both plans stand, which cannot be told apart from the best for
// the money, and what the next dollar adds.
(function () {
  const P = window.Pathways;
  const N = P.numbers;
  const ALIKE = 1 + 1e-9,
    PER = 10000,
    WEEKS = 52;
  const ZONE = 2; // points of the women referred within which plans are alike, as staff.zone
  const CHOICE = ["completed", "entered", "training_or_work_39", "stably_housed_39", "any_income_39"];
  const HEIGHT = 430,
    ROOM = 110; // pixels; for words beside a mark
  let outcome = CHOICE[0];

  // ---- the plans of the page

  const years = () => P.data.weeks_referred / WEEKS;
  const known = new Map();
  // A plan that was run: women a year and cost by run and by set.
  function place(answer) {
    const key = outcome + P.plans.key(answer.plan) + answer.runs;
    if (!known.has(key)) {
      const women = answer.values[outcome].map((share, run) => ((share || 0) * answer.values.women_referred[run]) / years());
      known.set(key, {
        plan: answer.plan,
        runs: answer.runs,
        women,
        cost: answer.values.cost_a_year,
        atWomen: N.spread(women),
        atCost: N.spread(answer.values.cost_a_year),
      });
    }
    return known.get(key);
  }

  // Plans that were run with the same women, and nothing set beside the levers, and a program.
  function comparable(plan) {
    const same = (each) =>
      each.levers["cohort.women_a_year"] === plan.levers["cohort.women_a_year"] &&
      each.levers["program.offered"] > 0 &&
      P.plans.key(each)[0] === "|" &&
      !Object.keys(each.other).length;
    const runs = P.data.grid.runs;
    return [...P.asking.gridPlans().values()]
      .filter((each) => same(each.plan) && each.runs === runs)
      .map((each) => place(P.asking.answer(each.plan)));
  }

  // Which of these cannot be told apart from the best within a budget.
  function kept(places, budget) {
    const within = places.filter((each) => each.atCost.mean <= budget * ALIKE);
    if (!within.length) return new Set();
    const values = P.selection.transposed(within.map((each) => N.bySet(each.women)));
    const zone = (ZONE / 100) * (N.mean(P.asking.answer(within[0].plan).values.women_referred) / years());
    const below = P.selection.clearlyBelow(values, zone, P.selection.quantile(values.length, within.length));
    return new Set(within.filter((_, k) => !below[k]));
  }

  // One lever moved by one step that was run and costs more: women a year for each 10,000 CAD, with the 95 % interval.
  function next(places, plan) {
    const from = places.find((each) => P.plans.key(each.plan) === P.plans.key(plan));
    if (!from) return [];
    const steps = places
      .filter((each) => P.plans.differing(plan, each.plan).length === 1 && each.atCost.mean > from.atCost.mean)
      .map((each) => {
        const [lever] = P.plans.differing(plan, each.plan),
          own = plan.levers[lever.key],
          to = each.plan.levers[lever.key];
        const women = each.women.map((value, run) => value - from.women[run]),
          cost = each.cost.map((value, run) => value - from.cost[run]);
        const ratio = N.mean(women) / N.mean(cost),
          left = women.map((value, run) => value - ratio * cost[run]);
        return {
          lever,
          own,
          to,
          far: Math.abs(to - own),
          per: PER * ratio,
          half: (PER * N.halfWidth(left)) / N.mean(cost),
          women: N.mean(women),
          halfWomen: N.halfWidth(women),
          cost: N.mean(cost),
        };
      });
    const nearest = (step) => steps.every((other) => other.lever !== step.lever || other.far >= step.far);
    return steps.filter(nearest).sort((x, y) => y.per - x.per);
  }

  // ---- drawn

  function chart(places, best, here, width) {
    const narrow = width < P.charts.NARROW,
      left = 46,
      right = narrow ? 16 : ROOM,
      bottom = HEIGHT - 52,
      top = 16;
    const every = [...places, ...Object.values(here)],
      costs = every.map((each) => each.atCost.mean);
    const women = [...places.map((each) => each.atWomen.mean), ...Object.values(here).map((each) => each.atWomen.high)];
    const xs = P.charts.ticks(0, Math.max(...costs) * 1.05, narrow ? 3 : 6),
      ys = P.charts.ticks(0, Math.max(...women) * 1.1, 5);
    const x = P.charts.scale([0, Math.max(xs[xs.length - 1], ...costs)], [left, width - right]),
      y = P.charts.scale([0, Math.max(ys[ys.length - 1], ...women)], [bottom, top]);
    const front = P.selection.onFrontier(
      places.map((each) => each.atWomen.mean),
      places.map((each) => each.atCost.mean),
    );
    const line = places.filter((_, k) => front[k]).sort((p, q) => p.atCost.mean - q.atCost.mean);
    const dot = (each) =>
      P.draw("circle", {
        class: best.has(each) ? "plan kept" : "plan",
        cx: x(each.atCost.mean),
        cy: y(each.atWomen.mean),
        r: best.has(each) ? 6 : 3.5,
      });
    const below = { a: 26, b: -16 }; // pixels from a mark to its words
    const flag = (letter) => {
      const [px, py] = [x(here[letter].atCost.mean), y(here[letter].atWomen.mean)],
        end = narrow && px > width - right - ROOM;
      return [
        P.draw("line", { class: "range " + letter, x1: px, x2: px, y1: y(here[letter].atWomen.low), y2: y(here[letter].atWomen.high) }),
        P.charts.mark(letter, px, py, 7),
        P.charts.text(
          end ? px - 10 : px + 10,
          py + below[letter],
          P.say("page.money.here", { letter: letter.toUpperCase() }),
          "value halo " + letter,
          end ? "end" : "start",
        ),
      ];
    };
    const told = (letter) =>
      P.say("page.money.stands", {
        letter: letter.toUpperCase(),
        women: N.grouped(here[letter].atWomen.mean, 1),
        cost: N.one("dollars", here[letter].atCost.mean),
      });
    return P.charts.drawing(
      width,
      HEIGHT,
      P.say("page.money.alt", { plans: places.length, kept: best.size, stands: Object.keys(here).map(told).join("; ") }),
      ys.map((value) => [
        P.charts.line(left, y(value), width - right, y(value), value ? "grid" : "zero"),
        P.charts.text(left - 8, y(value) + 4, N.grouped(value, P.charts.decimals(ys)), "tick", "end"),
      ]),
      xs.map((value) => P.charts.text(x(value), bottom + 18, N.grouped(value / 1000, 0), "tick", "middle")),
      P.charts.text(width - right, bottom + 38, P.say("page.money.cost_axis"), "tick", "end"),
      P.draw("polyline", { class: "frontier", points: line.map((each) => `${x(each.atCost.mean)},${y(each.atWomen.mean)}`).join(" ") }),
      places.map(dot),
      Object.keys(here).map(flag),
    );
  }

  const inWords = (plan) => {
    const own = P.plans
      .differing(P.plans.start(P.data.scenarios[0].name), plan)
      .map((lever) => P.say("page.change", { name: lever.name, value: P.plans.value(lever, plan.levers[lever.key]) }));
    return own.length ? own.join(", ") : P.data.scenarios[0].title;
  };

  function scatter(places, best, here, width, level = "h2") {
    const rows = [...places]
      .sort((p, q) => q.atWomen.mean - p.atWomen.mean)
      .map((each) => [
        inWords(each.plan),
        N.grouped(each.atWomen.mean, 1) +
          P.say("page.range", { low: N.grouped(each.atWomen.low, 1), high: N.grouped(each.atWomen.high, 1) }),
        N.ranged("dollars", each.atCost),
        P.say(best.has(each) ? "page.yes" : "page.no"),
        P.button(P.say("page.money.use"), () => P.set({ b: each.plan }), {
          class: "plain",
          id: "use-" + P.codes.code(each.plan),
          "aria-label": P.say("page.money.use_plan", { plan: inWords(each.plan) }),
        }),
      ]);
    return P.charts.figure("frontier", {
      title: P.say("page.money.title", { what: P.data.outcomes.find((each) => each.name === outcome).label.toLowerCase() }),
      level,
      how: P.say("page.money.how", { plans: places.length, kept: best.size, zone: ZONE, runs: P.data.grid.runs }),
      svg: chart(places, best, here, width),
      head: ["plan", "women", "cost", "kept", "use"].map((name) => P.say("page.money.columns." + name)),
      rows,
    });
  }

  function dollar(letter, steps) {
    const signed = (value, digits) => (value > 0 ? "+" : "") + N.grouped(value, digits);
    const row = (step) => [
      P.say("page.money.step", {
        name: step.lever.name,
        from: P.plans.value(step.lever, step.own),
        to: P.plans.value(step.lever, step.to),
      }),
      P.say("page.money.interval", { number: signed(step.per, 2), half: N.grouped(step.half, 2) }),
      P.say("page.money.interval", { number: signed(step.women, 2), half: N.grouped(step.halfWomen, 2) }),
      N.one("dollars", step.cost),
    ];
    return P.make(
      "section",
      null,
      P.make("h3", null, P.badge(letter), " ", P.say("page.money.next", { letter: letter.toUpperCase() })),
      steps.length
        ? P.table(
            P.say("page.money.next_caption", { letter: letter.toUpperCase() }),
            ["step", "per", "women", "cost"].map((name) => P.say("page.money.next_columns." + name)),
            steps.map(row),
          )
        : P.make("p", null, P.say("page.money.no_next")),
    );
  }

  // What is drawn as soon as plan A has runs; plan B where it has runs too, with the same women.
  function figures(told, shown, width) {
    const places = shown.a.answer ? comparable(shown.a.plan) : [];
    if (places.length < 2) return null;
    const here = told ? { a: place(told.a), ...(told.same && { b: place(told.b) }) } : { a: place(shown.a.answer) };
    return { places, here, best: kept(places, here.a.atCost.mean), width };
  }

  function show(node, told, shown) {
    const found = figures(told, shown, Math.max(280, node.clientWidth));
    const chosen = P.make(
      "select",
      {
        id: "by",
        change: (event) => {
          outcome = event.target.value;
          show(node, told, shown);
          node.querySelector("#by").focus();
        },
      },
      CHOICE.map((name) => P.make("option", { value: name }, P.data.outcomes.find((each) => each.name === name).label)),
    );
    chosen.value = outcome;
    const choice = P.make("p", { class: "choice" }, P.make("label", { for: "by" }, P.say("page.money.by")), " ", chosen);
    if (!found) return node.replaceChildren(P.make("p", null, P.say("page.money.nothing")));
    const { places, here, best, width } = found;
    const own = places.find((each) => P.plans.key(each.plan) === P.plans.key(shown.a.plan));
    const sentence =
      P.say("page.money.answer", {
        budget: N.one("dollars", here.a.atCost.mean),
        kept: best.size,
        plans: places.filter((each) => each.atCost.mean <= here.a.atCost.mean * ALIKE).length,
      }) +
      " " +
      P.say(own ? (best.has(own) ? "page.money.in" : "page.money.out") : "page.money.not_run");
    node.replaceChildren(
      choice,
      P.make("p", { class: "sentence" }, sentence),
      scatter(places, best, here, width),
      P.make("h2", null, P.say("page.money.dollar")),
      P.make("p", { class: "quiet" }, P.say("page.money.dollar_how")),
      P.make(
        "div",
        { class: "two" },
        ["a", "b"].map((letter) => dollar(letter, next(comparable(shown[letter].plan), shown[letter].plan))),
      ),
    );
  }

  P.frontier = { show, figures, scatter };
})();
