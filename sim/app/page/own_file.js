"use strict";
// A planner's own file: my_program.csv from a plan, and a plan from it by a strict reading; tables that no spreadsheet runs.
(function () {
  const P = window.Pathways;
  const FORMULA = /^[=+\-@\t\r]/; // first characters that a spreadsheet obeys
  const NUMBER = /^-?\d{1,9}(\.\d{1,9})?$/,
    COMMA = /^-?\d+,\d+$/;
  const MOST = 64 * 1024; // characters of a file
  const INTAKE = "cohort.women_a_year",
    WEEKS = 52;

  // A cell of a CSV that no spreadsheet takes for a formula.
  function cell(value) {
    const text = typeof value === "string" ? (FORMULA.test(value) ? "'" + value : value) : Number.isFinite(value) ? String(value) : "";
    return /[",\n\r]/.test(text) ? `"${text.replace(/"/g, '""')}"` : text;
  }
  const csv = (rows) => rows.map((row) => row.map(cell).join(",") + "\n").join("");

  // ---- my_program.csv

  const short = (key) => key.replace(/^(costs\..+)\.value$/, "$1");
  const rate = (women) => (P.data.rates && P.data.rates[women]) || Math.round((women / WEEKS) * 1e4) / 1e4;
  // The numbers of a plan by the model's own keys.
  function numbers(plan) {
    const levers = P.data.levers.map((lever) => [lever.sets, lever.key === INTAKE ? rate(plan.levers[INTAKE]) : plan.levers[lever.key]]);
    return { ...P.plans.about(plan).settings, ...Object.fromEntries(levers), ...plan.other };
  }
  // The plan as a planner's own file: every number of the template, with the plan's in place of the usual.
  function own(plan) {
    const [head, ...rows] = P.data.template,
      key = head.indexOf("key"),
      value = head.indexOf("value"),
      mine = numbers(plan);
    return csv([
      head,
      ...rows.map((row) => row.map((text, k) => (k === value && short(row[key]) in mine ? String(mine[short(row[key])]) : text))),
    ]);
  }

  // The cells of a CSV with commas or semicolons, line by line; null where quotation marks do not end.
  function cells(text) {
    const clean = text.replace(/^\ufeff/, "").replace(/\r\n?/g, "\n"),
      apart = clean.split("\n")[0].includes(";") ? ";" : ",";
    const rows = [[""]];
    let quoted = false;
    for (let k = 0; k < clean.length; k += 1) {
      const sign = clean[k],
        row = rows[rows.length - 1];
      if (sign === '"' && quoted && clean[k + 1] === '"') row[row.length - 1] += clean[(k += 1)];
      else if (sign === '"') quoted = !quoted;
      else if (sign === apart && !quoted) row.push("");
      else if (sign === "\n" && !quoted) rows.push([""]);
      else row[row.length - 1] += sign;
    }
    return quoted ? null : rows;
  }

  // The plan of a file, where no server reads it: levers of the page alone; each line that cannot be taken is told.
  function strict(text) {
    const rows = text.length > MOST ? null : cells(text),
      wrong = [],
      plan = P.plans.start(P.data.scenarios[0].name);
    const [key, value] = rows ? ["key", "value"].map((name) => rows[0].indexOf(name)) : [-1, -1];
    if (key < 0 || value < 0) return { problems: [P.say("page.load.header")] };
    const usual = Object.fromEntries(P.data.template.slice(1).map((row) => [row[1], row[2]])),
      seen = new Set();
    rows.slice(1).forEach((row, k) => {
      if (row.every((text) => !text.trim())) return;
      const name = (row[key] || "").trim(),
        given = (row[value] || "").trim(),
        lever = P.data.levers.find((each) => each.sets === name);
      const no = (why, more) =>
        wrong.push(
          P.say("page.load.line", {
            line: k + 2,
            key: name.slice(0, 60),
            why: P.say("page.load." + why, { value: given.slice(0, 40), ...more }),
          }),
        );
      if (seen.has(name)) no("twice");
      else if (!(name in usual)) no("unknown");
      else if (!lever) {
        if (given !== usual[name] && Number(given) !== Number(usual[name])) no("not_here");
      } else if (COMMA.test(given)) no("comma", { number: given.replace(",", ".") });
      else if (!NUMBER.test(given)) no("not_number");
      else {
        const number = lever.key === INTAKE ? Math.round(WEEKS * Number(given)) : Number(given),
          at = P.codes.at(lever, P.codes.place(lever, number));
        if (Math.abs(at - number) > 1e-9) no("not_allowed", { low: lever.low, high: lever.high, step: lever.step });
        else plan.levers[lever.key] = at;
      }
      seen.add(name);
    });
    return wrong.length ? { problems: wrong } : { plan };
  }

  P.file = { csv, own, strict, MOST };
})();
