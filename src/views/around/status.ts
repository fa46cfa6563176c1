import { burnWords } from '../../components/burn';
import { LOCAL } from '../../store';
import { ISmext } from '../../tokens';

/**
 * What the status bar tells: `research · us-east-1`, `7 running`, `$7.09/h`; nothing until
 * something was read.
 */
export function statusOf(smext: ISmext): string[] {
  const { store, trans } = smext;
  const { view } = store;
  const { connection: id, regions, running } = view;
  if (id === null || !regions.some(one => one.answered)) {
    return [];
  }
  const connection =
    id === LOCAL
      ? trans.__('Local engine')
      : (store.connectionOf(id)?.label ?? id);
  const place =
    regions.length === 1
      ? regions[0].region
      : trans._n('%1 region', '%1 regions', regions.length);
  const where = `${connection} · ${place}`;
  return view.readAt === null
    ? [where]
    : [
        where,
        trans._n('%1 running', '%1 running', running.length),
        ...(running.length ? [burnWords(view.burn, trans) ?? ''] : []),
        ...(view.problem ? [trans.__('not current')] : [])
      ].filter(Boolean);
}
