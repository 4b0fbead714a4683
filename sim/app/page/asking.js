"use strict";
// Where answers come from: the plans that were run before, at once; else the server, which adds runs while one reads.
// In a file there is no server: the nearest plan that was run stands in, and is said to. Nothing is ever interpolated.
(function () {
  const P = window.Pathways;
  const SOON = 400; // milliseconds until the same is asked again when nothing was new
  const known = new Map(); // by the key of a plan: its answer, decoded
  const state = new Map(); // by the key of a plan: place in the queue, problems, whether it is being asked
  let wanted = new Set();
  let grid = null;

  // Numbers of runs: base64 of little-endian float32, or a list with null where there is none.
  function numbers(values) {
    if (typeof values !== "string") return Float32Array.from(values, (value) => (value === null ? NaN : value));
    const bytes = Uint8Array.from(atob(values), (letter) => letter.charCodeAt(0));
    return new Float32Array(bytes.buffer);
  }

  function decoded(answer) {
    const every = (table) => Object.fromEntries(Object.entries(table).map(([name, values]) => [name, numbers(values)]));
    const needs = Object.entries(answer.needs).map(([need, table]) => [need, every(table)]);
    return { ...answer, values: every(answer.values), needs: Object.fromEntries(needs) };
  }

  function gridPlans() {
    if (!grid) grid = new Map(P.data.grid.plans.map((answer) => [P.plans.key(answer.plan), answer]));
    return grid;
  }

  // The answer of a plan that was run, or null.
  function answer(plan) {
    const key = P.plans.key(plan);
    if (!known.has(key) && gridPlans().has(key)) known.set(key, decoded(gridPlans().get(key)));
    return known.get(key) || null;
  }

  // How far two plans lie apart: levers that differ first, then by how many of their levels.
  function apart(one, other) {
    const differing = P.plans.differing(one, other);
    const far = differing.map((lever) => Math.abs(one.levers[lever.key] - other.levers[lever.key]) / (lever.high - lever.low));
    const hidden = P.plans.key({ ...one, levers: other.levers }) === P.plans.key(other) ? 0 : 1;
    return differing.length + hidden + far.reduce((sum, part) => sum + part, 0);
  }

  // The plan that was run and lies nearest to this one.
  function nearest(plan) {
    const plans = [...gridPlans().values()].map((each) => each.plan);
    return plans.reduce((best, each) => (apart(plan, each) < apart(plan, best) ? each : best));
  }

  // What there is to show of a plan now: its answer, the plan it belongs to, whether that is the plan itself, and why not.
  function at(plan) {
    const own = answer(plan),
      asked = state.get(P.plans.key(plan)) || {};
    if (own || P.data.mode !== "file" || !gridPlans().size)
      return { answer: own, plan, exact: true, place: asked.place || 0, problems: asked.problems || [] };
    const instead = nearest(plan);
    return { answer: answer(instead), plan: instead, exact: false, place: 0, problems: [] };
  }

  // How many runs a plan will have: those of the grid grow only where the server is one reader's own.
  const most = (own) => (!own.grid ? own.asked : P.data.mode === "app" ? P.data.asked : own.runs);
  const finished = (own) => own && own.runs >= most(own);

  // Asks for these plans, and no longer for others.
  function want(plans) {
    if (P.data.mode === "file") return;
    wanted = new Set(plans.map(P.plans.key));
    for (const plan of plans) {
      const key = P.plans.key(plan),
        asked = state.get(key);
      if (!finished(answer(plan)) && !(asked && asked.asking)) ask(plan, key);
    }
  }

  async function ask(plan, key) {
    const told = { asking: true, place: 0, problems: [] };
    state.set(key, told);
    while (wanted.has(key) && !finished(known.get(key)) && !told.problems.length) {
      const have = known.has(key) ? known.get(key).runs : 0;
      const found = await P.post("answer", { plan, have });
      if (found.problems) told.problems = found.problems;
      else if (found.runs > have) known.set(key, decoded(found));
      else await new Promise((ready) => setTimeout(ready, SOON));
      const place = found.place || 0;
      if (found.problems || found.runs > have || place !== told.place) {
        told.place = place;
        P.emit("answered", plan);
      }
    }
    told.asking = false;
  }

  // What the server says to this, or problems in one line each.
  P.post = async function (where, body) {
    const text = typeof body === "string" ? body : JSON.stringify(body);
    const kind = typeof body === "string" ? "text/csv" : "application/json";
    try {
      const response = await fetch(where, { method: "POST", body: text, headers: { "Content-Type": kind } });
      const found = await response.json();
      return response.ok || found.problems ? found : { problems: [P.say("page.no_server")] };
    } catch {
      return { problems: [P.say("page.no_server")] };
    }
  };

  P.asking = { at, want, most, answer, gridPlans, numbers };
})();
