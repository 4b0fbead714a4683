"use strict";
// The people of a watched program in one week: each woman a dot in her phase, on her case manager's caseload and in the
// drop-in's circle. Dots move between weeks; how full a dot is says the state that is looked at.
(function () {
  const P = window.Pathways,
    W = P.weeks;
  const WITH_PROGRAM = [0, 1, 2, 3, 4, 5, 6],
    USUAL_SERVICES = 7;
  const HEAD = 50,
    GAP = 12,
    STAMP = 16,
    NOT_OFFERED = 3;
  const SIZES = [
    [60, 6.5, 15],
    [120, 5, 12],
    [400, 3.6, 9],
  ]; // up to so many women: radius and distance of dots
  const FULL = { contact: [0, 1, 0.55, 0] }; // how full a dot is for a code, where it is not its place among the names
  const SHOWN = ["contact", "housing", "income", "employment", "sex_work"];

  const full = (view, field, value) => (FULL[field] ? FULL[field][value] : value / (view.names[field].length - 1));

  // A woman's dot: a ring, and inside it what she is in.
  function dot(radius, name, pressed) {
    const parts = [
      P.draw("title", null, name),
      P.draw("circle", { class: "ring", r: radius }),
      P.draw("circle", { class: "core", r: radius }),
    ];
    return P.draw("g", { class: "woman", click: pressed }, parts);
  }

  function dress(group, view, woman, week, show, radius) {
    const value = W.at(view, show, woman, week),
      share = full(view, show, value) || 0;
    group.lastChild.setAttribute("r", (radius * share).toFixed(2));
    group.classList.toggle("unmet", show === "contact" && value === NOT_OFFERED);
  }

  const sizeFor = (view) => SIZES.find(([most]) => view.women.length <= most) || SIZES[SIZES.length - 1];

  // Every picture says that it is of a simulated program.
  const stamp = (x, y) => P.draw("text", { class: "stamp", x, y }, P.say("page.charts.simulated"));

  // Columns of phases: where each is, and how many dots stand side by side in it.
  function columns(view, wide) {
    const offered = view.women.some((one, woman) => W.at(view, "phase", woman, one.referred) !== USUAL_SERVICES);
    const phases = offered || !view.women.length ? WITH_PROGRAM : [USUAL_SERVICES];
    const inRow = wide ? phases.length : Math.min(4, phases.length),
      width = wide ? 574 : 350,
      [, , pitch] = sizeFor(view);
    const own = (width - GAP * (inRow - 1)) / inRow,
      across = Math.max(1, Math.floor(own / pitch));
    const most = phases.map((phase) => mostAtOnce(view, phase));
    const heights = [],
      rows = Math.ceil(phases.length / inRow);
    for (let row = 0; row < rows; row += 1) {
      heights.push(
        HEAD + pitch * Math.max(2, ...most.slice(row * inRow, (row + 1) * inRow).map((n) => Math.ceil(n / across))) + GAP,
      );
    }
    const places = phases.map((phase, k) => {
      const row = Math.floor(k / inRow);
      return {
        phase,
        x: (k % inRow) * (own + GAP),
        y: heights.slice(0, row).reduce((sum, h) => sum + h, 0),
        height: heights[row] - GAP,
      };
    });
    return { places, own, across, width, height: heights.reduce((sum, h) => sum + h, 0) };
  }

  function mostAtOnce(view, phase) {
    let most = 0;
    for (let week = 0; week < view.weeks; week += 1) most = Math.max(most, count(view, phase, week));
    return most;
  }

  function count(view, phase, week) {
    let number = 0;
    for (let woman = 0; woman < view.women.length; woman += 1) {
      number += W.isThere(view, woman, week) && W.at(view, "phase", woman, week) === phase;
    }
    return number;
  }

  // The pathway of one program: {node, update}. `choose` is told which woman was pressed.
  function pathway(view, wide, choose) {
    const plan = columns(view, wide),
      [, radius, pitch] = sizeFor(view);
    const heads = plan.places.map(({ phase, x, y, height }) => {
      const number = P.draw("text", { class: "count", x, y: y + 44 });
      const lines = view.names.phase[phase]
        .split(/ (?=\S{4,})/)
        .map((words, k) => P.draw("text", { class: "phase", x, y: y + 14 + 13 * k }, words));
      const box = P.draw("rect", { class: "column", x: x - 5, y, width: plan.own + 10, height, rx: 6 });
      return { phase, number, nodes: [box, ...lines, number] };
    });
    const dots = view.women.map((one, woman) => dot(radius, one.name, () => choose(woman)));
    const node = P.draw(
      "svg",
      { class: "pathway", viewBox: `-5 0 ${plan.width + 10} ${plan.height + STAMP}`, role: "img" },
      ...heads.flatMap((h) => h.nodes),
      dots,
      stamp(-5, plan.height + STAMP - 4),
    );

    function update(week, chosen, show) {
      const filled = new Map(plan.places.map(({ phase }) => [phase, 0]));
      dots.forEach((group, woman) => {
        const there = W.isThere(view, woman, week),
          phase = W.at(view, "phase", woman, week);
        const place = plan.places.find((each) => each.phase === phase);
        group.classList.toggle("absent", !there || !place);
        if (!there || !place) return;
        const number = filled.get(phase);
        filled.set(phase, number + 1);
        const x = place.x + radius + 0.5 + pitch * (number % plan.across),
          y = place.y + HEAD + radius + pitch * Math.floor(number / plan.across);
        group.style.transform = `translate(${x}px, ${y}px)`;
        group.classList.toggle("chosen", woman === chosen);
        group.classList.toggle("seated", W.at(view, "attended", woman, week) > 0);
        dress(group, view, woman, week, show, radius);
      });
      heads.forEach(({ phase, number }) => (number.textContent = filled.get(phase)));
      node.setAttribute("aria-label", P.say("watch.pathway_alt", { week, counts: counted(view, week) }));
    }
    return { node, update };
  }

  // `3 waiting list, 2 pre-CTI` of all phases in which anybody is.
  function counted(view, week) {
    const parts = view.names.phase.map((name, phase) => [count(view, phase, week), name]).filter(([number]) => number);
    return parts.map(([number, name]) => P.say("watch.counted", { number, name })).join(", ") || P.say("watch.nobody_yet");
  }

  // ---- the team and the drop-in

  const caseload = (view, post, week) =>
    view.women
      .map((_, woman) => woman)
      .filter((woman) => W.isThere(view, woman, week) && W.at(view, "manager", woman, week) === post);

  function smallDots(view, women, week, chosen, show, choose, places, radius) {
    return women.map((woman, k) => {
      const group = dot(radius, view.women[woman].name, () => choose(woman)),
        [x, y] = places(k);
      group.setAttribute("transform", `translate(${x.toFixed(1)} ${y.toFixed(1)})`);
      group.classList.toggle("chosen", woman === chosen);
      dress(group, view, woman, week, show, radius);
      return group;
    });
  }

  // Each case manager's post with her women, her hours, or that nobody holds it.
  function team(view, choose) {
    const node = P.make("ul", { class: "team" });
    const hours = (name, post, week) => view.team[name][post][week] / 10;
    function update(week, chosen, show) {
      node.replaceChildren(
        ...(view.team.in_post || []).map((line, post) => {
          const women = caseload(view, post, week),
            held = line[week] > 0,
            across = 20,
            pitch = 12;
          const rows = Math.max(1, Math.ceil(Math.max(view.caseload_limit, women.length) / across));
          const free = Array.from({ length: Math.max(0, view.caseload_limit - women.length) }, (_, k) => women.length + k);
          const place = (k) => [6 + pitch * (k % across), 6 + pitch * Math.floor(k / across)];
          const seats = free.map((k) => P.draw("circle", { class: "free", cx: place(k)[0], cy: place(k)[1], r: 1.6 }));
          const drawing = P.draw(
            "svg",
            { viewBox: `-3 -3 ${across * pitch + 6} ${rows * pitch + 6}`, "aria-hidden": "true" },
            seats,
            smallDots(view, women, week, chosen, show, choose, place, 5),
          );
          const supplied = hours("hours_supplied", post, week),
            values = { women: women.length, limit: view.caseload_limit };
          values.used = (supplied - hours("hours", post, week)).toFixed(0);
          values.supplied = supplied.toFixed(0);
          return P.make(
            "li",
            { class: held ? "post" : "post vacant" },
            P.make("b", null, P.say("watch.post_name", { number: post + 1 })),
            " ",
            P.make("span", null, P.say(held ? "watch.caseload" : "watch.vacant", values)),
            drawing,
          );
        }),
      );
      const women = view.women
        .map((_, woman) => woman)
        .filter((woman) => W.isThere(view, woman, week) && W.inProgram(view, woman, week));
      const alone = women.filter((woman) => W.at(view, "manager", woman, week) < 0).length,
        peers = view.peers.in_post || [];
      if (alone) node.append(P.make("li", { class: "vacant" }, P.say("watch.without", { women: alone })));
      const held = peers.filter((line) => line[week] > 0).length;
      if (peers.length) node.append(P.make("li", null, P.say("watch.peers", { held, posts: peers.length })));
      if (!node.children.length) node.append(P.make("li", null, P.say("watch.no_team")));
    }
    return { node, update };
  }

  // The drop-in of this week: who sat in it, who found no seat.
  function dropIn(view, choose) {
    const drawing = P.draw("svg", { viewBox: "-80 -80 160 160", class: "drop-in", "aria-hidden": "true" });
    const words = P.make("p", null);
    const golden = Math.PI * (3 - Math.sqrt(5)); // dots as seeds of a sunflower: no two in one place
    const place = (k) => [11 * Math.sqrt(k + 0.4) * Math.cos(golden * k), 11 * Math.sqrt(k + 0.4) * Math.sin(golden * k)];
    function update(week, chosen, show) {
      const women = view.women.map((_, woman) => woman).filter((woman) => W.at(view, "attended", woman, week) > 0);
      const now = (field) => view.drop_in[field][0][week];
      const circle = P.draw("circle", { class: now("sessions") ? "room" : "room closed", r: 76 });
      drawing.replaceChildren(circle, ...smallDots(view, women, week, chosen, show, choose, place, 5));
      const sentence = !now("sessions") ? "no_session" : now("remote") ? "remote_session" : "session";
      words.textContent = P.say("watch." + sentence, { came: women.length, sessions: now("sessions"), away: now("turned_away") });
    }
    return { node: P.make("div", { class: "room-of-week" }, drawing, words), update };
  }

  P.crowd = { pathway, team, dropIn, counted, count, caseload, dot, dress, full, stamp, STAMP, SHOWN };
})();
