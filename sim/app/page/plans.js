"use strict";
// Plans: what differs between two of them, which is which, and both in the page's address, where back undoes.
(function () {
  const P = window.Pathways;
  const NUMBER = /^-?\d{1,9}(\.\d{1,6})?$/;
  const KEY = /^[a-z_]+(\.[a-z_]+){1,2}$/;
  const MOST_OTHER = 100;

  const start = (name) => structuredClone(P.data.scenarios.find((scenario) => scenario.name === name).plan);
  const about = (plan) => P.data.scenarios.find((scenario) => scenario.name === plan.scenario);
  const lever = (key) => P.data.levers.find((each) => each.key === key);
  const byName = (other) => Object.entries(other).sort(([x], [y]) => (x < y ? -1 : 1));

  // Two plans of one key are the same program, whatever scenario they started from.
  function key(plan) {
    const hidden = Object.keys(about(plan).settings).length ? plan.scenario : "";
    return [hidden, ...P.data.levers.map((each) => plan.levers[each.key]), JSON.stringify(byName(plan.other))].join("|");
  }

  // The levers in which two plans differ.
  const differing = (one, other) => P.data.levers.filter((each) => one.levers[each.key] !== other.levers[each.key]);
  // The plan with a lever moved; a number of its own between two steps of the lever is gone with that.
  function withLever(plan, name, value) {
    const { [lever(name).sets]: between, ...other } = plan.other;
    return { ...plan, levers: { ...plan.levers, [name]: value }, other };
  }

  // A lever's value as it is read: yes or no, or a number.
  const value = (each, number) => (each.high - each.low === each.step ? P.say(number ? "page.yes" : "page.no") : P.numbers.plain(number));
  const small = (name) => name[0].toLowerCase() + name.slice(1);
  // `case managers 2` for each value that is not the scenario's own.
  function changes(plan) {
    const from = start(plan.scenario);
    const own = differing(from, plan).map((each) =>
      P.say("page.change", { name: small(each.name), value: value(each, plan.levers[each.key]) }),
    );
    return [...own, ...byName(plan.other).map(([name, number]) => P.say("page.change", { name, value: number }))];
  }
  // The scenario's title, and what is changed in it.
  function title(plan) {
    const own = changes(plan);
    return own.length ? P.say("page.with_changes", { title: about(plan).title, changes: own.join(", ") }) : about(plan).title;
  }

  // ---- the address

  // The part of the address that says everything: both plans, the week, the view.
  function fragment(state) {
    const parts = ["a", "b"].flatMap((letter) => [
      letter + "=" + P.codes.code(state[letter]),
      ...byName(state[letter].other).map(([name, number]) => `${letter}.${name}=${number}`),
    ]);
    if (state.week !== null) parts.push("week=" + state.week);
    if (state.view !== "compare") parts.push("view=" + state.view);
    return parts.join("&");
  }

  // What an address says, and what in it could not be read; nothing is taken that is not a plan or a number.
  function read(text, views) {
    const found = {},
      wrong = [],
      other = { a: {}, b: {} };
    for (const part of text
      .replace(/^#/, "")
      .slice(0, 4000)
      .split("&")
      .filter(Boolean)
      .slice(0, 2 * MOST_OTHER)) {
      const [name, given = ""] = part.split("=");
      const own = name.slice(2);
      if (name === "a" || name === "b") {
        const plan = P.codes.plan(given);
        if (plan) found[name] = plan;
        else wrong.push(given.slice(0, 20));
      } else if (/^[ab]\./.test(name) && KEY.test(own) && NUMBER.test(given)) other[name[0]][own] = Number(given);
      else if (name === "week" && /^\d{1,3}$/.test(given)) found.week = Number(given);
      else if (name === "view" && views.includes(given)) found.view = given;
      else wrong.push(part.slice(0, 20));
    }
    for (const letter of ["a", "b"]) if (found[letter]) found[letter].other = other[letter];
    return { found, wrong };
  }

  P.plans = { start, about, lever, key, differing, withLever, value, changes, title, fragment, read };
})();
