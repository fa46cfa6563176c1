"""What this server's launches made in one region, as their journals tell."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ..protocol import Launch, SolutionLaunch


class Journals:
    """The launches of one connection and region, by their ids.

    `packed` are the S3 URIs of the archives that any launches made, by their ids.
    """

    def __init__(
        self,
        connection: str,
        region: str,
        launches: Iterable[Launch],
        solutions: Iterable[SolutionLaunch],
        packed: Mapping[str, str],
    ) -> None:
        place = connection, region
        self.launches: dict[str, Launch] = {}
        for launch in launches:
            request = launch.deploy or launch.fine_tune
            if request is not None and (request.connection, request.region) == place:
                self.launches[launch.id] = launch
        self.packed = {id: uri for id, uri in packed.items() if id in self.launches}
        self.solutions = {
            one.id: one
            for one in solutions
            if (one.request.connection, one.request.region) == place
        }

    @property
    def made(self) -> dict[tuple[str, str], str]:
        """The launch of each row, by kind and row id."""
        return {
            (kind, id): launch.id
            for launch in self.launches.values()
            for kind, _, id in (name.partition("/") for name in launch.made)
        }

    @property
    def stacks(self) -> list[str]:
        """The ids of the stacks that are not known to be deleted."""
        return [
            one.stack_id
            for one in self.solutions.values()
            if one.stack_id is not None and not (one.deletion and one.deletion.proven)
        ]
