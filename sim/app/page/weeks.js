"use strict";
// A watched program as it travels, unfolded: each woman's state in each week, what happened to her, and the first week in
// which two plans are not the same for her. `sim/app/watch.py` writes it and says the same of it.
(function () {
  const P = window.Pathways;
  const NOT_YET = -9,
    LAST_PHASE_OF_PROGRAM = 4,
    FIRST_PHASE_OF_PROGRAM = 1,
    NOT_TAKEN_UP = 11,
    A_DAY = 86400000;

  // One line of changes (weeks since the change before, value, ...) as a value for each week.
  function line(changes, weeks) {
    const values = new Int16Array(weeks).fill(NOT_YET);
    for (let k = 0, week = 0; k < changes.length; k += 2) values.fill(changes[k + 1], (week += changes[k]));
    return values;
  }

  const lines = (rows, weeks) => rows.map((row) => line(row, weeks));
  const each = (fields, write) => Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, write(value)]));

  // A watched program ready to be looked at: lines by field and woman, by week.
  function unfold(watch) {
    const all = (fields) => each(fields, (rows) => lines(rows, watch.weeks));
    return {
      ...watch,
      state: all(watch.state),
      team: all(watch.team),
      peers: all(watch.peers),
      drop_in: all(watch.drop_in),
      log: each(watch.log, (row) => line(row, watch.weeks)),
    };
  }

  const at = (view, field, woman, week) => view.state[field][woman][Math.min(week, view.weeks - 1)];
  const isThere = (view, woman, week) => week >= view.women[woman].referred;
  function inProgram(view, woman, week) {
    const phase = at(view, "phase", woman, week);
    return phase >= FIRST_PHASE_OF_PROGRAM && phase <= LAST_PHASE_OF_PROGRAM;
  }

  // A code in words; numbers without names as they are.
  function inWords(view, field, value) {
    if (field === "manager") return value < 0 ? P.say("watch.nobody") : P.say("watch.post", { number: value + 1 });
    if (field === "linked")
      return (
        bits(value)
          .map((k) => view.services[k])
          .join(", ") || P.say("watch.none")
      );
    if (field === "attended") return String(bits(value).length);
    if (field === "trust") return value + "\u00a0%";
    if (field === "crisis" || field === "supplement") return P.say(value ? "watch.is_so" : "watch.is_not");
    return (view.names[field] || [])[value] || String(value);
  }

  function bits(value) {
    const found = [];
    for (let k = 0; value > 0 && value >> k; k += 1) if ((value >> k) & 1) found.push(k);
    return found;
  }

  // The month of a calendar week: October 2018.
  function month(view, week) {
    const day = new Date(Date.parse(view.start) + week * 7 * A_DAY);
    return day.toLocaleDateString("en-CA", { month: "long", year: "numeric", timeZone: "UTC" });
  }

  // Her events in order: week, what, text, the service's side where it comes first, and the reasons in words.
  function events(view, name) {
    return (view.events[name] || view.team_events[name] || []).map(([week, what, text, side, chance, ...pairs]) => ({
      week,
      what,
      text: view.texts[text],
      side: side < 0 ? "" : view.texts[side],
      why: why(view, what, chance, pairs),
    }));
  }

  function why(view, what, chance, pairs) {
    if (chance < 0) return "";
    const sizes = [];
    for (let k = 0; k < pairs.length; k += 2) {
      const size = (pairs[k + 1] < 0 ? "\u2212" : "+") + (Math.abs(pairs[k + 1]) / 10).toFixed(1);
      sizes.push(view.reasons[pairs[k]] + " " + size);
    }
    const sentence = view.because[what === NOT_TAKEN_UP ? 1 : 0];
    return sentence.replace("{chance}", (chance / 10).toFixed(1)).replace("{sizes}", sizes.join(", "));
  }

  // The first week in which two programs are not the same for one woman: {week, fields: {field: [under a, under b]}}.
  function apartFor(a, b, woman) {
    const found = new Map(),
      weeks = Math.min(a.weeks, b.weeks),
      name = a.women[woman].name;
    const note = (week, field, pair) => found.set(week, { ...found.get(week), [field]: pair });
    const referred = [a.women[woman].referred, b.women[woman].referred];
    if (referred[0] !== referred[1]) note(Math.min(...referred), "referred", referred);
    for (const field of Object.keys(a.names)) {
      const [one, other] = [a.state[field][woman], b.state[field][woman]];
      const week = one.findIndex((value, k) => k < weeks && value !== other[k]);
      if (week >= 0) note(week, field, [one[week], other[week]]);
    }
    const only = onlyOne(a, b, name);
    if (only) note(only.week, "events", only.texts);
    if (!found.size) return null;
    const week = Math.min(...found.keys());
    return { week, fields: found.get(week) };
  }

  // What happened to her under one only, in the first week with such an event.
  function onlyOne(a, b, name) {
    const told = [a, b].map((view) => (view.events[name] || []).map((event) => event[0] + "|" + view.texts[event[2]]));
    const without = (some, others) => {
      const left = others.slice();
      return some.filter((event) => {
        const k = left.indexOf(event);
        if (k >= 0) left.splice(k, 1);
        return k < 0;
      });
    };
    const only = [without(told[0], told[1]), without(told[1], told[0])];
    const weeks = only.flat().map((event) => Number(event.split("|")[0]));
    if (!weeks.length) return null;
    const week = Math.min(...weeks),
      here = week + "|";
    return {
      week,
      texts: only.map((side) =>
        side
          .filter((e) => e.startsWith(here))
          .map((e) => e.slice(here.length))
          .sort(),
      ),
    };
  }

  // The first week in which they part for anybody: {week, women: {name: fields}}; null where they never do.
  function apart(a, b) {
    let first = null;
    for (let woman = 0; woman < Math.min(a.women.length, b.women.length); woman += 1) {
      const found = apartFor(a, b, woman);
      if (!found || (first && found.week > first.week)) continue;
      if (!first || found.week < first.week) first = { week: found.week, women: {} };
      first.women[a.women[woman].name] = found.fields;
    }
    return first;
  }

  // How two programs part for her, in words.
  function partInWords(a, b, fields) {
    return Object.entries(fields)
      .map(([field, [one, other]]) => {
        if (field === "events") {
          const told = [
            ["A", one],
            ["B", other],
          ].filter(([, texts]) => texts.length);
          return told.map(([side, texts]) => P.say("watch.only", { side, texts: texts.join("; ") })).join("; ");
        }
        const values = field === "referred" ? [one, other] : [inWords(a, field, one), inWords(b, field, other)];
        return P.say("watch.differs", { what: P.say("watch.fields." + field), a: values[0], b: values[1] });
      })
      .join("; ");
  }

  P.weeks = { unfold, at, isThere, inProgram, inWords, bits, month, events, apart, apartFor, partInWords };
})();
