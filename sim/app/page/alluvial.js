"use strict";
// The paths that women take through the program, as bands whose width is a number of women; A beside B on one scale.
(function () {
  const P = window.Pathways;
  const ROW = 62,
    BAR = 10;

  // Women who came to each phase, and who left from it, phase by phase as the program has them.
  function stages(flows) {
    const found = [],
      come = (name) => flows.filter(([, to]) => to === name).reduce((sum, row) => sum + row[3], 0);
    for (const phase of P.data.phases) {
      const out = flows.filter(([from]) => from === phase);
      const left = out.filter(([, to]) => to === "left").reduce((sum, row) => sum + row[3], 0);
      const women = come(phase) || out.reduce((sum, row) => sum + row[3], 0);
      if (phase !== "left" && women > 0) found.push({ phase, women, left, reason: (out.find(([, to]) => to === "left") || [])[2] });
    }
    return found;
  }

  const number = (women) => P.numbers.grouped(women, women > 0 && women < 1 ? 1 : 0);
  const named = (phase) => P.say("page.phases." + phase.replace(/\W/g, "_"));
  const leaving = (stage) =>
    P.say(stage.phase === "waiting list" ? "page.paths.waited" : "page.paths.left", { number: number(stage.left) });

  // A band from one stretch of a line to a stretch of another, further down.
  function band(kind, from, to, y, below) {
    const middle = (y + below) / 2;
    const side = (x, across) => `C${x},${middle} ${across},${middle} ${across},${below}`;
    return P.draw("path", {
      class: kind,
      d: `M${from[0]},${y}${side(from[0], to[0])}L${to[1]},${below}C${to[1]},${middle} ${from[1]},${middle} ${from[1]},${y}Z`,
    });
  }

  function panel(letter, all, most, x0, y0, across, title) {
    const left = x0 + 118,
      room = Math.max(80, across - 118 - 92),
      wide = (women) => (women / most) * room,
      end = x0 + across - 82;
    const parts = all.map((stage, k) => {
      const y = y0 + 34 + k * ROW,
        next = all[k + 1],
        on = next ? wide(Math.min(next.women, stage.women)) : 0;
      const out = wide(stage.left),
        from = left + wide(stage.women) - out;
      return [
        P.draw("rect", { class: "bar " + letter, x: left, y, width: Math.max(1, wide(stage.women)), height: BAR }),
        next && band("flow " + letter, [left, left + on], [left, left + on], y + BAR, y + ROW),
        stage.left >= 0.05 && [
          band("away", [from, from + out], [end - Math.max(1.5, out) - 4, end - 4], y + BAR, y + ROW - 8),
          P.charts.label(end, y + ROW - 8, leaving(stage), 84, "note"),
        ],
        P.charts.text(x0, y + 9, named(stage.phase), "label"),
        P.charts.text(left - 10, y + 9, number(stage.women), "value " + letter, "end"),
      ];
    });
    return [P.charts.text(x0, y0 + 12, title, "label strong " + letter), ...parts];
  }

  const told = (all) =>
    all.map((stage) => `${named(stage.phase)} ${number(stage.women)}` + (stage.left >= 0.05 ? ` (${leaving(stage)})` : "")).join(", ");

  // The figure of both plans' paths.
  function show(a, b, width, titles) {
    const both = { a: stages(a), b: stages(b) },
      narrow = width < P.charts.NARROW,
      across = narrow ? width : (width - 32) / 2;
    const most = Math.max(1, ...both.a.map((stage) => stage.women), ...both.b.map((stage) => stage.women));
    const tall = (all) => 34 + all.length * ROW - ROW + BAR + 14;
    const height = narrow ? tall(both.a) + tall(both.b) + 30 : Math.max(tall(both.a), tall(both.b));
    const alt = P.say("page.paths.alt", { a: told(both.a), b: told(both.b) });
    const svg = P.charts.drawing(
      width,
      height,
      alt,
      panel("a", both.a, most, 0, 0, across, titles.a),
      panel("b", both.b, most, narrow ? 0 : across + 32, narrow ? tall(both.a) + 30 : 0, across, titles.b),
    );
    const phases = P.data.phases.filter((phase) => [...both.a, ...both.b].some((stage) => stage.phase === phase));
    const cells = (phase, all) => {
      const stage = all.find((each) => each.phase === phase);
      return stage ? [number(stage.women), number(stage.left)] : [P.say("page.none"), P.say("page.none")];
    };
    return P.charts.figure("paths", {
      title: P.say("page.paths.title"),
      how: P.say("page.paths.how"),
      svg,
      head: ["phase", "a", "a_left", "b", "b_left"].map((name) => P.say("page.paths.columns." + name)),
      rows: phases.map((phase) => [named(phase), ...cells(phase, both.a), ...cells(phase, both.b)]),
    });
  }

  P.alluvial = { show, stages };
})();
