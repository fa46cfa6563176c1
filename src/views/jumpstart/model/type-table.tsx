import { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { dollars } from '../../../components/amount';
import { LinkButton } from '../../../components/button';
import { TitledTable } from '../../../components/titled-table';
import { IInstanceType, IInstanceTypes } from '../../../protocol';
import { IAnswer } from '../../answer';
import { factsOf } from '../../switcher/words';

/** Types that are shown before *more* is asked for. */
const FEW = 6;

/**
 * The instance types that a model supports, with what they have, what is left of their quota and
 * what they cost, as far as that is known.
 */
export function TypeTable(props: {
  title: string;
  usual: string | null;
  supported: ReadonlyArray<string>;
  types: IAnswer<IInstanceTypes>;
  trans: TranslationBundle;
}): React.ReactElement | null {
  const { title, usual, supported, types, trans } = props;
  const [all, setAll] = React.useState(false);
  const known = React.useMemo(
    () => new Map(types.value?.types.map(type => [type.name, type])),
    [types.value]
  );
  const rest = supported.filter(name => name !== usual);
  const names = usual === null ? rest : [usual, ...rest];
  if (!names.length) {
    return null;
  }
  const shown = all ? names : names.slice(0, FEW);
  const charged = types.value?.charged ?? false;
  return (
    <TitledTable
      title={title}
      more={
        names.length > FEW && (
          <LinkButton
            label={
              all
                ? trans.__('Fewer')
                : trans.__('%1 more', names.length - shown.length)
            }
            onClick={() => setAll(!all)}
          />
        )
      }
    >
      <thead>
        <tr>
          <th scope="col">{trans.__('Instance type')}</th>
          <th scope="col">{trans.__('Has')}</th>
          {charged && (
            <>
              <th scope="col" className="jp-smext-num">
                {trans.__('Quota left')}
              </th>
              <th scope="col" className="jp-smext-num">
                {trans.__('$/h')}
              </th>
            </>
          )}
        </tr>
      </thead>
      <tbody>
        {shown.map(name => {
          const type = known.get(name);
          return (
            <tr key={name}>
              <td>
                {name}
                {name === usual && (
                  <span className="jp-smext-muted"> {trans.__('default')}</span>
                )}
              </td>
              <td>{type ? factsOf(type, trans) : ''}</td>
              {charged && (
                <>
                  <td className="jp-smext-num">
                    {quotaOf(type, types.value!.reading, trans)}
                  </td>
                  <td className="jp-smext-num">
                    {type?.price !== null && type?.price !== undefined
                      ? dollars(type.price)
                      : types.value!.reading
                        ? '…'
                        : trans.__('no price')}
                  </td>
                </>
              )}
            </tr>
          );
        })}
      </tbody>
    </TitledTable>
  );
}

/** `4 of 4`; `…` while it is read. */
function quotaOf(
  type: IInstanceType | undefined,
  reading: boolean,
  trans: TranslationBundle
): string {
  const quota = type?.quota ?? null;
  if (quota === null) {
    return reading ? '…' : trans.__('not readable');
  }
  const left = type?.quota_left ?? null;
  return left === null
    ? trans.__('? of %1', quota)
    : trans.__('%1 of %2', left, quota);
}
