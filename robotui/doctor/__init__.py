"""What works in this terminal, told to people: the clipboard above all, tested for real."""

from collections.abc import Mapping

from robotui.config import Paths
from robotui.doctor.finding import Report
from robotui.doctor.routes import routes
from robotui.doctor.surroundings import surroundings


def examine(paths: Paths, environment: Mapping[str, str]) -> Report:
    """Test the clipboard and look around. What was on the clipboard is there afterwards."""
    return Report(routes(environment), surroundings(paths, environment))
