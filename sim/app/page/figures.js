"use strict";
// The figures of two plans, each with its words and its table: ranges, differences, paths, waits, months.
(function () {
  const P = window.Pathways;
  const N = P.numbers;
  const SHARES = ["entered", "completed", "training_or_work_39", "stably_housed_39", "any_income_39", "exited_39", "waited_too_long"];
  const SERIES = { in_program: "women", waiting_list: "women", hours_used: "share" };

  const named = (told, letter) =>
    P.say(P.plans.changes(told.plans[letter]).length ? "page.charts.of_changed" : "page.charts.of_plan", {
      letter: letter.toUpperCase(),
      title: P.plans.about(told.plans[letter]).title,
    });
  const names = (told) => ({ a: named(told, "a"), b: named(told, "b") });
  const columns = (list) => list.map((name) => P.say("page.columns." + name));
  const shareText = (row) => P.say("page.charts.both", { label: row.label, a: N.ranged(row.kind, row.a), b: N.ranged(row.kind, row.b) });

  function ranges(told, width) {
    const rows = SHARES.map((name) => told.of(name)).filter(Boolean);
    return P.charts.figure("ranges", {
      title: P.say("page.charts.ranges"),
      how: P.say("page.charts.ranges_how"),
      svg: P.charts.dots(
        rows,
        width,
        P.say("page.charts.ranges_alt", { rows: rows.map(shareText).join("; ") }),
        P.say("page.charts.percent_axis"),
      ),
      head: columns(["outcome", "a", "b", "unit"]),
      rows: told.rows.map((row) => [
        row.label,
        N.ranged(row.kind, row.a),
        N.ranged(row.kind, row.b),
        row.kind === "number" ? row.unit : N.unit(row.kind),
      ]),
    });
  }

  function differing(told, width) {
    const apart = (row) => row && row.d && row.d.n;
    const line = (row) => ({
      ...row,
      number: P.together.difference("share", row.d, P.together.MEASURED) + " " + N.unit("share", true),
      sure: P.together.sure(row.d, false),
    });
    const rows = SHARES.map((name) => told.of(name))
      .filter(apart)
      .map(line);
    const better = (row) => P.say("page.better." + row.better);
    return P.charts.figure("differences", {
      title: P.say("page.charts.differences"),
      how: P.say("page.charts.differences_how", { pairs: told.runs }),
      svg: P.charts.differences(
        rows,
        width,
        P.say("page.charts.differences_alt", { rows: rows.map((row) => `${row.label}: ${row.number}, ${row.sure}`).join("; ") }),
      ),
      head: columns(["outcome", "better", "difference", "half", "more", "equal", "fewer", "sure"]),
      rows: told.rows
        .filter((row) => row.name !== "women_referred" && apart(row))
        .map((row) => [
          row.label,
          better(row),
          P.together.difference(row.kind, row.d, P.together.MEASURED) + " " + N.unit(row.kind, true),
          "\u00b1" + N.one(row.kind, row.d.half, true),
          row.d.more,
          row.d.equal,
          row.d.fewer,
          `${P.say("page.sure." + row.d.words)} (${N.percent(row.d.share)})`,
        ]),
    });
  }

  function overTime(name, told, width) {
    const a = told.a.months[name],
      b = told.b.months[name],
      kind = SERIES[name],
      times = kind === "share" ? 100 : 1;
    const top = (series) =>
      series.mean.reduce((best, value, month) => (value !== null && value > (series.mean[best] ?? -1) ? month : best), 0);
    const said = (series) =>
      P.say("page.charts.highest", {
        month: P.charts.monthName(top(series)),
        number: N.grouped((series.mean[top(series)] ?? 0) * times, 1),
      });
    const write = (series, month) =>
      series.mean[month] === null || series.mean[month] === undefined
        ? P.say("page.none")
        : N.grouped(series.mean[month] * times, 1) +
          P.say("page.range", { low: N.grouped(series.low[month] * times, 1), high: N.grouped(series.high[month] * times, 1) });
    return P.charts.figure(name, {
      title: P.say(`page.series.${name}.title`),
      how: P.say(`page.series.${name}.how`),
      svg: P.charts.months(
        kind,
        a,
        b,
        width,
        P.say("page.charts.months_alt", { title: P.say(`page.series.${name}.title`), a: said(a), b: said(b) }),
        names(told),
      ),
      head: columns(["month", "a", "b"]),
      rows: a.mean.map((_, month) => [P.charts.monthName(month), write(a, month), write(b, month)]),
    });
  }

  // Who waits clearly longer under one of the plans, or that nobody does.
  function whoWaits(rows, longer) {
    const clear = rows.filter((row) => row.d && row.d.n && P.together.apart(row.d)).map((row) => `${row.label} ${longer(row.d)}`);
    return clear.length ? P.say("page.waits.who", { items: clear.join("; ") }) : P.say("page.waits.nobody");
  }

  function waits(told, width) {
    const rows = told.needs.map((need) => ({ ...need, kind: "weeks" }));
    const longer = (d) => (d ? P.together.difference("weeks", d, { more: "page.longer", less: "page.shorter" }) : P.say("page.none"));
    const text = (row) => shareText(row) + (row.d && row.d.n ? `; ${longer(row.d)}` : "");
    return P.charts.figure("waits", {
      title: P.say("page.waits.title"),
      lead: told.same && told.needs.some((need) => need.d && need.d.n) ? whoWaits(rows, longer) : null,
      how: P.say("page.waits.how"),
      svg: P.charts.dots(rows, width, P.say("page.waits.alt", { rows: rows.map(text).join("; ") }), P.say("page.waits.axis")),
      head: columns(["need", "women", "a", "b", "longer", "sure"]),
      rows: rows.map((row) => [
        row.label,
        N.ranged("women", row.women),
        N.ranged("weeks", row.a),
        N.ranged("weeks", row.b),
        longer(row.d),
        row.d && row.d.n ? P.together.sure(row.d, false) : P.say("page.none"),
      ]),
    });
  }

  // Every figure of both plans, at this width.
  function figures(told, width) {
    return [
      ranges(told, width),
      told.same && differing(told, width),
      P.alluvial.show(told.a.flows, told.b.flows, width, names(told)),
      waits(told, width),
      ...Object.keys(SERIES).map((name) => overTime(name, told, width)),
    ].filter(Boolean);
  }

  P.figures = { all: figures };
})();
