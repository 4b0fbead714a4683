"use strict";
// One simulated participant: the states of her life over her own weeks, and everything that happened to her, with its
// reasons; beside her leaving or return the service's side comes first.
(function () {
  const P = window.Pathways,
    W = P.weeks;
  const LANES = ["phase", "housing", "income", "employment", "sex_work", "contact"];
  const WIDEST = 830,
    NARROW = 520,
    RIGHT = 34,
    LANE = 20,
    BAR = 13,
    TOP = 6,
    NAME = 16,
    FOOT = 22,
    A_MONTH = 52 / 12;
  const LAST_PHASE = 4,
    NOT_OFFERED = 3;

  // A stretch of weeks in one state: from, to, value.
  function stretches(line, first, weeks) {
    const found = [];
    for (let week = first; week < weeks; week += 1) {
      if (found.length && found[found.length - 1].value === line[week]) found[found.length - 1].to = week + 1;
      else found.push({ from: week, to: week + 1, value: line[week] });
    }
    return found;
  }

  // How dark a state is drawn: the further along its scale, the darker; outside of the program nothing.
  function shade(view, field, value) {
    if (field === "phase") return value > LAST_PHASE ? (value === LAST_PHASE + 1 ? 1 : 0.06) : 0.12 + 0.17 * value;
    if (field === "contact") return [0.05, 0.8, 0.35, 0.05][value];
    return 0.08 + 0.82 * P.crowd.full(view, field, value);
  }

  // The lanes of her life under each plan, one bar for each plan in every lane, and a line at the week that is shown.
  function lanes(views, letters, woman, room) {
    const wide = Math.max(300, Math.min(WIDEST, room)),
      narrow = wide < NARROW,
      left = narrow ? 20 : 136;
    const bars = views.length,
      tall = LANE * bars + 8 + (narrow ? NAME : 0),
      weeks = Math.max(...views.map((view) => Math.min(view.follow_up_weeks, view.weeks - view.women[woman].referred)));
    const x = (own) => left + ((wide - left - RIGHT) * own) / weeks,
      height = TOP + tall * LANES.length + FOOT;
    const parts = LANES.flatMap((field, lane) => {
      const top = TOP + tall * lane;
      const rows = views.flatMap((view, k) => {
        const referred = view.women[woman].referred;
        const y = top + LANE * k + (narrow ? NAME : 0),
          name = bars > 1 ? [P.draw("text", { class: "side", x: left - 16, y: y + 11 }, letters[k])] : [];
        return [
          ...name,
          ...stretches(view.state[field][woman], referred, Math.min(view.weeks, referred + weeks)).map(({ from, to, value }) => {
            const unmet = field === "contact" && value === NOT_OFFERED;
            return P.draw(
              "rect",
              {
                class: "spell" + (unmet ? " unmet" : ""),
                x: x(from - referred),
                y,
                width: Math.max(0.6, x(to - referred) - x(from - referred)),
                height: BAR,
                "fill-opacity": shade(view, field, value).toFixed(2),
              },
              P.draw("title", null, W.inWords(view, field, value)),
            );
          }),
        ];
      });
      return [P.draw("text", { class: "lane", x: 0, y: top + 11 }, P.say("watch.fields." + field)), ...rows];
    });
    const months = Math.floor(weeks / A_MONTH),
      every = months > 30 ? 12 : 6;
    for (let m = 0; m <= months; m += every)
      parts.push(
        P.draw(
          "text",
          { class: "tick", x: x(m * A_MONTH), y: height - 6, "text-anchor": m + every > months ? "end" : "start" },
          P.say("watch.months", { number: m }),
        ),
      );
    const now = P.draw("line", { class: "now", y1: 0, y2: height - FOOT });
    const drawing = P.draw(
      "svg",
      {
        class: "lanes",
        viewBox: `0 0 ${wide} ${height + P.crowd.STAMP}`,
        role: "img",
        "aria-label": P.say("watch.lanes_alt", { name: views[0].women[woman].name }),
      },
      parts,
      now,
      P.crowd.stamp(0, height + P.crowd.STAMP - 4),
    );
    const update = (week) => {
      const place = x(Math.max(0, Math.min(weeks, week - views[0].women[woman].referred + 1)));
      now.setAttribute("x1", place);
      now.setAttribute("x2", place);
    };
    return { drawing, update };
  }

  // Her state in a week as a table: what it is under each plan.
  function stateNow(views, letters, woman, week) {
    const fields = Object.keys(views[0].names),
      there = (view) => W.isThere(view, woman, week);
    const rows = fields.map((field) => [
      P.say("watch.fields." + field),
      ...views.map((view) => (there(view) ? W.inWords(view, field, W.at(view, field, woman, week)) : P.say("watch.not_yet"))),
    ]);
    return P.table(
      P.say("watch.state_of", { name: views[0].women[woman].name, week }),
      [P.say("watch.what"), ...letters.slice(0, views.length)],
      rows,
    );
  }

  // Everything that happened to her under one plan, in order; the week that is shown is marked.
  function story(view, name, referred, parted) {
    const items = W.events(view, name).map((event) => {
      const head = P.make("b", null, P.say("watch.her_week", { week: event.week - referred, month: W.month(view, event.week) }));
      const sentence = event.text[0].toUpperCase() + event.text.slice(1) + ".";
      const node = P.make(
        "li",
        { class: parted !== null && event.week >= parted ? "parted" : "" },
        head,
        " ",
        event.side && P.make("strong", { class: "service-side" }, event.side + ". "),
        sentence,
        " ",
        event.why && P.make("span", { class: "why" }, event.why),
      );
      return { week: event.week, node };
    });
    const list = P.make(
      "ol",
      { class: "story", tabindex: "0", "aria-label": P.say("watch.story_of", { name }) },
      items.map(({ node }) => node),
    );
    const update = (week) => {
      let last = null;
      for (const item of items) {
        item.node.classList.toggle("now", item.week === week);
        item.node.classList.toggle("later", item.week > week);
        if (item.week <= week) last = item.node;
      }
      if (last) list.scrollTop = Math.max(0, last.offsetTop - list.clientHeight / 2);
    };
    return { list, update };
  }

  // Her card under one plan or two: {node, update}.
  function card(views, letters, woman, jump, room) {
    const [view] = views,
      one = view.women[woman],
      [a, b] = views;
    const parted = b ? W.apartFor(a, b, woman) : null;
    const drawn = lanes(views, letters, woman, room),
      now = P.make("div", null);
    const stories = views.map((each) => story(each, one.name, each.women[woman].referred, parted ? parted.week : null));
    const parts = [
      P.make("h2", null, P.say("watch.who", { name: one.name })),
      P.make(
        "p",
        null,
        P.say("watch.needs", { needs: one.needs.join(", "), month: W.month(view, one.referred), week: one.referred }),
      ),
      b &&
        P.make(
          "p",
          null,
          parted
            ? P.say("watch.she_parts", {
                week: parted.week,
                own: parted.week - one.referred,
                how: W.partInWords(a, b, parted.fields),
              })
            : P.say("watch.she_never_parts"),
          " ",
          parted && P.button(P.say("watch.go_to", { week: parted.week }), () => jump(parted.week), { class: "small" }),
        ),
      drawn.drawing,
      P.make("p", { class: "note" }, P.say("watch.lanes_how")),
      P.make(
        "div",
        { class: "stories" },
        stories.map(({ list }, k) =>
          P.make("div", null, b && P.make("h3", null, P.say("watch.under", { side: letters[k] })), list),
        ),
      ),
      P.make("p", { class: "note" }, P.say("watch.reading")),
      P.fold("watch-state", P.say("watch.state_table"), now),
    ];
    const update = (week) => {
      drawn.update(week);
      stories.forEach((each) => each.update(week));
      now.replaceChildren(stateNow(views, letters, woman, week));
    };
    return { node: P.make("article", { class: "participant" }, parts), update };
  }

  P.woman = { card };
})();
