"use strict";
// Which of several plans cannot be told apart from the best, when all are lived with the same luck, and which none other
// surpasses for the money: what sim/study/selection.py does, on the means of parameter sets, [set][plan].
(function () {
  const P = window.Pathways;
  const N = P.numbers;
  const LEVEL = 0.95;

  const transposed = (columns) => columns[0].map((_, set) => columns.map((column) => column[set]));
  // Standard errors in a margin when one of so many plans is compared with each other.
  const quantile = (sets, plans) => N.tQuantile(1 - (1 - LEVEL) / Math.max(1, plans - 1), sets - 1);

  // How far the mean of one plan is above another's, and the margin of it.
  function gap(values, over, under, times) {
    const differences = values.map((row) => row[over] - row[under]),
      middle = N.mean(differences);
    const square = (all) => all.reduce((sum, d) => sum + d * d, 0);
    const own = [over, under].map((plan) => {
      const all = values.map((row) => row[plan]),
        m = N.mean(all);
      return square(all.map((v) => v - m));
    });
    const spread = square(differences.map((d) => d - middle)) / (values.length - 1);
    return [middle, spread < 1e-12 * (own[0] + own[1] + 1e-300) ? 0 : times * Math.sqrt(spread / values.length)];
  }

  // Plans than which another clearly has more, and by more than the zone.
  function clearlyBelow(values, zone, times) {
    const plans = values[0].map((_, plan) => plan);
    return plans.map((under) =>
      plans.some((over) => {
        const [above, margin] = gap(values, over, under, times);
        return above > Math.max(margin, zone);
      }),
    );
  }

  // Plans than which none has more for no more money, or as much for less.
  function onFrontier(values, costs) {
    return values.map(
      (value, k) => !values.some((more, j) => more >= value && costs[j] <= costs[k] && (more > value || costs[j] < costs[k])),
    );
  }

  P.selection = { transposed, quantile, clearlyBelow, onFrontier };
})();
