"use strict";
// Predict first, then reveal: a guess is drawn on a chart by pointer or written as numbers; then what the runs showed is
// drawn beside it, with the range of 90 % of them.
(function () {
  const P = window.Pathways,
    N = P.numbers;
  const withUnit = (kind, s) => N.ranged(kind, s) + "\u00a0" + N.unit(kind);
  const LEFT = 46,
    RIGHT = 20,
    TOP = 26,
    TALL = 220,
    FOOT = 84,
    LEAST = 64,
    LOWER = 30,
    MARK = 6;
  const kept = new Map(); // guesses by the name of their chart, as long as the page is open
  const PERCENT = 100;

  const times = (kind) => (kind === "share" ? PERCENT : 1);
  const of = (name, points) => {
    if (!kept.has(name)) kept.set(name, { values: new Array(points).fill(null), revealed: false });
    return kept.get(name);
  };

  // How near a guess came: how many of its points lie within the range of 90 % of runs.
  const within = (values, truth) =>
    values.filter((value, k) => value !== null && value >= truth[k].low && value <= truth[k].high).length;

  // One chart with its numbers and its button. about: {name, title, unit, kind, top, labels}; `reveal` gives spreads in order.
  function chart({ name, title, axis, kind, top, labels, reveal }) {
    const guess = of(name, labels.length),
      scaled = times(kind);
    const place = P.make("div", { class: "guess-drawing" }),
      said = P.make("p", { class: "guess-said", role: "status" }),
      behind = P.make("div", null);
    const most = top / scaled;
    let truth = null;

    const fields = labels.map((label, k) =>
      P.make(
        "label",
        null,
        P.make("span", null, label),
        P.make("input", {
          type: "number",
          min: 0,
          max: top,
          step: "any",
          value: guess.values[k] === null ? "" : rounded(guess.values[k]),
          input: (event) => typed(k, event.target),
        }),
      ),
    );
    const button = P.button(P.say("lessons.reveal"), show, { class: "reveal" });
    const again = P.button(P.say("lessons.again"), clear, { class: "again" });

    function rounded(value) {
      return Number((value * scaled).toFixed(kind === "share" || top > 20 ? 0 : 1));
    }

    function typed(k, field) {
      const value = Number(field.value) / scaled,
        ok = field.value !== "" && value >= 0 && value <= most;
      field.setAttribute("aria-invalid", String(!ok && field.value !== ""));
      guess.values[k] = ok ? value : null;
      draw();
    }

    function set(k, value) {
      guess.values[k] = Math.max(0, Math.min(most, value));
      guess.values[k] = rounded(guess.values[k]) / scaled;
      const field = fields[k].querySelector("input");
      field.value = rounded(guess.values[k]);
      field.setAttribute("aria-invalid", "false");
      draw();
    }

    function show() {
      guess.revealed = true;
      draw();
    }

    function clear() {
      kept.delete(name);
      fields.forEach((field) => (field.querySelector("input").value = ""));
      Object.assign(guess, of(name, labels.length));
      kept.set(name, guess);
      truth = null;
      draw();
    }

    // The guess as marks and a dashed line, and the runs as discs with ranges where they are revealed.
    function draw() {
      const width = Math.max(280, Math.min(680, place.clientWidth || 680)),
        height = TOP + TALL + FOOT;
      const x = P.charts.scale([0, labels.length], [LEFT, width - RIGHT]),
        y = P.charts.scale([0, most], [TOP + TALL, TOP]);
      const middle = (k) => x(k + 0.5),
        own = guess.values,
        all = own.every((value) => value !== null);
      if (guess.revealed && !truth) truth = reveal();
      const ticks = P.charts
        .ticks(0, top, 4)
        .map((value) => [
          P.charts.line(LEFT, y(value / scaled), width - RIGHT, y(value / scaled), value ? "grid" : "zero"),
          P.charts.text(LEFT - 8, y(value / scaled) + 4, N.plain(value), "tick", "end"),
        ]);
      const room = (width - LEFT - RIGHT) / labels.length,
        tight = room < LEAST; // every second name stands lower, and the table alone has the numbers
      const below = (k, at) => P.charts.label(middle(k), at, labels[k], tight ? 2 * room : room, "tick middle");
      const names = labels.map((_, k) => below(k, TOP + TALL + 12 + 8 * below(k, 0).length + (tight && k % 2 ? LOWER : 0)));
      const drawn = own.map((value, k) => (value === null ? null : [middle(k), y(value), k])).filter(Boolean);
      const line =
        drawn.length > 1
          ? P.draw("polyline", { class: "guessed", points: drawn.map(([px, py]) => `${px},${py}`).join(" ") })
          : null;
      const marks = drawn.map(([px, py]) =>
        P.draw("rect", { class: "guess-mark", x: px - MARK, y: py - MARK, width: 2 * MARK, height: 2 * MARK }),
      );
      const runs = truth
        ? truth.map((s, k) => [
            P.charts.line(middle(k), y(s.low), middle(k), y(s.high), "range a"),
            P.charts.mark("a", middle(k), y(s.mean)),
            tight ? null : P.charts.text(middle(k) + 10, y(s.mean) + 4, N.one(kind, s.mean), "value a"),
          ])
        : [];
      const svg = P.charts.drawing(width, height, alt(), ticks, names, line, marks, runs, P.charts.text(LEFT, 12, axis, "tick"));
      svg.classList.add("guess");
      listen(svg, x, y);
      place.replaceChildren(svg);
      button.disabled = !all || guess.revealed;
      again.hidden = !guess.revealed;
      said.textContent = truth
        ? P.say("lessons.came_near", { number: within(own, truth), all: labels.length })
        : all
          ? P.say("lessons.ready")
          : P.say("lessons.predict");
      behind.replaceChildren(...(truth ? [table()] : []));
    }

    const write = (value) => (value === null ? P.say("lessons.no_guess") : N.plain(rounded(value)));
    const alt = () =>
      P.say(truth ? "lessons.alt_revealed" : "lessons.alt", {
        title,
        points: labels
          .map((label, k) =>
            P.say(truth ? "lessons.point_revealed" : "lessons.point", {
              label,
              guess: write(guess.values[k]),
              runs: truth ? N.ranged(kind, truth[k]) : "",
            }),
          )
          .join("; "),
      });
    const table = () =>
      P.table(
        title,
        [P.say("lessons.columns.point"), P.say("lessons.columns.guess"), P.say("lessons.columns.runs")],
        labels.map((label, k) => [label, write(guess.values[k]), withUnit(kind, truth[k])]),
      );

    // Drawing by pointer: the nearest point follows it; a drag across the chart sets one after another.
    function listen(svg, x, y) {
      const follow = (event) => {
        if (guess.revealed) return;
        const box = place.getBoundingClientRect(),
          width = (x(labels.length) - x(0)) / labels.length;
        const k = Math.max(0, Math.min(labels.length - 1, Math.floor((event.clientX - box.left - x(0)) / width)));
        set(k, ((y(0) - (event.clientY - box.top)) / (y(0) - y(most))) * most);
      };
      svg.addEventListener("pointerdown", follow);
      svg.addEventListener("pointermove", (event) => event.buttons && follow(event));
    }

    const node = P.make(
      "figure",
      { class: "predict", id: "predict-" + name },
      P.make("figcaption", null, P.make("h3", null, title)),
      place,
      P.make("fieldset", { class: "numbers" }, P.make("legend", null, P.say("lessons.numbers", { axis })), fields),
      P.make("p", null, button, " ", again),
      said,
      behind,
    );
    return { node, draw, guess };
  }

  P.guess = { chart, within };
})();
