import { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { dollars } from '../../../components/amount';
import { IColumn } from '../../../components/data-grid';
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
  const columns: IColumn<IEntry, Column>[] = [
    {
      id: 'name',
      label: trans.__('Model'),
      cell: entry => <Name entry={entry} trans={trans} />,
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
        model.fine_tunable === null
          ? none
          : model.fine_tunable
            ? trans.__('yes')
            : ''
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

function Name(props: {
  entry: IEntry;
  trans: TranslationBundle;
}): React.ReactElement {
  const { entry, trans } = props;
  const { model } = entry;
  return (
    <>
      <span className="jp-smext-ellipsis">{model.id}</span>
      {model.runs_here && (
        <span className="jp-smext-badge" data-tone="ok">
          {trans.__('runs on this machine')}
        </span>
      )}
      {model.deprecated && (
        <span className="jp-smext-badge" data-tone="idle">
          {trans.__('deprecated')}
        </span>
      )}
      {model.vulnerable && (
        <span className="jp-smext-badge" data-tone="bad">
          {trans.__('vulnerable')}
        </span>
      )}
      {model.gated && (
        <span className="jp-smext-badge">{trans.__('licence to accept')}</span>
      )}
      {model.proprietary && (
        <span className="jp-smext-badge">{trans.__('proprietary')}</span>
      )}
    </>
  );
}
