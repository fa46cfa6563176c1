import { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { LaunchRoutes } from '../../../api/launches';
import { IDataCheck, IFineTuneRequest, IModelPage } from '../../../protocol';
import { ISmext } from '../../../tokens';
import { IAnswer, useAnswer } from '../../answer';
import { ProblemCallout } from '../../modal/problem';
import { useSettled } from './checked';
import { Browse } from './browse';
import { DataFound } from './data-found';
import { IWrong } from './entries';
import { CheckField, SegmentField, TextField } from './field';
import { IFineTuneChoices } from './fine-tune-choices';

/**
 * What the chosen data is, and whether it lies as the model's format wants it.
 */
export interface IData extends IAnswer<IDataCheck> {
  /** Whether it is asked for, once it is settled what. */
  readonly asked: boolean;
  again(): void;
}

/**
 * Look at the data of a request, each time that other data is chosen.
 */
export function useData(
  request: IFineTuneRequest,
  wrong: IWrong,
  smext: ISmext
): IData {
  const [attempt, setAttempt] = React.useState(0);
  const { dataset, folder, config } = request;
  const asked = !wrong.dataset && !wrong.folder;
  const key = useSettled(
    // Each way of training has a default set of its own.
    asked ? JSON.stringify([dataset, folder, config, attempt]) : null
  );
  const answer = useAnswer(key, () =>
    smext.api.of(LaunchRoutes).checkData(request)
  );
  return { ...answer, asked, again: () => setAttempt(attempt + 1) };
}

/**
 * Why a training cannot begin with this data; null when it can, or when the server must say.
 */
export function whyNotData(
  data: IData,
  choices: IFineTuneChoices,
  trans: TranslationBundle
): string | null {
  const { value, problem } = data;
  if (choices.source === 'default') {
    return null;
  }
  if (value && value.problems.length > 0) {
    return trans.__('Put the data right first');
  }
  if (value && value.outside > 0 && !choices.leave_out) {
    return choices.source === 'folder'
      ? trans._n(
          'Move the %1 file, or leave it out first',
          'Move the %1 files, or leave them out first',
          value.outside
        )
      : trans._n(
          'Move the %1 file, or say that it is known first',
          'Move the %1 files, or say that they are known first',
          value.outside
        );
  }
  // Who may not read it may have a role that can.
  return problem && problem.cause !== 'denied' ? trans.__('See above') : null;
}

/**
 * The data to train on, and whether it lies as the model's document wants it.
 */
export function DataFields(props: {
  choices: IFineTuneChoices;
  page: IModelPage;
  data: IData;
  wrong: IWrong;
  shown: IWrong;
  browse: Browse | null;
  trans: TranslationBundle;
  onChange: (change: Partial<IFineTuneChoices>) => void;
}): React.ReactElement {
  const { choices, page, data, wrong, shown, browse, trans, onChange } = props;
  const { source } = choices;
  // Of other data, other files are outside the format.
  const change = (change: Partial<IFineTuneChoices>) =>
    onChange({ ...change, leave_out: false });
  const choose = async () => {
    const folder = await browse?.();
    if (folder) {
      change({ folder });
    }
  };
  const sources = [
    ...(page.default_dataset === null
      ? []
      : [['default', trans.__('Default')] as const]),
    ['s3', trans.__('S3')] as const,
    ['folder', trans.__('Local folder')] as const
  ];
  return (
    <>
      <SegmentField<IFineTuneChoices['source']>
        label={trans.__('Data')}
        value={source}
        options={sources}
        onChange={chosen => change({ source: chosen })}
      />
      {source === 'default' && (
        <p className="jp-smext-field-help">
          <code>{page.default_dataset}</code>
        </p>
      )}
      {source === 's3' && (
        <TextField
          label={trans.__('Place in S3')}
          placeholder={trans.__('s3://…')}
          value={choices.dataset}
          wrong={choices.dataset ? wrong.dataset : shown.dataset}
          onChange={dataset => change({ dataset })}
        />
      )}
      {source === 'folder' && (
        <TextField
          label={trans.__('Local folder')}
          help={trans.__(
            'Below the folder that Jupyter was started in; it is uploaded first'
          )}
          value={choices.folder}
          wrong={shown.folder}
          onChange={folder => change({ folder })}
        >
          {browse && (
            <button
              type="button"
              className="jp-smext-btn"
              onClick={() => void choose()}
            >
              {trans.__('Browse…')}
            </button>
          )}
        </TextField>
      )}
      <div role="status" className="jp-smext-checks">
        {data.problem ? (
          <ProblemCallout
            problem={data.problem}
            trans={trans}
            folded
            onAgain={data.again}
          />
        ) : data.value ? (
          <DataFound check={data.value} again={data.again} trans={trans} />
        ) : (
          data.asked && (
            <p className="jp-smext-muted">{trans.__('Looking at the data…')}</p>
          )
        )}
      </div>
      {source !== 'default' &&
        data.value !== null &&
        data.value.outside > 0 && (
          <CheckField
            label={
              source === 'folder'
                ? trans._n(
                    'Leave the %1 file out of the upload',
                    'Leave the %1 files out of the upload',
                    data.value.outside
                  )
                : trans._n(
                    'The %1 file is known, and may stay there',
                    'The %1 files are known, and may stay there',
                    data.value.outside
                  )
            }
            checked={choices.leave_out}
            onChange={leave_out => onChange({ leave_out })}
          />
        )}
    </>
  );
}
