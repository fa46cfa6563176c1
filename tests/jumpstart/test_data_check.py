"""Training data against the formats of its tasks."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from jupyter_smext.aws.sessions import Sessions
from jupyter_smext.jumpstart.data_check import FORMATS, check
from jupyter_smext.jumpstart.data_formats import DATA_FORMATS
from jupyter_smext.jumpstart.data_reading import LARGEST_JSON
from jupyter_smext.jumpstart.dataset import Dataset, of_folder, of_prefix, upload
from tests.local_engine import RunningEngine
from tests.smext_server import REGION

pytest_plugins = ("tests.local_engine", "tests.smext_server")


def dataset(**files: str) -> Dataset:
    """Files with these contents, by their paths."""
    contents = {path: text.encode() for path, text in files.items()}
    return Dataset(
        {path: len(content) for path, content in contents.items()},
        lambda path, limit: contents[path][:limit],
    )


COCO = json.dumps(
    {
        "images": [{"file_name": "1.png", "id": 1}],
        "annotations": [{"image_id": 1, "bbox": [0, 0, 1, 1], "category_id": 7}],
    }
)
GOOD: dict[str, tuple[dict[str, str], dict[str, int]]] = {
    "Image classification": ({"a/1.jpg": "x", "a/2.PNG": "x", "b/1.jpeg": "x"}, {"a": 2, "b": 1}),
    "Object detection": ({"images/1.png": "x", "annotations.json": COCO}, {"7": 1}),
    "Instance segmentation": ({"images/1.png": "x", "annotations.json": COCO}, {"7": 1}),
    "Semantic segmentation": (
        {
            "images/1.jpg": "x",
            "masks/1.png": "x",
            "class_label_to_prediction_index.json": "{}",
        },
        {},
    ),
    "Text classification": ({"data.csv": '0,"one, two"\n1,three\n'}, {}),
    "Sentence pair classification": ({"data.csv": "0,one,two\n1,three,four\n"}, {}),
    "Text generation": (
        {
            "train/a.jsonl": '{"question": "1", "answer": "2"}\n\n',
            "template.json": '{"prompt": "{question}", "completion": "{answer}"}',
        },
        {},
    ),
    "Text to text": ({"texts.txt": "x"}, {}),
    "Tabular classification": (
        {"train/data.csv": "1,2,3\n0,2,4\n", "train/categorical_index.json": "{}"},
        {},
    ),
    "Tabular regression": ({"a.csv": "1.5,2\n0.1,4\n"}, {}),
}


def test_every_format_is_told_and_tried() -> None:
    assert set(GOOD) == set(FORMATS) == set(DATA_FORMATS)


@pytest.mark.parametrize("task", GOOD)
def test_what_fits_its_format(task: str) -> None:
    files, classes = GOOD[task]
    found = check(dataset(**files), task)
    assert found.problems == () and found.strays == () and found.classes == classes
    assert found.files == len(files)
    also = check(dataset(**files, **{"notes.docx": "x"}), task)
    assert also.problems == () and also.strays == ("notes.docx",)


WRONG = {
    "nothing": ("Image classification", {}, "no files"),
    "flat": ("Image classification", {"1.jpg": "x"}, "fewer than two classes"),
    "one class": ("Image classification", {"a/1.jpg": "x"}, "fewer than two classes"),
    "no boxes": ("Object detection", {"images/1.png": "x"}, "no annotations.json"),
    "no JSON": ("Object detection", {"images/1.png": "x", "annotations.json": "{"}, "no JSON"),
    "deep JSON": ("Object detection", {"annotations.json": "[" * 100_000}, "no JSON"),
    "other JSON": ("Object detection", {"annotations.json": "[1]"}, "lacks images"),
    "null": ("Object detection", {"annotations.json": "null"}, "says nothing"),
    "odd JSON": ("Object detection", {"annotations.json": '{"images": [1]}'}, "lacks images"),
    "lost image": (
        "Object detection",
        {"images/2.png": "x", "annotations.json": COCO},
        "not there",
    ),
    "lost mask": (
        "Semantic segmentation",
        {"images/1.jpg": "x", "class_label_to_prediction_index.json": "{}"},
        "no mask",
    ),
    "header": ("Text classification", {"data.csv": "label,text\n0,a\n"}, "another layout"),
    "columns": ("Text classification", {"data.csv": "0,a,b\n"}, "another layout"),
    "no texts": ("Text generation", {"a/b.jsonl": "{}"}, "no texts"),
    "no lines of JSON": ("Text generation", {"a.jsonl": "{}\n{"}, "no JSON in line 2"),
    "deep lines": ("Text generation", {"a.jsonl": "[" * 60_000}, "no JSON in line 1"),
    "no example": ("Text to text", {"a.jsonl": "[1]"}, "no example in line 1"),
    "no template": ("Text generation", {"a.txt": "x", "template.json": "{}"}, "no template"),
    "ragged": ("Tabular classification", {"a.csv": "1,2\n1,2,3\n"}, "no table"),
    "empty table": ("Tabular classification", {"a.csv": ""}, "no table"),
    "no table": ("Tabular regression", {"a.parquet": "x"}, "no CSV"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_does_not_fit_says_so(name: str) -> None:
    task, files, said = WRONG[name]
    found = check(dataset(**files), task)
    assert [problem.status for problem in found.problems] == [400]
    assert said in found.problems[0].title


def test_a_task_without_a_format_only_counts() -> None:
    found = check(dataset(**{"a.wav": "x"}), "Speech recognition")
    assert (found.files, found.problems, found.strays, found.format) == (1, (), (), None)


def test_what_is_too_long_to_read_is_not_called_wrong() -> None:
    files = {"images/1.png": 1, "annotations.json": LARGEST_JSON + 1}
    found = check(Dataset(files, lambda path, limit: b""), "Object detection")
    assert found.problems == () and found.classes == {}


def test_a_folder_goes_to_s3_and_back(
    sessions: Sessions, local: tuple[str, str], engine: RunningEngine, tmp_path: Path
) -> None:
    folder = tmp_path / "mine"
    for name in ("a/1.jpg", "b/2.jpg", ".hidden/3.jpg", "b/.DS_Store"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("picture")
    (folder / "a" / "out.jpg").symlink_to("/etc/hostname")
    (folder / "c").symlink_to(folder / "a")
    found = of_folder(folder)
    assert found.files == {"a/1.jpg": 7, "b/2.jpg": 7}
    uri = f"s3://sagemaker-{REGION}-000000000000/data/mine"
    told: list[float] = []
    said = upload(sessions, *local, folder, uri, told.append)
    assert "2 files, 14 bytes" in said and told[-1] == 1.0
    there = of_prefix(sessions, *local, uri)
    assert there.files == found.files and there.read("a/1.jpg", 4) == b"pict"


def test_an_upload_that_is_given_up_ends(
    sessions: Sessions, local: tuple[str, str], tmp_path: Path
) -> None:
    for number in range(30):
        (tmp_path / f"{number}.jpg").write_text("picture")

    def stop(done: float) -> None:
        raise InterruptedError

    with pytest.raises(InterruptedError):
        upload(sessions, *local, tmp_path, f"s3://sagemaker-{REGION}-000000000000/given-up", stop)
