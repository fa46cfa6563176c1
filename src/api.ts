import { URLExt } from '@jupyterlab/coreutils';
import { ServerConnection } from '@jupyterlab/services';
import { nullTranslator, TranslationBundle } from '@jupyterlab/translation';

import {
  IAsyncAnswer,
  IAsyncInvocation,
  ICallCode,
  ICallCodeRequest,
  ICallLog,
  IChecked,
  IClassNames,
  ICode,
  ICodeRequest,
  ICodeSample,
  IComputeName,
  IComputes,
  IConnection,
  ICreatable,
  ICreateParameters,
  ICreation,
  ICreationCheck,
  ICreationRequest,
  IDataCheck,
  IDemo,
  IDeployRequest,
  IDocumentsRequest,
  IEndpointFormats,
  IEndpointLatency,
  IEndpointScaling,
  IExampleBody,
  IExecutionRole,
  IFailure,
  IFilesCopied,
  IFilesRequest,
  IFineTuneRequest,
  IForm,
  IIdentity,
  IInstanceTypes,
  IInventory,
  IInvocation,
  IInvocationPart,
  IInvocationRequest,
  IJumpStartCatalogue,
  IJumpStartNotebooks,
  IKind,
  ILaunch,
  ILaunchedAssets,
  ILayoutName,
  ILayoutValues,
  ILocalEngine,
  ILogLines,
  ILogMatches,
  ILogStreams,
  IMetricFound,
  IMetricTrial,
  IMetrics,
  IModelName,
  IModelPage,
  INewRole,
  INotebookCopy,
  INotebookCopyRequest,
  INotebookJob,
  INotebookJobForm,
  INotebookJobRequest,
  IPage,
  IPlan,
  IPlanRequest,
  IPolicy,
  IProblem,
  IRemoteKernelRequest,
  IRemoteServers,
  IResource,
  IS3Buckets,
  IS3Object,
  IS3Page,
  IS3Sum,
  ISavedForm,
  IScalingChange,
  ISessionCompute,
  ISolutionAdoptRequest,
  ISolutionDeleteRequest,
  ISolutionFiles,
  ISolutionFilesRequest,
  ISolutionLaunch,
  ISolutionLaunchRequest,
  ISolutionPage,
  ISolutions,
  ISwitch,
  ISwitchPreview,
  ISwitchRequest,
  ITagChanges,
  ITags,
  ITimeline,
  ITrainingMetrics,
  ITrainingProgress,
  IUsedBy
} from './protocol';
import type { IResourceId } from './tokens';

/**
 * A request that was not served; `problem` says why and what to do next.
 */
export class ApiError extends Error {
  constructor(readonly problem: IProblem) {
    super(problem.title);
    this.name = 'ApiError';
  }
}

/**
 * What is wrong, of an error that {@link Api} threw; any other one is thrown again.
 */
export function problemOf(error: unknown): IProblem {
  if (error instanceof ApiError) {
    return error.problem;
  }
  throw error;
}

/**
 * The extension's routes on the Jupyter server, one method each. Every method throws
 * {@link ApiError} and nothing else.
 */
export class Api {
  constructor(
    readonly settings: ServerConnection.ISettings = ServerConnection.makeSettings(),
    trans: TranslationBundle = nullTranslator.load('jupyter_smext')
  ) {
    this._trans = trans;
  }

  kinds(): Promise<IKind[]> {
    return this._get(['kinds']);
  }

  connections(): Promise<IConnection[]> {
    return this._get(['connections']);
  }

  identity(connection: string, region: string): Promise<IIdentity> {
    return this._get(['identity'], { connection, region });
  }

  /** The pages that changed after revision `since`; 0 for all. */
  inventory(
    connection: string,
    region: string,
    since = 0
  ): Promise<IInventory> {
    return this._get(['inventory'], {
      connection,
      region,
      since: String(since)
    });
  }

  /** Start a full reading now; its pages arrive through {@link inventory}. */
  refresh(connection: string, region: string): Promise<void> {
    return this._post(['inventory', 'refresh'], { connection, region });
  }

  /** Rows of one kind, read now; `parent` for kinds that are listed under a parent. */
  page(
    connection: string,
    region: string,
    kind: string,
    parent?: string
  ): Promise<IPage> {
    return this._get(['resources', kind], {
      connection,
      region,
      ...(parent === undefined ? {} : { parent })
    });
  }

  resource(
    connection: string,
    region: string,
    kind: string,
    id: string
  ): Promise<IResource> {
    return this._get(['resources', kind, id], { connection, region });
  }

  timeline(of: {
    connection: string;
    region: string;
    kind: string;
    id: string;
  }): Promise<ITimeline> {
    const { connection, region, kind, id } = of;
    return this._get(['resources', kind, id, 'timeline'], {
      connection,
      region
    });
  }

  act(
    connection: string,
    region: string,
    kind: string,
    id: string,
    operation: string,
    parameters: object = {}
  ): Promise<void> {
    return this._post(
      ['resources', kind, id, operation],
      { connection, region },
      parameters
    );
  }

  /**
   * Open the resource's own page in a new tab. Call it from a click, or the browser blocks it.
   *
   * #### Notes
   * A form is posted, so that the tab lands on a presigned URL which no script ever sees.
   */
  openInNewTab(
    connection: string,
    region: string,
    kind: string,
    id: string
  ): void {
    const path = ['resources', kind, id, 'open'];
    const xsrf = cookie('_xsrf');
    const form = document.createElement('form');
    form.method = 'post';
    form.action = this._url(path, { connection, region });
    form.target = '_blank';
    // With noreferrer the browser tells no origin, and the Jupyter server refuses the post.
    form.rel = 'noopener';
    if (xsrf !== null) {
      const field = document.createElement('input');
      field.type = 'hidden';
      field.name = '_xsrf';
      field.value = xsrf;
      form.append(field);
    }
    document.body.append(form);
    form.submit();
    form.remove();
  }

  form(
    connection: string,
    region: string,
    operation: string,
    kind?: string,
    id?: string
  ): Promise<IForm> {
    return this._get(['forms', operation], {
      connection,
      region,
      ...(kind === undefined ? {} : { kind }),
      ...(id === undefined ? {} : { id })
    });
  }

  /** Propose a shut-down: nothing happens until {@link runPlan}. */
  propose(request: IPlanRequest): Promise<IPlan> {
    return this._post(['plans'], {}, request);
  }

  plan(id: string): Promise<IPlan> {
    return this._get(['plans', id]);
  }

  runPlan(id: string): Promise<IPlan> {
    return this._post(['plans', id, 'run']);
  }

  retryPlan(id: string): Promise<IPlan> {
    return this._post(['plans', id, 'retry']);
  }

  stopPlan(id: string): Promise<IPlan> {
    return this._post(['plans', id, 'stop']);
  }

  /** The kernels of every instance that is up: signs in to each, so ask only when a person does. */
  remoteServers(connection: string, region: string): Promise<IRemoteServers> {
    return this._get(['remote-servers'], { connection, region });
  }

  /** Give the notebook at the request's path a kernel that an instance runs. */
  attachKernel(request: IRemoteKernelRequest): Promise<void> {
    return this._post(['remote-servers', 'attach'], {}, request);
  }

  shutDownKernel(request: IRemoteKernelRequest): Promise<void> {
    return this._post(['remote-servers', 'shut-down'], {}, request);
  }

  local(): Promise<ILocalEngine> {
    return this._get(['local']);
  }

  startLocal(): Promise<ILocalEngine> {
    return this._post(['local', 'start']);
  }

  /** The demo of the local engine: what it makes, and how far it is. */
  demo(): Promise<IDemo> {
    return this._get(['local', 'demo']);
  }

  startDemo(region: string): Promise<IDemo> {
    return this._post(['local', 'demo'], { region });
  }

  stopDemo(): Promise<IDemo> {
    return this._post(['local', 'demo', 'stop']);
  }

  /** Every instance type for a use, with what is known of each. */
  instanceTypes(
    connection: string,
    region: string,
    use: IInstanceTypes['use']
  ): Promise<IInstanceTypes> {
    return this._get(['instance-types'], { connection, region, use });
  }

  /** Every place for a kernel: this machine first. */
  computes(connection: string, region: string): Promise<IComputes> {
    return this._get(['computes'], { connection, region });
  }

  /** Where the kernel of each notebook of this Jupyter server runs. */
  sessionComputes(): Promise<ISessionCompute[]> {
    return this._get(['session-computes']);
  }

  /** Let go of a notebook's kernel on an instance; it keeps running there. */
  detach(session: string): Promise<void> {
    return this._post(['session-computes', session, 'detach']);
  }

  /** Send what changed in a notebook's folder to its kernel's instance, or fetch it. */
  copyFiles(
    session: string,
    direction: IFilesRequest['direction']
  ): Promise<IFilesCopied> {
    const request: IFilesRequest = { direction };
    return this._post(['session-computes', session, 'files'], {}, request);
  }

  /** What a switch would do; nothing happens until {@link startSwitch}. */
  previewSwitch(request: ISwitchRequest): Promise<ISwitchPreview> {
    return this._post(['switches', 'preview'], {}, request);
  }

  /** Sign in to an instance's Jupyter server: {@link previewSwitch} then names its kernels. */
  signInTo(at: IComputeName): Promise<void> {
    return this._post(['switches', 'sign-in'], {}, at);
  }

  switches(): Promise<ISwitch[]> {
    return this._get(['switches']);
  }

  switch(id: string): Promise<ISwitch> {
    return this._get(['switches', id]);
  }

  startSwitch(request: ISwitchRequest): Promise<ISwitch> {
    return this._post(['switches'], {}, request);
  }

  cancelSwitch(id: string): Promise<ISwitch> {
    return this._post(['switches', id, 'cancel']);
  }

  retrySwitch(id: string): Promise<ISwitch> {
    return this._post(['switches', id, 'retry']);
  }

  /** Go back to the type from before a failed switch. */
  goBackOfSwitch(id: string): Promise<ISwitch> {
    return this._post(['switches', id, 'go-back']);
  }

  /** What can be chosen to run the notebook at `path` as a job. */
  notebookJobForm(
    connection: string,
    region: string,
    path: string
  ): Promise<INotebookJobForm> {
    return this._get(['notebook-jobs', 'form'], { connection, region, path });
  }

  /** The latest notebook jobs, newest first. */
  notebookJobs(): Promise<INotebookJob[]> {
    return this._get(['notebook-jobs']);
  }

  notebookJob(id: string): Promise<INotebookJob> {
    return this._get(['notebook-jobs', id]);
  }

  runNotebookJob(request: INotebookJobRequest): Promise<INotebookJob> {
    return this._post(['notebook-jobs'], {}, request);
  }

  cancelNotebookJob(id: string): Promise<INotebookJob> {
    return this._post(['notebook-jobs', id, 'cancel']);
  }

  /** Bring what a job left and is not here yet: its notebook, else its other files. */
  fetchNotebookJob(id: string): Promise<INotebookJob> {
    return this._post(['notebook-jobs', id, 'fetch']);
  }

  /** JumpStart's models, each from the best source that could be read. */
  jumpStartModels(
    connection: string,
    region: string
  ): Promise<IJumpStartCatalogue> {
    return this._get(['jumpstart', 'models'], { connection, region });
  }

  /** Have AWS's lists of models read again, now. */
  refreshJumpStart(connection: string, region: string): Promise<void> {
    return this._post(['jumpstart', 'models', 'refresh'], {
      connection,
      region
    });
  }

  /** Have the documents of models read, so that their rows say all; {@link jumpStartModels} tells. */
  readJumpStartDocuments(
    connection: string,
    region: string,
    models: ReadonlyArray<IModelName>
  ): Promise<void> {
    const request: IDocumentsRequest = { models };
    return this._post(
      ['jumpstart', 'models', 'documents'],
      { connection, region },
      request
    );
  }

  /** A model's document; `hub` is null where it is in none. */
  jumpStartModel(
    connection: string,
    region: string,
    hub: string | null,
    id: string,
    version: string
  ): Promise<IModelPage> {
    return this._get(['jumpstart', 'models', hub ?? '-', id, version], {
      connection,
      region
    });
  }

  /** The role that {@link createRole} would create; nothing is made. */
  newRole(connection: string, region: string): Promise<INewRole> {
    return this._get(['execution-roles'], { connection, region });
  }

  /** Create a role that SageMaker may run things as. */
  createRole(connection: string, region: string): Promise<IExecutionRole> {
    return this._post(['execution-roles'], { connection, region });
  }

  /** What is known before a model is deployed; nothing is made. */
  checkDeploy(request: IDeployRequest): Promise<IChecked> {
    return this._post(['jumpstart', 'deploy', 'check'], {}, request);
  }

  deploy(request: IDeployRequest): Promise<ILaunch> {
    return this._post(['jumpstart', 'deploy'], {}, request);
  }

  /** What is known before a model is trained; nothing is made. */
  checkFineTune(request: IFineTuneRequest): Promise<IChecked> {
    return this._post(['jumpstart', 'fine-tune', 'check'], {}, request);
  }

  fineTune(request: IFineTuneRequest): Promise<ILaunch> {
    return this._post(['jumpstart', 'fine-tune'], {}, request);
  }

  /** The data of a request against the format that its model documents. */
  checkData(request: IFineTuneRequest): Promise<IDataCheck> {
    return this._post(['jumpstart', 'data', 'check'], {}, request);
  }

  /** What a form does, as code; `request` has one of the two. */
  launchCode(request: ICodeRequest): Promise<ICode> {
    return this._post(['jumpstart', 'code'], {}, request);
  }

  /** The latest deployments and fine-tunings, newest first. */
  launches(): Promise<ILaunch[]> {
    return this._get(['jumpstart', 'launches']);
  }

  launch(id: string): Promise<ILaunch> {
    return this._get(['jumpstart', 'launches', id]);
  }

  cancelLaunch(id: string): Promise<ILaunch> {
    return this._post(['jumpstart', 'launches', id, 'cancel']);
  }

  /** The job of a fine-tuning: its phases, and the last value of each metric. */
  launchTraining(id: string): Promise<ITrainingProgress> {
    return this._get(['jumpstart', 'launches', id, 'training']);
  }

  /** The metrics that a fine-tuning has reported in its log, behind `next` of an earlier answer. */
  launchMetrics(id: string, next: string | null): Promise<ITrainingMetrics> {
    return this._get(
      ['jumpstart', 'launches', id, 'metrics'],
      next === null ? {} : { next }
    );
  }

  /** Delete the archive that a launch put a model and its script into, once the model is gone. */
  deleteArchive(launch: string): Promise<void> {
    return this._post(['jumpstart', 'launches', launch, 'archive', 'delete']);
  }

  /** What JumpStart or this extension made, as it is now. */
  launchedAssets(connection: string, region: string): Promise<ILaunchedAssets> {
    return this._get(['jumpstart', 'assets'], { connection, region });
  }

  /** The forms that were kept; the one sent last is named `last`. */
  savedForms(): Promise<ISavedForm[]> {
    return this._get(['jumpstart', 'forms']);
  }

  /** Keep a form under its name; the answer are all that there are then. */
  saveForm(form: ISavedForm): Promise<ISavedForm[]> {
    return this._send('PUT', ['jumpstart', 'forms'], {}, form);
  }

  /** Forget a form that was kept; the answer are all that there are then. */
  deleteForm(name: string): Promise<ISavedForm[]> {
    return this._request(this._url(['jumpstart', 'forms'], { name }), {
      method: 'DELETE'
    });
  }

  tags({ connection, region, kind, id }: IResourceId): Promise<ITags> {
    return this._get(['resources', kind, id, 'tags'], { connection, region });
  }

  /** Set and take away tags; the answer is what there is then. */
  changeTags(of: IResourceId, changes: ITagChanges): Promise<ITags> {
    const { connection, region, kind, id } = of;
    const path = ['resources', kind, id, 'tags'];
    return this._post(path, { connection, region }, changes);
  }

  /** How the variants of an endpoint scale. */
  scaling({ connection, region, id }: IResourceId): Promise<IEndpointScaling> {
    return this._get(['endpoints', id, 'scaling'], { connection, region });
  }

  /** Let a variant scale so; null: not at all. */
  changeScaling(
    { connection, region, id }: IResourceId,
    variant: string,
    change: IScalingChange | null
  ): Promise<IEndpointScaling> {
    const path = ['endpoints', id, 'scaling', variant];
    const place = { connection, region };
    return change === null
      ? this._request(this._url(path, place), { method: 'DELETE' })
      : this._post(path, place, change);
  }

  /** The notebooks of JumpStart's hubs, and those of the models whose documents were read. */
  notebooks(connection: string, region: string): Promise<IJumpStartNotebooks> {
    return this._get(['jumpstart', 'notebooks'], { connection, region });
  }

  /** Copy a notebook into a folder; one that is there already stays. */
  copyNotebook(request: INotebookCopyRequest): Promise<INotebookCopy> {
    return this._post(['jumpstart', 'notebooks', 'open'], {}, request);
  }

  /** JumpStart's solutions: those that run through the connection first. */
  solutions(connection: string, region: string): Promise<ISolutions> {
    return this._get(['jumpstart', 'solutions'], { connection, region });
  }

  /** What a solution's template says. */
  solution(
    connection: string,
    region: string,
    id: string
  ): Promise<ISolutionPage> {
    return this._get(['jumpstart', 'solutions', id], { connection, region });
  }

  /** Copy a solution's notebook and files; what is there already stays. */
  copySolutionFiles(request: ISolutionFilesRequest): Promise<ISolutionFiles> {
    return this._post(['jumpstart', 'solution-files'], {}, request);
  }

  /** The latest stacks that were made of solutions, newest first. */
  solutionLaunches(): Promise<ISolutionLaunch[]> {
    return this._get(['jumpstart', 'solution-launches']);
  }

  /** Follow the stack of a solution that another Jupyter server launched. */
  adoptSolution(request: ISolutionAdoptRequest): Promise<ISolutionLaunch> {
    return this._post(['jumpstart', 'solution-launches', 'adopt'], {}, request);
  }

  solutionLaunch(id: string): Promise<ISolutionLaunch> {
    return this._get(['jumpstart', 'solution-launches', id]);
  }

  launchSolution(request: ISolutionLaunchRequest): Promise<ISolutionLaunch> {
    return this._post(['jumpstart', 'solution-launches'], {}, request);
  }

  /** Delete all that a launch made, also while it is being made. */
  deleteSolutionLaunch(
    id: string,
    request: ISolutionDeleteRequest
  ): Promise<ISolutionLaunch> {
    return this._post(
      ['jumpstart', 'solution-launches', id, 'delete'],
      {},
      request
    );
  }

  /** What an endpoint takes and answers, by its row id. */
  endpointFormats(
    connection: string,
    region: string,
    id: string
  ): Promise<IEndpointFormats> {
    return this._get(['endpoints', id, 'formats'], { connection, region });
  }

  /** The bytes of an example request of an endpoint's formats. */
  endpointExample(
    connection: string,
    region: string,
    id: string,
    name: string
  ): Promise<IExampleBody> {
    return this._get(['endpoints', id, 'example'], {
      connection,
      region,
      name
    });
  }

  /** What an endpoint's model calls its classes, by the label map in its artifact. */
  classNames(
    connection: string,
    region: string,
    id: string,
    component: string | null
  ): Promise<IClassNames> {
    return this._get(['endpoints', id, 'class-names'], {
      connection,
      region,
      ...(component === null ? {} : { component })
    });
  }

  /** Put one request into the queue of an asynchronous endpoint. */
  invokeAsync(
    connection: string,
    region: string,
    id: string,
    request: IInvocationRequest
  ): Promise<IAsyncInvocation> {
    return this._post(
      ['endpoints', id, 'invocations', 'async'],
      { connection, region },
      request
    );
  }

  /** What became of a request that was put into a queue; null while it waits. */
  async asyncAnswer(
    connection: string,
    region: string,
    id: string,
    sent: IAsyncInvocation
  ): Promise<IInvocation | null> {
    const { invocation } = await this._get<IAsyncAnswer>(
      ['endpoints', id, 'invocations', 'async'],
      {
        connection,
        region,
        output: sent.output,
        at: String(sent.at),
        ...(sent.failure === null ? {} : { failure: sent.failure })
      }
    );
    return invocation;
  }

  /** How much of the time of calls was the model's; times are epoch seconds. */
  endpointLatency(
    connection: string,
    region: string,
    id: string,
    of: {
      since: number;
      until: number;
      variant: string;
      component: string | null;
    }
  ): Promise<IEndpointLatency> {
    return this._get(['endpoints', id, 'latency'], {
      connection,
      region,
      since: String(of.since),
      until: String(of.until),
      variant: of.variant,
      ...(of.component === null ? {} : { component: of.component })
    });
  }

  /** Send one request to an endpoint; what its model refuses is the answer's problem. */
  invoke(
    connection: string,
    region: string,
    id: string,
    request: IInvocationRequest
  ): Promise<IInvocation> {
    return this._post(
      ['endpoints', id, 'invocations'],
      { connection, region },
      request
    );
  }

  /** As {@link invoke}, with each part of the answer as soon as it is there. */
  async invokeStreaming(
    connection: string,
    region: string,
    id: string,
    request: IInvocationRequest,
    onPart: (part: IInvocationPart) => void
  ): Promise<IInvocation> {
    const path = ['endpoints', id, 'invocations', 'stream'];
    const { response } = await this._ask(
      this._url(path, { connection, region }),
      sent('POST', request),
      async response => (response.ok ? '' : response.text())
    );
    const reader = response.body!.getReader();
    const decoder = new TextDecoder();
    let left = '';
    try {
      for (;;) {
        const { value, done } = await reader.read();
        const lines = (left + decoder.decode(value, { stream: !done })).split(
          '\n'
        );
        left = lines.pop()!;
        for (const line of lines) {
          const part = JSON.parse(line) as IInvocationPart;
          if (part.end) {
            return part.end;
          }
          onPart(part);
        }
        if (done) {
          throw new Error('The answer ends before its end');
        }
      }
    } catch (error) {
      throw new ApiError(this._offline(error));
    }
  }

  /** What an endpoint's containers logged about the time of a call. */
  callLog(
    connection: string,
    region: string,
    id: string,
    call: IInvocation
  ): Promise<ICallLog> {
    return this._get(['endpoints', id, 'log'], {
      connection,
      region,
      at: String(call.at),
      seconds: String(call.seconds)
    });
  }

  /** The log streams of a resource. */
  /** Why a resource failed, or that it did not. */
  failure(of: ILogged): Promise<IFailure> {
    return this._get(['resources', of.kind, of.id, 'failure'], where(of));
  }

  logStreams(of: ILogged): Promise<ILogStreams> {
    return this._get(['resources', of.kind, of.id, 'logs'], where(of));
  }

  /**
   * Lines of a stream from the number `start` on, a negative one from the end; with `known` it is
   * answered when there are more than those, or after some seconds.
   */
  logLines(
    of: ILogged,
    stream: string,
    start: number,
    count: number,
    known?: number
  ): Promise<ILogLines> {
    return this._get(
      ['resources', of.kind, of.id, 'logs', stream, 'lines'],
      where(of, { start, count, ...(known === undefined ? {} : { known }) })
    );
  }

  /** The lines from the number `start` on that a text or a pattern is found in. */
  logSearch(
    of: ILogged,
    stream: string,
    query: { text: string; regex: boolean; match_case: boolean },
    start: number
  ): Promise<ILogMatches> {
    return this._get(
      ['resources', of.kind, of.id, 'logs', stream, 'search'],
      where(of, {
        q: query.text,
        regex: query.regex,
        case: query.match_case,
        start
      })
    );
  }

  /** A line by its number; no more than about `most` characters of it are fetched. */
  async logLine(
    of: ILogged,
    stream: string,
    line: number,
    most: number
  ): Promise<string> {
    const { text } = await this._ask(
      this.logUrl(of, stream, line),
      { method: 'GET' },
      response => beginning(response, most)
    );
    return text;
  }

  /** Where a stream, or one line of it, is downloaded from. */
  logUrl(of: ILogged, stream: string, line?: number): string {
    const path = ['resources', of.kind, of.id, 'logs', stream];
    return this._url(
      line === undefined
        ? [...path, 'download']
        : [...path, 'lines', String(line)],
      where(of)
    );
  }

  /** The buckets of the account. */
  buckets(connection: string, region: string): Promise<IS3Buckets> {
    return this._get(['buckets'], { connection, region });
  }

  /** Folders and objects below a prefix of S3, the page that `next` of the one before asks for. */
  objects(
    connection: string,
    region: string,
    uri: string,
    next: string | null
  ): Promise<IS3Page> {
    return this._get(['objects'], {
      connection,
      region,
      uri,
      ...(next === null ? {} : { next })
    });
  }

  /** How much there is in S3 whose URI begins so. */
  objectsSum(connection: string, region: string, uri: string): Promise<IS3Sum> {
    return this._get(['objects', 'sum'], { connection, region, uri });
  }

  /** An object of S3 with a preview. */
  object(connection: string, region: string, uri: string): Promise<IS3Object> {
    return this._get(['object'], { connection, region, uri });
  }

  /** Where an object of S3 is downloaded from. */
  objectUrl(connection: string, region: string, uri: string): string {
    return this._url(['object-content'], { connection, region, uri });
  }

  /** The bytes of an object of S3. */
  async objectContent(
    connection: string,
    region: string,
    uri: string
  ): Promise<ArrayBuffer> {
    let content = new ArrayBuffer(0);
    await this._ask(
      this.objectUrl(connection, region, uri),
      { method: 'GET' },
      async response => {
        if (!response.ok) {
          return response.text();
        }
        content = await response.arrayBuffer();
        return '';
      }
    );
    return content;
  }

  /** What uses a resource, and what made what it uses. */
  usedBy(
    connection: string,
    region: string,
    kind: string,
    id: string
  ): Promise<IUsedBy> {
    return this._get(['resources', kind, id, 'used-by'], {
      connection,
      region
    });
  }

  /** What CloudWatch has measured of a resource; null for its own time, and for now. */
  metrics(
    of: IResourceId,
    { start, end }: { start: number | null; end: number | null }
  ): Promise<IMetrics> {
    const { connection, region } = of;
    return this._get(['resources', of.kind, of.id, 'metrics'], {
      connection,
      region,
      ...(start === null ? {} : { start: String(start) }),
      ...(end === null ? {} : { end: String(end) })
    });
  }

  /** The IAM policies that hold a permission (an IAM action); all of them for null. */
  policies(permission: string | null): Promise<ReadonlyArray<IPolicy>> {
    return this._get(['policies'], permission === null ? {} : { permission });
  }

  private _url(path: string[], query: { [key: string]: string } = {}): string {
    const url = URLExt.join(
      this.settings.baseUrl,
      'smext',
      'api',
      ...path.map(encodeURIComponent)
    );
    return Object.keys(query).length
      ? url + URLExt.objectToQueryString(query)
      : url;
  }

  /** Every Create operation of AWS. */
  creatables(): Promise<ICreatable[]> {
    return this._get(['forms']);
  }

  /** The forms of our own. */
  layouts(): Promise<ILayoutName[]> {
    return this._get(['layouts']);
  }

  /** The form of an operation, with parameters of it filled in. */
  filledForm(
    connection: string,
    region: string,
    operation: string,
    parameters: object
  ): Promise<IForm> {
    return this._post(['forms', operation], { connection, region }, parameters);
  }

  /** The form of a layout, with values of it filled in. */
  layoutForm(
    layout: string,
    connection: string,
    region: string,
    values: object
  ): Promise<IForm> {
    return this._post(
      ['layouts', layout, 'form'],
      { connection, region },
      values
    );
  }

  /** The values of a layout that say the same as parameters of its operation. */
  layoutValues(layout: string, parameters: object): Promise<ILayoutValues> {
    return this._post(['layouts', layout, 'values'], {}, parameters);
  }

  /** What would create a resource again, under another name. */
  parametersToCreate(
    connection: string,
    region: string,
    kind: string,
    id: string
  ): Promise<ICreateParameters> {
    return this._get(['resources', kind, id, 'parameters'], {
      connection,
      region
    });
  }

  /** What can be done with a resource, as code. */
  resourceCode(
    connection: string,
    region: string,
    kind: string,
    id: string
  ): Promise<ICodeSample[]> {
    return this._get(['resources', kind, id, 'code'], { connection, region });
  }

  callCode(request: ICallCodeRequest): Promise<ICallCode> {
    return this._post(['code'], {}, request);
  }

  metricTrial(request: IMetricTrial): Promise<IMetricFound[]> {
    return this._post(['creations', 'metric-trial'], {}, request);
  }

  /** What a creation would do, or what is wrong with it; nothing is created. */
  checkCreation(request: ICreationRequest): Promise<ICreationCheck> {
    return this._post(['creations', 'check'], {}, request);
  }

  startCreation(request: ICreationRequest): Promise<ICreation> {
    return this._post(['creations'], {}, request);
  }

  creation(id: string): Promise<ICreation> {
    return this._get(['creations', id]);
  }

  cancelCreation(id: string): Promise<ICreation> {
    return this._post(['creations', id, 'cancel']);
  }

  retryCreation(id: string): Promise<ICreation> {
    return this._post(['creations', id, 'retry']);
  }

  private _get<T>(
    path: string[],
    query?: { [key: string]: string }
  ): Promise<T> {
    return this._request<T>(this._url(path, query), { method: 'GET' });
  }

  private _post<T>(
    path: string[],
    query?: { [key: string]: string },
    body: object = {}
  ): Promise<T> {
    return this._send('POST', path, query, body);
  }

  private _send<T>(
    method: 'POST' | 'PUT',
    path: string[],
    query: { [key: string]: string } | undefined,
    body: object
  ): Promise<T> {
    return this._request<T>(this._url(path, query), sent(method, body));
  }

  private async _request<T>(url: string, init: RequestInit): Promise<T> {
    const { response, text } = await this._ask(url, init, one => one.text());
    const body = parse(text);
    if (body === undefined && text !== '') {
      throw new ApiError(this._unexpected(response, body));
    }
    return body as T;
  }

  /** What was answered, and as much of its text as `read` takes of it; throws ApiError. */
  private async _ask(
    url: string,
    init: RequestInit,
    read: (response: Response) => Promise<string>
  ): Promise<{ response: Response; text: string }> {
    let response: Response;
    let text: string;
    try {
      response = await ServerConnection.makeRequest(url, init, this.settings);
      text = await read(response);
    } catch (error) {
      throw new ApiError(this._offline(error));
    }
    if (!response.ok) {
      const body = parse(text);
      throw new ApiError(
        isProblem(body) ? body : this._unexpected(response, body)
      );
    }
    return { response, text };
  }

  private _offline(error: unknown): IProblem {
    const trans = this._trans;
    return {
      ...NOTHING,
      status: 0,
      cause: 'offline',
      title: trans.__('The Jupyter server does not answer'),
      detail: error instanceof Error ? error.message : String(error),
      next: trans.__(
        'It may have stopped, or the network between it and this page is down.'
      )
    };
  }

  private _unexpected(response: Response, body: unknown): IProblem {
    const trans = this._trans;
    const missing = response.status === 404;
    const message = (body as { message?: unknown } | undefined)?.message;
    return {
      ...NOTHING,
      status: response.status,
      cause: missing ? 'not_found' : 'broken',
      title: missing
        ? trans.__('The server half of the extension is missing')
        : trans.__('The Jupyter server answered in an unknown way'),
      detail: [
        `${response.status} ${response.statusText}`.trim(),
        typeof message === 'string' ? message : ''
      ]
        .filter(Boolean)
        .join(': '),
      next: missing
        ? trans.__('Enable it, then restart the Jupyter server.')
        : trans.__('Look at the log of the Jupyter server.'),
      command: missing ? 'jupyter server extension enable jupyter_smext' : null
    };
  }

  private _trans: TranslationBundle;
}

const NOTHING = {
  command: null,
  code: null,
  request_id: null,
  permission: null,
  retry_at: null
};

/** What has logs. */
interface ILogged {
  readonly connection: string;
  readonly region: string;
  readonly kind: string;
  readonly id: string;
}

function where(
  { connection, region }: { connection: string; region: string },
  more: { [key: string]: string | number | boolean } = {}
): { [key: string]: string } {
  const query = Object.entries(more).map(([key, value]) => [
    key,
    String(value)
  ]);
  return { connection, region, ...Object.fromEntries(query) };
}

/** The first characters of a text, which may be far longer than a page can hold. */
async function beginning(response: Response, most: number): Promise<string> {
  const reader = response.body!.getReader();
  const decoder = new TextDecoder();
  let text = '';
  while (text.length < most) {
    const { value, done } = await reader.read();
    text += decoder.decode(value, { stream: !done });
    if (done) {
      return text;
    }
  }
  await reader.cancel();
  return text.slice(0, most);
}

function sent(method: 'POST' | 'PUT', body: object): RequestInit {
  return {
    method,
    body: JSON.stringify(body),
    headers: { 'Content-Type': 'application/json' }
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isProblem(body: unknown): body is IProblem {
  return (
    typeof body === 'object' &&
    body !== null &&
    'cause' in body &&
    'title' in body
  );
}

/** The last of that name: it is the one that the server's own parser keeps. */
function cookie(name: string): string | null {
  const found = document.cookie
    .split('; ')
    .filter(part => part.startsWith(`${name}=`))
    .pop();
  return found === undefined ? null : found.slice(name.length + 1);
}
