"""Any status word of AWS → its tone: `busy`, `ok`, `idle`, `bad` or `unknown`."""

from __future__ import annotations

import functools
import re

from .protocol import Tone

# Words with no shape to go by, or whose shape misleads: lower case, no separators.
NAMED: dict[Tone, str] = {
    "busy": "activatingtraffic busy contentdeleted deletepending exportjobsdeleted inmaintenance",
    "ok": (
        "active approved attached available candidatedefinitionsgenerated deployed done enabled"
        " healthy inservice inuse maintenancecomplete maxcandidatesreached noissuesfound ok"
        " reused routable running scheduled started succeeded successful supported uptodate"
    ),
    "idle": (
        "archived cancelled deletecompleted deprecated detached disabled draft expired"
        " maxautomljobruntimereached notapplicable notstarted pendingmanualapproval"
        " pendingreview readytodeploy restricted reverted superseded terminated updateavailable"
    ),
    "bad": (
        "blocked completedwithviolations degraded endoflife impaired inalert interrupted"
        " issuesfound outofservice rejected rollbackcomplete securityupdaterequired unroutable"
    ),
    "unknown": "insufficientdata notfound partialgeneration unknown",
}
BY_WORD: dict[str, Tone] = {word: tone for tone, text in NAMED.items() for word in text.split()}

# In this order: `RollbackInProgress` is busy, `UpdateRollbackFailed` is bad.
SHAPES: tuple[tuple[re.Pattern[str], Tone], ...] = (
    (re.compile("in_?progress", re.IGNORECASE), "busy"),
    (re.compile("fail|error|exceeded|unhealthy", re.IGNORECASE), "bad"),
    # `Creating`, `DownloadingTrainingImage`, `PENDING`: something is being done.
    (re.compile(r"ing(?![a-z])|ING(?![A-Z])"), "busy"),
    (re.compile("(completed|created|updated)$", re.IGNORECASE), "ok"),
    (re.compile("(stopped|deleted)$", re.IGNORECASE), "idle"),
)


@functools.lru_cache(maxsize=1024)
def tone(status: str) -> Tone:
    """The tone of a status in any of AWS's casings; words that say nothing are `unknown`."""
    named = BY_WORD.get(re.sub("[^a-z]", "", status.lower()))
    if named is not None:
        return named
    return next((found for shape, found in SHAPES if shape.search(status)), "unknown")
