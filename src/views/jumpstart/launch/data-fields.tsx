import * as React from 'react';

import { problemOf } from '../../../api';
import { bytes } from '../../../components/amount';
import { LinkButton } from '../../../components/button';
import { checkIcon, warningIcon } from '../../../components/icons';
import {
  IDataCheck,
  IFineTuneRequest,
  IModelPage,
  IProblem
} from '../../../protocol';
import { ISmext } from '../../../tokens';
import { ProblemCallout } from '../../modal/problem';
import { IWrong } from './entries';
import { SegmentField, TextField } from './field';
import { IFineTuneChoices } from './fine-tune-choices';

/**
 * The data to train on, and whether it lies as the model's document wants it.
 */
export function DataFields(props: {
  choices: IFineTuneChoices;
  page: IModelPage;
  request: IFineTuneRequest;
  wrong: IWrong;
  smext: ISmext;
  onChange: (change: Partial<IFineTuneChoices>) => void;
}): React.ReactElement {
  const { choices, page, request, wrong, smext, onChange } = props;
  const { api, trans } = smext;
  const { source } = choices;
  const data = source === 's3' ? choices.dataset : choices.folder;
  const [seen, setSeen] = React.useState<{
    data: string;
    check: IDataCheck | null;
    problem: IProblem | null;
  } | null>(null);
  const [asking, setAsking] = React.useState(false);
  const look = async () => {
    setAsking(true);
    try {
      const check = await api.checkData(request);
      setSeen({ data, check, problem: null });
    } catch (error) {
      setSeen({ data, check: null, problem: problemOf(error) });
    }
    setAsking(false);
  };
  const current = seen?.data === data ? seen : null;
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
        onChange={chosen => onChange({ source: chosen })}
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
          wrong={wrong.dataset}
          onChange={dataset => onChange({ dataset })}
        />
      )}
      {source === 'folder' && (
        <TextField
          label={trans.__('Local folder')}
          help={trans.__(
            'Below the folder that Jupyter was started in; it is uploaded first'
          )}
          value={choices.folder}
          wrong={wrong.folder}
          onChange={folder => onChange({ folder })}
        />
      )}
      {source !== 'default' && data.trim() && (
        <div>
          <button
            type="button"
            className="jp-smext-btn"
            aria-disabled={asking || undefined}
            onClick={asking ? undefined : () => void look()}
          >
            {asking ? trans.__('Checking…') : trans.__('Check the data')}
          </button>
        </div>
      )}
      {source !== 'default' && current && (
        <div role="status">
          {current.problem && (
            <ProblemCallout problem={current.problem} trans={trans} folded />
          )}
          {current.check && <Found check={current.check} smext={smext} />}
        </div>
      )}
    </>
  );
}

function Found(props: {
  check: IDataCheck;
  smext: ISmext;
}): React.ReactElement {
  const { check, smext } = props;
  const { trans } = smext;
  const [shows, setShows] = React.useState(false);
  const { strays, problems } = check;
  const classes = Object.entries(check.classes);
  const fine = !strays.length && !problems.length;
  return (
    <>
      <div
        className="jp-smext-callout"
        data-tone={fine ? 'ok' : problems.length ? 'bad' : 'idle'}
      >
        {fine ? (
          <checkIcon.react tag="span" className="jp-smext-icon" />
        ) : (
          <warningIcon.react tag="span" className="jp-smext-icon" />
        )}
        <div>
          {[
            classes.length
              ? trans._n('%1 class', '%1 classes', classes.length)
              : '',
            trans._n('%1 file', '%1 files', check.files),
            bytes(check.bytes, trans)
          ]
            .filter(Boolean)
            .join(', ')}
          {'. '}
          {strays.length > 0 && (
            <>
              {trans._n(
                '%1 file lies outside the format. ',
                '%1 files lie outside the format. ',
                strays.length
              )}
            </>
          )}
          {(classes.length > 0 || strays.length > 0) && (
            <LinkButton
              label={shows ? trans.__('Hide them') : trans.__('Show them')}
              onClick={() => setShows(!shows)}
            />
          )}
          {shows && (
            <ul className="jp-smext-strays">
              {classes.map(([name, count]) => (
                <li key={name}>{trans.__('%1: %2', name, count)}</li>
              ))}
              {strays.map(path => (
                <li key={path}>
                  <code>{path}</code>
                </li>
              ))}
            </ul>
          )}
        </div>
      </div>
      {problems.map((problem, index) => (
        <ProblemCallout key={index} problem={problem} trans={trans} folded />
      ))}
    </>
  );
}
