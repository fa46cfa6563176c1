"""The shapes of what the server half and the browser exchange, each written once."""

from .assets import LaunchedAsset, LaunchedAssets
from .choices import KmsKey, KmsKeys, SecurityGroup, SecurityGroups, Subnet, Subnets
from .compute import (
    TASK_EVENT,
    Carried,
    Compute,
    ComputeName,
    Computes,
    FilesCopied,
    FilesRequest,
    Folder,
    InstanceType,
    InstanceTypes,
    Left,
    NewNotebookInstance,
    OfferedKernel,
    PackageDifference,
    RemoteKernel,
    RemoteKernelRequest,
    RemoteServer,
    RemoteServers,
    SessionCompute,
    Switch,
    SwitchPreview,
    SwitchRequest,
    TaskChanged,
    TaskStep,
    Use,
    Variables,
)
from .creation import (
    AwsCall,
    Creation,
    CreationCheck,
    CreationRequest,
    FieldError,
    LayoutName,
    LayoutValues,
    MadeResource,
    MetricFound,
    MetricTrial,
)
from .edits import (
    EndpointScaling,
    ScalingChange,
    Tag,
    TagChanges,
    Tags,
    TargetTracking,
    VariantScaling,
)
from .engine import DEMO_EVENT, Demo, DemoChanged, DemoStep, LocalEngine
from .failures import Failure, FailureCause, FailureEvidence, FailureFix
from .fine_tuning import (
    MetricValue,
    TrainingEpochs,
    TrainingMetrics,
    TrainingPhase,
    TrainingProgress,
)
from .forms import CallCode, CallCodeRequest, CodeSample, Creatable, CreateParameters
from .invocations import (
    AsyncAnswer,
    AsyncInvocation,
    CallLog,
    ClassNames,
    EndpointFormats,
    EndpointLatency,
    ExampleBody,
    ExampleRequest,
    Invocation,
    InvocationPart,
    InvocationRequest,
)
from .jumpstart import (
    Benchmark,
    Checked,
    Code,
    CodeRequest,
    DataCheck,
    DeployRequest,
    DocumentsRequest,
    ExecutionRole,
    FineTuneRequest,
    InferenceConfig,
    JumpStartCatalogue,
    JumpStartModel,
    Launch,
    ModelName,
    ModelNotebook,
    ModelPage,
    ModelParameter,
    Network,
    NewRole,
    Origin,
    SavedForm,
    Scaling,
    TrainingConfig,
)
from .jumpstart_notebooks import (
    JumpStartNotebook,
    JumpStartNotebooks,
    NotebookCopy,
    NotebookCopyRequest,
)
from .logs import LogLevel, LogLine, LogLines, LogMatches, LogState, LogStream, LogStreams
from .metrics import MetricGroup, Metrics, MetricSeries
from .notebook_jobs import (
    JobFile,
    NotebookImage,
    NotebookJob,
    NotebookJobForm,
    NotebookJobRequest,
    NotebookParameter,
)
from .objects import (
    S3Bucket,
    S3Buckets,
    S3Entry,
    S3Member,
    S3Object,
    S3Page,
    S3Preview,
    S3Sum,
    UsedBy,
)
from .plans import PLAN_EVENT, LeftRunning, Plan, PlanChanged, PlanRequest, Step, Target
from .policies import Policy, PolicyName
from .problem import Cause, Problem
from .resources import (
    CHANGED_EVENT,
    Cell,
    Changed,
    Column,
    Connection,
    Cost,
    Costs,
    Created,
    Deploys,
    Fact,
    Form,
    FormSection,
    Group,
    Identity,
    InstanceGroup,
    Inventory,
    Kind,
    Page,
    Related,
    Resource,
    Row,
    S3Place,
    Tone,
    Verb,
)
from .solutions import (
    CreatedType,
    Solution,
    SolutionAdoptRequest,
    SolutionDeleteRequest,
    SolutionFiles,
    SolutionFilesRequest,
    SolutionLaunch,
    SolutionLaunchRequest,
    SolutionOrigin,
    SolutionPage,
    Solutions,
    StackDeletion,
    StackEvent,
    StackOutput,
    StackResource,
    TemplateOutput,
    TemplateParameter,
)
from .timelines import Phase, Timeline
