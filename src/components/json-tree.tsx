import { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { LinkButton } from './button';

/** Members that are in the page at first; more are asked for. */
const MEMBERS = 200;

/** What has fewer members than this is unfolded from the start. */
const FEW = 30;

/** Levels that are unfolded from the start. */
const LEVELS = 8;

/**
 * What follows from a text of a JSON value, by the member that holds it; null for a mere text.
 */
export type JsonLink = (text: string, member: string) => (() => void) | null;

/**
 * A JSON value: nested ones fold, and are in the page once they are unfolded.
 */
export function JsonTree(props: {
  value: unknown;
  trans: TranslationBundle;
  link?: JsonLink;
}): React.ReactElement {
  return (
    <div className="jp-smext-json">
      {isBranch(props.value) ? (
        <Members {...props} level={0} name="" />
      ) : (
        <Node {...props} level={0} name="" />
      )}
    </div>
  );
}

interface INodeProps {
  value: unknown;
  name: string;
  level: number;
  trans: TranslationBundle;
  link?: JsonLink;
}

function Node(props: INodeProps): React.ReactElement {
  const { value, name, level, link } = props;
  const count = isBranch(value) ? Object.keys(value).length : 0;
  const [open, setOpen] = React.useState(count < FEW && level < LEVELS);
  const label = name ? (
    <span className="jp-smext-json-name">{name}</span>
  ) : null;
  if (!isBranch(value) || !count) {
    const follow = typeof value === 'string' ? link?.(value, name) : null;
    return (
      <div className="jp-smext-json-leaf">
        {label}
        {follow ? (
          <LinkButton label={String(value)} onClick={follow} />
        ) : (
          <span data-type={value === null ? 'null' : typeof value}>
            {JSON.stringify(value)}
          </span>
        )}
      </div>
    );
  }
  return (
    <details
      className="jp-smext-json-branch"
      open={open}
      onToggle={event => setOpen(event.currentTarget.open)}
    >
      <summary>
        {label}
        <span className="jp-smext-muted">
          {Array.isArray(value) ? `[${count}]` : `{${count}}`}
        </span>
      </summary>
      {open && <Members {...props} value={value} />}
    </details>
  );
}

function Members(props: INodeProps): React.ReactElement {
  const { value, level, trans, link } = props;
  const [count, setCount] = React.useState(MEMBERS);
  const members = Object.entries(value as object);
  return (
    <>
      {members.slice(0, count).map(([key, member]) => (
        <Node
          key={key}
          name={key}
          value={member}
          level={level + 1}
          trans={trans}
          link={link}
        />
      ))}
      {members.length > count && (
        <div className="jp-smext-json-leaf">
          <LinkButton
            label={trans.__(
              '%1 more…',
              (members.length - count).toLocaleString()
            )}
            onClick={() => setCount(10 * count)}
          />
        </div>
      )}
    </>
  );
}

function isBranch(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
