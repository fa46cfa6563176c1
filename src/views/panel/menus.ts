import { CommandRegistry } from '@lumino/commands';

import { CommandIDs } from '../../commands';
import { copyText } from '../../components/problem';
import { IKind } from '../../protocol';
import {
  consoleUrl,
  IRowRef,
  LOCAL,
  placeOf,
  shutdownVerb,
  whyNot,
  whyNotOpen
} from '../../store';
import { resourceId } from '../../tokens';
import { deployment, whyNotDeployed } from '../deploy';
import { columnLabel, COMMON_COLUMNS, ownColumns } from './columns';
import { IPanelContext } from './context';
import { IItem } from './menu';

/** Every verb of the row's kind; what its state forbids says so. */
export function rowMenu(
  ref: IRowRef,
  context: IPanelContext,
  commands: CommandRegistry
): (IItem | null)[] {
  const { smext, store, trans } = context;
  const { kind, row, connection, region } = ref;
  const nothing = context.whyNothing(region);
  const shutdown = shutdownVerb(kind);
  const url = consoleUrl(ref, store.connectionOf(connection));
  const place = placeOf(ref);
  const id = { connection, region, kind: kind.id, id: row.id };
  const run = (command: string) => () => void commands.execute(command, id);
  return [
    {
      label: trans.__('Open'),
      key: trans.__('Enter'),
      run: () => smext.openResource(ref)
    },
    ...(kind.open
      ? [
          {
            label: trans.__('Open in a new tab'),
            reason: whyNotOpen(ref, nothing, trans),
            run: run(CommandIDs.openInNewTab)
          }
        ]
      : []),
    ...(context.kernels && place
      ? [
          {
            label: trans.__('Kernels…'),
            reason: whyNotOpen(ref, nothing, trans),
            run: () => context.kernels?.show(place.id)
          }
        ]
      : []),
    null,
    {
      label: trans.__('Copy name'),
      key: trans.__('Ctrl C'),
      run: () => copyText(row.name, trans.__('Copied %1', row.name))
    },
    {
      label: trans.__('Copy ARN'),
      reason: row.arn === null ? trans.__('has none') : null,
      run: () => copyText(row.arn ?? '', trans.__('Copied the ARN'))
    },
    {
      label: trans.__('Open in AWS console'),
      reason:
        connection === LOCAL
          ? trans.__('only on AWS')
          : url === null
            ? trans.__('has no page there')
            : null,
      run: () => void window.open(url!, '_blank', 'noopener,noreferrer')
    },
    ...(kind.verbs.length ? [null] : []),
    ...kind.verbs
      .filter(verb => verb !== shutdown || !row.running)
      .map(verb => ({
        label: verb.danger || verb.form ? `${verb.label}…` : verb.label,
        reason: whyNot(verb, ref, nothing, trans, store),
        run: () => smext.act(ref, verb.operation)
      })),
    ...(kind.create
      ? [
          {
            label: trans.__('Clone…'),
            reason: nothing,
            run: () => smext.create({ clone: resourceId(ref) })
          }
        ]
      : []),
    ...(kind.deploys
      ? [
          {
            label: trans.__('Deploy…'),
            reason: whyNotDeployed(kind, row, nothing, trans),
            run: () => smext.create(deployment(kind, ref, row))
          }
        ]
      : []),
    ...(shutdown && row.running
      ? [
          null,
          {
            label: trans.__('Shut down…'),
            key: trans.__('Del'),
            reason: whyNot(shutdown, ref, nothing, trans),
            run: () => smext.shutDown([ref])
          }
        ]
      : [])
  ];
}

/** How the rows of a kind are shown. */
export function kindMenu(
  kind: IKind,
  context: IPanelContext
): (IItem | null)[] {
  const { smext, trans, preferences } = context;
  const columns = preferences.columnsOf(kind.id);
  const sort = preferences.sortOf(kind.id);
  const all = [...COMMON_COLUMNS, ...ownColumns(kind).map(one => one.name)];
  const label = (column: string) => columnLabel(kind, column, trans);
  return [
    {
      label: trans.__('Create %1…', kind.label),
      reason: kind.create ? context.whyNothing() : trans.__('not from here'),
      run: () => smext.create(kind.id)
    },
    null,
    {
      label: trans.__('Columns'),
      items: all.map(column => ({
        label: label(column),
        checked: columns.includes(column),
        run: () => preferences.toggleColumn(kind.id, column)
      }))
    },
    {
      label: trans.__('Move column left'),
      items: columns.slice(1).map(column => ({
        label: label(column),
        run: () => preferences.moveColumn(kind.id, column, -1)
      }))
    },
    {
      label: trans.__('Sort by'),
      items: ['name', ...all].map(column => ({
        label:
          sort.by === column
            ? `${label(column)} ${sort.descending ? '↓' : '↑'}`
            : label(column),
        checked: sort.by === column,
        run: () => preferences.sortBy(kind.id, column)
      }))
    },
    null,
    {
      label: trans.__('Hide this kind'),
      run: () => preferences.hide(kind.id)
    }
  ].filter(item => !item?.items || item.items.length > 0);
}
