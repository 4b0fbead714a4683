"""The Mesa model in Mesa's own browser view, for those who know it: women by phase and the community of services, week
by week. It is not part of Pathways' page and not installed with it; it asks elsewhere for parts of its look, so that it
stays blank without internet. In an environment of its own, with Pathways installed:

    pip install "solara==1.44.1" "reacton==1.9.1" "ipyvuetify==1.12.0" "altair==6.3.0" "mesa==3.3.1"
    pip install "uvicorn==0.35.0" "starlette==0.47.3"
    solara run experiments/solara_view.py
"""

import networkx as nx
import numpy as np
import solara
from matplotlib.figure import Figure
from mesa.visualization import SolaraViz
from mesa.visualization.utils import update_counter

import sim
from sim.agents import Program, service_graph
from sim.program import words as w
from sim.study.sets import rows_of

PHASES = range(w.WAITING, w.USUAL_SERVICES)


class AsDelivered(Program):
    """One replication of the program as delivered, with as many case managers as are asked for."""

    def __init__(self, case_managers: int = 1, replication: int = 1, seed: int = 1) -> None:
        study = sim.load_study(f"staffing.case_managers={case_managers}", f"seed={seed}")
        self.study_edges = study.edges
        row = rows_of(study, np.array([replication]))[0]
        super().__init__(study.plan, row, seed, replication, study.edges)


@solara.component
def phases(model: AsDelivered) -> None:
    """How many women are in each phase at the end of this week."""
    update_counter.get()
    figure = Figure(layout="constrained")
    axes = figure.subplots()
    women = [sum(person.phase == phase for person in model.women) for phase in PHASES]
    axes.barh([w.PHASES[phase] for phase in PHASES], women, color="#0072B2")
    axes.invert_yaxis()
    axes.set(xlabel="women (simulated)", title=f"Week {model.week}", xlim=(0, max(10, *women)))
    solara.FigureMatplotlib(figure)


@solara.component
def community(model: AsDelivered) -> None:
    """Each service with how many women are linked to it."""
    update_counter.get()
    figure = Figure(layout="constrained")
    axes = figure.subplots()
    graph = service_graph(model.study_edges)
    linked = [sum(int(person.linked) >> number & 1 for person in model.women) for number in range(len(w.SERVICES))]
    names = {name: f"{name.replace('_', ' ')}\n{number}" for name, number in zip(w.SERVICES, linked, strict=True)}
    sizes = [400 + 60 * number for number in linked]
    look = {"node_color": "#E69F00", "edge_color": "#9AA5AD", "font_size": 8}
    nx.draw_circular(graph, ax=axes, labels=names, node_size=sizes, **look)
    axes.margins(0.2)
    solara.FigureMatplotlib(figure)


model = AsDelivered()
page = SolaraViz(
    model,
    components=[phases, community],
    model_params={
        "case_managers": {"type": "SliderInt", "value": 1, "label": "Case managers", "min": 1, "max": 5, "step": 1},
        "replication": {"type": "SliderInt", "value": 1, "label": "Run", "min": 1, "max": 50, "step": 1},
    },
    name="Pathways, a simulated program",
)
