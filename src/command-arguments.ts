import { ReadonlyJSONObject } from '@lumino/coreutils';

import { CommandIDs } from './commands';

const string = (description: string): ReadonlyJSONObject => ({
  type: 'string',
  description
});

const RESOURCE = {
  connection: string('`local`, `environment` or `profile:NAME`'),
  region: string('The AWS region'),
  kind: string('The kind, e.g. notebook-instance'),
  id: string("The resource's row id")
};

const LAUNCHER = {
  type: 'boolean',
  description: 'Whether it is named for a Launcher card'
};

const NOTEBOOK = {
  path: string('The path of an open notebook; by default the current one')
};

const NEW_RESOURCE = {
  connection: RESOURCE.connection,
  region: RESOURCE.region,
  kind: RESOURCE.kind,
  operation: string('In place of a kind: the AWS operation, e.g. CreateModel'),
  layout: string('In place of a kind: a form of ours, e.g. training-job'),
  clone: {
    ...object(RESOURCE, Object.keys(RESOURCE)),
    description: 'The resource whose parameters the form begins with'
  },
  changes: {
    type: 'object',
    description:
      'Parameters to begin with; over those of clone, a JSON merge patch'
  }
};

/**
 * The JSON Schema of each command's arguments, by command id.
 */
export const ARGUMENTS: { readonly [id: string]: ReadonlyJSONObject } = {
  [CommandIDs.openPanel]: object({ isLauncher: LAUNCHER }),
  [CommandIDs.refresh]: object({}),
  [CommandIDs.selectConnection]: object(
    {
      connection: RESOURCE.connection,
      regions: { type: 'array', items: { type: 'string' } }
    },
    ['connection']
  ),
  [CommandIDs.create]: object({ ...NEW_RESOURCE, isLauncher: LAUNCHER }),
  [CommandIDs.clone]: object({}),
  [CommandIDs.openCreation]: object({
    ...NEW_RESOURCE,
    creation: string('The id of a creation that was begun, to show it')
  }),
  [CommandIDs.openResource]: object(
    {
      ...RESOURCE,
      view: string('The id of the view to begin with, e.g. test'),
      place: string("Where in the view, in the view's own words")
    },
    Object.keys(RESOURCE)
  ),
  [CommandIDs.openInNewTab]: object(RESOURCE, Object.keys(RESOURCE)),
  [CommandIDs.openInConsole]: object(RESOURCE, Object.keys(RESOURCE)),
  [CommandIDs.copyName]: object(RESOURCE, Object.keys(RESOURCE)),
  [CommandIDs.copyARN]: object(RESOURCE, Object.keys(RESOURCE)),
  [CommandIDs.act]: object(
    {
      ...RESOURCE,
      operation: string('The AWS operation, e.g. StopNotebookInstance')
    },
    [...Object.keys(RESOURCE), 'operation']
  ),
  [CommandIDs.shutDown]: object(
    {
      targets: {
        type: 'array',
        items: object(RESOURCE, Object.keys(RESOURCE))
      }
    },
    ['targets']
  ),
  [CommandIDs.runNotebookAsJob]: object({
    path: string('The path of the notebook; without it, the one that is shown'),
    isMenu: {
      type: 'boolean',
      description:
        'Whether the notebook is the one selected in the file browser'
    }
  }),
  [CommandIDs.trainWithScript]: object({
    path: string('The path of a Python script'),
    isMenu: {
      type: 'boolean',
      description: 'Whether the script is the one selected in the file browser'
    }
  }),
  [CommandIDs.notebookJobs]: object({}),
  [CommandIDs.openJumpStart]: object({
    connection: RESOURCE.connection,
    region: RESOURCE.region,
    hub: { type: ['string', 'null'], description: 'The hub it is in, if any' },
    id: string('The id of a model; without it or a solution, the catalogue'),
    version: string('Its version, e.g. 3.0.17'),
    solution: string('The id of a solution, in place of a model'),
    isLauncher: LAUNCHER
  }),
  [CommandIDs.openS3]: object({
    connection: RESOURCE.connection,
    region: RESOURCE.region,
    uri: string('`s3://BUCKET/KEY`; without it, the buckets'),
    tab: string('The id of a tab to bring back')
  }),
  [CommandIDs.showRemoteKernels]: object({
    id: string('The row id of the instance to begin with')
  }),
  [CommandIDs.shutDownAll]: object({
    scope: {
      type: 'string',
      enum: ['all', 'prepare', 'build', 'train', 'deploy', 'govern'],
      default: 'all'
    }
  }),
  [CommandIDs.selectInstance]: object({
    ...NOTEBOOK,
    kind: {
      type: 'string',
      enum: ['local', 'notebook-instance', 'space'],
      description: 'What is chosen when the dialog opens'
    },
    id: string('Its row id; without it a new notebook instance'),
    connection: RESOURCE.connection,
    region: RESOURCE.region,
    instanceType: string('The type that is chosen, e.g. ml.g4dn.xlarge')
  }),
  [CommandIDs.switchBack]: object(NOTEBOOK),
  [CommandIDs.keepKernelRunning]: object(NOTEBOOK),
  [CommandIDs.fetchFiles]: object(NOTEBOOK),
  [CommandIDs.sendFiles]: object(NOTEBOOK),
  [CommandIDs.logSearch]: object({}),
  [CommandIDs.logNextMatch]: object({}),
  [CommandIDs.logPreviousMatch]: object({}),
  [CommandIDs.logFirstError]: object({}),
  [CommandIDs.logFollow]: object({})
};

function object(
  properties: ReadonlyJSONObject,
  required: string[] = []
): ReadonlyJSONObject {
  return {
    type: 'object',
    properties,
    ...(required.length ? { required } : {})
  };
}
