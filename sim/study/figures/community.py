"""The community around one simulated program in one run: who is tied to whom, each in a fixed place."""

from math import atan2, cos, pi, sin

import pandas as pd

from sim.study.figures.axes import apart, beside
from sim.study.figures.reading import Occasion, Tables
from sim.study.figures.saying import women
from sim.study.figures.style import AMBER, BLUE, DARK, GREEN, INK, MARGIN, SKY, Look, Page, Words
from sim.study.sentences import say

WOMAN, CASE_MANAGER, PEER, SERVICE = "woman", "case manager", "peer mentor", "service"
MARKS: dict[str, Look] = {
    SERVICE: {"marker": "h", "color": AMBER, "markersize": 17},
    WOMAN: {"marker": "o", "color": SKY, "markersize": 7},
    CASE_MANAGER: {"marker": "s", "color": BLUE, "markersize": 13},
    PEER: {"marker": "D", "color": GREEN, "markersize": 9},
}
TIES: dict[str, Look] = {
    "caseload": {"color": BLUE, "linestyle": "solid"},
    "link": {"color": AMBER, "linestyle": "solid"},
    "tie": {"color": GREEN, "linestyle": (0, (1, 1.5))},
    "referral": {"color": DARK, "linestyle": (0, (4, 2))},
}
NAMED = 40  # women, up to which each is named
OUTER, LINKED, UNLINKED, PEERS, CENTRE = 1.0, 0.72, 0.54, 0.26, 0.1  # radii


def places(nodes: pd.DataFrame, edges: pd.DataFrame) -> dict[str, tuple[float, float]]:
    """Services outside, the team in the middle; between them each woman near the services she is linked to, and on a
    ring further in those who are linked to none."""
    kinds = {kind: list(nodes.loc[nodes["kind"] == kind, "node"]) for kind in MARKS}
    angles = _around(kinds[SERVICE])
    pulls = {}
    for node in kinds[WOMAN]:
        mine = edges[(edges["source"] == node) | (edges["target"] == node)]
        near = [angles[end] for end in (*mine["source"], *mine["target"]) if end in angles]
        if near:
            pulls[node] = (pi / 2 - atan2(sum(map(sin, near)), sum(map(cos, near)))) % (2 * pi)
    step = min(0.22, 2 * pi / max(1, len(pulls)))
    clock = apart([round(pull, 6) for pull in pulls.values()], step, 0.0, 2 * pi - step)
    rings = (
        (OUTER, angles),
        (LINKED, {node: pi / 2 - angle for node, angle in zip(pulls, clock, strict=True)}),
        (UNLINKED, _around([node for node in kinds[WOMAN] if node not in pulls], 0.4)),
        (PEERS, _around(kinds[PEER], 0.9)),
        (CENTRE if len(kinds[CASE_MANAGER]) > 1 else 0.0, _around(kinds[CASE_MANAGER])),
    )
    return {node: (radius * cos(angle), radius * sin(angle)) for radius, ring in rings for node, angle in ring.items()}


def _around(nodes: list[str], turned: float = 0.0) -> dict[str, float]:
    """Angles clockwise from the top, or a turn past it, evenly spaced."""
    return {node: pi / 2 - turned - 2 * pi * number / len(nodes) for number, node in enumerate(nodes)}


def read_community(tables: Tables, occasion: Occasion) -> pd.DataFrame:
    """One row for each node with its place, then one for each edge."""
    nodes, edges = tables["community_nodes"], tables["community_edges"]
    found = places(nodes, edges)
    where = nodes["node"].map(found)
    dots = nodes.rename(columns={"node": "source"}).assign(part="node", x=where.str[0], y=where.str[1])
    data = pd.concat([dots, edges.assign(part="edge")], ignore_index=True)
    return data[["part", "kind", "source", "target", "label", "weight", "x", "y"]]


def _counts(data: pd.DataFrame) -> dict[str, int]:
    """How many nodes and edges of each kind, and how many women are linked to at least one service."""
    counts = data.groupby(["part", "kind"]).size()
    links = data[(data["part"] == "edge") & (data["kind"] == "link")]
    ends = set(links["source"]) | set(links["target"])
    people = data[(data["part"] == "node") & (data["kind"] == WOMAN)]
    asked = [("node", kind) for kind in MARKS] + [("edge", kind) for kind in TIES]
    numbers = {kind: int(counts.get((part, kind), 0)) for part, kind in asked}
    return numbers | {"linked": int(people["source"].isin(ends).sum())}


def tell_community(data: pd.DataFrame, occasion: Occasion, runs: int) -> Words:
    counts = _counts(data)
    said = {"linked": str(counts["linked"]), "women": women(str(counts[WOMAN]))}
    said["parts"] = ", ".join(f"{counts[kind]} {_name(kind, counts[kind])}" for kind in (*MARKS, *TIES))
    title = "title" if counts[WOMAN] else "title_nobody"
    return Words(*(say(f"figures.community.{part}", **said) for part in (title, "how", "alt")))


def _name(kind: str, number: int) -> str:
    """One case manager, two case managers."""
    return say(f"figures.community.{'one' if number == 1 else 'many'}.{kind}")


def paint_community(page: Page, data: pd.DataFrame, occasion: Occasion, runs: int) -> None:
    """Edges below, nodes above, services named; what each mark means stands beside the picture with its number."""
    side = page.top - page.bottom
    axes = page.panel(MARGIN + 0.5, page.bottom, side, side)
    axes.set(xlim=(-1.22, 1.22), ylim=(-1.22, 1.22), aspect="equal")
    axes.set_axis_off()
    nodes = data[data["part"] == "node"].set_index("source")
    edges = data[data["part"] == "edge"]
    heaviest = max(float(edges["weight"].max()), 1e-9) if len(edges) else 1.0
    for tie, style in TIES.items():
        for edge in edges[edges["kind"] == tie].to_dict("records"):
            a, b = nodes.loc[edge["source"]], nodes.loc[edge["target"]]
            look: Look = {**style, "linewidth": 0.5 + 1.2 * edge["weight"] / heaviest}
            axes.plot([a["x"], b["x"]], [a["y"], b["y"]], alpha=0.3 if tie == "referral" else 0.6, zorder=1, **look)
    for kind, mark in MARKS.items():
        some = nodes[nodes["kind"] == kind]
        axes.plot(some["x"], some["y"], linestyle="none", markeredgecolor="white", zorder=3, **mark)
    if (nodes["kind"] == WOMAN).sum() <= NAMED:
        for node in nodes[nodes["kind"] == WOMAN].to_dict("records"):
            beside(axes, node["x"], node["y"] + 0.035, node["label"], fontsize=7.5, color=DARK)
    for node in nodes[nodes["kind"] == SERVICE].to_dict("records"):
        side_of = "left" if node["x"] > 0.05 else "right" if node["x"] < -0.05 else "center"
        level = "center" if abs(node["x"]) > 0.05 else "bottom" if node["y"] > 0 else "top"
        axes.text(1.09 * node["x"], 1.09 * node["y"], node["label"], ha=side_of, va=level, fontsize=9.5)
    _key(page, _counts(data), MARGIN + 0.5 + side + 1.35)


def _key(page: Page, counts: dict[str, int], left: float) -> None:
    """Marks and lines with their names and numbers."""
    tall = 0.34 * (len(MARKS) + len(TIES) + 1)
    axes = page.panel(left, page.top - 0.3 - tall, page.width - left - MARGIN, tall)
    axes.set(xlim=(0, page.width - left - MARGIN), ylim=(len(MARKS) + len(TIES) + 0.5, -0.5))
    axes.set_axis_off()
    for row, (kind, mark) in enumerate(MARKS.items()):
        axes.plot([0.2], [row], linestyle="none", **{**mark, "markersize": min(mark["markersize"], 12)})
        axes.text(0.5, row, f"{counts[kind]} {_name(kind, counts[kind])}", va="center", color=INK)
    for row, (tie, style) in enumerate(TIES.items(), len(MARKS) + 1):
        axes.plot([0.02, 0.38], [row, row], linewidth=1.6, **style)
        axes.text(0.5, row, f"{counts[tie]} {_name(tie, counts[tie])}", va="center", color=INK)
