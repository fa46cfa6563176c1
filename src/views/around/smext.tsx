import { JupyterFrontEnd } from '@jupyterlab/application';
import { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { Api } from '../../api';
import { CommandIDs } from '../../commands';
import { IChoice, InventoryStore } from '../../store';
import { ISmext, resourceId, ViewRegistry } from '../../tokens';

const Overview = React.lazy(() => import('../resource/overview'));
const ResourceCode = React.lazy(() => import('../create/resource-code'));
const Definition = React.lazy(() => import('../resource/definition'));
const Logs = React.lazy(() => import('../log/tab'));
const Metrics = React.lazy(() => import('../metrics/tab'));
const Tags = React.lazy(() => import('../edit/tags'));
const TestBench = React.lazy(() => import('../test-bench'));
const Variants = React.lazy(() => import('../edit/variants'));

const WEIGHTS = 'UpdateEndpointWeightsAndCapacities';

/**
 * The inventory and what can be done with it. It asks nothing of the server by itself.
 */
export function createSmext(
  app: JupyterFrontEnd,
  trans: TranslationBundle,
  defaults: () => Promise<IChoice | null>
): ISmext {
  const { serviceManager: services, commands } = app;
  const api = new Api(services.serverSettings, trans);
  const store = new InventoryStore({ api, events: services.events, defaults });
  const views = new ViewRegistry();
  views.add({
    id: 'overview',
    label: trans.__('Overview'),
    rank: 0,
    render: props => <Overview {...props} />
  });
  views.add({
    id: 'logs',
    label: trans.__('Logs'),
    rank: 100,
    when: spec => spec.logs,
    render: props => <Logs {...props} />
  });
  views.add({
    id: 'metrics',
    label: trans.__('Metrics'),
    rank: 200,
    when: spec => spec.metrics,
    render: props => <Metrics {...props} />
  });
  views.add({
    id: 'test',
    label: trans.__('Test'),
    rank: 300,
    when: spec => spec.id === 'endpoint',
    render: props => (
      <TestBench {...props} services={services} commands={commands} />
    )
  });
  views.add({
    id: 'variants',
    label: trans.__('Variants'),
    rank: 400,
    operations: [WEIGHTS],
    when: spec => spec.verbs.some(verb => verb.operation === WEIGHTS),
    render: props => <Variants {...props} />
  });
  views.add({
    id: 'tags',
    label: trans.__('Tags'),
    rank: 800,
    when: spec => spec.tags,
    render: props => <Tags {...props} />
  });
  views.add({
    id: 'definition',
    label: trans.__('Definition'),
    rank: 900,
    render: props => <Definition {...props} />
  });
  views.add({
    id: 'code',
    label: trans.__('Code'),
    rank: 950,
    render: props => <ResourceCode {...props} />
  });
  const run = (command: string, args: object) => {
    commands
      .execute(command, { ...args })
      .catch((reason: unknown) => console.error(command, reason));
  };
  return {
    api,
    store,
    trans,
    views,
    rendermime: () => app.resolveOptionalService(IRenderMimeRegistry),
    openResource: (resource, view, place) =>
      run(CommandIDs.openResource, {
        ...resourceId(resource),
        ...(view === undefined ? {} : { view }),
        ...(place === undefined ? {} : { place })
      }),
    openS3: ({ connection, region }, uri) =>
      run(CommandIDs.openS3, { connection, region, uri }),
    shutDown: what =>
      typeof what === 'string'
        ? run(CommandIDs.shutDownAll, { scope: what })
        : run(CommandIDs.shutDown, { targets: what.map(resourceId) }),
    delete: resources =>
      commands.execute(CommandIDs.shutDown, {
        targets: resources.map(one => ({ ...one })),
        operation: 'Delete'
      }),
    act: (resource, operation) =>
      run(CommandIDs.act, { ...resourceId(resource), operation }),
    create: what =>
      run(
        CommandIDs.create,
        typeof what === 'string' ? { kind: what } : { ...what }
      )
  };
}
