import { nullTranslator } from '@jupyterlab/translation';
import { Signal } from '@lumino/signaling';

import { Api, ApiError } from '../api';
import { ComputeRoutes } from '../api/computes';
import { FormRoutes } from '../api/forms';
import { KernelRoutes } from '../api/kernels';
import { SwitchRoutes } from '../api/switches';
import {
  ICompute,
  IForm,
  IInstanceType,
  IInstanceTypes,
  IProblem,
  ISessionCompute,
  ISwitch,
  ISwitchPreview,
  ISwitchRequest,
  ITaskStep,
  TASK_EVENT
} from '../protocol';
import { InventoryStore } from '../store';
import { ISmext } from '../tokens';
import { answering, Bus, World, smextWith } from './world';

export const trans = nullTranslator.load('jupyter_smext');

export function local(more: Partial<ICompute> = {}): ICompute {
  return {
    at: { kind: 'local', id: '', connection: '', region: '' },
    name: '',
    status: '',
    tone: 'ok',
    instance_type: null,
    vcpu: 8,
    memory_gib: 31.4,
    gpus: 0,
    gpu: null,
    price: null,
    volume_gib: null,
    memory_used: null,
    problem: null,
    ...more
  };
}

export function instance(name: string, more: Partial<ICompute> = {}): ICompute {
  return {
    ...local(),
    at: {
      kind: 'notebook-instance',
      id: name,
      connection: 'local',
      region: 'us-east-1'
    },
    name,
    status: 'InService',
    instance_type: 'ml.t3.medium',
    vcpu: 2,
    memory_gib: 4,
    price: 0.05,
    volume_gib: 20,
    ...more
  };
}

export function type(
  name: string,
  more: Partial<IInstanceType> = {}
): IInstanceType {
  return {
    name,
    vcpu: 2,
    memory_gib: 4,
    gpus: 0,
    gpu: null,
    gpu_memory_gib: null,
    fast_launch: false,
    price: 0.1,
    quota: 4,
    quota_left: 4,
    ...more
  };
}

export const TYPES: ReadonlyArray<IInstanceType> = [
  type('ml.m5.large', {
    memory_gib: 8,
    price: 0.12,
    fast_launch: true,
    quota: 8,
    quota_left: 8
  }),
  type('ml.t3.medium', {
    price: 0.05,
    fast_launch: true,
    quota: 20,
    quota_left: 19
  }),
  type('ml.g4dn.xlarge', {
    vcpu: 4,
    memory_gib: 16,
    gpus: 1,
    gpu: 'T4',
    gpu_memory_gib: 16,
    price: 0.74,
    fast_launch: true,
    quota: 2,
    quota_left: 1
  }),
  type('ml.g5.xlarge', {
    vcpu: 4,
    memory_gib: 16,
    gpus: 1,
    gpu: 'A10G',
    gpu_memory_gib: 22.5,
    price: null,
    quota: null,
    quota_left: null
  }),
  type('ml.p3.2xlarge', {
    vcpu: 8,
    memory_gib: 61,
    gpus: 1,
    gpu: 'V100',
    gpu_memory_gib: 16,
    price: 3.83,
    quota: 0,
    quota_left: 0
  })
];

export function step(
  title: string,
  state: ITaskStep['state'],
  more: Partial<ITaskStep> = {}
): ITaskStep {
  return {
    id: title,
    title,
    state,
    started: null,
    ended: null,
    note: '',
    usual: null,
    progress: null,
    ...more
  };
}

export function request(more: Partial<ISwitchRequest> = {}): ISwitchRequest {
  return {
    session_id: 'session-1',
    path: 'work/churn.ipynb',
    to: instance('nb-cpu').at,
    instance_type: 'ml.g4dn.xlarge',
    create: null,
    kernel: null,
    stop_old: true,
    keep_old_kernel: false,
    carried: { variables: true, packages: false, files: true },
    saved: 0,
    saved_seconds: 0,
    ...more
  };
}

export function task(more: Partial<ISwitch> = {}): ISwitch {
  return {
    id: 'switch-1',
    rev: 1,
    request: request(),
    state: 'running',
    now: instance('nb-cpu'),
    then: instance('nb-cpu', {
      instance_type: 'ml.g4dn.xlarge',
      vcpu: 4,
      memory_gib: 16,
      gpus: 1,
      gpu: 'T4',
      price: 0.74
    }),
    steps: [
      step('Save 3 notebooks', 'done', { started: 1000, ended: 1000.4 }),
      step('Stop nb-cpu', 'now', {
        started: 1001,
        note: 'Stopping.',
        usual: 90
      }),
      step('Start nb-cpu', 'todo', { usual: 120 }),
      step('Restore variables', 'todo')
    ],
    started: 1000,
    ended: null,
    cancel: 'it goes back to ml.t3.medium.',
    back: null,
    others: [],
    left: [],
    notes: [],
    kernel_id: null,
    problem: null,
    ...more
  };
}

export function preview(more: Partial<ISwitchPreview> = {}): ISwitchPreview {
  return {
    now: instance('nb-cpu'),
    then: instance('nb-cpu', { instance_type: 'ml.g4dn.xlarge' }),
    steps: ['Stop nb-cpu', 'Change its type', 'Start nb-cpu'],
    other_kernels: ['work/eda.ipynb'],
    variables: {
      names: ['x', 'df'],
      bytes: 38 * 1024 * 1024,
      without: { conn: 'an open connection' }
    },
    packages: [
      { name: 'pandas', here: '2.2.0', there: '2.1.0', imported: true },
      { name: 'lightgbm', here: '4.0', there: null, imported: false }
    ],
    folder: {
      path: 'work',
      files: 12,
      bytes: 3_565_158,
      by_s3: false,
      without: { '.env': 'hidden' }
    },
    fetched: null,
    kernels: null,
    kernel: null,
    checked: ['Role, quota and state checked.'],
    problems: [],
    unknown: [],
    seconds: 240,
    ...more
  };
}

const FORM: IForm = {
  operation: 'CreateNotebookInstance',
  title: 'Create notebook instance',
  schema: {
    type: 'object',
    properties: {
      NotebookInstanceName: {
        type: 'string',
        title: 'Notebook instance name',
        pattern: '^[a-zA-Z0-9](-*[a-zA-Z0-9])*$'
      },
      InstanceType: { type: 'string', title: 'Instance type' },
      RoleArn: { type: 'string', title: 'Role', examples: ['arn:aws:role'] },
      VolumeSizeInGB: { type: 'integer', title: 'Volume size', minimum: 5 },
      LifecycleConfigName: { type: 'string', title: 'Lifecycle config' },
      Tags: { type: 'array', title: 'Tags', items: { type: 'string' } }
    },
    required: ['NotebookInstanceName', 'InstanceType', 'RoleArn'],
    additionalProperties: false
  },
  first: ['NotebookInstanceName', 'InstanceType', 'RoleArn'],
  defaults: {
    InstanceType: 'ml.t3.medium',
    RoleArn: 'arn:aws:role',
    VolumeSizeInGB: 5
  },
  sections: []
};

/**
 * A server that switches; what it says next is set by the test, `asked` is what it was asked.
 */
export class SwitchServer {
  sessions: ISessionCompute[] = [session()];
  switches: ISwitch[] = [];
  computes: ICompute[] = [
    local(),
    instance('nb-cpu'),
    instance('team-space', {
      at: {
        kind: 'space',
        id: 'd-1,team-space',
        connection: 'local',
        region: 'us-east-1'
      }
    })
  ];
  types: Partial<IInstanceTypes> = {};
  preview = preview();
  /** When set, what it names fails so. */
  down: { [what: string]: IProblem } = {};
  asked: string[] = [];
  requests: ISwitchRequest[] = [];
  previewed: ISwitchRequest[] = [];

  get api(): Api {
    const answer =
      <T, A extends unknown[]>(
        what: string,
        of: (...args: A) => T
      ): ((...args: A) => Promise<T>) =>
      async (...args: A) => {
        this.asked.push(what);
        if (this.down[what]) {
          throw new ApiError(this.down[what]);
        }
        return of(...args);
      };
    const one = (id: string) => this.switches.find(each => each.id === id)!;
    let api = new World().api;
    api = answering(api, KernelRoutes, {
      sessionComputes: answer('session-computes', () => this.sessions),
      detach: answer('detach', () => undefined)
    });
    api = answering(api, ComputeRoutes, {
      computes: answer('computes', (_, region) => ({
        computes: this.computes.filter(
          ({ at }) => at.kind === 'local' || at.region === region
        ),
        problems: []
      })),
      instanceTypes: answer('instance-types', (connection, region, use) => ({
        connection,
        region,
        use,
        types: TYPES,
        charged: true,
        prices_of: 1793577600,
        prices_read_at: 1793577600,
        prices_problem: null,
        quotas_problem: null,
        reading: false,
        ...this.types
      }))
    });
    api = answering(api, SwitchRoutes, {
      switches: answer('switches', () => this.switches),
      switch: answer('switch', one),
      preview: answer('preview', asked => {
        this.previewed.push(asked);
        return this.preview;
      }),
      signInTo: answer('sign-in', () => undefined),
      start: answer('start', asked => {
        this.requests.push(asked);
        const made = task({ request: asked });
        this.switches.push(made);
        return made;
      }),
      cancel: answer('cancel', one),
      retry: answer('retry', one),
      goBack: answer('go-back', one)
    });
    return answering(api, FormRoutes, {
      form: answer('form', () => FORM)
    });
  }

  /** A switch went on: the server tells of it. */
  go(bus: Bus, more: Partial<ISwitch>, id = 'switch-1'): void {
    this.switches = this.switches.map(each =>
      each.id === id ? { ...each, rev: each.rev + 1, ...more } : each
    );
    const { rev } = this.switches.find(each => each.id === id)!;
    this.tell(bus, { task: 'switch', id, rev });
  }

  tell(bus: Bus, event: object): void {
    (bus.stream as unknown as Signal<unknown, object>).emit({
      schema_id: TASK_EVENT,
      ...event
    });
  }
}

export function session(more: Partial<ISessionCompute> = {}): ISessionCompute {
  return {
    session_id: 'session-1',
    path: 'work/churn.ipynb',
    kernel_id: 'kernel-1',
    compute: instance('nb-cpu'),
    line: 'open',
    note: '',
    switch: null,
    ...more
  };
}

/** The extension as the switcher knows it, looking at the local engine. */
export function smextOf(api: Api, bus: Bus): ISmext {
  const store = new InventoryStore({
    api,
    events: bus,
    standby: 'never',
    debounce: 0
  });
  store.setConnection('local', ['us-east-1']);
  return smextWith(api, store);
}
