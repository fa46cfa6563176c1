# %% [markdown]
# # Churn prediction
#
# Which customers will leave? The endpoint of this stack has an XGBoost model that was trained on
# 4,000 customers. Here it is asked about 2,000 others and compared with the rule that a call centre
# may have: who calls often, leaves.
#
# **The customers do not exist.** `customers.py` draws them at random, by rules that stand in it;
# numbers here say how well the model finds those rules again, and nothing about real customers.

# %%
import csv
import io

import boto3
from customers import COLUMNS, customers
from endpoint import STACK, probabilities
from ranking import area, precision_at

print(STACK)
rows = customers(2000, seed=2)
leaves = [row[0] == "yes" for row in rows]
print(f"{sum(leaves)} of {len(rows)} leave.")
print(dict(zip(COLUMNS, rows[0][1:], strict=True)))

# %% [markdown]
# ## What the model says, beside the rule

# %%
model = probabilities([row[1:] for row in rows], "yes")
rule = [float(row[1 + COLUMNS.index("calls_to_service")]) for row in rows]
for name, scores in (("calls to service", rule), ("model", model)):
    print(
        f"{name:>16}: area under the ROC curve {area(scores, leaves):.3f}, "
        f"of the 200 first named {precision_at(scores, leaves, 200):.0%} leave"
    )

# %% [markdown]
# ## Whom to call
#
# The list goes into the bucket of the stack. Delete the solution with its bucket emptied when you
# are done: a bucket that holds something is not deleted.

# %%
likeliest = sorted(range(len(rows)), key=lambda number: -model[number])[:200]
text = io.StringIO()
csv.writer(text).writerows([["customer", "probability"], *([n, model[n]] for n in likeliest)])
s3 = boto3.client("s3", region_name=STACK["Region"])
s3.put_object(Bucket=STACK["BucketName"], Key="whom-to-call.csv", Body=text.getvalue().encode())
print(f"s3://{STACK['BucketName']}/whom-to-call.csv")
