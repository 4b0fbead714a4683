"use strict";
// A plan as twelve letters and digits for a board, the same as sim/app/codes.py writes and reads.
(function () {
  const P = window.Pathways;
  const LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"; // Crockford's base 32
  const LENGTH = 10,
    GROUP = 4,
    CHECK = 1021;

  const steps = (lever) => Math.round((lever.high - lever.low) / lever.step) + 1;
  const at = (lever, place) => Number((lever.low + place * lever.step).toFixed(10));
  const place = (lever, value) => Math.max(0, Math.min(steps(lever) - 1, -Math.round((lever.low - value) / lever.step)));
  const signs = (number, length) => Array.from({ length }, (_, k) => LETTERS[Math.floor(number / 32 ** (length - 1 - k)) % 32]).join("");
  const number = (text) => [...text].reduce((sum, sign) => sum * 32 + LETTERS.indexOf(sign), 0);
  const checked = (value) => (value + P.data.salt) % CHECK;

  // Of a plan's scenario and levers; other numbers have no room in it.
  function code(plan) {
    let value = P.data.scenarios.findIndex((scenario) => scenario.name === plan.scenario);
    for (const lever of P.data.levers) value = value * steps(lever) + place(lever, plan.levers[lever.key]);
    return (signs(value, LENGTH) + signs(checked(value), 2)).match(new RegExp(`.{${GROUP}}`, "g")).join("-");
  }

  // The plan of a code, however it was typed; null where it is none.
  function plan(text) {
    const typed = text.slice(0, 40).toUpperCase().replace(/[- ]/g, "").replace(/O/g, "0").replace(/[IL]/g, "1");
    if (typed.length !== LENGTH + 2 || [...typed].some((sign) => !LETTERS.includes(sign))) return null;
    let value = number(typed.slice(0, LENGTH));
    if (checked(value) !== number(typed.slice(LENGTH))) return null;
    const levers = {};
    for (const lever of [...P.data.levers].reverse()) {
      levers[lever.key] = at(lever, value % steps(lever));
      value = Math.floor(value / steps(lever));
    }
    const scenario = P.data.scenarios[value];
    const inOrder = Object.fromEntries(P.data.levers.map((lever) => [lever.key, levers[lever.key]]));
    return scenario ? { scenario: scenario.name, levers: inOrder, other: {} } : null;
  }

  P.codes = { code, plan, at, place, steps };
})();
