"use strict";
// Watch it: one program, or the same women under two plans, week by week; play, pause, step, jump, choose a participant.
(function () {
  const P = window.Pathways,
    W = P.weeks;
  const { LETTERS } = P.panels;
  const here = {
    week: 0,
    speed: 2,
    show: "contact",
    woman: null,
    run: 1,
    views: [],
    plans: [],
    apart: null,
    timer: null,
    asked: 0,
    problems: [],
    loading: false,
    said: null, // the week of the address
  };
  const loaded = new Map(); // watched programs by plan and run
  let place = null,
    plans = null,
    parts = null;

  // ---- which programs

  const shown = (a, b) => (P.plans.key(a) === P.plans.key(b) ? [a] : [a, b]);
  const inFile = (plan, run) =>
    (P.data.watch || []).find((watch) => P.plans.key(watch.plan) === P.plans.key(plan) && watch.replication === run);

  async function load(plan, run) {
    const name = P.plans.key(plan) + "|" + run;
    if (!loaded.has(name)) {
      const found =
        inFile(plan, run) ||
        (P.data.mode === "file"
          ? { problems: [P.say("watch.not_in_file", { plan: P.plans.title(plan) })] }
          : await P.post("watch", { plan, replication: run }));
      if (found.problems) return found;
      loaded.set(name, W.unfold(found));
    }
    return loaded.get(name);
  }

  // Fetches what is asked for and draws it; an older request that comes back later is let go.
  async function start() {
    const asked = (here.asked += 1);
    pause();
    here.plans = shown(plans.a, plans.b);
    Object.assign(here, { loading: true, problems: [], views: [] });
    draw();
    const found = await Promise.all(here.plans.map((plan) => load(plan, here.run)));
    if (asked !== here.asked) return;
    here.loading = false;
    here.problems = found.flatMap((each) => each.problems || []);
    here.views = here.problems.length ? [] : found;
    here.apart = here.views.length > 1 ? W.apart(...here.views) : null;
    here.week = Math.min(here.week, Math.max(0, last()));
    if (here.woman !== null && here.views.length && here.woman >= P.panels.women(here).length) here.woman = null;
    draw();
  }

  const last = () => P.panels.last(here);

  // ---- time

  function go(week) {
    here.week = Math.max(0, Math.min(last(), Math.round(week) || 0));
    if (here.week === last()) pause();
    update();
  }

  function play() {
    if (here.week >= last()) here.week = 0;
    here.timer = setInterval(() => (document.hidden ? pause() : go(here.week + 1)), 1000 / here.speed);
    update();
  }

  function pause() {
    clearInterval(here.timer);
    here.timer = null;
    if (parts) update();
  }

  // Goes to a week because a reader asked for it; the address keeps it.
  function to(week) {
    pause();
    go(week);
    keep();
  }

  function keep() {
    if (here.said === here.week) return;
    here.said = here.week;
    P.set({ week: here.week });
  }

  function setSpeed(speed) {
    here.speed = speed;
    if (here.timer) {
      clearInterval(here.timer);
      play();
    }
  }

  function setShow(field) {
    here.show = field;
    update();
  }

  function setRun(run) {
    here.run = run;
    start();
  }

  function choose(woman) {
    here.woman = woman;
    drawCard();
    update();
  }

  // ---- drawing

  function update() {
    if (!parts || !here.views.length) return;
    const playing = here.timer !== null,
      [view] = here.views;
    parts.controls.slider.value = parts.controls.jump.value = here.week;
    parts.controls.slider.setAttribute(
      "aria-valuetext",
      P.say("watch.week_is", { week: here.week, month: W.month(view, here.week) }),
    );
    parts.controls.toggle.textContent = P.say(playing ? "watch.pause" : "watch.play");
    parts.controls.who.value = here.woman === null ? "" : String(here.woman);
    parts.status.setAttribute("aria-live", playing ? "off" : "polite");
    const counts = here.views.map(
      (each, k) => (here.views.length > 1 ? LETTERS[k] + ": " : "") + P.crowd.counted(each, Math.min(here.week, each.weeks - 1)),
    );
    parts.status.textContent = P.say("watch.now", {
      week: here.week,
      last: last(),
      month: W.month(view, here.week),
      counts: counts.join(". "),
    });
    parts.legend.replaceChildren(...P.panels.legend(here));
    parts.sides.forEach((each) => each.update());
    parts.table.replaceChildren(P.panels.numbers(here));
    if (parts.card) parts.card.update(here.week);
  }

  function drawCard() {
    parts.card = here.woman === null ? null : P.woman.card(here.views, LETTERS, here.woman, to, place.clientWidth);
    parts.chosen.replaceChildren(...(parts.card ? [parts.card.node] : []));
  }

  // What can be watched where nothing is drawn yet: problems, a wait, or the programs that a file holds.
  function instead() {
    const held = here.problems.length ? P.data.watch || [] : [];
    const offers = held.map((watch) =>
      P.button(P.say("watch.watch_this", { plan: P.plans.title(watch.plan), run: watch.replication }), () => {
        here.run = watch.replication;
        P.set({ a: watch.plan, b: watch.plan });
      }),
    );
    return [
      P.make("p", { role: "status" }, here.loading ? P.say("watch.loading") : here.problems.join(" ")),
      P.make("div", { class: "watch-bar" }, offers),
    ];
  }

  function draw() {
    parts = null;
    if (!place) return;
    const ready = here.views.length && here.views.every((view) => view.weeks > 0);
    if (!ready)
      return void place.replaceChildren(
        P.make("div", { class: "watch" }, here.views.length ? P.make("p", null, P.say("watch.nobody_yet")) : instead()),
      );
    const sides = here.views.map((view, k) => P.panels.side(here, act, view, k, place.clientWidth || 1100)),
      built = {
        controls: P.panels.bar(here, act),
        sides,
        card: null,
        status: P.make("p", { class: "watch-now", role: "status" }),
        legend: P.make("p", { class: "keys" }),
        table: P.make("div", null),
        chosen: P.make("div", null),
      };
    place.replaceChildren(
      P.make(
        "div",
        { class: "watch" },
        built.controls.node,
        built.status,
        P.panels.parting(here, act),
        built.legend,
        P.make(
          "div",
          { class: "sides" },
          sides.map((each) => each.node),
        ),
        built.chosen,
        P.fold("watch-numbers", P.say("watch.table"), built.table),
      ),
    );
    parts = built;
    drawCard();
    update();
  }

  const act = { to, play, pause: () => (pause(), keep()), setSpeed, setShow, setRun, choose };

  // The page shows this view: plans that are new are fetched, a week of the address is gone to.
  function show(node, state) {
    place = node;
    const keys = (some) => some && shown(some.a, some.b).map(P.plans.key).join();
    const same = keys(plans) === keys(state);
    plans = { a: state.a, b: state.b };
    if (Number.isInteger(state.week) && state.week !== here.said) here.week = here.said = state.week;
    if (!same) start();
    else if (here.views.length && parts && place.contains(parts.status)) go(here.week);
    else draw();
  }

  P.watch = { show, here };
})();
