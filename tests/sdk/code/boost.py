"""A script as one writes it for SageMaker's XGBoost container."""

import argparse
import os

import numpy as np
import xgboost


def load(channel):
    rows = np.loadtxt(os.path.join(channel, os.listdir(channel)[0]), delimiter=",")
    return xgboost.DMatrix(rows[:, 1:], rows[:, 0])


def model_fn(model_dir):
    model = xgboost.Booster()
    model.load_model(os.path.join(model_dir, "model.json"))
    return model


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=10)
    given = parser.parse_args()
    train = load(os.environ["SM_CHANNEL_TRAIN"])
    validation = load(os.environ["SM_CHANNEL_VALIDATION"])
    model = xgboost.train(
        {"objective": "binary:logistic"},
        train,
        given.rounds,
        evals=[(validation, "validation")],
    )
    model.save_model(os.path.join(os.environ["SM_MODEL_DIR"], "model.json"))
