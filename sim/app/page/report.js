"use strict";
// The report: one file that holds both plans, what they give, what that rests on, and how to make it again; for paper.
(function () {
  const P = window.Pathways;
  const N = P.numbers;
  const TOLD = ["figure-ranges", "figure-differences", "figure-frontier"]; // figures whose numbers stand in another table, or in too long a one
  const WIDTH = 660; // pixels; of the figures on Letter and on A4
  const columns = (names) => names.map((name) => P.say("page.report.columns." + name));

  // Every lever of both plans, marked where it is not the starting scenario's.
  function levers(told) {
    const cell = (lever, plan) => {
      const now = plan.levers[lever.key],
        usual = P.plans.start(plan.scenario).levers[lever.key],
        said = P.plans.value(lever, now);
      return now === usual ? said : P.make("mark", null, P.say("page.report.differs", { now: said, usual: P.plans.value(lever, usual) }));
    };
    const { a, b } = told.plans,
      keys = [...new Set([a, b].flatMap((plan) => [...Object.keys(plan.other), ...Object.keys(P.plans.about(plan).settings)]))].sort();
    const beside = (key, plan) =>
      key in plan.other ? P.make("mark", null, String(plan.other[key])) : String(P.plans.about(plan).settings[key] ?? usual(key));
    const usual = (key) => (P.data.template.find((row) => row[1].replace(/\.value$/, "") === key) || [])[2] ?? P.say("page.none");
    return P.table(P.say("page.report.levers"), columns(["lever", "unit", "a", "b", "basis"]), [
      ...P.data.levers.map((lever) => [lever.name, lever.unit, cell(lever, a), cell(lever, b), lever.evidence]),
      ...keys.map((key) => [key, "", beside(key, a), beside(key, b), ""]),
    ]);
  }

  function outcomes(told) {
    const difference = (row) =>
      row.d && row.d.n && row.name !== "women_referred"
        ? P.together.difference(
            row.women ? "women" : row.kind,
            row.women ? row.women.d : row.d,
            row.women ? P.together.COUNTED : P.together.MEASURED,
          ) +
          " " +
          N.unit(row.women ? "women" : row.kind, true)
        : P.say("page.none");
    return P.table(
      P.say("page.report.outcomes"),
      columns(["outcome", "unit", "a", "b", "difference", "sure"]),
      told.rows.map((row) => [
        row.label,
        row.kind === "number" ? row.unit : N.unit(row.kind),
        N.ranged(row.kind, row.a),
        N.ranged(row.kind, row.b),
        difference(row),
        row.d && row.d.n && row.name !== "women_referred"
          ? P.together.sure(row.women ? row.women.d : row.d, Boolean(row.women))
          : P.say("page.none"),
      ]),
    );
  }

  // The command that compares both plans again; each alone where they do not refer the same women.
  function commands(told) {
    const alone = [told.a.record.command, told.b.record.command];
    const [a, b] = alone.map((command) => command.replace(/^pathways scenario=/, "").split(" "));
    const both = a.slice(1).filter((word) => b.includes(word)),
      only = (words) => words.filter((word) => !both.includes(word)).join(" ");
    return told.same && alone[0] !== alone[1]
      ? [["pathways compare", ...both, `compare.a="${only(a)}"`, `compare.b="${only(b)}"`].join(" "), ...alone]
      : alone;
  }

  function record(told) {
    const { version, model, seed } = told.a.record,
      lines = ["a", "b"].map((letter) =>
        P.say("page.report.code", { letter: letter.toUpperCase(), code: P.codes.code(told.plans[letter]) }),
      );
    return [
      P.make("p", null, P.say("page.report.record", { version, model, seed, runs: told.runs, date: today() })),
      P.make(
        "ul",
        null,
        lines.map((line) => P.make("li", null, line)),
      ),
      P.make("p", null, P.say("page.report.replay")),
      ...commands(told).map((command) => P.make("pre", null, command)),
    ];
  }

  const today = () => {
    const now = new Date();
    return [now.getFullYear(), now.getMonth() + 1, now.getDate()].map((part) => String(part).padStart(2, "0")).join("-");
  };

  // On paper a figure stands without its fold; what a fold holds is set as a table where it is short.
  function onPaper(figure, most = 20) {
    const fold = figure.querySelector("details");
    if (fold)
      fold.replaceWith(
        ...(fold.querySelectorAll("tbody tr").length <= most && !TOLD.includes(figure.id) ? [fold.querySelector(".scrolled")] : []),
      );
    return figure;
  }

  // What stands at the foot of every page, as text in a style sheet.
  const quoted = (text) => '"' + text.replace(/[\\"<>\n]/g, " ") + '"';
  function style(told) {
    const foot = P.say("page.report.foot", {
      a: P.plans.title(told.plans.a),
      b: P.plans.title(told.plans.b),
      date: today(),
      ...told.a.record,
    });
    const type = "font: 7.5pt sans-serif; color: #5c6167;";
    const feet = [
      `@bottom-left { content: ${quoted(foot)}; width: 80%; ${type} }`,
      `@bottom-right { content: counter(page) " / " counter(pages); ${type} }`,
    ];
    return `${document.querySelector("style").textContent}\n@page { ${feet.join(" ")} }`.replace(/<\//g, "");
  }

  function body(told) {
    const shown = { a: P.asking.at(P.state.a), b: P.asking.at(P.state.b) };
    const notices = ["a", "b"].flatMap((letter) => P.cards.notices(letter, P.state[letter], shown[letter]));
    const money = P.frontier.figures(told, shown, WIDTH),
      two = (name, ...content) => [P.make("h2", null, P.say("page.report." + name)), ...content];
    const plan = (letter) =>
      P.make(
        "p",
        { class: "of " + letter },
        P.badge(letter),
        " ",
        P.say("page.report.plan", { letter: letter.toUpperCase(), title: P.plans.title(told.plans[letter]) }),
      );
    return P.make(
      "main",
      { class: "report" },
      P.make("p", { class: "quiet" }, P.say("page.report.head", { date: today() })),
      P.make("h1", null, P.say("page.compare")),
      ["a", "b"].map(plan),
      P.make("p", { class: "sentence" }, P.together.answer(told).join(" ")),
      P.make("p", { class: "quiet" }, P.say(told.same ? "page.runs" : "page.runs_apart", { runs: told.runs })),
      notices.map((line) => P.make("p", { class: "notice" }, line)),
      two("results", outcomes(told)),
      two("plans", P.make("p", { class: "quiet" }, P.say("page.report.marked")), levers(told)),
      two("rests", P.cards.rests()),
      two(
        "figures",
        P.figures.all(told, WIDTH).map((figure) => onPaper(figure)),
        money && onPaper(P.frontier.scatter(money.places, money.best, money.here, WIDTH, "h3")),
      ),
      two("again", record(told), P.make("p", null, P.data.cite), P.make("p", { class: "quiet" }, P.say("page.foot"))),
    );
  }

  // The report as the text of one HTML file that asks nothing of anybody. Its policy lets styles in and nothing else run.
  function text(told) {
    const head = [
      P.make("meta", { charset: "utf-8" }),
      P.make("meta", { "http-equiv": "Content-Security-Policy", content: "default-src 'none'; style-src 'unsafe-inline'" }),
      P.make("meta", { name: "viewport", content: "width=device-width, initial-scale=1" }),
      P.make("title", null, P.say("page.report.title")),
    ].map((node) => node.outerHTML);
    const parts = [
      "<!doctype html>",
      '<html lang="en">',
      "<head>",
      ...head,
      `<style>${style(told)}</style>`,
      "</head>",
      "<body>",
      body(told).outerHTML,
      "</body>",
      "</html>",
    ];
    return parts.join("\n") + "\n";
  }

  P.report = { text, commands };
})();
