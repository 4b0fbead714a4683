"use strict";
// Figures as drawings with their alt text and their table: ranges, differences, and months with bands.
(function () {
  const P = window.Pathways;
  const N = P.numbers;
  const NARROW = 560,
    LETTER_WIDTH = 6.7; // pixels; of a letter at the size of a label
  const QUARTERS = [0, 25, 50, 75, 100];
  const DAY = 864e5,
    MONTH = 28 * DAY;

  const draw = P.draw;
  const text = (x, y, words, kind, anchor) => draw("text", { x, y, class: kind, "text-anchor": anchor }, words);
  const line = (x1, y1, x2, y2, kind) => draw("line", { x1, y1, x2, y2, class: kind });
  const scale = (from, to) => (value) => to[0] + ((value - from[0]) / (from[1] - from[0] || 1)) * (to[1] - to[0]);

  // Round numbers from low to high, about so many steps apart.
  function ticks(low, high, number) {
    const rough = (high - low) / number || 1,
      ten = 10 ** Math.floor(Math.log10(rough));
    const step = [1, 2, 5, 10].map((k) => k * ten).find((each) => each >= rough);
    const found = [];
    for (let k = Math.ceil(low / step - 1e-9); k * step <= high + step * 1e-9; k += 1) found.push(Number((k * step).toPrecision(12)));
    return found;
  }
  const decimals = (values) =>
    values.every(Number.isInteger) ? 0 : values.every((v) => Number.isInteger(Math.round(1e9 * v * 10) / 1e9)) ? 1 : 2;

  // Words broken into lines of at most this many pixels.
  function wrapped(words, width) {
    return words.split(" ").reduce((lines, word) => {
      const longer = lines.length ? lines[lines.length - 1] + " " + word : word;
      if (lines.length && longer.length * LETTER_WIDTH <= width) lines[lines.length - 1] = longer;
      else lines.push(word);
      return lines;
    }, []);
  }
  const label = (x, y, words, width, kind) => {
    const lines = wrapped(words, width);
    return lines.map((each, k) => text(x, y + (k - (lines.length - 1) / 2) * 16, each, kind));
  };

  // A mark that says by its shape which plan it is of: a disc for A, a diamond for B.
  function mark(letter, x, y, size = 5) {
    return letter === "b"
      ? draw("path", { class: "mark b", d: `M${x - size - 1},${y}L${x},${y - size - 1}L${x + size + 1},${y}L${x},${y + size + 1}Z` })
      : draw("circle", { class: "mark " + letter, cx: x, cy: y, r: size });
  }
  const range = (letter, x, y, s) => [line(x(s.low), y, x(s.high), y, "range " + letter), mark(letter, x(s.mean), y)];

  const FOOT = 18; // pixels below a drawing, in which it says that it is of a simulated program
  // A drawing of this size that a reader can have told in words.
  const drawing = (width, height, alt, ...parts) =>
    draw(
      "svg",
      { class: "chart", role: "img", "aria-label": alt, width, height: height + FOOT, viewBox: `0 0 ${width} ${height + FOOT}` },
      ...parts,
      text(0, height + FOOT - 5, P.say("page.charts.simulated"), "stamp"),
    );

  // A figure: what it shows, how it is read, the drawing, and the table behind it.
  function figure(name, { title, lead, how, svg, head, rows, level = "h3" }) {
    return P.make(
      "figure",
      { id: "figure-" + name },
      P.make(
        "figcaption",
        null,
        P.make(level, null, title),
        lead && P.make("p", { class: "lead" }, lead),
        how && P.make("p", { class: "quiet" }, how),
      ),
      svg,
      P.fold("table-" + name, P.say("page.table"), P.table(title, head, rows)),
    );
  }

  function axis(x, values, top, bottom, write, unit) {
    return [
      ...values.map((value) => [
        line(x(value), top, x(value), bottom, value === 0 ? "zero" : "grid"),
        text(x(value), bottom + 18, write(value), "tick", "middle"),
      ]),
      unit && text(x(values[values.length - 1]), bottom + 36, unit, "tick", "end"),
    ];
  }

  // A above B, row by row, on one scale that begins at zero. rows: {label, a, b, kind}.
  function dots(rows, width, alt, unit) {
    const kind = rows[0].kind,
      narrow = width < NARROW,
      times = kind === "share" ? 100 : 1;
    const left = narrow ? 4 : 190,
      right = narrow ? 118 : 150,
      tall = narrow ? 70 : 54,
      head = narrow ? 24 : 0;
    const most = Math.max(...rows.flatMap((row) => [row.a.high, row.b.high]).filter(Number.isFinite), kind === "share" ? 0 : 0.5) * times;
    const ends = kind === "share" ? QUARTERS : ticks(0, most * 1.1, 4),
      last = Math.max(ends[ends.length - 1], most);
    const x = scale([0, last / times], [left, width - right]),
      bottom = rows.length * tall + 6;
    const one = (row, letter, y) =>
      row[letter].n > 0
        ? [
            range(letter, x, y, row[letter]),
            text(width - right + 14, y + 4.5, letter.toUpperCase() + " " + N.ranged(kind, row[letter]), "value " + letter),
          ]
        : text(width - right + 14, y + 4.5, letter.toUpperCase() + " " + P.say("page.none"), "value " + letter);
    const parts = rows.map((row, k) => {
      const y = k * tall + head;
      return [
        narrow ? text(0, y - 6, row.label, "label") : label(0, y + 32, row.label, left - 24, "label"),
        one(row, "a", y + 18),
        one(row, "b", y + 38),
      ];
    });
    return drawing(
      width,
      bottom + 40,
      alt,
      axis(
        x,
        ends.map((value) => value / times),
        0,
        bottom,
        (value) => N.grouped(value * times, decimals(ends)),
        unit,
      ),
      ...parts,
    );
  }

  // Paired differences around zero, each with how sure it is. rows: {label, d, sure}; in points of women.
  function differences(rows, width, alt) {
    const narrow = width < NARROW,
      left = narrow ? 4 : 190,
      right = narrow ? 4 : 232;
    const sure = rows.map((row) => wrapped(row.sure, narrow ? width : right - 12));
    const tall = (narrow ? 74 : 34) + 16 * Math.max(...sure.map((lines) => lines.length));
    const most = 1.08 * Math.max(0.05, ...rows.flatMap((row) => [-row.d.low, row.d.high]));
    const x = scale([-most, most], [left, width - right]),
      bottom = rows.length * tall + 6;
    const parts = rows.map((row, k) => {
      const y = k * tall + (narrow ? 34 : 30),
        clear = P.together.apart(row.d) ? "clear" : "open";
      const [beneath, high] = narrow ? [0, y + 26] : [width - right + 20, y - 10];
      const beside = [
        text(beneath, high, row.number, "value " + clear),
        sure[k].map((each, j) => text(beneath, high + 18 + 16 * j, each, "note")),
      ];
      return [
        narrow ? text(0, y - 14, row.label, "label") : label(0, y + 5, row.label, left - 24, "label"),
        range(clear, x, y, row.d),
        beside,
      ];
    });
    const values = ticks(-most, most, narrow ? 4 : 5);
    return drawing(
      width,
      bottom + 40,
      alt,
      axis(x, values, 0, bottom, (value) => N.grouped(100 * value, decimals(values.map((v) => 100 * v))), P.say("page.charts.points_axis")),
      ...parts,
    );
  }

  const yearOf = (month) => new Date(Date.parse(P.data.start) + month * MONTH);
  // The months in which a year begins, as {month, year}.
  function years(number) {
    const first = yearOf(0).getUTCFullYear();
    return Array.from({ length: 60 }, (_, k) => ({
      year: first + k,
      month: (Date.UTC(first + k, 0, 1) - Date.parse(P.data.start)) / MONTH,
    })).filter(({ month }) => month >= 0 && month < number);
  }
  // A month as it is read: March 2020.
  const named = new Intl.DateTimeFormat("en-CA", { month: "long", year: "numeric", timeZone: "UTC" });
  const monthName = (month) => named.format(yearOf(month));

  // The runs of months of a series in which there is a number.
  function stretches(series) {
    const found = [[]];
    series.mean.forEach((value, month) => (value === null ? found.push([]) : found[found.length - 1].push(month)));
    return found.filter((part) => part.length);
  }

  // One series under A and under B in panels of the same height and scale: the mean, and a band of 90 % of runs.
  function months(kind, a, b, width, alt, titles) {
    const narrow = width < NARROW,
      across = narrow ? width : (width - 24) / 2,
      tall = 150,
      top = 30;
    const times = kind === "share" ? 100 : 1,
      all = [...a.high, ...b.high].filter((value) => value !== null);
    const ends = kind === "share" ? QUARTERS : ticks(0, Math.max(1, ...all) * 1.05, 4);
    const most = Math.max(ends[ends.length - 1], ...all.map((value) => value * times)),
      number = Math.max(a.mean.length, b.mean.length);
    const panel = (letter, series, left, high) => {
      const x = scale([0, number - 1], [left + 34, left + across - 56]),
        y = scale([0, most / times], [high + top + tall, high + top]);
      const path = (months, side) => months.map((month) => `${x(month).toFixed(1)},${y(series[side][month]).toFixed(1)}`);
      const drawn = stretches(series).map((part) => [
        draw("polygon", { class: "band " + letter, points: [...path(part, "low"), ...path(part, "high").reverse()].join(" ") }),
        draw("polyline", { class: "mean " + letter, points: path(part, "mean").join(" ") }),
      ]);
      const last = series.mean.reduce((found, value, month) => (value === null ? found : month), -1),
        base = high + top + tall;
      return [
        text(left, high + 12, titles[letter], "label strong " + letter),
        ends.map((value) => [
          line(left + 34, y(value / times), left + across - 56, y(value / times), value ? "grid" : "zero"),
          text(left + 26, y(value / times) + 4, N.grouped(value, decimals(ends)), "tick", "end"),
        ]),
        years(number).map(({ month, year }) => [
          line(x(month), base, x(month), base + 5, "zero"),
          text(x(month), base + 19, year, "tick", "middle"),
        ]),
        drawn,
        last < 0
          ? text(left + 44, high + top + 20, P.say("page.charts.no_series"), "note")
          : text(x(last) + 6, y(series.mean[last]) + 4, N.grouped(series.mean[last] * times, kind === "share" ? 0 : 1), "value " + letter),
      ];
    };
    const second = narrow ? [0, top + tall + 44] : [across + 24, 0];
    return drawing(width, (narrow ? 2 : 1) * (top + tall + 30) + (narrow ? 14 : 0), alt, panel("a", a, 0, 0), panel("b", b, ...second));
  }

  P.charts = { NARROW, text, line, scale, ticks, decimals, label, mark, drawing, figure, axis, dots, differences, months, monthName };
})();
