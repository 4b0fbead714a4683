"use strict";
// Builds nodes and drawings, and finds sentences; nothing here ever reads text as HTML or as code.
(function () {
  const P = (window.Pathways = window.Pathways || { numbers: {} });
  const SVG = "http://www.w3.org/2000/svg";
  const heard = {};
  const open = new Set(); // what a reader has unfolded stays so when results are drawn again

  P.data = JSON.parse(document.getElementById("pathways").textContent);

  // The sentence `section.name` with its {values} filled in; an error when there is none.
  P.say = function (key, values) {
    const found = key.split(".").reduce((part, name) => (part === undefined ? part : part[name]), P.data.sentences);
    if (typeof found !== "string") throw new Error("no sentence: " + key);
    return found.replace(/\{(\w+)\}/g, (whole, name) => (values && name in values ? String(values[name]) : whole));
  };

  P.on = (name, listener) => (heard[name] = heard[name] || []).push(listener);
  P.emit = (name, value) => (heard[name] || []).forEach((listener) => listener(value));

  function dress(node, attributes) {
    for (const [name, value] of Object.entries(attributes || {})) {
      if (value === null || value === undefined || value === false) continue;
      if (typeof value === "function") node.addEventListener(name, value);
      else if (name === "value" || name === "checked" || name === "disabled") node[name] = value;
      else node.setAttribute(name, value === true ? "" : value);
    }
    return node;
  }

  function fill(node, children) {
    for (const child of children.flat(Infinity)) {
      if (child !== null && child !== undefined && child !== false) node.append(child);
    }
    return node;
  }

  // An element with attributes (a function is a listener) and children (nodes or text).
  P.make = (tag, attributes, ...children) => fill(dress(document.createElement(tag), attributes), children);
  P.draw = (tag, attributes, ...children) => fill(dress(document.createElementNS(SVG, tag), attributes), children);

  // A fold that stays as the reader left it.
  P.fold = function (name, summary, ...content) {
    const node = P.make("details", { open: open.has(name) }, P.make("summary", { id: "fold-" + name }, summary), ...content);
    node.addEventListener("toggle", () => (node.open ? open.add(name) : open.delete(name)));
    return node;
  };

  // A table of rows of text or nodes; the first cell of a row names it, the first row names the columns.
  P.table = function (caption, head, rows) {
    const line = (cells, name, scope) =>
      P.make(
        "tr",
        null,
        cells.map((cell, k) =>
          k && name !== "th" ? P.make("td", null, cell) : P.make("th", { scope: k || name === "th" ? scope : "row" }, cell),
        ),
      );
    const table = P.make(
      "table",
      null,
      P.make("caption", null, caption),
      P.make(
        "thead",
        null,
        P.make(
          "tr",
          null,
          head.map((cell) => P.make("th", { scope: "col" }, cell)),
        ),
      ),
      P.make(
        "tbody",
        null,
        rows.map((cells) => line(cells, "td", "row")),
      ),
    );
    const id = "table-" + caption.toLowerCase().replace(/\W+/g, "-");
    return P.make("div", { class: "scrolled", id, tabindex: "0", role: "region", "aria-label": caption }, table);
  };

  P.button = (words, pressed, attributes) => P.make("button", { type: "button", click: pressed, ...attributes }, words);

  // Writes a text to a file of the reader's.
  P.write = function (name, text, kind) {
    const link = P.make("a", { href: URL.createObjectURL(new Blob([text], { type: kind + ";charset=utf-8" })), download: name });
    document.body.append(link);
    link.click();
    link.remove();
    setTimeout(() => URL.revokeObjectURL(link.href), 60000);
  };
})();
