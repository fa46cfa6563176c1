import {
  IJumpStartCatalogue,
  IJumpStartModel,
  IModelPage,
  IModelParameter
} from '../protocol';
import { ISmext } from '../tokens';
import { Assets } from '../views/jumpstart/launched/assets';
import { SolutionLaunches } from '../views/jumpstart/solutions/launches';
import { Bus } from './world';

/**
 * What JumpStart's tab is given for what was launched, of which nothing is read.
 */
export function nothingLaunched(smext: ISmext): {
  shown: boolean;
  assets: Assets;
  stacks: SolutionLaunches;
} {
  const { api, store } = smext;
  return {
    shown: false,
    assets: new Assets({ api, store, changes: [] }),
    stacks: new SolutionLaunches({
      smext,
      stream: new Bus().stream,
      openSolution: jest.fn(),
      openFile: jest.fn(),
      remember: jest.fn()
    })
  };
}

/**
 * A model of the catalogue.
 */
export function model(
  id: string,
  more: Partial<IJumpStartModel> = {}
): IJumpStartModel {
  return {
    id,
    name: id,
    version: '1.0.0',
    task: 'Image classification',
    data_type: 'Image',
    framework: 'pytorch',
    provider: 'PyTorch Hub',
    proprietary: false,
    fine_tunable: false,
    gated: null,
    deprecated: false,
    vulnerable: null,
    url: null,
    origin: 'shipped',
    hub: null,
    runs_here: false,
    instance_type: null,
    instance_types: [],
    training_instance_type: null,
    keywords: [],
    documented: false,
    ...more
  };
}

export function catalogue(
  models: IJumpStartModel[],
  more: Partial<IJumpStartCatalogue> = {}
): IJumpStartCatalogue {
  return {
    connection: 'local',
    region: 'us-east-1',
    models,
    as_of: '2025-06-30',
    read_at: null,
    reading: false,
    problems: [],
    ...more
  };
}

export function parameter(
  name: string,
  more: Partial<IModelParameter> = {}
): IModelParameter {
  return {
    name,
    type: 'text',
    default: '',
    min: null,
    max: null,
    above_min: false,
    below_max: false,
    options: [],
    required: false,
    help: '',
    ...more
  };
}

/**
 * The page of a model that can be hosted, and trained on folders of images.
 */
export function modelPage(more: Partial<IModelPage> = {}): IModelPage {
  return {
    model: model('pytorch-ic-mobilenet-v2', {
      name: 'MobileNet V2',
      fine_tunable: true
    }),
    document: 's3://cache/specs.json',
    description: 'Says **what** is in an image.',
    license: null,
    eula: null,
    eula_text: null,
    versions: ['1.0.0', '0.9.0'],
    deprecated: [],
    configs: [
      {
        name: '',
        instance_type: 'ml.m5.large',
        instance_types: ['ml.m5.large', 'ml.m5.xlarge'],
        environment: [parameter('SAGEMAKER_PROGRAM', { default: 'a.py' })],
        environment_by_type: {}
      }
    ],
    content_types: ['application/x-image'],
    accept_types: ['application/json'],
    image: 'pytorch:1.10',
    training: true,
    training_instance_type: 'ml.m5.xlarge',
    training_instance_types: ['ml.m5.xlarge'],
    hyperparameters: [
      parameter('epochs', { type: 'int', default: 5, min: 1, max: 1000 }),
      parameter('learning_rate', {
        type: 'float',
        default: 0.001,
        min: 1e-8,
        max: 1
      }),
      parameter('train_only_top_layer', {
        default: 'True',
        options: ['True', 'False']
      })
    ],
    metrics: ['val-accuracy'],
    hyperparameters_by_type: {},
    training_configs: [],
    default_dataset: 's3://cache/flowers/',
    data_format: 'One folder per class.',
    volume_gib: null,
    training_volume_gib: 30,
    benchmarks: [],
    notebooks: [],
    vulnerabilities: [],
    problems: [],
    deprecated_message: null,
    subscription: null,
    container: 'PyTorch 1.10.0, Python 3.8',
    isolated: true,
    dataset_about: '',
    ...more
  };
}
