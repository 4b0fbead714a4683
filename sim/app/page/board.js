"use strict";
// The class board: plan codes, and nothing else, collected on one picture of what is reached against what it costs. In a
// file codes are typed or pasted; in a classroom the facilitator's laptop collects them.
(function () {
  const P = window.Pathways,
    N = P.numbers;
  const { picture, withUnit } = P.boardPicture;
  const MOST = 60,
    EVERY = 4000,
    SOON = 700; // codes; milliseconds between looks at the classroom's board, and at an answer
  const SHOWN = ["completed", "stably_housed_39", "training_or_work_39", "any_income_39", "exited_39"];
  const here = { codes: [], outcome: SHOWN[0], refused: [] };
  const answered = new Map(); // answers that a server gave, by code
  const asked = new Set();
  let place = null,
    parts = null,
    timer = null;

  // ---- the list

  // Takes every plan code out of a text; what is none is told.
  function take(text) {
    const words = text.split(/[\s,;]+/).filter(Boolean);
    here.refused = [];
    for (const word of words) {
      const plan = P.codes.plan(word),
        code = plan && P.codes.code(plan);
      if (!plan) here.refused.push(word.slice(0, 20));
      else if (!here.codes.includes(code) && here.codes.length < MOST) add(code);
    }
    draw();
  }

  async function add(code) {
    here.codes.push(code);
    if (P.data.mode !== "classroom") return;
    const found = await P.post("board", { code });
    if (found.problems) here.refused.push(...found.problems);
    else merge(found.codes);
  }

  function merge(codes) {
    const fresh = (codes || []).filter((code) => typeof code === "string" && P.codes.plan(code) && !here.codes.includes(code));
    here.codes.push(...fresh.slice(0, MOST - here.codes.length));
    draw();
  }

  async function look() {
    if (!place || place.closest("[hidden]") || document.hidden) return;
    try {
      const response = await fetch("board");
      if (response.ok) merge((await response.json()).codes);
    } catch {
      here.refused = [P.say("page.no_server")];
      draw();
    }
  }

  function drop(code) {
    here.codes = here.codes.filter((each) => each !== code);
    draw();
  }

  // ---- answers

  // The answer of a plan: from the plans that were run, or from the server in its turn; null where there is none.
  function answerOf(code) {
    const plan = P.codes.plan(code),
      own = P.asking.answer(plan) || answered.get(code);
    if (!own && P.data.mode !== "file" && !asked.has(code)) ask(code, plan);
    return own || null;
  }

  async function ask(code, plan) {
    asked.add(code);
    for (;;) {
      const found = await P.post("answer", { plan, have: 0 });
      if (found.problems) return void ((here.refused = found.problems), draw());
      if (found.runs > 0 && found.values) {
        const every = Object.entries(found.values).map(([name, values]) => [name, P.asking.numbers(values)]);
        answered.set(code, { ...found, values: Object.fromEntries(every) });
        return void draw();
      }
      await new Promise((ready) => setTimeout(ready, SOON));
    }
  }

  const spread = (answer, name) => N.spread(answer.values[name]);
  const about = (name) => P.data.outcomes.find((outcome) => outcome.name === name);

  // What stands on the board: number, code, plan, cost and outcome; those without runs have neither.
  function entries() {
    return here.codes.map((code, k) => {
      const answer = answerOf(code);
      return {
        number: k + 1,
        code,
        plan: P.codes.plan(code),
        cost: answer && spread(answer, "cost_a_year"),
        reached: answer && spread(answer, here.outcome),
      };
    });
  }

  // ---- what stands there

  function row(one) {
    const use = (letter) =>
      P.button(P.say("lessons.board.use", { letter: letter.toUpperCase() }), () => P.set({ [letter]: one.plan }), {
        class: "small",
        "aria-label": P.say("lessons.board.use_of", { letter: letter.toUpperCase(), code: one.code }),
      });
    const gone = P.button(P.say("lessons.board.drop"), () => drop(one.code), {
      class: "small",
      "aria-label": P.say("lessons.board.drop_of", { code: one.code }),
    });
    const none = P.say(P.data.mode === "file" ? "lessons.board.outside" : "lessons.board.coming");
    return [
      String(one.number),
      P.make("code", null, one.code),
      P.plans.title(one.plan),
      one.reached ? withUnit(about(here.outcome).kind, one.reached) : none,
      one.cost ? withUnit("dollars", one.cost) : none,
      P.make("span", { class: "uses" }, use("a"), use("b"), P.data.mode !== "classroom" && gone),
    ];
  }

  function draw() {
    if (!parts || !place.contains(parts.list)) return;
    const all = entries(),
      points = all.filter((one) => one.cost && one.cost.n && one.reached.n),
      outside = all.length - points.length;
    const lines = [
      here.codes.length
        ? P.say("lessons.board.number", { number: all.length, drawn: points.length })
        : P.say("lessons.board.empty"),
    ];
    if (outside && P.data.mode === "file") lines.push(P.say("lessons.board.not_run", { number: outside }));
    if (here.refused.length) lines.push(P.say("lessons.board.refused", { words: here.refused.join(", ") }));
    parts.said.replaceChildren(...lines.map((line) => P.make("span", null, line, " ")));
    parts.picture.replaceChildren(...(points.length ? [picture(points, about(here.outcome), parts.picture.clientWidth)] : []));
    parts.list.replaceChildren(
      ...(all.length
        ? [
            P.table(
              P.say("lessons.board.table"),
              ["number", "code", "plan"]
                .map((name) => P.say("lessons.board.columns." + name))
                .concat([about(here.outcome).label, about("cost_a_year").label, P.say("lessons.board.columns.uses")]),
              all.map(row),
            ),
          ]
        : []),
    );
  }

  function build() {
    const box = P.make("textarea", { rows: 3, maxlength: 2000, spellcheck: "false", autocomplete: "off" });
    const put = P.button(P.say("lessons.board.put"), () => {
      take(box.value);
      box.value = here.refused.join("\n");
    });
    const own = ["a", "b"].map((letter) =>
      P.button(P.say("lessons.board.put_plan", { letter: letter.toUpperCase() }), () => putPlan(letter)),
    );
    const choice = P.make(
      "select",
      {
        change: (event) => {
          here.outcome = event.target.value;
          draw();
        },
      },
      SHOWN.filter(about).map((name) => P.make("option", { value: name, selected: name === here.outcome }, about(name).label)),
    );
    parts = {
      said: P.make("p", { role: "status" }),
      picture: P.make("div", { class: "board-picture" }),
      list: P.make("div", null),
    };
    const join = P.data.join
      ? P.make(
          "p",
          { class: "join" },
          P.say("lessons.board.join", { url: P.data.join.url }),
          P.make("img", { src: P.data.join.qr, alt: P.say("lessons.board.qr") }),
        )
      : null;
    place.replaceChildren(
      P.make(
        "div",
        { class: "watch board" },
        P.make("p", null, P.say("lessons.board.how")),
        join,
        P.make("label", { class: "block" }, P.make("span", null, P.say("lessons.board.codes")), box),
        P.make(
          "div",
          { class: "watch-bar" },
          put,
          own,
          P.make("label", null, P.make("span", null, P.say("lessons.board.outcome")), choice),
        ),
        parts.said,
        parts.picture,
        P.make("p", { class: "quiet" }, P.say("lessons.board.reading")),
        parts.list,
      ),
    );
  }

  function putPlan(letter) {
    const plan = P.state[letter];
    if (Object.keys(plan.other).length) {
      here.refused = [P.say("lessons.board.other", { letter: letter.toUpperCase() })];
      draw();
    } else take(P.codes.code(plan));
  }

  function show(node) {
    place = node;
    if (!parts || !node.contains(parts.list)) build();
    if (P.data.mode === "classroom" && !timer) {
      timer = setInterval(look, EVERY);
      look();
    }
    draw();
  }

  P.board = { show };
})();
