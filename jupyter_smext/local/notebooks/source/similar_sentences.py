# %% [markdown]
# # Find the answer that means the same
#
# People ask in their own words, and a search for words finds nothing. The model all-MiniLM-L6-v2
# makes a vector of each sentence; the nearest one is the answer, whatever its words are.
#
# **The endpoint costs by the hour until the last cell has deleted it.** Run that one even if
# another one failed.

# %%
import json
import math
import secrets

import boto3

MODEL = "onnx-textembedding-all-minilm-l6-v2"
NAME = f"similar-sentences-{secrets.token_hex(4)}"

sagemaker = boto3.client("sagemaker")
content = sagemaker.describe_hub_content(
    HubName="SageMakerPublicHub", HubContentType="Model", HubContentName=MODEL
)
document = json.loads(content["HubContentDocument"])
print(NAME, "of", MODEL, content["HubContentVersion"])

# %% [markdown]
# ## Deploy
#
# With the first role that SageMaker may assume.

# %%
ROLE = next(
    role["Arn"]
    for page in boto3.client("iam").get_paginator("list_roles").paginate()
    for role in page["Roles"]
    if "sagemaker.amazonaws.com" in json.dumps(role["AssumeRolePolicyDocument"])
)
source = {
    "S3Uri": document["HostingPrepackedArtifactUri"],
    "S3DataType": "S3Prefix",
    "CompressionType": "None",
}
sagemaker.create_model(
    ModelName=NAME,
    ExecutionRoleArn=ROLE,
    PrimaryContainer={
        "Image": document["HostingEcrUri"],
        "Environment": {
            each["Name"]: str(each["Default"]) for each in document["InferenceEnvironmentVariables"]
        },
        "ModelDataSource": {"S3DataSource": source},
    },
)
variant = {
    "VariantName": "AllTraffic",
    "ModelName": NAME,
    "InstanceType": document["DefaultInferenceInstanceType"],
    "InitialInstanceCount": 1,
}
tags = [{"Key": "sagemaker-sdk:jumpstart-model-id", "Value": MODEL}]
sagemaker.create_endpoint_config(EndpointConfigName=NAME, ProductionVariants=[variant], Tags=tags)
sagemaker.create_endpoint(EndpointName=NAME, EndpointConfigName=NAME, Tags=tags)
sagemaker.get_waiter("endpoint_in_service").wait(
    EndpointName=NAME, WaiterConfig={"Delay": 5, "MaxAttempts": 360}
)

# %% [markdown]
# ## Answers, and questions in other words

# %%
ANSWERS = [
    "Reset your password under Settings, Security.",
    "Invoices are sent on the first of each month.",
    "Our office is closed on public holidays.",
    "Parcels reach you within three working days.",
]
QUESTIONS = {
    "I cannot log in any more.": 0,
    "When do I have to pay?": 1,
    "How long does delivery take?": 3,
}


def vectors(sentences: list[str]) -> list[list[float]]:
    """The vector of each sentence."""
    answer = boto3.client("sagemaker-runtime").invoke_endpoint(
        EndpointName=NAME,
        ContentType="application/json",
        Accept="application/json",
        Body=json.dumps({"text_inputs": sentences}),
    )
    found: list[list[float]] = json.loads(answer["Body"].read())["embedding"]
    return found


def cosine(one: list[float], other: list[float]) -> float:
    """How near two vectors are: 1 for the same direction."""
    product = sum(a * b for a, b in zip(one, other, strict=True))
    return product / (math.hypot(*one) * math.hypot(*other))


known = vectors(ANSWERS)
right = 0
for (question, meant), vector in zip(QUESTIONS.items(), vectors(list(QUESTIONS)), strict=True):
    near = [cosine(vector, each) for each in known]
    best = near.index(max(near))
    right += best == meant
    print(f"{question}\n  {near[best]:.2f}  {ANSWERS[best]}")
print(f"{right} of {len(QUESTIONS)} as meant")

# %% [markdown]
# ## Delete all of it

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
