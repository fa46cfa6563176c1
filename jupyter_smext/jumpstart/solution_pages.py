"""All solutions that are known of, and what the template of each says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..aws.bucket import split
from ..aws.calls import calling
from ..aws.errors import ProblemError, problem
from ..aws.profiles import LOCAL
from ..protocol import Problem, Solution, SolutionPage, Solutions
from .document_json import hostile
from .public_objects import read_object
from .solution_manifest import Entry, entries
from .solution_table import shipped
from .stack_template import BODY_LIMIT, SIZE_LIMIT, StackTemplate, parse

if TYPE_CHECKING:
    from ..aws.sessions import Sessions

_NESTED = (
    "It has stacks inside, whose templates may make roles: what these need to be acknowledged is "
    "known to AWS alone."
)


@dataclass(frozen=True)
class SolutionTemplate:
    """A solution with its template; `url` is for one that is too long for a request."""

    solution: Solution
    entry: Entry | None
    template: StackTemplate
    url: str | None

    @property
    def given(self) -> dict[str, str]:
        """As the operations take it: what was read is what is run, wherever that is possible."""
        if self.url is not None:
            return {"TemplateURL": self.url}
        return {"TemplateBody": self.template.text}


class SolutionPages:
    """Solutions through connections. Blocking."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    def list(self, connection: str, region: str) -> Solutions:
        """Those that run through the connection first. Raises nothing: problems are among it."""
        problems: list[Problem] = []
        try:
            own = entries(self._sessions, connection, region)
        except ProblemError as error:
            own = ()
            problems.append(error.problem)
        rows = (*(each.row(region) for each in own), *shipped(region))
        return Solutions(connection, region, rows, tuple(problems))

    def find(self, connection: str, region: str, id: str) -> tuple[Solution, Entry | None]:
        """Raises ProblemError: there is none of that id."""
        for each in shipped(region):
            if each.id == id:
                return each, None
        for entry in entries(self._sessions, connection, region):
            if entry.id == id:
                return entry.row(region), entry
        raise ProblemError(
            problem("not_found", "There is no such solution", id[:80], "Read the list again.")
        )

    def template(self, connection: str, region: str, id: str) -> SolutionTemplate:
        """Raises ProblemError: none is public here, or it cannot be read."""
        return self._template(connection, region, *self.find(connection, region, id))

    def page(self, connection: str, region: str, id: str) -> SolutionPage:
        """Raises ProblemError: there is none of that id."""
        solution, entry = self.find(connection, region, id)
        problems: list[Problem] = []
        template: StackTemplate | None = None
        capabilities: tuple[str, ...] = ()
        reason = ""
        try:
            found = self._template(connection, region, solution, entry)
            template = found.template
            capabilities, reason = self.capabilities(connection, region, found)
        except ProblemError as error:
            problems.append(error.problem)
        description = entry.description if entry else ""
        if not description and template is not None:
            description = template.description
        return SolutionPage(
            solution=solution,
            description=description or solution.summary,
            architecture=entry.architecture if entry else "",
            license=entry.license if entry else None,
            source=entry.source if entry else None,
            template=template.text if template else None,
            creates=template.creates if template else (),
            parameters=template.parameters if template else (),
            capabilities=capabilities,
            capabilities_reason=reason,
            outputs=template.outputs if template else (),
            files=tuple(entry.files) if entry else (),
            notebook=entry.notebook if entry else None,
            launchable=not problems,
            problems=tuple(problems),
        )

    def capabilities(
        self, connection: str, region: str, of: SolutionTemplate
    ) -> tuple[tuple[str, ...], str]:
        """What must be acknowledged, and why. Raises ProblemError: AWS does not take it."""
        client = self._sessions.client(connection, region, "cloudformation")
        with calling(connection, "GetTemplateSummary", "cloudformation"):
            said = client.get_template_summary(**of.given)
        needed, reason = tuple(said.get("Capabilities", ())), said.get("CapabilitiesReason", "")
        if of.template.nests and "CAPABILITY_NAMED_IAM" not in needed:
            others = (each for each in needed if each != "CAPABILITY_IAM")
            return ("CAPABILITY_NAMED_IAM", *others), f"{reason} {_NESTED}".strip()
        return needed, reason

    def _template(
        self, connection: str, region: str, solution: Solution, entry: Entry | None
    ) -> SolutionTemplate:
        if solution.template is None and not solution.regions:
            raise ProblemError(_none(solution))
        if connection == LOCAL and entry is None:
            raise ProblemError(
                problem(
                    "needs_aws",
                    "This solution needs AWS",
                    "Its template and what it makes are AWS's: the local engine has neither.",
                    "Choose an AWS connection, or a solution that runs here.",
                )
            )
        if solution.template is None:
            raise ProblemError(_none(solution))
        bucket, key = split(solution.template)
        place = self._sessions, connection, region
        try:
            found = read_object(*place, bucket, key, SIZE_LIMIT)
        except ProblemError as error:
            if error.problem.cause in ("not_found", "denied"):
                raise ProblemError(_gone(solution, error.problem)) from error
            raise
        assert found is not None
        try:
            text = found.body.decode()
        except UnicodeDecodeError as error:
            raise hostile("The template is no text", solution.template) from error
        url = f"https://{bucket}.s3.{region}.amazonaws.com/{key}"
        long = len(found.body) > BODY_LIMIT
        return SolutionTemplate(solution, entry, parse(text), url if long else None)


def _none(solution: Solution) -> Problem:
    if solution.regions:
        return problem(
            "not_found",
            "This solution has no template in this region",
            f"It has one in {', '.join(solution.regions)}.",
            "Choose one of these regions.",
        )
    return problem(
        "not_found",
        "This solution has no public template",
        "No launch link that AWS published leads to one.",
        f"Follow its repository: {solution.repository}"
        if solution.repository
        else "AWS published no repository of it either.",
    )


def _gone(solution: Solution, said: Problem) -> Problem:
    return problem(
        "not_found",
        "The template of this solution cannot be read",
        f"{solution.template}, to which its repository leads: {said.title}.",
        f"AWS may have taken it away. Follow its repository: {solution.repository}"
        if solution.repository
        else "Read the list again.",
        code=said.code,
        request_id=said.request_id,
    )
