"use strict";
// What stands in the watch view around its drawings: the bar of time, where two plans part, the panels of one plan, the
// legend and the numbers of the week. `here` is what is looked at, `act` what a reader can do.
(function () {
  const P = window.Pathways,
    W = P.weeks;
  const SPEEDS = [1, 2, 4, 8],
    LETTERS = ["A", "B"],
    MOST_NAMED = 4,
    NARROW = 520,
    MOST_RUNS = 500;

  const last = (here) => Math.max(...here.views.map((view) => view.weeks)) - 1;
  const women = (here) =>
    here.views.reduce((fewest, view) => (view.women.length < fewest.length ? view.women : fewest), here.views[0].women);

  const labelled = (words, field) => P.make("label", null, P.make("span", null, words), field);
  const option = (value, words, chosen) => P.make("option", { value, selected: chosen }, words);

  // The bar of time, and what else can be chosen.
  function bar(here, act) {
    const to = (event) => act.to(Number(event.target.value));
    const slider = P.make("input", { type: "range", min: 0, max: last(here), step: 1, value: here.week, input: to });
    const jump = P.make("input", { type: "number", min: 0, max: last(here), step: 1, value: here.week, change: to });
    const toggle = P.button("", () => (here.timer ? act.pause() : act.play()), { class: "play" });
    const speed = P.make(
      "select",
      { change: (event) => act.setSpeed(Number(event.target.value)) },
      SPEEDS.map((n) => option(n, P.say("watch.speed_of", { number: n }), n === here.speed)),
    );
    const show = P.make(
      "select",
      {
        change: (event) => act.setShow(event.target.value),
      },
      P.crowd.SHOWN.map((field) => option(field, P.say("watch.fields." + field), field === here.show)),
    );
    const who = P.make(
      "select",
      { class: "who", change: (event) => act.choose(event.target.value === "" ? null : Number(event.target.value)) },
      option("", P.say("watch.nobody_chosen"), here.woman === null),
      women(here).map((one, k) => option(k, one.name, k === here.woman)),
    );
    const run = P.make("input", {
      type: "number",
      min: 1,
      max: MOST_RUNS,
      step: 1,
      value: here.run,
      change: (event) => act.setRun(Math.max(1, Math.min(MOST_RUNS, Math.round(Number(event.target.value)) || 1))),
    });
    const step = (by, words) => P.button(words, () => act.to(here.week + by));
    const row = P.make(
      "div",
      { class: "watch-bar" },
      P.button(P.say("watch.first"), () => act.to(0)),
      step(-1, P.say("watch.back")),
      toggle,
      step(1, P.say("watch.forward")),
      labelled(P.say("watch.speed"), speed),
      labelled(P.say("watch.jump"), jump),
      labelled(P.say("watch.show"), show),
      labelled(P.say("watch.choose"), who),
      P.data.mode !== "file" && labelled(P.say("watch.run"), run),
    );
    return {
      node: P.make("div", { class: "watch-time" }, labelled(P.say("watch.week"), slider), row),
      slider,
      jump,
      toggle,
      who,
    };
  }

  // The first week in which two programs part, for whom and in what, and a way there.
  function parting(here, act) {
    if (here.views.length < 2) return null;
    if (!here.apart) return P.make("p", { class: "parting" }, P.say("watch.never_apart"));
    const names = Object.entries(here.apart.women),
      [a, b] = here.views;
    const told = names
      .slice(0, MOST_NAMED)
      .map(([name, fields]) => P.say("watch.part_of", { name, how: W.partInWords(a, b, fields) }));
    if (names.length > MOST_NAMED) told.push(P.say("watch.part_more", { number: names.length - MOST_NAMED }));
    const { week } = here.apart;
    return P.make(
      "div",
      { class: "parting" },
      P.make("p", null, P.make("b", null, P.say("watch.first_apart", { week, month: W.month(a, week) })), " ", told.join(" ")),
      P.button(
        P.say("watch.go_to", { week }),
        () => {
          act.to(week);
          if (here.woman === null) act.choose(Number(names[0][0].slice(1)) - 1);
        },
        { class: "to-parting" },
      ),
    );
  }

  // The panels of one plan.
  function side(here, act, view, k, room) {
    const wide = room / here.views.length >= NARROW;
    const panels = [
      P.crowd.pathway(view, wide, act.choose),
      P.crowd.team(view, act.choose),
      P.crowd.dropIn(view, act.choose),
      P.graph.community(view, act.choose),
    ];
    const titled = (name, panel, how) =>
      P.make(
        "section",
        { class: "panel " + name },
        P.make("h3", null, P.say("watch.panels." + name)),
        panel.node,
        how && P.make("p", { class: "quiet" }, how),
      );
    const node = P.make(
      "div",
      { class: "side side-" + LETTERS[k].toLowerCase() },
      P.make("h2", null, here.views.length > 1 && P.badge(LETTERS[k].toLowerCase()), " ", P.plans.title(here.plans[k])),
      titled("pathway", panels[0]),
      P.make(
        "div",
        { class: "three" },
        titled("team", panels[1]),
        titled("drop_in", panels[2]),
        titled("community", panels[3], P.say("watch.community_how")),
      ),
    );
    return {
      node,
      update: () => panels.forEach((panel) => panel.update(Math.min(here.week, view.weeks - 1), here.woman, here.show)),
    };
  }

  // This week's numbers as a table, one column for each plan.
  function numbers(here) {
    const now = (of) => here.views.map((view) => String(of(view, Math.min(here.week, view.weeks - 1))));
    const rows = here.views[0].names.phase.map((name, phase) => [name, ...now((view, week) => P.crowd.count(view, phase, week))]);
    const posts = Math.max(...here.views.map((view) => (view.team.in_post || []).length));
    for (let post = 0; post < posts; post += 1) {
      rows.push([
        P.say("watch.women_of", { number: post + 1 }),
        ...now((view, week) =>
          post < (view.team.in_post || []).length ? P.crowd.caseload(view, post, week).length : P.say("watch.none"),
        ),
      ]);
    }
    for (const name of Object.keys(here.views[0].log).filter((each) => P.data.sentences.watch.log[each])) {
      rows.push([P.say("watch.log." + name), ...now((view, week) => view.log[name][week])]);
    }
    return P.table(
      P.say("watch.numbers_of", { week: here.week }),
      [P.say("watch.what"), ...here.views.map((_, k) => LETTERS[k])],
      rows,
    );
  }

  // What the dots say.
  function legend(here) {
    const [view] = here.views;
    const dots = view.names[here.show].map((name, value) => {
      const key = P.crowd.dot(6, name);
      key.lastChild.setAttribute("r", (6 * (P.crowd.full(view, here.show, value) || 0)).toFixed(2));
      key.classList.toggle("unmet", here.show === "contact" && value === 3);
      return P.make("span", { class: "key" }, P.draw("svg", { viewBox: "-8 -8 16 16", "aria-hidden": "true" }, key), name);
    });
    const seat = P.crowd.dot(6, P.say("watch.seated"));
    seat.classList.add("seated");
    return [
      ...dots,
      P.make(
        "span",
        { class: "key" },
        P.draw("svg", { viewBox: "-8 -8 16 16", "aria-hidden": "true" }, seat),
        P.say("watch.seated"),
      ),
    ];
  }

  P.panels = { LETTERS, last, women, bar, parting, side, numbers, legend };
})();
