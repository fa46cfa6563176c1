import { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { LinkButton } from '../../../components/button';
import { DataGrid, IDataGrid } from '../../../components/data-grid';
import { searchIcon } from '../../../components/icons';
import { showProblem } from '../../../components/problem';
import { SearchField } from '../../../components/search-field';
import { IInstanceType, IInstanceTypes } from '../../../protocol';
import { matchesType, parseFilter } from '../filter';
import { Order, sortedTypes } from '../sort';
import { typeColumns, widthsOf } from './type-columns';

/**
 * The types of a target: a filter over them, what is left of them, and where the figures are from.
 */
export const Types = React.forwardRef<
  IDataGrid,
  {
    answer: IInstanceTypes;
    selected: string | null;
    now: string | null;
    fastOnly: boolean;
    withinQuota: boolean;
    trans: TranslationBundle;
    onFastOnly: (on: boolean) => void;
    onWithinQuota: (on: boolean) => void;
    onSelect: (type: string) => void;
    onConfirm: () => void;
  }
>((props, ref) => {
  const { answer, selected, now, fastOnly, withinQuota, trans } = props;
  const [text, setText] = React.useState('');
  const [order, setOrder] = React.useState<Order>({
    by: answer.types.some(type => type.price !== null) ? 'price' : 'memory',
    descending: false
  });
  const box = React.useRef<HTMLInputElement>(null);
  const table = React.useRef<IDataGrid>(null);
  React.useImperativeHandle(ref, () => ({
    focus: () => table.current?.focus()
  }));

  // AWS names such types for Studio only: elsewhere there is nothing to choose by it.
  const anyFast = answer.types.some(type => type.fast_launch);
  const onlyFast = fastOnly && anyFast;
  const spent = (type: IInstanceType) =>
    type.quota_left !== null && type.quota_left <= 0 && type.name !== now;
  const offered = React.useMemo(
    () =>
      answer.types.filter(
        type =>
          (!onlyFast || type.fast_launch) && (!withinQuota || !spent(type))
      ),
    [answer, onlyFast, withinQuota, now]
  );
  const shown = React.useMemo(() => {
    const filter = parseFilter(text);
    return sortedTypes(
      offered.filter(type => matchesType(type, filter)),
      order
    );
  }, [offered, text, order]);
  const { charged, reading } = answer;
  const columns = React.useMemo(
    () => typeColumns({ now, charged, anyFast, reading }, trans),
    [now, charged, anyFast, reading, trans]
  );
  const hidden = withinQuota ? answer.types.filter(spent) : [];

  return (
    <div className="jp-smext-switcher-types">
      <div className="jp-smext-line jp-smext-switcher-filter">
        <div className="jp-smext-filter-box">
          <searchIcon.react tag="span" className="jp-smext-icon" />
          <SearchField
            ref={box}
            label={trans.__('Filter instance types')}
            placeholder={trans.__('Filter: type, GPU, ≥ 16 GiB')}
            text={text}
            onText={setText}
            onDown={() => table.current?.focus()}
          />
        </div>
        {anyFast && (
          <Toggle
            label={trans.__('Fast launch only')}
            on={fastOnly}
            onToggle={props.onFastOnly}
          />
        )}
        {answer.charged && (
          <Toggle
            label={trans.__('Within my quota')}
            on={withinQuota}
            onToggle={props.onWithinQuota}
          />
        )}
        <span
          className="jp-smext-grow jp-smext-num jp-smext-muted"
          role="status"
        >
          {trans.__('%1 of %2 types', shown.length, answer.types.length)}
        </span>
      </div>
      <DataGrid
        ref={table}
        className="jp-smext-types"
        label={trans.__('Instance types')}
        items={shown}
        columns={columns}
        widths={widthsOf(columns)}
        keyOf={nameOf}
        chosen={selected}
        order={order}
        trans={trans}
        onChoose={props.onSelect}
        onSort={(by, descending) =>
          setOrder({
            by,
            descending: descending ?? (order.by === by && !order.descending)
          })
        }
        onOpen={type => {
          if (type.name !== selected) {
            props.onSelect(type.name);
          }
          props.onConfirm();
        }}
        onDoubleClick={props.onConfirm}
        onText={typed => {
          setText(text + typed);
          box.current?.focus();
        }}
      />
      {shown.length === 0 && (
        <p className="jp-smext-types-none">{trans.__('No type matches.')}</p>
      )}
      <Footnote
        answer={answer}
        anyFast={anyFast}
        hidden={hidden}
        trans={trans}
      />
    </div>
  );
});

function nameOf(type: IInstanceType): string {
  return type.name;
}

function Toggle(props: {
  label: string;
  on: boolean;
  onToggle: (on: boolean) => void;
}): React.ReactElement {
  return (
    <button
      type="button"
      className="jp-smext-switch"
      role="switch"
      aria-checked={props.on}
      onClick={() => props.onToggle(!props.on)}
    >
      <i />
      {props.label}
    </button>
  );
}

/**
 * Where the prices are from, what *fast* means, and what the table leaves out.
 */
function Footnote(props: {
  answer: IInstanceTypes;
  anyFast: boolean;
  hidden: ReadonlyArray<IInstanceType>;
  trans: TranslationBundle;
}): React.ReactElement {
  const { answer, anyFast, hidden, trans } = props;
  const { region, charged, prices_of, prices_problem, quotas_problem } = answer;
  const { reading } = answer;
  const never = hidden.every(type => type.quota === 0);
  const parts: React.ReactNode[] = [
    !charged &&
      trans.__(
        'The local engine runs on this machine and costs nothing: a type limits its vCPU and memory.'
      ),
    charged &&
      prices_of !== null &&
      trans.__(
        'Prices: %1, on demand, price list of %2.',
        region,
        new Date(1000 * prices_of).toLocaleDateString(undefined, {
          day: 'numeric',
          month: 'short',
          year: 'numeric'
        })
      ),
    charged && prices_problem && (
      <>
        {trans.__('Prices are not readable.')}{' '}
        <LinkButton
          label={trans.__('Why prices are not readable')}
          onClick={() => void showProblem(prices_problem, trans)}
        />
      </>
    ),
    charged && quotas_problem && (
      <>
        {trans.__('Quotas are not readable.')}{' '}
        <LinkButton
          label={trans.__('Why quotas are not readable')}
          onClick={() => void showProblem(quotas_problem, trans)}
        />
      </>
    ),
    charged && reading && trans.__('Prices and quotas are still being read.'),
    charged && anyFast && trans.__('Fast: usually under 2 min.'),
    hidden.length > 0 &&
      (never
        ? trans._n(
            '%1 type is hidden: its quota is 0.',
            '%1 types are hidden: their quota is 0.',
            hidden.length
          )
        : trans._n(
            '%1 type is hidden: nothing is left of its quota.',
            '%1 types are hidden: nothing is left of their quota.',
            hidden.length
          ))
  ];
  return (
    <p className="jp-smext-muted jp-smext-small jp-smext-switcher-footnote">
      {parts.filter(Boolean).map((part, index) => (
        <React.Fragment key={index}>{part} </React.Fragment>
      ))}
    </p>
  );
}
