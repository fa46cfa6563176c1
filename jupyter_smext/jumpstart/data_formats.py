"""What the training data of a task looks like, for models whose documents do not say: no spec does.

Sources as in data_check, which checks data against them.
"""

from __future__ import annotations

_ENTITIES = """A folder with `images/` and an `annotations.json` beside it.

`annotations.json` has two lists: `images`, each with `file_name`, `height`, `width` and `id`; and
`annotations`, each with `image_id`, `bbox` as `[xmin, ymin, xmax, ymax]` and `category_id`.

```
data/
  images/  a.png  b.png  …
  annotations.json
```"""

_TABLE = """CSV files without a header, the value to be predicted in the first column and the
features behind it.

A folder with `train/` and optionally `validation/`; without the second a fifth of the rows is held
back. `categorical_index.json` may list which columns are categories."""

_TEXTS = """A folder with `train/` and optionally `validation/`, or with the files themselves.

To learn from instructions: `.jsonl` files, each line an example as JSON, and a `template.json`
whose `prompt` and `completion` say how an example's texts are put together. To learn the words of a
domain: one `.txt`, `.csv` or `.json` file with its texts."""

#: Markdown, by Task.name.
DATA_FORMATS: dict[str, str] = {
    "Image classification": """A folder for each class, with its images (`.jpg`, `.jpeg`, `.png`).
The name of the folder becomes the name of the class.

```
data/
  daisy/   a.jpg  b.jpg  …
  tulip/   c.jpg  d.jpg  …
```""",
    "Object detection": _ENTITIES,
    "Instance segmentation": _ENTITIES.replace(
        "and `category_id`", "`category_id` and `segmentation`"
    ),
    "Semantic segmentation": """A folder with `images/`, `masks/` with a PNG of the same name for
each, whose pixels are class numbers, and `class_label_to_prediction_index.json` beside them, which
says the number of each class.""",
    "Text classification": """A file `data.csv` without a header, of two columns: the class as a
whole number from 0, then the text.""",
    "Sentence pair classification": """A file `data.csv` without a header, of three columns: the
class as a whole number from 0, then the two sentences.""",
    "Text generation": _TEXTS,
    "Text to text": _TEXTS,
    "Tabular classification": _TABLE,
    "Tabular regression": _TABLE,
}
