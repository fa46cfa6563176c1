# %% [markdown]
# # Fraud detection
#
# About 2 of 100 card payments are frauds, so that a model which calls everything genuine is right
# 98 times of 100 and of no use. What counts is how many of the payments that are held back are
# frauds. The endpoint of this stack has an XGBoost model that was trained on 12,000 payments; here
# it is asked about 10,000 others.
#
# **Nobody made these payments.** `transactions.py` draws them at random, by rules that stand in it;
# numbers here say how well the model finds those rules again, and nothing about real frauds.

# %%
from endpoint import STACK, probabilities
from ranking import area, precision_at
from transactions import COLUMNS, transactions

print(STACK)
rows = transactions(10_000, seed=2)
frauds = [row[0] == "fraud" for row in rows]
print(f"{sum(frauds)} of {len(rows)} are frauds.")
print(dict(zip(COLUMNS, rows[0][1:], strict=True)))

# %% [markdown]
# ## What the model says, beside the rule that large amounts are suspicious

# %%
model = probabilities([row[1:] for row in rows], "fraud")
rule = [float(row[1 + COLUMNS.index("times_usual_amount")]) for row in rows]
for name, scores in (("large amounts", rule), ("model", model)):
    print(
        f"{name:>13}: area under the ROC curve {area(scores, frauds):.3f}, "
        f"of the 100 first held back {precision_at(scores, frauds, 100):.0%} are frauds"
    )

# %% [markdown]
# ## What a threshold means

# %%
for threshold in (0.9, 0.5, 0.1, 0.02):
    pairs = zip(frauds, model, strict=True)
    held = [fraud for fraud, score in pairs if score >= threshold]
    print(
        f"{threshold:4}: {len(held):4} held back, {sum(held):3} of {sum(frauds)} frauds among them"
    )
