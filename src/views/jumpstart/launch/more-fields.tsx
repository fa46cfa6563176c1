import { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { IMore, IWrong } from './entries';
import { LinesField, TextField } from './field';

/**
 * Network, encryption and tags.
 */
export function MoreFields(props: {
  more: IMore;
  wrong: IWrong;
  network: boolean;
  trans: TranslationBundle;
  onChange: (more: IMore) => void;
}): React.ReactElement {
  const { more, wrong, network, trans } = props;
  const change = (change: Partial<IMore>) =>
    props.onChange({ ...more, ...change });
  return (
    <>
      {network && (
        <div className="jp-smext-two">
          <TextField
            label={trans.__('Subnets')}
            placeholder={trans.__('subnet-…')}
            value={more.subnets}
            wrong={wrong.subnets}
            onChange={subnets => change({ subnets })}
          />
          <TextField
            label={trans.__('Security groups')}
            placeholder={trans.__('sg-…')}
            value={more.groups}
            wrong={wrong.groups}
            onChange={groups => change({ groups })}
          />
        </div>
      )}
      <TextField
        label={trans.__('KMS key')}
        help={trans.__('For its storage; without one, a key of AWS’s')}
        value={more.key}
        onChange={key => change({ key })}
      />
      <LinesField
        label={trans.__('Tags')}
        placeholder={trans.__('key=value')}
        help={trans.__('One in a line')}
        value={more.tags}
        wrong={wrong.tags}
        onChange={tags => change({ tags })}
      />
    </>
  );
}
