"use strict";
// Keeping and sharing: the code of a plan, the address, my_program.csv out and in, the numbers on the screen, the report.
(function () {
  const P = window.Pathways;
  const FILE = "my_program.csv",
    CSV = "text/csv";
  let problems = [],
    latest = null,
    drawn = "";

  async function load(letter, file) {
    const text = file.size > P.file.MOST ? " ".repeat(P.file.MOST + 1) : await file.text();
    const found = P.data.mode === "file" ? P.file.strict(text) : await P.post("load", text);
    problems = [...(found.problems || []), ...(found.notes || [])];
    P.set(found.plan ? { [letter]: found.plan } : {});
  }

  // ---- the numbers on the screen

  const spread = (s) => (s && s.n ? [s.mean, s.low, s.high] : ["", "", ""]);
  const FILES = {
    outcomes: (told) => [
      [
        "outcome",
        "name",
        "unit",
        "better",
        "a_mean",
        "a_low",
        "a_high",
        "b_mean",
        "b_low",
        "b_high",
        "b_minus_a",
        "low",
        "high",
        "half_width_95",
        "pairs",
        "more",
        "equal",
        "fewer",
        "sure",
        "share",
      ],
      ...told.rows.map((row) => [
        row.label,
        row.name,
        row.unit,
        row.better,
        ...spread(row.a),
        ...spread(row.b),
        ...spread(row.d),
        ...(row.d && row.d.n
          ? [row.d.half, row.d.n, row.d.more, row.d.equal, row.d.fewer, P.say("page.sure." + row.d.words), row.d.share]
          : Array(7).fill("")),
      ]),
    ],
    needs: (told) => [
      ["need", "women", "a_mean", "a_low", "a_high", "b_mean", "b_low", "b_high", "b_minus_a", "low", "high"],
      ...told.needs.map((need) => [need.name, need.women.mean, ...spread(need.a), ...spread(need.b), ...spread(need.d)]),
    ],
    months: (told) => [
      ["series", "plan", "month", "mean", "low", "high"],
      ...["a", "b"].flatMap((letter) =>
        Object.entries(told[letter].months).flatMap(([name, series]) =>
          series.mean.map((mean, month) => [
            name,
            letter.toUpperCase(),
            P.charts.monthName(month),
            mean,
            series.low[month],
            series.high[month],
          ]),
        ),
      ),
    ],
    paths: (told) => [
      ["plan", "from", "to", "reason", "women"],
      ...["a", "b"].flatMap((letter) => told[letter].flows.map((row) => [letter.toUpperCase(), ...row])),
    ],
  };
  const about = (told) => [
    ["# " + P.say("page.simulated")],
    ...["a", "b"].map((letter) => {
      const { command, seed, model } = told[letter].record;
      return [
        `# ${letter.toUpperCase()}: ${P.plans.title(told.plans[letter])}; ${command}; seed ${seed}; model ${model}; runs ${told.runs}`,
      ];
    }),
  ];

  // ---- the section

  function panel(name, ...content) {
    return P.make(
      "section",
      { class: "keeping", "aria-labelledby": "keep-" + name },
      P.make("h2", { id: "keep-" + name }, P.say(`page.keeping.${name}.title`)),
      P.make("p", { class: "quiet" }, P.say(`page.keeping.${name}.how`)),
      ...content,
    );
  }
  const letters = (build) => P.make("div", { class: "row" }, ["a", "b"].map(build));
  const plan = (letter) => ({ letter: letter.toUpperCase() });

  function codes() {
    const typed = P.make("input", { id: "typed", type: "text", autocomplete: "off", spellcheck: "false", maxlength: "40" });
    const said = P.make("p", { class: "notice", role: "alert", hidden: true });
    const take = (letter) => {
      const found = P.codes.plan(typed.value);
      said.hidden = Boolean(found);
      if (found) P.set({ [letter]: found });
      else said.textContent = P.say("page.wrong_code", { code: typed.value.slice(0, 40) });
    };
    const others = ["a", "b"].some((letter) => Object.keys(P.state[letter].other).length);
    return panel(
      "code",
      letters((letter) =>
        P.make(
          "p",
          { class: "code" },
          P.badge(letter),
          " ",
          P.make("span", { class: "unseen" }, P.say("page.keeping.code.of", plan(letter))),
          " ",
          P.make("code", null, P.codes.code(P.state[letter])),
        ),
      ),
      others && P.make("p", null, P.say("page.keeping.code.other")),
      P.make("p", null, P.make("label", { for: "typed" }, P.say("page.keeping.code.enter")), " ", typed),
      said,
      letters((letter) => P.button(P.say("page.keeping.code.take", plan(letter)), () => take(letter))),
    );
  }

  function address() {
    const shown = P.make("input", {
      id: "address",
      type: "text",
      readonly: true,
      value: location.href.split("#")[0] + "#" + P.plans.fragment({ ...P.state, view: "compare" }),
      focus: (event) => event.target.select(),
    });
    const done = P.make("span", { class: "quiet", role: "status" });
    const copy = async () => {
      try {
        await navigator.clipboard.writeText(shown.value);
        done.textContent = P.say("page.keeping.address.copied");
      } catch {
        shown.focus();
      }
    };
    return panel(
      "address",
      P.make("p", null, P.make("label", { for: "address", class: "unseen" }, P.say("page.keeping.address.title")), shown),
      P.make("div", { class: "row" }, P.button(P.say("page.keeping.address.copy"), copy), done),
    );
  }

  function file() {
    const choose = (letter) =>
      P.make(
        "label",
        { class: "button" },
        P.say("page.keeping.file.load", plan(letter)),
        P.make("input", {
          type: "file",
          class: "unseen",
          accept: ".csv,text/csv",
          change: (event) => event.target.files[0] && load(letter, event.target.files[0]),
        }),
      );
    return panel(
      "file",
      letters((letter) => P.button(P.say("page.keeping.file.save", plan(letter)), () => P.write(FILE, P.file.own(P.state[letter]), CSV))),
      letters(choose),
      problems.length > 0 &&
        P.make(
          "ul",
          { class: "notice", role: "alert" },
          problems.map((line) => P.make("li", null, line)),
        ),
    );
  }

  // Drawn again when the plans change, and not when more of their runs are there, so that nobody is disturbed in writing.
  function show(node, told) {
    const now = [P.plans.fragment({ ...P.state, week: null }), Boolean(told), ...problems].join("\n");
    latest = told;
    if (now === drawn) return;
    drawn = now;
    const write = (name) =>
      P.button(
        P.say("page.keeping.screen." + name),
        () => P.write(`pathways_${name}.csv`, P.file.csv([...about(latest), ...FILES[name](latest)]), CSV),
        { id: "csv-" + name, disabled: !told },
      );
    const report = () => P.write("pathways_report.html", P.report.text(latest), "text/html");
    node.replaceChildren(
      panel(
        "report",
        P.make(
          "div",
          { class: "row" },
          P.button(P.say("page.keeping.report.write"), report, { id: "report", disabled: !told, class: "first" }),
        ),
      ),
      codes(),
      address(),
      file(),
      panel("screen", P.make("div", { class: "row" }, Object.keys(FILES).map(write))),
    );
  }

  P.keep = { show };
})();
