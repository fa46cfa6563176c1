"""How much a cut took, by the numbers of the messages."""

from __future__ import annotations

from jupyter_smext.compute.bridge.continuity import Continuity


def heard(*numbers: int, sender: str = "kernel_30") -> Continuity:
    continuity = Continuity()
    for number in numbers:
        continuity.saw(f"{sender}_{number}")
    return continuity


def test_nothing_is_missing_when_all_came() -> None:
    assert heard(3, 4, 5).missing() == 0
    assert heard(3, 5, 4).missing() == 0


def test_what_was_left_out_before_the_cut_is_not_counted() -> None:
    continuity = heard(3, 7)
    assert continuity.missing() == 3
    continuity.cut()
    assert continuity.missing() == 0
    continuity.saw("kernel_30_10")
    assert continuity.missing() == 2


def test_what_comes_after_a_message_is_not_missing_yet() -> None:
    continuity = heard(1, 3, 9)
    assert continuity.missing("kernel_30_5") == 2
    assert continuity.missing("kernel_30_4") == 1
    assert continuity.missing("kernel_30_2") == 0


def test_others_may_speak_in_between() -> None:
    continuity = heard(1, 2)
    continuity.saw("server_7_900")
    continuity.saw("kernel_30_3")
    assert continuity.missing() == 0


def test_ids_without_numbers_tell_nothing() -> None:
    continuity = Continuity()
    continuity.saw("0a1b2c3d-0000-4000-8000-000000000000")
    continuity.saw("")
    assert continuity.missing() is None


def test_another_way_of_numbering_is_no_gap() -> None:
    assert heard(1, 10**12).missing() == 0
