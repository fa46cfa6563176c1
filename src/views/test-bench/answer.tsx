import { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { Bars } from './bars';
import { ICall, IVector, namedVectors } from './bench';
import { Predictions } from './predictions';
import { Similarity } from './similarity';
import { View } from './view-choice';

/** Characters of an answer in one piece; the page stands still over more. */
const TEXT = 100_000;

/**
 * What a model answered, drawn by its form; objects are drawn elsewhere, over their image.
 */
export function Answer(props: {
  call: ICall;
  earlier: ReadonlyArray<IVector>;
  view: View;
  trans: TranslationBundle;
}): React.ReactElement | null {
  const { call, earlier, view, trans } = props;
  const { reading } = call;
  if (view === 'raw' && reading) {
    return <RawAnswer call={call} />;
  }
  switch (reading?.shape) {
    case 'classes':
      return view === 'table' ? (
        <Predictions
          columns={[trans.__('Class'), trans.__('Probability')]}
          rows={reading.classes.map(({ label, probability }) => [
            label,
            String(Number(probability.toPrecision(6)))
          ])}
          trans={trans}
        />
      ) : (
        <Bars classes={reading.classes} trans={trans} />
      );
    case 'vectors':
      return (
        <Similarity
          vectors={namedVectors(call)}
          earlier={earlier}
          trans={trans}
        />
      );
    case 'text':
      return (
        <>
          {reading.texts.map((text, index) => (
            <blockquote key={index} className="jp-smext-bench-text">
              {text.slice(0, TEXT)}
            </blockquote>
          ))}
        </>
      );
    case 'table':
      return <Predictions {...reading} trans={trans} />;
    case 'images':
      return (
        <>
          {reading.urls.map((url, index) => (
            <img
              key={index}
              className="jp-smext-bench-made"
              src={url}
              alt={trans.__('Image %1 that the model made', index + 1)}
            />
          ))}
        </>
      );
    case 'audio':
      return (
        <audio
          controls
          src={reading.url}
          aria-label={trans.__('Sound that the model made')}
        />
      );
    case 'json':
      return (
        <pre className="jp-smext-bench-raw">
          {JSON.stringify(reading.value, null, 2).slice(0, TEXT)}
        </pre>
      );
    case 'bytes':
      return (
        <p className="jp-smext-muted">
          {trans.__('The answer is neither text nor a form that can be drawn.')}
        </p>
      );
    default:
      return null;
  }
}

/** The whole answer; a long one is not made anew whenever something else is drawn. */
function RawAnswer(props: { call: ICall }): React.ReactElement {
  const { call } = props;
  const text = React.useMemo(() => rawOf(call), [call.body]);
  return (
    <pre className="jp-smext-bench-raw" tabIndex={0}>
      {text}
    </pre>
  );
}

/** As text, JSON with its structure seen. */
function rawOf({ body }: ICall): string {
  const text = new TextDecoder().decode(body);
  try {
    return JSON.stringify(JSON.parse(text), null, 2).slice(0, TEXT);
  } catch {
    return text.slice(0, TEXT);
  }
}

/**
 * What the answer says, in a few words.
 */
export function headline(call: ICall, trans: TranslationBundle): string {
  const { reading } = call;
  switch (reading?.shape) {
    case 'classes':
      return reading.classes[0]?.label ?? trans.__('No class');
    case 'objects':
      return reading.text === null
        ? trans._n('%1 object', '%1 objects', reading.objects.length)
        : trans._n(
            '%1 line of text',
            '%1 lines of text',
            reading.objects.length
          );
    case 'segments':
      return trans._n(
        '%1 class in the picture',
        '%1 classes in the picture',
        reading.segments.segments.length
      );
    case 'vectors':
      return trans._n('%1 embedding', '%1 embeddings', reading.vectors.length);
    case 'table':
      return trans._n('%1 row', '%1 rows', reading.rows.length);
    case 'images':
      return trans._n('%1 image', '%1 images', reading.urls.length);
    case 'text':
      return trans.__('Text');
    default:
      return trans.__('Answer');
  }
}
