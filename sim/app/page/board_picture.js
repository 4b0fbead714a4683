"use strict";
// The picture of the class board: what each plan reaches against what it costs, and the plans that none passes.
(function () {
  const P = window.Pathways,
    N = P.numbers;
  const TALL = 360,
    LEFT = 52,
    RIGHT = 26,
    TOP = 24,
    FOOT = 46,
    NEAR = [24, 14]; // pixels across and up within which two plans share a label

  const withUnit = (kind, s) => N.ranged(kind, s) + "\u00a0" + N.unit(kind);

  // Plans that no other on the board passes on both sides at once, by their means, from the cheapest on.
  function frontier(points) {
    const best = points.filter(
      (one) =>
        !points.some(
          (other) =>
            other.cost.mean <= one.cost.mean &&
            other.reached.mean >= one.reached.mean &&
            (other.cost.mean < one.cost.mean || other.reached.mean > one.reached.mean),
        ),
    );
    return best.sort((x, y) => x.cost.mean - y.cost.mean);
  }

  // The drawing. points: {number, cost, reached}, each a spread; outcome: the one that is reached.
  function picture(points, outcome, room) {
    const width = Math.max(280, Math.min(820, room || 820)),
      kind = outcome.kind;
    const costs = P.charts.ticks(
        0,
        (1.1 * Math.max(...points.map((one) => one.cost.high))) / 1000,
        width < P.charts.NARROW ? 3 : 6,
      ),
      shares = [0, 25, 50, 75, 100];
    const most = Math.max(costs[costs.length - 1] * 1000, ...points.map((one) => one.cost.mean));
    const x = P.charts.scale([0, most], [LEFT, width - RIGHT]),
      y = P.charts.scale([0, 1], [TOP + TALL, TOP]);
    const grid = [
      costs.map((cost) => [
        P.charts.line(x(cost * 1000), TOP, x(cost * 1000), TOP + TALL, cost ? "grid" : "zero"),
        P.charts.text(x(cost * 1000), TOP + TALL + 18, N.plain(cost), "tick", "middle"),
      ]),
      shares.map((share) => [
        P.charts.line(LEFT, y(share / 100), width - RIGHT, y(share / 100), share ? "grid" : "zero"),
        P.charts.text(LEFT - 8, y(share / 100) + 4, N.plain(share), "tick", "end"),
      ]),
    ];
    const best = frontier(points),
      line = P.draw("polyline", {
        class: "best",
        points: best.map((one) => `${x(one.cost.mean)},${y(one.reached.mean)}`).join(" "),
      });
    const near = (one, other) =>
      Math.abs(x(one.cost.mean) - x(other.cost.mean)) < NEAR[0] &&
      Math.abs(y(one.reached.mean) - y(other.reached.mean)) < NEAR[1];
    const groups = points.reduce((found, one) => {
      const group = found.find(([other]) => near(one, other));
      if (group) group.push(one);
      else found.push([one]);
      return found;
    }, []);
    const marks = [
      points.map((one) => [
        P.charts.line(x(one.cost.mean), y(one.reached.low), x(one.cost.mean), y(one.reached.high), "range a"),
        P.charts.mark("a", x(one.cost.mean), y(one.reached.mean)),
      ]),
      groups.map((group) =>
        P.charts.text(
          x(group[0].cost.mean) + (x(group[0].cost.mean) > width - 90 ? -9 : 9),
          y(group[0].reached.mean) - 7,
          group.map((one) => one.number).join(", "),
          "value a",
          x(group[0].cost.mean) > width - 90 ? "end" : "start",
        ),
      ),
    ];
    const rows = points
      .map((one) =>
        P.say("lessons.board.point", {
          number: one.number,
          cost: N.ranged("dollars", one.cost),
          reached: withUnit(kind, one.reached),
        }),
      )
      .join("; ");
    return P.charts.drawing(
      width,
      TOP + TALL + FOOT,
      P.say("lessons.board.alt", { outcome: outcome.label, rows }),
      grid,
      line,
      marks,
      P.charts.text(LEFT, 12, P.say("lessons.board.up", { outcome: outcome.label }), "tick"),
      P.charts.text(width - RIGHT, TOP + TALL + 38, P.say("lessons.board.across"), "tick", "end"),
    );
  }

  P.boardPicture = { picture, frontier, withUnit };
})();
