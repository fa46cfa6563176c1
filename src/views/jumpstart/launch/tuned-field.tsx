import { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { SelectField, TextField } from './field';

/** Stands for a job that is not in the list: no job has such a name. */
const OTHER = ' ';

/**
 * Which model is deployed: as it is published, or as a training job tuned it. Jobs of this server
 * are offered; any other can be named.
 */
export function TunedField(props: {
  value: string;
  tuned: ReadonlyArray<string>;
  wrong?: string;
  trans: TranslationBundle;
  onChange: (job: string) => void;
}): React.ReactElement {
  const { value, tuned, wrong, trans, onChange } = props;
  const isOther = value !== '' && !tuned.includes(value);
  return (
    <>
      <SelectField
        label={trans.__('Model')}
        value={isOther ? OTHER : value}
        options={[
          ['', trans.__('As it is published')],
          ...tuned.map(job => [job, trans.__('Tuned by %1', job)] as const),
          [OTHER, trans.__('Tuned by another training job')]
        ]}
        onChange={onChange}
      />
      {isOther && (
        <TextField
          label={trans.__('Training job')}
          help={trans.__('One of this model that has completed')}
          value={value.trim()}
          wrong={wrong}
          onChange={job => onChange(job || OTHER)}
        />
      )}
    </>
  );
}
