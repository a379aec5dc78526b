"""The steps from a bare Python to a working copy that runs, in order."""

from __future__ import annotations

from devtools import node_environment, python_environment
from devtools.console import Console
from devtools.needs import Needs
from devtools.workspace import Workspace, alone


def prepare(workspace: Workspace, needs: Needs, console: Console) -> None:
    """Make everything in `needs` ready, or raise `PreparationFailed`; skip what is ready."""
    with alone(workspace, console):
        python_environment.make_venv(workspace, console)
        python_environment.install_uv(workspace, console)
        python_environment.install_packages(workspace, needs.groups, console)
        if needs.project:
            python_environment.install_project(workspace, console)
        if needs.node_packages:
            node_environment.link_node(workspace)
            for folder in node_environment.PROJECTS:
                node_environment.install_packages(workspace, folder, console)
        if needs.pages:
            node_environment.build_pages(workspace, console)
