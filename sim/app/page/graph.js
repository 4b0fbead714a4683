"use strict";
// The community of one week: services outside, the team in the middle, each woman in the program near the services that
// she is linked to, and the ties among women who met at the drop-in.
(function () {
  const P = window.Pathways,
    W = P.weeks;
  const SERVICES = 132,
    LINKED = 94,
    UNLINKED = 62,
    TEAM = 24,
    TURN = 2 * Math.PI;
  const LEAST = 0.17; // radians between two women on a ring
  const polar = (radius, angle) => [radius * Math.sin(angle), -radius * Math.cos(angle)];

  // Angles in their order, no two nearer than `least`: pushed on clockwise, then spread evenly where a ring is full.
  function apart(wished, least) {
    const order = [...wished.keys()].sort((x, y) => wished[x] - wished[y] || x - y),
      step = Math.min(least, TURN / Math.max(1, order.length));
    const placed = new Array(wished.length);
    let last = -Infinity;
    for (const k of order) placed[k] = last = Math.max(wished[k], last + step);
    const over = Math.max(0, last - TURN + step - (order.length ? placed[order[0]] : 0));
    if (over > 0) order.forEach((k, rank) => (placed[k] = placed[order[0]] + (TURN / order.length) * rank));
    return placed;
  }

  // Where everybody stands in a week: {services, posts, women}, each by number: [x, y].
  function places(view, women, week) {
    const around = view.services.map((_, k) => (TURN * k) / view.services.length);
    const pulled = women.map((woman) => {
      const near = W.bits(W.at(view, "linked", woman, week)).map((k) => around[k]);
      if (!near.length) return null;
      const sum = (of) => near.reduce((total, angle) => total + of(angle), 0);
      return (Math.atan2(sum(Math.sin), sum(Math.cos)) + TURN) % TURN;
    });
    const ring = (radius, some, angles) => some.map((woman, k) => [woman, polar(radius, angles[k])]);
    const linked = women.filter((_, k) => pulled[k] !== null),
      alone = women.filter((_, k) => pulled[k] === null);
    const evenly = (number, turned) => Array.from({ length: number }, (_, k) => turned + (TURN * k) / number);
    const posts = (view.team.in_post || []).length;
    return {
      services: around.map((angle) => polar(SERVICES, angle)),
      posts: evenly(posts, 0).map((angle) => polar(posts > 1 ? TEAM : 0, angle)),
      women: new Map([
        ...ring(
          LINKED,
          linked,
          apart(
            pulled.filter((angle) => angle !== null),
            LEAST,
          ),
        ),
        ...ring(UNLINKED, alone, evenly(alone.length, 0.4)),
      ]),
    };
  }

  const line = (kind, [x1, y1], [x2, y2], chosen) => P.draw("line", { class: kind + (chosen ? " chosen" : ""), x1, y1, x2, y2 });

  // The name of a service beside its mark, a word a line where it is long.
  function label(name, [x, y]) {
    const middle = Math.abs(x) < 20,
      anchor = middle ? "middle" : x > 0 ? "start" : "end",
      at = middle ? x : x + 13 * Math.sign(x);
    const words = name.length > 12 ? name.split(/ (?=\S{4,})/) : [name];
    const top =
      y +
      4 +
      (middle ? 18 * Math.sign(y) : 0) -
      (y < 0 && middle ? 12 * (words.length - 1) : middle ? 0 : 6 * (words.length - 1));
    return P.draw(
      "text",
      { class: "service-name", "text-anchor": anchor },
      words.map((word, k) => P.draw("tspan", { x: at, y: top + 12 * k }, word)),
    );
  }

  // The drawing of one program: {node, update}.
  function community(view, choose) {
    const node = P.draw("svg", { class: "community", viewBox: "-230 -172 460 344", role: "img" });
    function update(week, chosen, show) {
      const women = view.women
        .map((_, woman) => woman)
        .filter((woman) => W.isThere(view, woman, week) && W.inProgram(view, woman, week));
      const where = places(view, women, week),
        lines = [];
      let links = 0,
        ties = 0;
      for (const [from, to, chance] of view.edges)
        if (chance > 0) lines.push(line("referral", where.services[from], where.services[to]));
      for (const [a, b, first, last] of view.ties) {
        if (first > week || last < week || !where.women.has(a) || !where.women.has(b)) continue;
        lines.push(line("tie", where.women.get(a), where.women.get(b), a === chosen || b === chosen));
        ties += 1;
      }
      for (const woman of women) {
        const manager = W.at(view, "manager", woman, week),
          held = W.bits(W.at(view, "linked", woman, week));
        if (manager >= 0) lines.push(line("caseload", where.posts[manager], where.women.get(woman), woman === chosen));
        for (const service of held) lines.push(line("link", where.services[service], where.women.get(woman), woman === chosen));
        links += held.length;
      }
      const services = where.services.map(([x, y]) =>
        P.draw("path", { class: "service", d: `M${x - 9} ${y}l4.5 -8h9l4.5 8l-4.5 8h-9z` }),
      );
      const posts = where.posts.map(([x, y], k) =>
        P.draw("rect", {
          class: "post" + (view.team.in_post[k][week] > 0 ? "" : " vacant"),
          x: x - 7,
          y: y - 7,
          width: 14,
          height: 14,
        }),
      );
      const dots = women.map((woman) => {
        const group = P.crowd.dot(5, view.women[woman].name, () => choose(woman)),
          [x, y] = where.women.get(woman);
        group.setAttribute("transform", `translate(${x.toFixed(1)} ${y.toFixed(1)})`);
        group.classList.toggle("chosen", woman === chosen);
        P.crowd.dress(group, view, woman, week, show, 5);
        return group;
      });
      node.replaceChildren(
        ...lines,
        ...services,
        ...where.services.map((place, k) => label(view.services[k], place)),
        ...posts,
        ...dots,
        P.crowd.stamp(-230, 168),
      );
      node.setAttribute("aria-label", P.say("watch.community_alt", { women: women.length, links, ties }));
    }
    return { node, update };
  }

  P.graph = { community, places, apart };
})();
