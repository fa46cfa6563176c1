import { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { LinkButton } from '../../components/button';
import { openIcon, playIcon } from '../../components/icons';
import {
  IAsyncInvocation,
  IEndpointFormats,
  IExampleRequest,
  IProblem
} from '../../protocol';
import { ProblemCallout } from '../modal/problem';
import { ICall } from './bench';
import { inputOf } from './content-types';
import { IDraft } from './draft';
import { InputEditor } from './input';
import { IMask } from './masks';
import { MoreFields } from './more-fields';
import { IPlaced, ISize } from './objects';
import { Raw } from './raw';
import { TypeSelect } from './type-select';

/** What the dialog for files shows, by what is to be sent. */
const FILES: { readonly [input: string]: string } = {
  image: 'image/*',
  audio: 'audio/*'
};

/**
 * What is sent, and what went over the network the last time.
 */
export function InputPane(props: {
  draft: IDraft;
  contentType: string;
  formats: IEndpointFormats | null;
  endpoint: string;
  last: ICall | null;
  size: ISize | null | undefined;
  objects: ReadonlyArray<IPlaced>;
  selected: number | null;
  /** Which pixels of the image are whose, and the part of it that stands out. */
  mask: IMask | null;
  part: number | null;
  /** Whether the objects are lines of a text. */
  lines: boolean;
  /** Where an asynchronous endpoint had the last request from. */
  queued: IAsyncInvocation | null;
  /** Why nothing can be sent; null where it can. */
  reason: string | null;
  isBusy: boolean;
  onSelect: (number: number | null) => void;
  onSize: (size: ISize | null) => void;
  onChange: (more: Partial<IDraft>) => void;
  onFile: (file: File) => void;
  /** Show the page of the JumpStart model; null where it is none, or of no known version. */
  onModel: (() => void) | null;
  /** Why the last example has no bytes. */
  unreadExample: IProblem | null;
  onExample: (example: IExampleRequest) => Promise<void>;
  onSend: () => void;
  /** Throws what Jupyter says of files that it does not save; null without a request. */
  onNotebook: (() => Promise<void>) | null;
  trans: TranslationBundle;
}): React.ReactElement {
  const { draft, contentType, formats, endpoint, last, reason, trans } = props;
  const { isBusy, onChange, onFile, onExample, onSend, onNotebook } = props;
  const [unsaved, setUnsaved] = React.useState<string | null>(null);
  const picker = React.useRef<HTMLInputElement>(null);
  const input = inputOf(contentType);
  const openNotebook = async () => {
    setUnsaved(null);
    try {
      await onNotebook?.();
    } catch (error) {
      setUnsaved(error instanceof Error ? error.message : String(error));
    }
  };
  return (
    <section aria-label={trans.__('Input')}>
      <div className="jp-smext-line jp-smext-bench-head">
        <h2 className="jp-smext-h2 jp-smext-grow">{trans.__('Input')}</h2>
        <TypeSelect
          value={contentType}
          formats={formats}
          onChange={type => onChange({ contentType: type })}
          trans={trans}
        />
        <input
          ref={picker}
          type="file"
          hidden
          accept={FILES[input]}
          onChange={event => {
            const [file] = event.target.files ?? [];
            if (file) {
              onFile(file);
            }
            // The same file may be chosen again after it changed.
            event.target.value = '';
          }}
        />
        <button
          type="button"
          className="jp-smext-btn"
          onClick={() => picker.current?.click()}
        >
          {input === 'image'
            ? trans.__('Choose image…')
            : trans.__('Choose file…')}
        </button>
        <button
          type="button"
          className="jp-smext-btn jp-mod-accept"
          aria-disabled={reason !== null || isBusy || undefined}
          aria-keyshortcuts="Control+Enter"
          title={reason ?? undefined}
          onClick={onSend}
        >
          <playIcon.react tag="span" className="jp-smext-icon" />
          {trans.__('Send')}
          <kbd className="jp-smext-bench-kbd">{trans.__('Ctrl ⏎')}</kbd>
        </button>
      </div>
      {formats?.problems.map((problem, index) => (
        <ProblemCallout key={index} problem={problem} trans={trans} folded />
      ))}
      {formats?.model && props.onModel && (
        <p className="jp-smext-muted">
          {trans.__('JumpStart’s model')}{' '}
          <LinkButton label={formats.model.id} onClick={props.onModel} />
        </p>
      )}
      {formats !== null && formats.examples.length > 0 && (
        <p className="jp-smext-bench-examples">
          {trans.__('Examples:')}
          {formats.examples.map(example => (
            <LinkButton
              key={example.name}
              label={example.name}
              onClick={() => void onExample(example)}
            />
          ))}
        </p>
      )}
      {props.unreadExample && (
        <ProblemCallout problem={props.unreadExample} trans={trans} />
      )}
      <InputEditor {...props} />
      {reason && (draft.text || draft.file) && (
        <p className="jp-smext-bench-note" data-wrong>
          {reason}
        </p>
      )}
      <MoreFields
        draft={draft}
        formats={formats}
        onChange={onChange}
        trans={trans}
      />
      <div className="jp-smext-line jp-smext-bench-head">
        <h2 className="jp-smext-h2 jp-smext-grow">{trans.__('Raw')}</h2>
        <button
          type="button"
          className="jp-smext-btn"
          aria-disabled={onNotebook === null || undefined}
          title={trans.__('The same request, with boto3.')}
          onClick={() => void openNotebook()}
        >
          <openIcon.react tag="span" className="jp-smext-icon" />
          {trans.__('Open as notebook')}
        </button>
      </div>
      {unsaved !== null && (
        <p className="jp-smext-bench-note" data-wrong role="alert">
          {trans.__('The notebook could not be saved: %1', unsaved)}
        </p>
      )}
      {last ? (
        <Raw
          call={last}
          endpoint={endpoint}
          queued={props.queued}
          trans={trans}
        />
      ) : (
        <p className="jp-smext-muted">{trans.__('Nothing was sent yet.')}</p>
      )}
    </section>
  );
}
