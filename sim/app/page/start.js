"use strict";
// The page's state: two plans, their answers, the view and the week; it is read from the address, drawn, and written back.
(function () {
  const P = window.Pathways;
  const VIEWS = ["compare", "frontier", "watch", "lessons", "board", "keep"];
  const PAUSE = 350,
    QUIET = 900; // milliseconds of rest after which an address is a step to go back to, and a sentence is read out
  const by = (id) => document.getElementById(id);
  const links = {}; // to the parts of the page, by view
  const ours = []; // addresses that we wrote and have not yet heard of
  let settle = 0,
    speak = 0,
    drawing = false,
    wrong = [],
    noticed = "";

  function first() {
    const names = P.data.scenarios.map((scenario) => scenario.name);
    const b = ["one_more_case_manager", ...names].find((name) => names.includes(name));
    return { a: P.plans.start(names[0]), b: P.plans.start(b) };
  }

  const views = () =>
    VIEWS.filter(
      (view) => view === "compare" || view === "keep" || (P[view] && P[view].show && (view !== "board" || P.data.mode !== "app")),
    );

  // Changes the state (plans a and b, week, view); the address follows when the reader rests.
  P.set = function (change) {
    Object.assign(P.state, change);
    wrong = [];
    clearTimeout(settle);
    settle = setTimeout(write, "view" in change ? 0 : PAUSE);
    changed();
  };

  function write() {
    const said = "#" + P.plans.fragment(P.state);
    if (location.hash === said) return;
    ours.push(said);
    location.hash = said;
  }

  // The address changed: by a reader, by back and forward, or by ourselves, which says nothing new.
  function read(event) {
    const own = event ? ours.indexOf(new URL(event.newURL).hash) : -1;
    if (own >= 0) return ours.splice(0, own + 1);
    clearTimeout(settle);
    const { found, wrong: left } = P.plans.read(location.hash, views());
    Object.assign(P.state, P.data.first, { week: null, view: "compare" }, found);
    wrong = left;
    changed();
  }

  function changed() {
    P.emit("changed", P.state);
    P.asking.want([P.state.a, P.state.b]);
    if (!drawing) requestAnimationFrame(draw);
    drawing = true;
  }

  // What is to be told of both plans now; null while one of them has no runs.
  function told() {
    const shown = { a: P.asking.at(P.state.a), b: P.asking.at(P.state.b) };
    const ready = shown.a.answer && shown.b.answer;
    return { shown, told: ready ? P.together(shown.a.answer, shown.b.answer, { a: shown.a.plan, b: shown.b.plan }) : null };
  }

  function draw() {
    drawing = false;
    const focused = document.activeElement.id;
    const { shown, told: both } = told();
    P.state.answers = Object.fromEntries(
      ["a", "b"].filter((letter) => shown[letter].answer).map((letter) => [P.codes.code(P.state[letter]), shown[letter].answer]),
    );
    tabs();
    P.boxes.update(P.state);
    notices(shown);
    by("results").classList.toggle("stale", !both);
    by("results").setAttribute("aria-busy", String(!both));
    if (both) say(both);
    const view = P.state.view;
    if (view === "compare") {
      if (both) P.cards.show(by("results"), both, shown);
    } else if (view === "frontier" || view === "keep") P[view].show(by(view), both, shown);
    else P[view].show(by(view), P.state);
    if (focused && by(focused) && document.activeElement === document.body) by(focused).focus({ preventScroll: true });
  }

  // The parts of the page, as addresses that lead there; a press also brings the reader to the top of the part.
  function tabs() {
    const top = (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      scrollTo(0, 0);
      by("main").focus({ preventScroll: true });
    };
    const link = (view) => (links[view] = P.make("a", { click: top }, P.say("page.view." + view)));
    if (!by("views").children.length) by("views").append(...views().map(link));
    for (const view of VIEWS) {
      const here = view === P.state.view,
        tab = links[view];
      by("view-" + view).hidden = !here;
      if (!tab) continue;
      tab.href = "#" + P.plans.fragment({ ...P.state, view });
      if (here) tab.setAttribute("aria-current", "page");
      else tab.removeAttribute("aria-current");
    }
  }

  function notices(shown) {
    const lines = ["a", "b"].flatMap((letter) => P.cards.notices(letter, P.state[letter], shown[letter]));
    if (P.data.grid.stale) lines.push(P.data.grid.stale);
    if (wrong.length) lines.push(P.say("page.wrong_address", { parts: wrong.join(", ") }));
    const said = lines.join("\n");
    if (said === noticed) return;
    noticed = said;
    by("notices").replaceChildren(...lines.map((line) => P.make("p", { class: "notice" }, line)));
  }

  // The answer, for the eye at once and for the ear when it has come to rest.
  function say(both) {
    const sentences = P.together.answer(both),
      asked = Math.min(P.asking.most(both.a), P.asking.most(both.b));
    by("answer").replaceChildren(...sentences.flatMap((sentence, k) => [P.make(k ? "span" : "strong", null, sentence), " "]));
    by("basis").textContent = P.say(!both.same ? "page.runs_apart" : both.runs < asked ? "page.runs_growing" : "page.runs", {
      runs: both.runs,
      asked,
    });
    clearTimeout(speak);
    speak = setTimeout(() => (by("live").textContent = sentences.join(" ") + " " + by("basis").textContent), QUIET);
  }

  function begin() {
    P.data.first = first();
    P.state = { ...P.data.first, answers: {}, week: null, view: "compare" };
    P.boxes.show(by("levers"));
    by("made").textContent = P.say("page.made", P.data);
    by("skip").addEventListener("click", () => by(P.state.view === "compare" ? "results" : "main").focus());
    P.on("answered", () => {
      if (!drawing) requestAnimationFrame(draw);
      drawing = true;
    });
    window.addEventListener("hashchange", read);
    let width = innerWidth;
    window.addEventListener("resize", () => {
      if (width !== innerWidth) {
        width = innerWidth;
        changed();
      }
    });
    if (location.hash.length > 1) read();
    changed();
  }

  begin();
})();
