"use strict";
// The two plans, lever by lever, A beside B: the value and its unit, the range, and what it rests on.
(function () {
  const P = window.Pathways;
  const GROUPS = [
    ["offer", /^program\./],
    ["team", /^staffing\./],
    ["work", /^(drop_in|linking)\./],
    ["around", /^(community|cohort)\./],
    ["ingredients", /^ingredients\./],
  ];
  const LETTERS = ["a", "b"];
  let inputs = [],
    heads = [];

  const isFile = () => P.data.mode === "file";
  const levels = (lever) => P.data.grid.levels[lever.key];
  const isSwitch = (lever) => lever.high - lever.low === lever.step;
  const set = (letter, plan) => P.set({ [letter]: plan });

  // A badge with the plan's letter; its shape says which it is without colour.
  P.badge = (letter) => P.make("span", { class: "badge " + letter, "aria-hidden": "true" }, letter.toUpperCase());

  // One lever of one plan: a slider (or a box to tick) with its value beside it.
  function control(lever, letter) {
    const id = `${letter}-${lever.key.replace(/\W/g, "-")}`,
      steps = isFile() ? levels(lever) : null;
    const read = (input) => (isSwitch(lever) ? Number(input.checked) : steps ? steps[Number(input.value)] : Number(input.value));
    const changed = (event) => set(letter, P.plans.withLever(P.state[letter], lever.key, read(event.target)));
    const range = steps ? { min: 0, max: steps.length - 1, step: 1 } : { min: lever.low, max: lever.high, step: lever.step };
    const locked = isFile() && !steps;
    const input = P.make("input", {
      id,
      class: letter,
      type: isSwitch(lever) ? "checkbox" : "range",
      ...(isSwitch(lever) ? {} : range),
      disabled: locked,
      input: changed,
      "aria-label": P.say("page.lever_in", { name: lever.name, letter: letter.toUpperCase() }),
    });
    const output = P.make("output", { for: id });
    const update = (state) => {
      const value = state[letter].levers[lever.key],
        said = P.plans.value(lever, value);
      if (isSwitch(lever)) input.checked = Boolean(value);
      else input.value = steps ? Math.max(0, steps.indexOf(value)) : value;
      input.setAttribute("aria-valuetext", said + " " + lever.unit);
      output.textContent = said;
      output.classList.toggle("changed", value !== P.plans.start(state[letter].scenario).levers[lever.key]);
    };
    inputs.push(update);
    return P.make(
      "div",
      { class: "control" + (locked ? " locked" : "") },
      P.make("span", { class: "letter " + letter, "aria-hidden": "true" }, letter.toUpperCase()),
      input,
      output,
    );
  }

  // What a lever may be, with its unit; in a file, at what it was run.
  function allowed(lever) {
    if (isFile())
      return levels(lever)
        ? P.say("page.levels", { levels: levels(lever).map(P.numbers.plain).join(", "), unit: lever.unit })
        : P.say("page.as_run", { unit: lever.unit });
    return isSwitch(lever)
      ? lever.unit
      : P.say("page.allowed", { low: P.numbers.plain(lever.low), high: P.numbers.plain(lever.high), unit: lever.unit });
  }

  function row(lever) {
    const basis = lever.range
      ? P.say("page.basis_range", { evidence: lever.evidence, low: lever.range[0], high: lever.range[1] })
      : P.say("page.basis", { evidence: lever.evidence });
    const id = "lever-" + lever.key.replace(/\W/g, "-");
    return P.make(
      "div",
      { class: "lever", role: "group", "aria-labelledby": id },
      P.make(
        "p",
        { class: "named" },
        P.make("span", { class: "name", id }, lever.name),
        " ",
        P.make("span", { class: "quiet" }, `${allowed(lever)} · ${basis}`),
      ),
      P.make(
        "div",
        { class: "pair" },
        LETTERS.map((letter) => control(lever, letter)),
      ),
    );
  }

  // Where a plan starts from, and how far it has gone from there.
  function head(letter) {
    const id = "starts-" + letter,
      note = P.make("p", { class: "quiet" });
    const choose = (event) => set(letter, P.plans.start(event.target.value));
    const chosen = P.make(
      "select",
      { id, change: choose },
      P.data.scenarios.map((each) => P.make("option", { value: each.name }, each.title)),
    );
    const beside = P.make("p", { class: "quiet" });
    const back = P.button("", () => set(letter, P.plans.start(P.state[letter].scenario)), { class: "plain" });
    heads.push((state) => {
      const plan = state[letter],
        changes = P.plans.changes(plan).length;
      chosen.value = plan.scenario;
      note.textContent = P.plans.about(plan).sentence;
      const own = Object.entries(plan.other).map(([name, value]) => P.say("page.change", { name, value }));
      beside.hidden = !own.length;
      beside.textContent = P.say("page.other", { numbers: own.join(", ") });
      back.hidden = !changes;
      back.textContent = P.say(changes === 1 ? "page.one_changed" : "page.changed", { number: changes }) + " · " + P.say("page.as_it_is");
    });
    return P.make(
      "div",
      { class: "start " + letter },
      P.make("label", { for: id }, P.badge(letter), " ", P.say("page.starts", { letter: letter.toUpperCase() })),
      chosen,
      note,
      beside,
      back,
    );
  }

  function tools() {
    const { a, b } = P.data.first;
    return P.make(
      "div",
      { class: "tools" },
      P.button(P.say("page.undo"), () => history.back(), { class: "plain" }),
      P.button(P.say("page.redo"), () => history.forward(), { class: "plain" }),
      P.button(P.say("page.swap"), () => P.set({ a: P.state.b, b: P.state.a }), { class: "plain" }),
      P.button(P.say("page.copy"), () => set("b", P.state.a), { class: "plain" }),
      P.button(P.say("page.again"), () => P.set({ a, b }), { class: "plain" }),
    );
  }

  function about() {
    const columns = ["lever", "meaning", "allowed", "evidence", "source"].map((name) => P.say("page.about_columns." + name));
    const rows = P.data.levers.map((lever) => [
      lever.name,
      lever.meaning,
      allowed(lever),
      lever.evidence,
      lever.source || P.say("page.none"),
    ]);
    return P.fold("levers", P.say("page.about"), P.table(P.say("page.about"), columns, rows));
  }

  function show(node) {
    inputs = [];
    heads = [];
    const groups = GROUPS.map(([name, keys]) =>
      P.make(
        "div",
        { class: "group" },
        name !== "offer" && P.make("h3", null, P.say("page.groups." + name)),
        P.data.levers.filter((lever) => keys.test(lever.key)).map(row),
      ),
    );
    node.replaceChildren(P.make("div", { class: "starts" }, LETTERS.map(head)), tools(), ...groups, about());
  }

  P.boxes = { show, update: (state) => [...heads, ...inputs].forEach((write) => write(state)) };
})();
