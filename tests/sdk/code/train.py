"""A script as one writes it for SageMaker's scikit-learn container: trains, then serves."""

import argparse
import os

import joblib
import numpy as np
from sklearn.linear_model import LogisticRegression


def load(channel):
    rows = np.loadtxt(os.path.join(channel, os.listdir(channel)[0]), delimiter=",")
    return rows[:, 1:], rows[:, 0]


def model_fn(model_dir):
    return joblib.load(os.path.join(model_dir, "model.joblib"))


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--max-iter", type=int, default=50)
    parser.add_argument("--model-dir", default=os.environ.get("SM_MODEL_DIR"))
    parser.add_argument("--train", default=os.environ.get("SM_CHANNEL_TRAIN"))
    parser.add_argument("--validation", default=os.environ.get("SM_CHANNEL_VALIDATION"))
    given = parser.parse_args()
    model = LogisticRegression(max_iter=given.max_iter).fit(*load(given.train))
    print(f"validation accuracy: {model.score(*load(given.validation)):.4f};")
    joblib.dump(model, os.path.join(given.model_dir, "model.joblib"))
