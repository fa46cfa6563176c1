import { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { dollars } from '../../components/amount';
import { LinkButton } from '../../components/button';
import { StepMark } from '../../components/step-mark';
import { clockTime, exactTime, took } from '../../components/time';
import { ToneMark } from '../../components/tone';
import { useSeconds } from '../../hooks';
import { IPhase, ITimeline } from '../../protocol';
import { ISmext } from '../../tokens';
import { ProblemCallout } from '../modal/problem';

/**
 * The phases of a resource with how long they took, what it waits for, and what was billed.
 */
export function Timeline(props: {
  timeline: ITimeline;
  place: { readonly connection: string; readonly region: string };
  smext: ISmext;
  visible: boolean;
}): React.ReactElement | null {
  const { timeline, place, smext, visible } = props;
  const { trans } = smext;
  const { phases, problem } = timeline;
  useSeconds(visible && timeline.ended === null && phases.length > 0);
  if (!phases.length && !problem) {
    return null;
  }
  const now = Date.now() / 1000;
  const current = phases.find(phase => phase.state === 'now');
  const waiting = current?.tone === 'busy' ? current : null;
  const scale = scaleOf(timeline, now);
  const notes = [
    waiting && waitsFor(timeline, waiting, trans),
    billed(timeline, trans),
    timeline.note
  ].filter(Boolean);
  return (
    <section aria-label={trans.__('Timeline')}>
      <div className="jp-smext-line">
        <h2 className="jp-smext-h2 jp-smext-grow">{trans.__('Timeline')}</h2>
        <span className="jp-smext-muted">{span(timeline, now, trans)}</span>
      </div>
      {problem && <ProblemCallout problem={problem} trans={trans} />}
      <ol className="jp-smext-timeline" aria-label={trans.__('Phases')}>
        {phases.map((phase, index) => (
          <li
            key={index}
            data-state={phase.state}
            data-tone={phase.tone}
            aria-current={phase === current ? 'step' : undefined}
          >
            <Mark phase={phase} trans={trans} />
            <span
              className="jp-smext-ellipsis"
              title={[phase.label, phase.message].filter(Boolean).join('\n')}
            >
              <Label phase={phase} place={place} smext={smext} />
            </span>
            <Track phase={phase} now={now} {...scale} />
            <span className="jp-smext-num" title={times(phase, trans)}>
              {length(phase, timeline, now, trans)}
            </span>
          </li>
        ))}
      </ol>
      <span role="status" className="jp-smext-sr">
        {current?.label}
      </span>
      {notes.map((note, index) => (
        <p key={index} className="jp-smext-muted">
          {note}
        </p>
      ))}
    </section>
  );
}

function Mark(props: {
  phase: IPhase;
  trans: TranslationBundle;
}): React.ReactElement {
  const { phase, trans } = props;
  return phase.state === 'todo' ||
    (phase.state === 'done' && phase.tone !== 'unknown') ? (
    <StepMark state={phase.state} trans={trans} />
  ) : (
    <ToneMark tone={phase.tone} trans={trans} />
  );
}

function Label(props: {
  phase: IPhase;
  place: { readonly connection: string; readonly region: string };
  smext: ISmext;
}): React.ReactElement {
  const { phase, place, smext } = props;
  const { connection, region } = place;
  return phase.resource ? (
    <LinkButton
      label={phase.label}
      onClick={() => {
        const { kind, id } = phase.resource!;
        smext.openResource({ connection, region, kind, id });
      }}
    />
  ) : (
    <>{phase.label}</>
  );
}

/** Where a phase lies in all of the time, and dashed what it usually takes longer. */
function Track(props: {
  phase: IPhase;
  now: number;
  from: number;
  seconds: number;
}): React.ReactElement {
  const { phase, now, from, seconds } = props;
  const { started, usual_s } = phase;
  if (started === null) {
    return <span />;
  }
  const part = (length: number) =>
    `${((100 * Math.max(0, length)) / seconds).toFixed(2)}%`;
  const end = phase.ended ?? now;
  const rest = phase.state === 'now' ? started + (usual_s ?? 0) - end : 0;
  return (
    <span className="jp-smext-track" aria-hidden>
      <i style={{ left: part(started - from), width: part(end - started) }} />
      {rest > 0 && (
        <i
          className="jp-smext-rest"
          style={{ left: part(end - from), width: part(rest) }}
        />
      )}
    </span>
  );
}

/** The time that the tracks are of: to the end, or as far as what is usual tells. */
function scaleOf(
  { phases, started, ended }: ITimeline,
  now: number
): { from: number; seconds: number } {
  const from = started ?? phases[0]?.started ?? now;
  const to = phases.map(phase =>
    Math.max(
      phase.ended ?? now,
      (phase.started ?? from) +
        (phase.state === 'now' ? (phase.usual_s ?? 0) : 0)
    )
  );
  const end = ended ?? Math.max(now, ...to);
  return { from, seconds: Math.max(1, end - from) };
}

function span(
  { phases, started, ended }: ITimeline,
  now: number,
  trans: TranslationBundle
): string {
  if (started === null) {
    return '';
  }
  if (ended !== null) {
    return trans.__(
      '%1 to %2',
      clockTime(started, now, true),
      clockTime(ended, now, true)
    );
  }
  const ahead = phases.filter(
    ({ state }) => state === 'now' || state === 'todo'
  );
  return ahead.length && ahead.every(({ usual_s }) => usual_s !== null)
    ? trans.__(
        'usually about %1 more',
        took(
          ahead.reduce((sum, phase) => sum + Math.max(0, left(phase, now)), 0),
          trans
        )
      )
    : trans.__('since %1', clockTime(started, now, true));
}

/** Seconds that a phase usually goes on, or takes. */
function left({ usual_s, started }: IPhase, now: number): number {
  return (usual_s ?? 0) - (started === null ? 0 : now - started);
}

function times(
  { started, ended }: IPhase,
  trans: TranslationBundle
): string | undefined {
  if (started === null) {
    return undefined;
  }
  return ended === null
    ? trans.__('since %1', exactTime(started))
    : trans.__('%1 to %2', exactTime(started), exactTime(ended));
}

function length(
  phase: IPhase,
  timeline: ITimeline,
  now: number,
  trans: TranslationBundle
): string {
  const { started, ended, state, usual_s } = phase;
  if (started !== null) {
    return ended === null && timeline.ended !== null
      ? ''
      : took((ended ?? now) - started, trans);
  }
  return timeline.ended !== null
    ? trans.__('not reached')
    : state === 'todo' && usual_s !== null
      ? usual_s < 1
        ? trans.__('under 1 s')
        : trans.__('about %1', took(usual_s, trans))
      : '';
}

/** What it waits for, and how long others of the same instances waited for that. */
function waitsFor(
  timeline: ITimeline,
  { usual_s, usual_of, message }: IPhase,
  trans: TranslationBundle
): string {
  const usual =
    usual_s === null
      ? ''
      : trans._n(
          'It took %2 here, the one time that it was seen.',
          'It usually takes %2 here: the median of %1.',
          usual_of,
          took(usual_s, trans)
        );
  return [timeline.waits, message, usual].filter(Boolean).join(' ');
}

function billed(timeline: ITimeline, trans: TranslationBundle): string {
  const { training_s, billable_s, saved, cost } = timeline;
  if (training_s === null || billable_s === null) {
    return '';
  }
  const of = [took(billable_s, trans), took(training_s, trans)] as const;
  if (saved === null) {
    return trans.__('Billed %1 of %2.', ...of);
  }
  const percent = Math.round(100 * saved);
  return cost === null || !billable_s
    ? trans.__('Billed %1 of %2: spot saved %3 %.', ...of, percent)
    : trans.__(
        'Billed %1 of %2: spot saved $%3 (%4 %).',
        ...of,
        dollars((cost / billable_s) * (training_s - billable_s)),
        percent
      );
}
