"use strict";
// What runs say: means, ranges, pairs, how sure, as Python computes them; and how a number is written.
(function () {
  const P = window.Pathways;
  const LOW = 0.05,
    HIGH = 0.95,
    LEVEL = 0.95;
  const WORDS = [
    [0.95, "almost_always"],
    [0.8, "usually"],
    [0.6, "more_often"],
    [0, "unclear"],
  ];
  const IN_A_ROW = 2; // runs that share a parameter set
  const NB = "\u00a0";

  const known = (values) => Array.from(values).filter((value) => !Number.isNaN(value));
  const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;

  // The percentile with linear interpolation, as pandas takes it; of sorted values.
  function percentile(sorted, share) {
    if (!sorted.length) return NaN;
    const place = share * (sorted.length - 1),
      below = Math.floor(place),
      part = place - below;
    const low = sorted[below],
      high = sorted[Math.min(below + 1, sorted.length - 1)];
    return part >= 0.5 ? high - (high - low) * (1 - part) : low + (high - low) * part;
  }

  // Mean, 5th and 95th percentile of the runs that have a value, and how many they are.
  function spread(values) {
    const sorted = known(values).sort((x, y) => x - y);
    return { mean: mean(sorted), low: percentile(sorted, LOW), high: percentile(sorted, HIGH), n: sorted.length };
  }

  // The cumulative distribution of Student's t for whole degrees of freedom (Abramowitz and Stegun 26.7.3 and 26.7.4).
  function tShare(t, df) {
    const angle = Math.atan2(t, Math.sqrt(df)),
      cos = Math.cos(angle),
      sin = Math.sin(angle);
    let term = df % 2 ? cos : 1,
      sum = df === 1 ? 0 : term;
    for (let k = df % 2 ? 3 : 2; k < df; k += 2) sum += term *= (cos * cos * (k - 1)) / k;
    return 0.5 + 0.5 * (df % 2 ? (2 / Math.PI) * (angle + sin * sum) : sin * sum);
  }

  // The quantile of Student's t, by halving.
  function tQuantile(share, df) {
    let low = 0,
      high = 1;
    if (share < 0.5) return -tQuantile(1 - share, df);
    while (tShare(high, df) < share && high < 1e9) high *= 2;
    for (let k = 0; k < 200 && high - low > 1e-13 * high; k += 1) {
      const middle = (low + high) / 2;
      if (tShare(middle, df) < share) low = middle;
      else high = middle;
    }
    return (low + high) / 2;
  }

  // Half-width of the 95 % interval of the mean of runs 1..n, of which two in a row share a set.
  function halfWidth(values) {
    const there = known(values),
      middle = mean(there),
      sums = new Map();
    values.forEach((value, run) => {
      const set = Math.floor(run / IN_A_ROW);
      if (!Number.isNaN(value)) sums.set(set, (sums.get(set) || 0) + value - middle);
    });
    const number = sums.size,
      squares = [...sums.values()].reduce((sum, value) => sum + value * value, 0);
    const error = Math.sqrt((squares * number) / (number - 1)) / there.length;
    return tQuantile((1 + LEVEL) / 2, number - 1) * error;
  }

  // Means of the runs of each set, in which there is a value in every run.
  function bySet(values) {
    const means = [];
    for (let run = 0; run < values.length; run += IN_A_ROW) means.push(mean(Array.from(values.slice(run, run + IN_A_ROW))));
    return means;
  }

  // How sure, as a key of words and the share of pairs on the side they speak of; a tie counts as half.
  function sure(differences) {
    const more = differences.filter((d) => d > 0).length / differences.length;
    const equal = differences.filter((d) => d === 0).length / differences.length;
    if (equal > 0.5) return { words: "equal", share: equal };
    const share = Math.max(more + equal / 2, 1 - more - equal / 2);
    return { words: WORDS.find(([least]) => share >= least)[1], share };
  }

  // Paired differences (b minus a) run by run: spread, half-width, pairs with more, the same and fewer, how sure.
  function paired(a, b) {
    const n = Math.min(a.length, b.length),
      all = Array.from({ length: n }, (_, run) => b[run] - a[run]),
      there = known(all);
    const count = (test) => there.filter(test).length;
    return {
      ...spread(all),
      half: halfWidth(all),
      more: count((d) => d > 0),
      equal: count((d) => d === 0),
      fewer: count((d) => d < 0),
      ...(there.length ? sure(there) : { words: "unclear", share: NaN }),
    };
  }

  // ---- how a number is written

  const grouped = (number, decimals) => {
    const text = Math.abs(number)
      .toFixed(decimals)
      .replace(/\B(?=(\d{3})+(?!\d))(?<!\.\d*)/g, ",");
    return (number < 0 && /[1-9]/.test(text) ? "\u2212" : "") + text;
  };
  const SMALL = 5; // points below which a difference has one decimal
  const ONE = 1; // below which a plain number has two

  // Decimals with which numbers of this kind are written when the one in the middle is this.
  function decimals(kind, value, apart) {
    if (kind === "share") return apart && Math.abs(100 * value) < SMALL ? 1 : 0;
    return kind === "weeks" ? 1 : kind === "number" ? (Math.abs(value) < ONE ? 2 : 1) : 0;
  }
  function write(kind, value, digits) {
    if (!Number.isFinite(value)) return P.say("page.none");
    return grouped(kind === "share" ? 100 * value : kind === "dollars" ? Math.round(value / 100) * 100 : value, digits);
  }

  // One number of this kind (share, women, weeks, dollars, number); `apart` where it is a difference.
  const one = (kind, value, apart) => write(kind, value, decimals(kind, value, apart));
  // The mean, and its range in words; none where the ends are written alike.
  function parts(kind, s, apart) {
    const digits = decimals(kind, s.mean, apart),
      [low, high] = [s.low, s.high].map((value) => write(kind, value, digits));
    return { mean: write(kind, s.mean, digits), low, high, wide: low !== high };
  }
  // A mean with its range: 31 (22 to 40).
  function ranged(kind, s, apart) {
    const { mean: middle, low, high, wide } = parts(kind, s, apart);
    return middle + (wide ? P.say("page.range", { low, high }) : "");
  }

  const unit = (kind, apart) => P.say("page.units." + (kind === "share" && apart ? "points" : kind));
  const percent = (share) => grouped(100 * share, 0) + NB + "%";
  // A value of a lever, as short as it is exact.
  const plain = (value) => grouped(value, value === Math.round(value) ? 0 : Math.abs(10 * value - Math.round(10 * value)) < 1e-9 ? 1 : 2);

  Object.assign(P.numbers, {
    known,
    mean,
    percentile,
    spread,
    tShare,
    tQuantile,
    halfWidth,
    bySet,
    sure,
    paired,
    grouped,
    one,
    parts,
    ranged,
    unit,
    percent,
    plain,
  });
})();
