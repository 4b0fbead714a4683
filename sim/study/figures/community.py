"""The community around one simulated program in one run: who is tied to whom, each in a fixed place."""

from math import atan2, cos, pi, sin

import pandas as pd

from sim.study.figures import colours as c
from sim.study.figures.page import MARGIN, Drawing, Look, Page, Words
from sim.study.figures.panels import apart, beside
from sim.study.figures.reading import Occasion, Tables
from sim.study.figures.saying import women, words
from sim.study.sentences import say

WOMAN, CASE_MANAGER, PEER, SERVICE = "woman", "case manager", "peer mentor", "service"
MARKS: dict[str, Look] = {
    SERVICE: {"marker": "h", "color": c.AMBER, "markersize": 17},
    WOMAN: {"marker": "o", "color": c.SKY, "markersize": 7},
    CASE_MANAGER: {"marker": "s", "color": c.BLUE, "markersize": 13},
    PEER: {"marker": "D", "color": c.GREEN, "markersize": 9},
}
TIES: dict[str, Look] = {
    "caseload": {"color": c.BLUE, "linestyle": "solid"},
    "link": {"color": c.AMBER, "linestyle": "solid"},
    "tie": {"color": c.GREEN, "linestyle": (0, (1, 1.5))},
    "referral": {"color": c.DARK, "linestyle": (0, (4, 2))},
}
NAMED = 40  # women, up to which each is named
OUTER, LINKED, UNLINKED, PEERS, CENTRE = 1.0, 0.72, 0.54, 0.26, 0.1  # radii


def places(nodes: pd.DataFrame, edges: pd.DataFrame) -> dict[str, tuple[float, float]]:
    """Services outside, the team in the middle; between them each woman near the services she is linked to, and on a
    ring further in those who are linked to none."""
    kinds = {kind: list(nodes.loc[nodes["kind"] == kind, "node"]) for kind in MARKS}
    services = _around(kinds[SERVICE])
    pulls = {}
    for woman, links in edges[edges["kind"] == "link"].groupby("source"):
        near = [services[service] for service in links["target"]]
        pulls[str(woman)] = round(atan2(sum(map(sin, near)), sum(map(cos, near))) % (2 * pi), 6)
    step = min(0.22, 2 * pi / max(1, len(pulls)))
    rings = (
        (OUTER, services),
        (LINKED, dict(zip(pulls, apart(list(pulls.values()), step, 0, 2 * pi - step), strict=True))),
        (UNLINKED, _around([node for node in kinds[WOMAN] if node not in pulls], 0.4)),
        (PEERS, _around(kinds[PEER], 0.9)),
        (CENTRE if len(kinds[CASE_MANAGER]) > 1 else 0.0, _around(kinds[CASE_MANAGER])),
    )
    return {node: (radius * sin(angle), radius * cos(angle)) for radius, ring in rings for node, angle in ring.items()}


def _around(nodes: list[str], turned: float = 0.0) -> dict[str, float]:
    """Angles clockwise from the top, or a turn past it, evenly spaced."""
    return {node: turned + 2 * pi * number / len(nodes) for number, node in enumerate(nodes)}


def read_community(tables: Tables, occasion: Occasion) -> pd.DataFrame:
    """One row for each node with its place, then one for each edge."""
    nodes, edges = tables["community_nodes"], tables["community_edges"]
    where = nodes["node"].map(places(nodes, edges))
    dots = nodes.rename(columns={"node": "source"}).assign(part="node", x=where.str[0], y=where.str[1])
    data = pd.concat([dots, edges.assign(part="edge")], ignore_index=True)
    return data[["part", "kind", "source", "target", "label", "weight", "x", "y"]]


def _counted(data: pd.DataFrame, kind: str) -> str:
    """How many there are of a kind, in words: 6 women, 5 links to services."""
    number = (data["kind"] == kind).sum()
    name = say(f"figures.community.{'one' if number == 1 else 'many'}.{kind}")
    return f"{number} {name}"


def tell_community(data: pd.DataFrame, occasion: Occasion) -> Words:
    people = str((data["kind"] == WOMAN).sum())
    linked = str(data.loc[data["kind"] == "link", "source"].nunique())
    title = "title_nobody" if people == "0" else "title"
    parts = ", ".join(_counted(data, kind) for kind in (*MARKS, *TIES))
    return words("community", title, linked=linked, women=women(people), parts=parts)


def paint_community(page: Page, data: pd.DataFrame, occasion: Occasion) -> None:
    """The graph on the left, what its marks and lines mean on the right."""
    (axes,) = page.panels(left=MARGIN + 0.5, right=page.width - MARGIN - 0.5 - page.body, low=0, high=0)
    axes.set(xlim=(-1.22, 1.22), ylim=(-1.22, 1.22), aspect="equal")
    axes.set_axis_off()
    nodes, edges = data[data["part"] == "node"].set_index("source"), data[data["part"] == "edge"]
    for kind, mark in MARKS.items():
        some = nodes[nodes["kind"] == kind]
        edge: Look = {"linestyle": "none", "markeredgecolor": "white", "zorder": 3}
        axes.plot(some["x"], some["y"], label=_counted(data, kind), **edge, **mark)
    for tie, style in TIES.items():
        axes.plot([], [], label=_counted(data, tie), linewidth=1.6, **style)
        for tied in edges[edges["kind"] == tie].to_dict("records"):
            ends, wide = nodes.loc[[tied["source"], tied["target"]]], 0.5 + 1.2 * tied["weight"] / edges["weight"].max()
            axes.plot(ends["x"], ends["y"], alpha=0.3 if tie == "referral" else 0.6, linewidth=wide, zorder=1, **style)
    people = nodes[nodes["kind"] == WOMAN]
    for node in people.to_dict("records") if len(people) <= NAMED else ():
        beside(axes, node["x"], node["y"] + 0.035, node["label"], fontsize=7.5, color=c.DARK)
    for node in nodes[nodes["kind"] == SERVICE].to_dict("records"):
        middle = abs(node["x"]) < 0.05
        side = "center" if middle else "left" if node["x"] > 0 else "right"
        level = "center" if not middle else "bottom" if node["y"] > 0 else "top"
        axes.text(1.09 * node["x"], 1.09 * node["y"], node["label"], ha=side, va=level)
    axes.legend(loc="upper left", bbox_to_anchor=(1.2, 0.97), labelspacing=1.7, handlelength=2.6, markerscale=0.8)


COMMUNITY = Drawing(
    ("community_nodes", "community_edges"), read_community, tell_community, paint_community, lambda _: (11.0, 6.0)
)
