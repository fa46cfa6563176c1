import { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { ResourceRoutes } from '../../api/resources';
import { IconButton, LinkButton } from '../../components/button';
import { xIcon } from '../../components/icons';
import { Picker } from '../../components/picker';
import { duration } from '../../components/time';
import { useNow } from '../../hooks';
import { IRow } from '../../protocol';
import { IViewProps } from '../../tokens';
import { useAnswer } from '../answer';
import { ProblemCallout } from '../modal/problem';

/**
 * The resource that is laid over another one of its kind: chosen, named, taken away.
 */
export function Overlay(
  props: Pick<
    IViewProps,
    'smext' | 'spec' | 'connection' | 'region' | 'kind' | 'id'
  > & { over: string; onOver: (id: string) => void }
): React.ReactElement {
  const { smext, spec, connection, region, kind, over, onOver } = props;
  const { api, trans } = smext;
  const [asked, setAsked] = React.useState(0);
  const now = useNow();
  const answer = useAnswer(asked ? `${asked} ${kind}` : null, () =>
    api.of(ResourceRoutes).page(connection, region, kind)
  );
  const rows = [...(answer.value?.rows ?? [])]
    .filter(row => row.id !== props.id)
    .sort((a, b) => (b.created ?? 0) - (a.created ?? 0));
  const label = trans.__('Overlay another %1…', lower(spec.label));
  return (
    <span className="jp-smext-overlay">
      <Picker
        label={label}
        options={rows.map(row => ({
          id: row.id,
          label: row.name,
          hint: hintOf(row, now, trans)
        }))}
        selected={over ? [over] : []}
        trans={trans}
        none={
          answer.value
            ? trans.__('There is no other one.')
            : answer.problem
              ? trans.__('They could not be read.')
              : trans.__('Reading…')
        }
        onOpen={() => setAsked(count => count + 1)}
        onPick={([id]) => onOver(id)}
      >
        {label}
      </Picker>
      {over && (
        <span className="jp-smext-line">
          <svg className="jp-smext-dashed" viewBox="0 0 16 16" aria-hidden>
            <line x1="0" x2="16" y1="8" y2="8" />
          </svg>
          <LinkButton
            label={overName(over)}
            onClick={() =>
              smext.openResource(
                { connection, region, kind, id: over },
                'metrics'
              )
            }
          />
          <IconButton
            icon={xIcon}
            label={trans.__('Take the overlay away')}
            onClick={() => onOver('')}
          />
        </span>
      )}
      {answer.problem && (
        <ProblemCallout problem={answer.problem} trans={trans} folded />
      )}
    </span>
  );
}

function hintOf(row: IRow, now: number, trans: TranslationBundle): string {
  const age =
    row.created === null
      ? ''
      : trans.__('%1 ago', duration(now - row.created, trans));
  return [row.status, age].filter(Boolean).join(' · ');
}

/**
 * The name of the resource that is laid over, from its id.
 */
export function overName(over: string): string {
  const name = over.slice(over.lastIndexOf(',') + 1);
  try {
    return decodeURIComponent(name);
  } catch {
    // An address may hold anything.
    return name;
  }
}

/** A kind's label inside a sentence: `Training job` → `training job`. */
function lower(label: string): string {
  return /^[A-Z][a-z]/.test(label)
    ? label[0].toLowerCase() + label.slice(1)
    : label;
}
