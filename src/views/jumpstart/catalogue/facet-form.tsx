import { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { LinkButton } from '../../../components/button';
import {
  FacetId,
  FACETS,
  Group,
  groupLabel,
  valueHint,
  valueLabel
} from './facets';
import { Chosen, IEntry, ISelection } from './selection';

/** Values of a facet that are shown before *more* is asked for. */
const FEW = 6;

const number = new Intl.NumberFormat();

/**
 * A value of a facet, with how many of all models have it.
 */
interface IValue {
  readonly facet: FacetId;
  readonly value: string;
  readonly all: number;
  readonly label: string;
  readonly hint: string;
}

/**
 * The facets as boxes to tick, each with the number of models that it would leave.
 */
export const FacetForm = React.memo(
  (props: {
    id: string;
    entries: ReadonlyArray<IEntry>;
    chosen: Chosen;
    counts: ISelection['counts'];
    /** Facets that say nothing here, such as a quota where nothing is charged. */
    without: ReadonlyArray<FacetId>;
    trans: TranslationBundle;
    onToggle: (facet: FacetId, value: string) => void;
  }): React.ReactElement => {
    const { entries, without, trans } = props;
    const groups = React.useMemo(
      () => groupsOf(entries, without, trans),
      [entries, without, trans]
    );
    return (
      <form
        id={props.id}
        className="jp-smext-facets"
        aria-label={trans.__('Narrow down the models')}
        onSubmit={event => event.preventDefault()}
      >
        {groups.map(([group, values]) => (
          <Values
            key={group}
            label={groupLabel(group, trans)}
            values={values}
            chosen={props.chosen}
            counts={props.counts}
            trans={trans}
            onToggle={props.onToggle}
          />
        ))}
      </form>
    );
  }
);

function Values(props: {
  label: string;
  values: ReadonlyArray<IValue>;
  chosen: Chosen;
  counts: ISelection['counts'];
  trans: TranslationBundle;
  onToggle: (facet: FacetId, value: string) => void;
}): React.ReactElement {
  const { label, values, chosen, counts, trans, onToggle } = props;
  const [all, setAll] = React.useState(false);
  const isOn = ({ facet, value }: IValue) =>
    chosen[facet]?.includes(value) ?? false;
  const shown = all
    ? values
    : values.filter((value, at) => at < FEW || isOn(value));
  return (
    <fieldset className="jp-smext-facet">
      <legend>{label}</legend>
      {shown.map(one => (
        <Value
          key={`${one.facet} ${one.value}`}
          facet={one.facet}
          value={one.value}
          label={one.label}
          hint={one.hint}
          count={counts.get(one.facet)?.get(one.value) ?? 0}
          on={isOn(one)}
          onToggle={onToggle}
        />
      ))}
      {values.length > FEW && (
        <LinkButton
          label={
            all
              ? trans.__('Fewer')
              : trans.__('%1 more', values.length - shown.length)
          }
          onClick={() => setAll(!all)}
        />
      )}
    </fieldset>
  );
}

/** Drawn anew only where its own number changes: that is part of every keystroke. */
const Value = React.memo(
  (props: {
    facet: FacetId;
    value: string;
    label: string;
    hint: string;
    count: number;
    on: boolean;
    onToggle: (facet: FacetId, value: string) => void;
  }): React.ReactElement => {
    const { facet, value, label, hint, count, on, onToggle } = props;
    return (
      <label
        className="jp-smext-check"
        title={hint}
        data-none={count === 0 || undefined}
      >
        <input
          type="checkbox"
          checked={on}
          onChange={() => onToggle(facet, value)}
        />
        <span className="jp-smext-grow jp-smext-ellipsis">{label}</span>
        <span className="jp-smext-num">{number.format(count)}</span>
      </label>
    );
  }
);

/** The groups that can tell models apart, each with its values, the most frequent ones first. */
function groupsOf(
  entries: ReadonlyArray<IEntry>,
  without: ReadonlyArray<FacetId>,
  trans: TranslationBundle
): [Group, IValue[]][] {
  const groups = new Map<Group, IValue[]>();
  FACETS.forEach(({ id, group }, at) => {
    if (without.includes(id)) {
      return;
    }
    const counts = new Map<string, number>();
    for (const entry of entries) {
      for (const value of entry.values[at]) {
        counts.set(value, (counts.get(value) ?? 0) + 1);
      }
    }
    const values = [...counts].map(([value, all]) => {
      const label = valueLabel(id, value, trans);
      const hint = valueHint(id, trans) ?? label;
      return { facet: id, value, all, label, hint };
    });
    groups.set(group, [
      ...(groups.get(group) ?? []),
      ...values.sort((a, b) => b.all - a.all || (a.value < b.value ? -1 : 1))
    ]);
  });
  return [...groups].filter(
    ([group, values]) => values.length > (group === 'availability' ? 0 : 1)
  );
}
