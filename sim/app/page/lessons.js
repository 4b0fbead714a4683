"use strict";
// Lessons for a classroom: a question, a prediction, what the runs showed, something to look for, something to talk about.
// No answer is written here: all come from plans that were run.
(function () {
  const P = window.Pathways,
    N = P.numbers;
  const MANAGERS = "staffing.case_managers",
    DROP_IN = "drop_in.sessions_per_week",
    INTAKE = "cohort.women_a_year";
  const FEW = 16,
    MANY = 30; // women referred a year, as delivered and as planned
  const HALF = 2,
    A_YEAR = 52;
  let place = null,
    charts = [],
    shown = "team";

  const withLevers = (levers) =>
    Object.entries(levers).reduce(
      (plan, [key, value]) => P.plans.withLever(plan, key, value),
      P.plans.start(P.data.scenarios[0].name),
    );
  const answers = (many) => {
    const found = many.map((levers) => P.asking.answer(withLevers(levers)));
    return found.every(Boolean) ? found : null;
  };
  const women = (answer) => N.spread(answer.values.completed.map((share, run) => share * answer.values.women_referred[run]));
  const levels = (key) => (P.data.grid.levels || {})[key] || [];
  const nice = (value, step) => step * Math.max(1, Math.ceil((1.15 * value) / step));
  const exact = (value) => ({ mean: value, low: value, high: value, n: 1 });

  // A chart of one outcome over the levels of one lever, the others as delivered but for `beside`.
  function overLevels(name, key, beside, kind, value, top) {
    const found = levels(key).length > 1 && answers(levels(key).map((level) => ({ ...beside, [key]: level })));
    if (!found) return null;
    const spreads = found.map(value),
      least = Math.max(...spreads.map((s) => s.high)) * (kind === "share" ? 100 : 1);
    return P.guess.chart({
      name,
      title: P.say(`lessons.${name}.chart`),
      axis: P.say(`lessons.${name}.axis`),
      kind,
      top: top || nice(least, 10),
      labels: levels(key).map((level) => P.say(`lessons.${name}.point`, { value: N.plain(level) })),
      reveal: () => spreads,
    });
  }

  function needsChart() {
    const found = answers([{ [MANAGERS]: 1, [INTAKE]: MANY }]);
    if (!found) return null;
    const spreads = P.data.needs.map((need) => N.spread(found[0].needs[need].weeks_waited));
    return P.guess.chart({
      name: "who",
      title: P.say("lessons.who.chart"),
      axis: P.say("lessons.who.axis"),
      kind: "weeks",
      top: nice(Math.max(...spreads.map((s) => s.high)), 5),
      labels: P.data.needs.map((need) => P.say("page.needs." + need.replace(" ", "_"))),
      reveal: () => spreads,
    });
  }

  // In how many pairs more women complete with a second case manager: the same women under both, or other women.
  function pairsChart() {
    const found = answers([
      { [MANAGERS]: 1, [INTAKE]: MANY },
      { [MANAGERS]: 2, [INTAKE]: MANY },
    ]);
    if (!found) return null;
    const [a, b] = found.map((answer) => Array.from(answer.values.completed));
    const turned = Math.floor(b.length / HALF),
      others = b.map((_, run) => b[(run + turned) % b.length]);
    const share = (one, other) =>
      one.reduce((sum, value, run) => sum + (other[run] > value ? 1 : other[run] === value ? 0.5 : 0), 0) / one.length;
    const truth = [exact(share(a, b)), exact(share(a, others))];
    return P.guess.chart({
      name: "luck",
      title: P.say("lessons.luck.chart"),
      axis: P.say("lessons.luck.axis"),
      kind: "share",
      top: 100,
      labels: [P.say("lessons.luck.same"), P.say("lessons.luck.others")],
      reveal: () => truth,
    });
  }

  // Questions to be sorted into those that the model can answer and those that nobody may ask of it.
  function cannot() {
    const questions = Object.entries(P.data.sentences.lessons.limits.questions),
      said = P.make("ul", { class: "told", role: "status" });
    const choice = (name, value, words) =>
      P.make("label", null, P.make("input", { type: "radio", name: "limit-" + name, value }), words);
    const rows = questions.map(([name, words]) =>
      P.make(
        "fieldset",
        null,
        P.make("legend", null, words),
        choice(name, "can", P.say("lessons.limits.can")),
        choice(name, "cannot", P.say("lessons.limits.cannot")),
      ),
    );
    const form = P.make("div", { class: "limits" }, rows);
    const reveal = () =>
      said.replaceChildren(
        ...questions.map(([name, words]) => {
          const picked = form.querySelector(`input[name="limit-${name}"]:checked`),
            right = P.say("lessons.limits.answers." + name);
          return P.make(
            "li",
            null,
            P.make("b", null, words),
            " ",
            picked ? P.say("lessons.limits.you_said", { said: P.say("lessons.limits." + picked.value) }) : "",
            " ",
            right,
          );
        }),
      );
    const held = P.make(
      "ul",
      null,
      P.data.cannot.map((line) => P.make("li", null, line)),
    );
    return P.make(
      "div",
      null,
      form,
      P.make("p", null, P.button(P.say("lessons.reveal"), reveal, { class: "reveal" })),
      said,
      P.make("h3", null, P.say("lessons.limits.held")),
      held,
    );
  }

  const LESSONS = {
    team: () => [
      overLevels("team", MANAGERS, { [INTAKE]: FEW }, "women", women),
      overLevels("team_many", MANAGERS, { [INTAKE]: MANY }, "women", women),
    ],
    who: () => [needsChart()],
    drop_in: () => [overLevels("drop_in", DROP_IN, {}, "share", (answer) => N.spread(answer.values.completed), 100)],
    luck: () => [pairsChart()],
    limits: () => [{ node: cannot(), draw: () => null }],
  };

  function lesson(name) {
    const say = (part) =>
      P.say(`lessons.${name}.${part}`, { years: N.plain(Math.round((10 * P.data.weeks_referred) / A_YEAR) / 10) });
    charts = LESSONS[name]();
    const there = charts.filter(Boolean),
      runs = P.data.grid.runs;
    if (there.length < charts.length)
      there.push({ node: P.make("p", { class: "notice" }, P.say("lessons.not_run")), draw: () => null });
    charts = there;
    return P.make(
      "article",
      { class: "lesson", id: "lesson-" + name },
      P.make("h2", null, say("title")),
      P.make("p", { class: "question" }, say("question")),
      there.map((each) => each.node),
      name !== "limits" && P.make("p", { class: "quiet" }, P.say("lessons.basis", { runs })),
      P.make("h3", null, P.say("lessons.look")),
      P.make("p", null, say("look")),
      P.make("h3", null, P.say("lessons.talk")),
      P.make("p", null, say("talk")),
    );
  }

  function open(name) {
    shown = name;
    const links = Object.keys(LESSONS).map((each, k) =>
      P.button(
        P.say("lessons.number", { number: k + 1, title: P.say(`lessons.${each}.title`) }),
        () => {
          open(each);
          place.querySelector("h2").focus();
        },
        { "aria-pressed": String(each === name) },
      ),
    );
    place.replaceChildren(
      P.make(
        "div",
        { class: "watch lessons" },
        P.make("p", null, P.say("lessons.how")),
        P.make("div", { class: "watch-bar", role: "group", "aria-label": P.say("lessons.all") }, links),
        lesson(name),
      ),
    );
    place.querySelector("h2").tabIndex = -1;
    charts.forEach((each) => each.draw());
  }

  // The page shows the lessons: what was guessed stays when it draws again.
  function show(node) {
    if (place === node && node.firstChild) return void charts.forEach((each) => each.draw());
    place = node;
    open(shown);
  }

  P.lessons = { show, open };
})();
