import { FieldProps } from '@rjsf/utils';
import * as React from 'react';

import { IconButton } from '../../components/button';
import { xIcon } from '../../components/icons';
import { IFieldContext } from './context';
import { AddButton } from './fields';
import { About, Trouble } from './network-words';
import { RowsFrame } from './rows';
import { IFieldSchema } from './schema';

/**
 * A list of the ids of subnets or security groups: typed, or chosen from a list that is read then.
 */
export function IdsField(props: FieldProps): React.ReactElement {
  const { idSchema, errorSchema, onChange } = props;
  const context = props.formContext as IFieldContext;
  const { smext, network } = context;
  const { trans } = smext;
  const schema = props.schema as IFieldSchema;
  const title = schema.title ?? props.name;
  const ids: ReadonlyArray<string | undefined> = props.formData ?? [];
  const field = network?.fields.get(idSchema.$id);
  const choose = async () => {
    const { chooseSecurityGroups, chooseSubnets } = await import('./choices');
    const { known } = network!;
    const chosen = await (field!.isGroups
      ? chooseSecurityGroups(smext, known, field!)
      : chooseSubnets(smext, known, field!, true));
    if (chosen) {
      onChange(chosen);
    }
  };
  return (
    <RowsFrame {...props}>
      {ids.map((value, at) => {
        const id = `${idSchema.$id}_${at}`;
        const errors: ReadonlyArray<string> = errorSchema?.[at]?.__errors ?? [];
        return (
          <div key={at} className="jp-smext-field-item">
            <div
              className="jp-smext-field jp-smext-grow"
              data-wrong={errors.length ? true : undefined}
            >
              <input
                id={id}
                className="jp-smext-input"
                aria-label={trans.__('%1 of %2', at + 1, title)}
                aria-describedby={`${id}__error ${id}__about`}
                value={value ?? ''}
                autoComplete="off"
                spellCheck={false}
                onChange={event =>
                  onChange([
                    ...ids.slice(0, at),
                    event.target.value,
                    ...ids.slice(at + 1)
                  ])
                }
              />
              <About id={id} value={value} {...context} />
              {errors.length > 0 && (
                <p id={`${id}__error`} className="jp-smext-field-error">
                  {errors.join(' ')}
                </p>
              )}
            </div>
            <IconButton
              icon={xIcon}
              label={trans.__('Remove item %1 of %2', at + 1, title)}
              onClick={() => onChange(ids.filter((_, index) => index !== at))}
            />
          </div>
        );
      })}
      <div className="jp-smext-field-line">
        {field && (
          <button
            type="button"
            className="jp-smext-btn"
            onClick={() => void choose()}
          >
            {field.isGroups
              ? trans.__('Choose security groups…')
              : trans.__('Choose subnets…')}
          </button>
        )}
        <AddButton
          label={trans.__('Add to %1', title)}
          onClick={() => onChange([...ids, ''])}
        />
      </div>
      <Trouble id={idSchema.$id} {...context} />
    </RowsFrame>
  );
}
