"""Forms of launches kept under names, and the last ones that were sent, in one file."""

from __future__ import annotations

from pathlib import Path

import msgspec
from msgspec.structs import replace

from ..aws.errors import ProblemError, problem
from ..decoding import decode_json
from ..one_at_a_time import one_at_a_time
from ..protocol import DeployRequest, FineTuneRequest, SavedForm
from ..whole_file import write_whole

LAST = "last"
MOST = 200
MOST_LAST = 100

Key = tuple[str, ...]


class SavedForms:
    """Forms below `home`, readable by their owner alone. Blocking; raises ProblemError."""

    def __init__(self, home: Path) -> None:
        self._file = home / "jumpstart" / "forms.json"

    def all(self) -> list[SavedForm]:
        """The last ones that were sent, latest first; then those with a name, by it."""
        found = list(self._read().values())
        named = [form for form in found if form.name != LAST]
        last = [form for form in reversed(found) if form.name == LAST]
        return [*last, *sorted(named, key=lambda form: form.name.lower())]

    def save(self, form: SavedForm) -> list[SavedForm]:
        """Under its name, in place of what had it; all that there are then."""
        if not form.name.strip() or len(form.name) > 100:
            raise _wrong("A form's name has 1 to 100 characters", repr(form.name[:100]))
        if form.name == LAST:
            raise _wrong(f"A form cannot be called {LAST}", "The last one sent is.")
        return self._keep(form)

    def _keep(self, form: SavedForm) -> list[SavedForm]:
        if (form.deploy is None) == (form.fine_tune is None):
            raise _wrong("A form is for a deployment or for a fine-tuning", "It has to be one.")
        with one_at_a_time(self._file.with_suffix(".lock")):
            forms = self._read()
            key = _key(form)
            # The latest stands last.
            forms.pop(key, None)
            forms[key] = _without_consent(form)
            last = [key for key, each in forms.items() if each.name == LAST]
            if len(forms) - len(last) > MOST:
                raise _wrong(f"More than {MOST} forms are not kept", "Delete one first.")
            for old in last[:-MOST_LAST]:
                del forms[old]
            self._write(forms)
        return self.all()

    def remember(self, request: DeployRequest | FineTuneRequest) -> None:
        """As the last one sent of its kind and model."""
        deploy = request if isinstance(request, DeployRequest) else None
        tune = request if isinstance(request, FineTuneRequest) else None
        self._keep(SavedForm(LAST, deploy, tune))

    def forget(self, name: str) -> list[SavedForm]:
        """One that is not there is no problem; all that there are then."""
        with one_at_a_time(self._file.with_suffix(".lock")):
            forms = self._read()
            if forms.pop((name,), None) is not None:
                self._write(forms)
        return self.all()

    def _read(self) -> dict[Key, SavedForm]:
        try:
            forms = decode_json(self._file.read_bytes(), type=list[SavedForm])
        except FileNotFoundError:
            return {}
        except (OSError, msgspec.MsgspecError) as error:
            raise ProblemError(
                problem(
                    "broken",
                    "The saved forms cannot be read",
                    f"{self._file}: {type(error).__name__}",
                    "Delete that file, or put it right.",
                )
            ) from error
        return {_key(form): form for form in forms}

    def _write(self, forms: dict[Key, SavedForm]) -> None:
        try:
            write_whole(self._file, msgspec.json.encode(list(forms.values())))
        except OSError as error:
            raise ProblemError(
                problem("broken", "The form could not be saved", f"{self._file}: {error.strerror}")
            ) from error


def _key(form: SavedForm) -> Key:
    """What there is one form of."""
    request = form.deploy or form.fine_tune
    if form.name != LAST or request is None:
        return (form.name,)
    what = "deploy" if form.deploy is not None else "fine-tune"
    return (LAST, what, request.connection, request.region, request.hub or "", request.model)


def _without_consent(form: SavedForm) -> SavedForm:
    """A licence is accepted for each launch anew."""
    deploy, tune = form.deploy, form.fine_tune
    if deploy is not None:
        deploy = replace(deploy, accept_eula=False, key="")
    if tune is not None:
        tune = replace(tune, accept_eula=False, key="")
    return SavedForm(form.name, deploy, tune)


def _wrong(title: str, detail: str) -> ProblemError:
    return ProblemError(problem("invalid", title, detail, "Change it."))
