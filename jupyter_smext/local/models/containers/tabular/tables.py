"""The libraries that learn from tables, each with the same three methods."""

import os
from typing import Any

import numpy

#: Numbers in a table that one thread learns from as fast as several.
_SMALL = 100_000


def _threads(rows: Any) -> int:
    """How many work on a table (0: all): of a small one, several wait longer than it takes."""
    return 1 if rows.size < _SMALL else 0


class Boosted:
    """Gradient boosted trees of XGBoost."""

    def __init__(self, booster: Any) -> None:
        self._booster = booster

    @classmethod
    def train(cls, rows: Any, targets: Any, settings: dict[str, Any], how: Any) -> "Boosted":
        """Trees of rows x features; the targets are class numbers or numbers."""
        import xgboost

        classes = len(settings["labels"])
        objective = "multi:softprob" if settings["task"] == "classification" else "reg:squarederror"
        parameters = {
            "objective": objective,
            "eta": how.eta,
            "max_depth": how.max_depth,
            "min_child_weight": how.min_child_weight,
            "subsample": how.subsample,
            "lambda": how.reg_lambda,
            "seed": how.random_seed,
            "nthread": _threads(rows),
            **({"num_class": classes} if classes else {}),
        }
        data = xgboost.DMatrix(rows, targets, nthread=_threads(rows))
        return cls(xgboost.train(parameters, data, num_boost_round=how.num_boost_round))

    @classmethod
    def load(cls, folder: str) -> "Boosted":
        """Those in a folder."""
        import xgboost

        return cls(xgboost.Booster(model_file=os.path.join(folder, "model.json")))

    def save(self, folder: str) -> None:
        """Keep them in a folder."""
        self._booster.save_model(os.path.join(folder, "model.json"))

    def predict(self, rows: Any) -> Any:
        """Probabilities (rows x classes), or numbers (rows)."""
        import xgboost

        threads = _threads(rows)
        self._booster.set_param("nthread", threads)
        return self._booster.predict(xgboost.DMatrix(rows, nthread=threads))


class Linear:
    """A linear model of scikit-learn, as its numbers."""

    def __init__(self, numbers: dict[str, Any]) -> None:
        self._numbers = numbers

    @classmethod
    def train(cls, rows: Any, targets: Any, settings: dict[str, Any], how: Any) -> "Linear":
        """A model of rows x features; the targets are class numbers or numbers."""
        from sklearn.linear_model import LogisticRegression, Ridge

        if numpy.isnan(rows).any():
            raise ValueError("A linear model has no use for rows with missing values.")
        center, scale = rows.mean(0), rows.std(0) + 1e-9
        scaled = (rows - center) / scale
        if settings["task"] == "regression":
            model = Ridge(alpha=how.alpha, max_iter=how.max_iter).fit(scaled, targets)
            weight, bias = model.coef_[:, None], numpy.array([model.intercept_])
        else:
            model = LogisticRegression(C=1 / how.alpha, max_iter=how.max_iter)
            model.fit(scaled, targets)
            weight, bias = model.coef_.T, model.intercept_
            if len(settings["labels"]) == 2:  # one score, that of the second class
                weight, bias = numpy.hstack([0 * weight, weight]), numpy.array([0.0, bias[0]])
        kind = settings["task"] == "classification"
        return cls(
            {"weight": weight, "bias": bias, "center": center, "scale": scale, "classes": kind}
        )

    @classmethod
    def load(cls, folder: str) -> "Linear":
        """That in a folder."""
        with numpy.load(os.path.join(folder, "model.npz"), allow_pickle=False) as numbers:
            return cls(dict(numbers))

    def save(self, folder: str) -> None:
        """Keep it in a folder."""
        numpy.savez(os.path.join(folder, "model.npz"), **self._numbers)

    def predict(self, rows: Any) -> Any:
        """Probabilities (rows x classes), or numbers (rows)."""
        of = self._numbers
        scores = (rows - of["center"]) / of["scale"] @ of["weight"] + of["bias"]
        if not of["classes"]:
            return scores[:, 0]
        powers = numpy.exp(scores - scores.max(1, keepdims=True))
        return powers / powers.sum(1, keepdims=True)


def library(settings: dict[str, Any]) -> Any:
    """The one that a model's settings name."""
    return {"xgboost": Boosted, "sklearn": Linear}[settings["library"]]
