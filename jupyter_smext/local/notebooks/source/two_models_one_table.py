# %% [markdown]
# # Two models, one table
#
# Gradient boosted trees or a straight line? Both are trained on the same rows of the Breast Cancer
# Wisconsin data and measured on the same held-out fifth: the jobs differ in the model alone.
#
# Two training jobs are paid for, by the second. They end by themselves.

# %%
import json
import secrets
from typing import Any

import boto3

MODELS = ("xgboost-classification-table", "sklearn-classification-table")
RUN = secrets.token_hex(4)

sagemaker = boto3.client("sagemaker")
region = sagemaker.meta.region_name
account = boto3.client("sts").get_caller_identity()["Account"]
BUCKET = f"sagemaker-{region}-{account}"
ROLE = next(
    role["Arn"]
    for page in boto3.client("iam").get_paginator("list_roles").paginate()
    for role in page["Roles"]
    if "sagemaker.amazonaws.com" in json.dumps(role["AssumeRolePolicyDocument"])
)
s3 = boto3.client("s3")
if BUCKET not in [each["Name"] for each in s3.list_buckets()["Buckets"]]:
    where = {"LocationConstraint": region}
    s3.create_bucket(
        Bucket=BUCKET, **({} if region == "us-east-1" else {"CreateBucketConfiguration": where})
    )
print(RUN, "in", region, "with", ROLE)

# %% [markdown]
# ## Train both
#
# Each by the hyperparameters and on the default dataset of its document.


# %%
def channel(name: str, uri: str) -> dict[str, Any]:
    """An input of a training job."""
    source = {"S3DataType": "S3Prefix", "S3Uri": uri}
    return {"ChannelName": name, "DataSource": {"S3DataSource": source}}


jobs = {}
for model in MODELS:
    content = sagemaker.describe_hub_content(
        HubName="SageMakerPublicHub", HubContentType="Model", HubContentName=model
    )
    document = json.loads(content["HubContentDocument"])
    jobs[model] = f"{model}-{RUN}"
    sagemaker.create_training_job(
        TrainingJobName=jobs[model],
        RoleArn=ROLE,
        AlgorithmSpecification={
            "TrainingImage": document["TrainingEcrUri"],
            "TrainingInputMode": "File",
            "MetricDefinitions": document["TrainingMetrics"],
        },
        HyperParameters={
            **{each["Name"]: str(each["Default"]) for each in document["Hyperparameters"]},
            "sagemaker_submit_directory": document["TrainingScriptUri"],
        },
        InputDataConfig=[
            channel("training", document["DefaultTrainingDatasetUri"]),
            channel("model", document["TrainingArtifactUri"]),
        ],
        OutputDataConfig={"S3OutputPath": f"s3://{BUCKET}/two-models-one-table/"},
        ResourceConfig={
            "InstanceType": document["DefaultTrainingInstanceType"],
            "InstanceCount": 1,
            "VolumeSizeInGB": 5,
        },
        StoppingCondition={"MaxRuntimeInSeconds": document["MaxRuntimeInSeconds"]},
        Tags=[{"Key": "sagemaker-sdk:jumpstart-model-id", "Value": model}],
    )
    print(jobs[model])

# %% [markdown]
# ## Compare

# %%
for model, job in jobs.items():
    sagemaker.get_waiter("training_job_completed_or_stopped").wait(
        TrainingJobName=job, WaiterConfig={"Delay": 5, "MaxAttempts": 720}
    )
    ended = sagemaker.describe_training_job(TrainingJobName=job)
    metrics = {
        each["MetricName"].partition(":")[2]: each["Value"] for each in ended["FinalMetricDataList"]
    }
    took = ended["TrainingEndTime"] - ended["TrainingStartTime"]
    print(f"{model:>30}: {took.total_seconds():.0f} s, {metrics}")

# %% [markdown]
# ## Delete what they wrote
#
# The jobs stay in the list as a record and cost nothing; their archives are in your bucket.

# %%
prefix = "two-models-one-table/"
for job in jobs.values():
    written = s3.list_objects_v2(Bucket=BUCKET, Prefix=f"{prefix}{job}/").get("Contents", [])
    for each in written:
        s3.delete_object(Bucket=BUCKET, Key=each["Key"])
    print(f"{job}: {len(written)} deleted")
