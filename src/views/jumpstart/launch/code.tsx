import { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { Api } from '../../../api';
import { LaunchRoutes } from '../../../api/launches';
import { copyText } from '../../../components/problem';
import { ICode, ICodeRequest } from '../../../protocol';
import { openModal } from '../../modal';
import { ModalHead } from '../../modal/frame';
import { SegmentField } from './field';

const TITLE = 'jp-smext-code-title';

/**
 * Show what a form does as code. Throws ApiError.
 */
export async function showCode(
  api: Api,
  request: ICodeRequest,
  trans: TranslationBundle
): Promise<void> {
  const code = await api.of(LaunchRoutes).code(request);
  await openModal<void>({
    api,
    role: 'dialog',
    className: 'jp-smext-code',
    labelledBy: TITLE,
    dismissed: undefined,
    render: ({ close }) => (
      <CodeView code={code} trans={trans} onClose={() => close()} />
    )
  });
}

function CodeView(props: {
  code: ICode;
  trans: TranslationBundle;
  onClose: () => void;
}): React.ReactElement {
  const { code, trans, onClose } = props;
  const [way, setWay] = React.useState<keyof ICode>('boto3');
  return (
    <>
      <ModalHead
        titleId={TITLE}
        title={trans.__('The same as code')}
        trans={trans}
        onClose={onClose}
      />
      <SegmentField
        label={trans.__('Written with')}
        value={way}
        options={[
          ['boto3', 'boto3'],
          ['sdk_v3', trans.__('SageMaker SDK v3')],
          ['sdk_v2', trans.__('SageMaker SDK v2')],
          ['cli', trans.__('AWS CLI')]
        ]}
        onChange={setWay}
      />
      <div className="jp-smext-modal-body">
        <pre tabIndex={0} aria-label={trans.__('Code')}>
          {code[way]}
        </pre>
      </div>
      <div className="jp-smext-modal-foot">
        <button
          type="button"
          className="jp-smext-btn jp-mod-large"
          onClick={() => copyText(code[way], trans.__('Code copied'))}
        >
          {trans.__('Copy')}
        </button>
        <button
          type="button"
          className="jp-smext-btn jp-mod-reject jp-mod-large"
          onClick={onClose}
        >
          {trans.__('Close')}
        </button>
      </div>
    </>
  );
}
