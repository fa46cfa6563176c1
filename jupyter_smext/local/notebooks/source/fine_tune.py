# %% [markdown]
# # @name@: fine-tune, deploy, ask, delete
#
# Trains the model on the default dataset of its document, deploys what came out, and asks it about
# an example whose answer is known. All calls are boto3's.
# [About the model](@source@) · license: @license@
#
# @about@
#
# **A training job is paid for by the second; the endpoint costs by the hour until the last cell has
# deleted it.** Run that one even if another one failed.

# %%
import csv
import io
import json
import secrets

import boto3
from botocore import UNSIGNED
from botocore.config import Config

MODEL = "vader-tc-sentiment"
VERSION = "1.0.0"
NAME = f"{MODEL[:40].rstrip('-')}-{secrets.token_hex(4)}"

sagemaker = boto3.client("sagemaker")
region = sagemaker.meta.region_name
content = sagemaker.describe_hub_content(
    HubName="SageMakerPublicHub",
    HubContentType="Model",
    HubContentName=MODEL,
    HubContentVersion=VERSION,
)
document = json.loads(content["HubContentDocument"])
DATA = document["DefaultTrainingDatasetUri"]
print(NAME, "in", region, "on", DATA)

# %% [markdown]
# ## The role and the bucket
#
# The first role that SageMaker may assume, and the bucket that SageMaker's SDKs take, too.

# %%
ROLE = next(
    role["Arn"]
    for page in boto3.client("iam").get_paginator("list_roles").paginate()
    for role in page["Roles"]
    if "sagemaker.amazonaws.com" in json.dumps(role["AssumeRolePolicyDocument"])
)
account = boto3.client("sts").get_caller_identity()["Account"]
BUCKET = f"sagemaker-{region}-{account}"
s3 = boto3.client("s3")
if BUCKET not in [each["Name"] for each in s3.list_buckets()["Buckets"]]:
    where = {"LocationConstraint": region}
    s3.create_bucket(
        Bucket=BUCKET, **({} if region == "us-east-1" else {"CreateBucketConfiguration": where})
    )
print(ROLE, BUCKET)

# %% [markdown]
# ## Fine-tune
#
# The hyperparameters are the document's; change those that you like before they are sent.

# %%
tags = [
    {"Key": "sagemaker-sdk:jumpstart-model-id", "Value": MODEL},
    {"Key": "sagemaker-sdk:jumpstart-model-version", "Value": VERSION},
]
hyperparameters = {each["Name"]: str(each["Default"]) for each in document["Hyperparameters"]}
hyperparameters["sagemaker_submit_directory"] = document["TrainingScriptUri"]
channels = {"training": DATA, "model": document["TrainingArtifactUri"]}
sagemaker.create_training_job(
    TrainingJobName=NAME,
    RoleArn=ROLE,
    AlgorithmSpecification={
        "TrainingImage": document["TrainingEcrUri"],
        "TrainingInputMode": "File",
        "MetricDefinitions": document["TrainingMetrics"],
    },
    HyperParameters=hyperparameters,
    InputDataConfig=[
        {
            "ChannelName": name,
            "DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": uri}},
        }
        for name, uri in channels.items()
    ],
    OutputDataConfig={"S3OutputPath": f"s3://{BUCKET}/fine-tuned/"},
    ResourceConfig={
        "InstanceType": document["DefaultTrainingInstanceType"],
        "InstanceCount": 1,
        "VolumeSizeInGB": 5,
    },
    StoppingCondition={"MaxRuntimeInSeconds": document["MaxRuntimeInSeconds"]},
    Tags=tags,
)
try:
    sagemaker.get_waiter("training_job_completed_or_stopped").wait(
        TrainingJobName=NAME, WaiterConfig={"Delay": 5, "MaxAttempts": 720}
    )
finally:
    job = sagemaker.describe_training_job(TrainingJobName=NAME)
    print(job["TrainingJobStatus"], job.get("FailureReason", ""))
for metric in job.get("FinalMetricDataList", []):
    print(f"{metric['MetricName']}: {metric['Value']:.3f}")
ARTIFACT = job["ModelArtifacts"]["S3ModelArtifacts"]
print(ARTIFACT)

# %% [markdown]
# ## Deploy what came out

# %%
sagemaker.create_model(
    ModelName=NAME,
    ExecutionRoleArn=ROLE,
    PrimaryContainer={
        "Image": document["HostingEcrUri"],
        "Environment": {
            each["Name"]: str(each["Default"]) for each in document["InferenceEnvironmentVariables"]
        },
        "ModelDataUrl": ARTIFACT,
    },
    Tags=tags,
)
variant = {
    "VariantName": "AllTraffic",
    "ModelName": NAME,
    "InstanceType": document["DefaultInferenceInstanceType"],
    "InitialInstanceCount": 1,
}
sagemaker.create_endpoint_config(EndpointConfigName=NAME, ProductionVariants=[variant], Tags=tags)
sagemaker.create_endpoint(EndpointName=NAME, EndpointConfigName=NAME, Tags=tags)
sagemaker.get_waiter("endpoint_in_service").wait(
    EndpointName=NAME, WaiterConfig={"Delay": 5, "MaxAttempts": 360}
)
print(sagemaker.describe_endpoint(EndpointName=NAME)["EndpointStatus"])

# %% [markdown]
# ## Ask it about an example
#
# One of those that it was trained on, so this shows how it is asked and not how good it is.

# %%
public = boto3.client("s3", config=Config(signature_version=UNSIGNED))
source, _, prefix = DATA.removeprefix("s3://").partition("/")
key = public.list_objects_v2(Bucket=source, Prefix=prefix)["Contents"][0]["Key"]
example: bytes = public.get_object(Bucket=source, Key=key)["Body"].read()
if document["DataType"] == "vision":
    # The name of its folder is the class.
    known, body, content_type = key.split("/")[-2], example, "application/x-image"
else:
    known, *others = next(csv.reader(io.StringIO(example.decode())))
    text = document["DataType"] == "text"
    body = (others[0] if text else ",".join(others)).encode()
    content_type = "application/x-text" if text else "text/csv"
answer = boto3.client("sagemaker-runtime").invoke_endpoint(
    EndpointName=NAME,
    ContentType=content_type,
    Accept="application/json;verbose",
    Body=body,
)
said = json.loads(answer["Body"].read())
print("It is", known)
print("It says", said.get("predicted_label", said.get("predictions")))

# %% [markdown]
# ## Delete all of it
#
# The job stays in the list as a record and costs nothing; its archive is deleted from your bucket.

# %%
for each in sagemaker.list_endpoints(NameContains=NAME)["Endpoints"]:
    sagemaker.delete_endpoint(EndpointName=each["EndpointName"])
for each in sagemaker.list_endpoint_configs(NameContains=NAME)["EndpointConfigs"]:
    sagemaker.delete_endpoint_config(EndpointConfigName=each["EndpointConfigName"])
for each in sagemaker.list_models(NameContains=NAME)["Models"]:
    sagemaker.delete_model(ModelName=each["ModelName"])
sagemaker.get_waiter("endpoint_deleted").wait(EndpointName=NAME, WaiterConfig={"Delay": 2})
written = s3.list_objects_v2(Bucket=BUCKET, Prefix=f"fine-tuned/{NAME}/").get("Contents", [])
for each in written:
    s3.delete_object(Bucket=BUCKET, Key=each["Key"])
left = [
    *sagemaker.list_endpoints(NameContains=NAME)["Endpoints"],
    *sagemaker.list_endpoint_configs(NameContains=NAME)["EndpointConfigs"],
    *sagemaker.list_models(NameContains=NAME)["Models"],
]
print("Left:", left)
