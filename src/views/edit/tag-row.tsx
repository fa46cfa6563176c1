import { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { IconButton } from '../../components/button';
import { xIcon } from '../../components/icons';
import { ITagRow, RESERVED } from './tag';

/**
 * A tag in the table of those that are edited.
 */
export function TagRow(props: {
  row: ITagRow;
  wrong: string | undefined;
  fixed: boolean;
  trans: TranslationBundle;
  onEdit: (part: Partial<ITagRow>) => void;
  onRemove: () => void;
}): React.ReactElement {
  const { row, wrong, fixed, trans, onEdit, onRemove } = props;
  const id = React.useId();
  const reserved = row.was !== null && RESERVED.test(row.was.key);
  const input = (member: 'key' | 'value', label: string) => (
    <input
      className="jp-smext-input"
      value={row[member]}
      readOnly={fixed || reserved}
      aria-label={label}
      aria-invalid={wrong !== undefined || undefined}
      aria-describedby={wrong === undefined ? undefined : id}
      spellCheck={false}
      onChange={event => onEdit({ [member]: event.target.value })}
    />
  );
  const name = row.key || trans.__('new');
  return (
    <tr data-at={row.at} data-wrong={wrong !== undefined || undefined}>
      <td>
        {input('key', trans.__('Key of tag %1', name))}
        {wrong !== undefined && (
          <p id={id} className="jp-smext-field-error">
            {wrong}
          </p>
        )}
      </td>
      <td>{input('value', trans.__('Value of tag %1', name))}</td>
      <td>
        {reserved ? (
          <span className="jp-smext-muted">{trans.__('AWS’s own')}</span>
        ) : (
          !fixed && (
            <IconButton
              icon={xIcon}
              label={trans.__('Remove tag %1', name)}
              onClick={onRemove}
            />
          )
        )}
      </td>
    </tr>
  );
}
