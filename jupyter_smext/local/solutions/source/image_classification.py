# %% [markdown]
# # Image classification
#
# The endpoint of this stack has EfficientNet-Lite0, trained on the 1,000 classes of ImageNet
# (Apache-2.0). The pictures are scikit-image's example images (`chelsea`, CC0; `coffee`, CC0).

# %%
import boto3
from botocore import UNSIGNED
from botocore.config import Config
from endpoint import STACK, picture
from IPython.display import Image, display

anybody = Config(signature_version=UNSIGNED)
s3 = boto3.client("s3", region_name=STACK["Region"], config=anybody)
bucket = f"jumpstart-cache-prod-{STACK['Region']}"
pictures = {
    name: s3.get_object(Bucket=bucket, Key=f"inference-notebook-assets/{name}.png")["Body"].read()
    for name in ("cat", "coffee")
}

# %% [markdown]
# ## What the model sees

# %%
for content in pictures.values():
    display(Image(content, width=240))
    for label, probability in picture(content):
        print(f"{probability:6.1%}  {label}")

# %% [markdown]
# ## A picture of your own
#
# Upload one beside this notebook, and say its name here.

# %%
mine = None  # "mine.jpg"
if mine is not None:
    with open(mine, "rb") as file:
        print(picture(file.read()))
