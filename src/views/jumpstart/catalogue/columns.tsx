import { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { dollars } from '../../../components/amount';
import { IColumn } from '../../../components/data-grid';
import { IJumpStartModel, Tone } from '../../../protocol';
import { originLabel } from './facets';
import { Column } from './order';
import { IEntry } from './selection';

/**
 * The columns among those that are shown; what costs nothing has no price.
 */
export function columnsOf(
  shown: ReadonlyArray<Column>,
  charged: boolean,
  trans: TranslationBundle
): IColumn<IEntry, Column>[] {
  const none = <span className="jp-smext-muted">–</span>;
  // Said once: looking up a translation for each row is felt at each keystroke.
  const yes = trans.__('yes');
  const badges = badgesOf(trans);
  const columns: IColumn<IEntry, Column>[] = [
    {
      id: 'name',
      label: trans.__('Model'),
      cell: ({ model }) => (
        <>
          <span className="jp-smext-ellipsis">{model.id}</span>
          {badges.flatMap(([is, badge]) => (model[is] ? badge : []))}
        </>
      ),
      tooltip: ({ model: { id, name } }) =>
        name === id ? id : trans.__('%1: %2', id, name)
    },
    {
      id: 'task',
      label: trans.__('Task'),
      cell: ({ model }) => model.task || none
    },
    {
      id: 'source',
      label: trans.__('Source'),
      cell: ({ model }) => model.provider || none
    },
    {
      id: 'tune',
      label: trans.__('Fine-tune'),
      cell: ({ model }) =>
        model.fine_tunable === null ? none : model.fine_tunable ? yes : ''
    },
    {
      id: 'instance',
      label: trans.__('Default instance'),
      cell: ({ model }) => model.instance_type ?? none
    },
    {
      id: 'price',
      label: trans.__('From $/h'),
      numeric: true,
      cell: ({ offer }) => (offer.from ? dollars(offer.from.price) : none),
      tooltip: ({ offer }) => offer.from?.type
    },
    {
      id: 'version',
      label: trans.__('Version'),
      numeric: true,
      cell: ({ model }) => model.version
    },
    {
      id: 'origin',
      label: trans.__('Listed in'),
      cell: ({ model }) => originLabel(model.origin, trans)
    }
  ];
  return columns.filter(
    ({ id }) => shown.includes(id) && (charged || id !== 'price')
  );
}

/** What is said of a model beside its id. */
function badgesOf(
  trans: TranslationBundle
): [keyof IJumpStartModel, React.ReactElement][] {
  const badges: [keyof IJumpStartModel, string, Tone?][] = [
    ['runs_here', trans.__('runs on this machine'), 'ok'],
    ['deprecated', trans.__('deprecated'), 'idle'],
    ['vulnerable', trans.__('vulnerable'), 'bad'],
    ['gated', trans.__('licence to accept')],
    ['proprietary', trans.__('proprietary')]
  ];
  return badges.map(([is, words, tone]) => [
    is,
    <span key={is} className="jp-smext-badge" data-tone={tone}>
      {words}
    </span>
  ]);
}
