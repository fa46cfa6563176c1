# %% [markdown]
# # @name@: deploy, ask, delete
#
# @description@
#
# What is deployed stands in the model's document, which is read from SageMaker's public hub; all
# calls are boto3's. [About the model](@source@) · license: @license@
#
# **The endpoint costs by the hour until the last cell has deleted it.** Run that one even if
# another one failed.

# %%
import json
import re
import secrets
from typing import Any

import boto3
from botocore import UNSIGNED
from botocore.config import Config

HUB = "SageMakerPublicHub"
MODEL = "vader-tc-sentiment"
VERSION = "1.0.0"
NAME = f"{MODEL[:40].rstrip('-')}-{secrets.token_hex(4)}"

sagemaker = boto3.client("sagemaker")
runtime = boto3.client("sagemaker-runtime")
print(NAME, "in", sagemaker.meta.region_name)

# %% [markdown]
# ## The model's document

# %%
content = sagemaker.describe_hub_content(
    HubName=HUB, HubContentType="Model", HubContentName=MODEL, HubContentVersion=VERSION
)
document = json.loads(content["HubContentDocument"])
for member in ("HostingEcrUri", "HostingPrepackedArtifactUri", "DefaultInferenceInstanceType"):
    print(f"{member}: {document[member]}")

# %% [markdown]
# ## The role that the endpoint works with
#
# The first one that SageMaker may assume; write the ARN of another one if you like.

# %%
ROLE = next(
    role["Arn"]
    for page in boto3.client("iam").get_paginator("list_roles").paginate()
    for role in page["Roles"]
    if "sagemaker.amazonaws.com" in json.dumps(role["AssumeRolePolicyDocument"])
)
print(ROLE)

# %% [markdown]
# ## Deploy: a model, an endpoint config, an endpoint

# %%
tags = [
    {"Key": "sagemaker-sdk:jumpstart-model-id", "Value": MODEL},
    {"Key": "sagemaker-sdk:jumpstart-model-version", "Value": VERSION},
]
sagemaker.create_model(
    ModelName=NAME,
    ExecutionRoleArn=ROLE,
    PrimaryContainer={
        "Image": document["HostingEcrUri"],
        "Environment": {
            each["Name"]: str(each["Default"]) for each in document["InferenceEnvironmentVariables"]
        },
        "ModelDataSource": {
            "S3DataSource": {
                "S3Uri": document["HostingPrepackedArtifactUri"],
                "S3DataType": "S3Prefix",
                "CompressionType": "None",
            }
        },
    },
    Tags=tags,
)
sagemaker.create_endpoint_config(
    EndpointConfigName=NAME,
    ProductionVariants=[
        {
            "VariantName": "AllTraffic",
            "ModelName": NAME,
            "InstanceType": document["DefaultInferenceInstanceType"],
            "InitialInstanceCount": 1,
        }
    ],
    Tags=tags,
)
sagemaker.create_endpoint(EndpointName=NAME, EndpointConfigName=NAME, Tags=tags)
sagemaker.get_waiter("endpoint_in_service").wait(
    EndpointName=NAME, WaiterConfig={"Delay": 5, "MaxAttempts": 360}
)
print(sagemaker.describe_endpoint(EndpointName=NAME)["EndpointStatus"])

# %% [markdown]
# ## Ask it
#
# The requests are the document's examples. One that is `$s3<key>` lies in JumpStart's bucket, which
# anybody may read without signing.


# %%
def body_of(example: dict[str, Any]) -> bytes:
    """The bytes of an example of the document."""
    body = example["Body"]
    named = re.fullmatch(r"\$s3<(.+)>", body) if isinstance(body, str) else None
    if named is None:
        return (body if isinstance(body, str) else json.dumps(body)).encode()
    s3 = boto3.client("s3", config=Config(signature_version=UNSIGNED))
    bucket = f"jumpstart-cache-prod-{s3.meta.region_name}"
    content: bytes = s3.get_object(Bucket=bucket, Key=named[1])["Body"].read()
    return content


def likeliest(answer: dict[str, Any], most: int = 5) -> str:
    """Of a classifier's answer the labels with the greatest probabilities; else the answer."""
    values = answer.get("probabilities")
    if not values or "labels" not in answer:
        return json.dumps(answer)[:1000]
    values = values[0] if isinstance(values[0], list) else values
    pairs = sorted(zip(values, answer["labels"], strict=True), reverse=True)[:most]
    return "\n".join(f"{value:6.1%}  {label}" for value, label in pairs)


for title, example in document["DefaultPayloads"].items():
    answer = runtime.invoke_endpoint(
        EndpointName=NAME,
        ContentType=example["ContentType"],
        Accept="application/json;verbose",
        Body=body_of(example),
    )
    print(title)
    print(likeliest(json.loads(answer["Body"].read())))

# %% [markdown]
# ## Delete all of it
#
# Whatever there is of that name, and then the proof: nothing of it is listed any more.

# %%
for each in sagemaker.list_endpoints(NameContains=NAME)["Endpoints"]:
    sagemaker.delete_endpoint(EndpointName=each["EndpointName"])
for each in sagemaker.list_endpoint_configs(NameContains=NAME)["EndpointConfigs"]:
    sagemaker.delete_endpoint_config(EndpointConfigName=each["EndpointConfigName"])
for each in sagemaker.list_models(NameContains=NAME)["Models"]:
    sagemaker.delete_model(ModelName=each["ModelName"])
sagemaker.get_waiter("endpoint_deleted").wait(EndpointName=NAME, WaiterConfig={"Delay": 2})
left = [
    *sagemaker.list_endpoints(NameContains=NAME)["Endpoints"],
    *sagemaker.list_endpoint_configs(NameContains=NAME)["EndpointConfigs"],
    *sagemaker.list_models(NameContains=NAME)["Models"],
]
print("Left:", left)
