import { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { bytes } from '../../components/amount';
import { LinkButton } from '../../components/button';
import { inputOf } from './content-types';
import { fileOf, IDraft, inWords } from './draft';
import { IMask } from './masks';
import { IPlaced, ISize } from './objects';
import { Picture } from './picture';

/**
 * The input as its content type has it: an image, a sound, a text, or a file that is only sent.
 */
export function InputEditor(props: {
  draft: IDraft;
  contentType: string;
  size: ISize | null | undefined;
  objects: ReadonlyArray<IPlaced>;
  selected: number | null;
  mask: IMask | null;
  part: number | null;
  lines: boolean;
  onSelect: (number: number | null) => void;
  onSize: (size: ISize | null) => void;
  onChange: (more: Partial<IDraft>) => void;
  trans: TranslationBundle;
}): React.ReactElement {
  const { draft, contentType, onChange, trans, size } = props;
  const input = inputOf(contentType);
  const file = fileOf(draft, contentType);
  const url = useObjectUrl(input === 'text' ? null : (file?.bytes ?? null));
  const help = React.useId();
  if (input === 'text' && !file) {
    const { words, wrong } = inWords(draft.text, contentType, trans);
    return (
      <>
        <textarea
          className="jp-smext-input jp-smext-bench-editor"
          aria-label={trans.__('Input')}
          aria-describedby={help}
          aria-invalid={wrong || undefined}
          spellCheck={false}
          value={draft.text}
          placeholder={trans.__('Type or paste it, or drop a file here.')}
          onChange={event => onChange({ text: event.target.value })}
        />
        <p
          id={help}
          className="jp-smext-bench-note jp-smext-muted"
          data-wrong={wrong || undefined}
        >
          {words}
        </p>
      </>
    );
  }
  if (!file) {
    return (
      <p className="jp-smext-bench-empty">
        {input === 'image'
          ? trans.__('Drop or paste an image anywhere here, or choose one.')
          : trans.__('Drop a file anywhere here, or choose one.')}
      </p>
    );
  }
  const facts = [
    file.name,
    size
      ? trans.__(
          '%1 × %2 px',
          size.width.toLocaleString(),
          size.height.toLocaleString()
        )
      : '',
    bytes(file.bytes.length, trans)
  ].filter(Boolean);
  return (
    <>
      {input === 'image' && url && (
        <Picture {...props} url={url} name={file.name} size={size ?? null} />
      )}
      {input === 'audio' && url && (
        <audio
          controls
          src={url}
          aria-label={trans.__('Input sound %1', file.name)}
        />
      )}
      <p className="jp-smext-bench-note jp-smext-muted">
        {facts.join(' · ')}.{' '}
        {input === 'image'
          ? size === null
            ? trans.__(
                'This browser cannot show it; it is sent as it is all the same.'
              )
            : trans.__('Drop or paste another image anywhere here.')
          : trans.__('It is sent as it is.')}{' '}
        {input === 'text' && (
          <LinkButton
            label={trans.__('Type the input')}
            onClick={() => onChange({ file: null })}
          />
        )}
      </p>
    </>
  );
}

/** A URL of bytes for the page, as long as they are shown. */
function useObjectUrl(shown: Uint8Array | null): string | null {
  const [url, setUrl] = React.useState<string | null>(null);
  React.useEffect(() => {
    if (shown === null) {
      setUrl(null);
      return;
    }
    const made = URL.createObjectURL(new Blob([shown]));
    setUrl(made);
    return () => URL.revokeObjectURL(made);
  }, [shown]);
  return url;
}
